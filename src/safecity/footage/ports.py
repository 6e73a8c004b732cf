"""What footage needs from outside: an index on disk, a feed of live pictures, and eyes that mask and encode."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from safecity.base import Unavailable
from safecity.cameras import Picture, Track
from safecity.footage.folders import Folder
from safecity.footage.model import DayBytes, Gap, Notice, Segment, Span, Stored
from safecity.footage.write import SegmentFile


class PictureWithheld(Unavailable):
    """The picture is withheld, because it cannot be masked just now."""


class IndexAway(Unavailable):
    """The index of footage cannot be written or read just now."""


class Index(Protocol):
    """A recorder's own list of what lies on its disk. One process writes, others read.

    Promise: a segment is listed only after its bytes are on disk (the recorder sees to the order); it is struck off,
    and its file noted as garbage in the same transaction, before the file is deleted. Every method may raise IndexAway.
    """

    def together(self) -> AbstractContextManager[None]:
        """What is written inside becomes visible at once, or not at all if anything raises."""
        ...

    def add_segment(self, segment: Segment) -> None:
        """Lists a segment, or lists it anew with its present end and size (same camera and start)."""
        ...

    def add_segments(self, segments: Sequence[Segment]) -> None:
        """As `add_segment`, for many."""
        ...

    def drop_segments(self, segments: Sequence[Segment]) -> None:
        """Strikes segments off, before their files go; until `cleared` their paths are garbage."""
        ...

    def garbage(self, limit: int = 1000, store: str | None = None) -> list[Stored]:
        """Files that were struck off and may still lie on the disk, of all storage folders or of one."""
        ...

    def cleared(self, files: Sequence[Stored]) -> None:
        """These files are gone."""
        ...

    def segments(self, camera: str, from_ms: int, to_ms: int) -> list[Segment]:
        """Segments of a camera that touch a span, oldest first."""
        ...

    def spans(self, camera: str, from_ms: int, to_ms: int) -> list[Span]:
        """From when to when each of those segments lasts: as `segments`, but cheap enough for a month."""
        ...

    def damaged(self, camera: str, from_ms: int, to_ms: int) -> int:
        """How many damaged pictures the segments of a camera have that touch a span."""
        ...

    def newest(self, camera: str, store: str | None = None) -> Segment | None:
        """The camera's last segment, of all storage folders or of one."""
        ...

    def oldest(self, limit: int, after: tuple[int, str] = (0, "")) -> list[Segment]:
        """The oldest segments of all cameras in order of (start, camera), those after a place in that order."""
        ...

    def oldest_of(self, camera: str, limit: int, after_ms: int = -1) -> list[Segment]:
        """The oldest segments of a camera that begin after a moment."""
        ...

    def cameras(self) -> list[str]:
        """Every camera that has footage here."""
        ...

    def day_bytes(self) -> list[DayBytes]:
        """Bytes of the segments listed, by camera and the day they begin."""
        ...

    def stores(self) -> dict[str, int]:
        """Bytes of the segments listed, by storage folder."""
        ...

    def total_bytes(self) -> int:
        """Bytes of all segments listed."""
        ...

    def open_gap(self, gap: Gap) -> None:
        """Begins a gap (same camera and start: it is told anew)."""
        ...

    def close_gap(self, camera: str, start_ms: int, end_ms: int) -> None:
        """Ends the gap that began at `start_ms`; one that would last no time is taken out."""
        ...

    def open_gaps(self) -> list[Gap]:
        """Gaps that last."""
        ...

    def gaps(self, camera: str, from_ms: int, to_ms: int) -> list[Gap]:
        """Gaps of a camera that touch a span, oldest first."""
        ...

    def drop_gaps(self, camera: str, before_ms: int) -> None:
        """Forgets the gaps that ended before a moment, with the footage around them."""
        ...

    def tell(self, at_ms: int, camera: str, kind: str, body: str) -> None:
        """Leaves a notice for the control process."""
        ...

    def notices(self, since: int, limit: int = 500) -> list[Notice]:
        """Notices after a number, in order."""
        ...

    def drop_notices(self, before_ms: int) -> None:
        """Forgets notices that are older than a moment."""
        ...

    def mark(self, name: str) -> str | None:
        """A word that was kept with the index: which disk it describes, when its recorder was last alive."""
        ...

    def set_mark(self, name: str, value: str) -> None:
        """Keeps such a word."""
        ...


class Writer(Protocol):
    """Brings groups of pictures into their files, so that a slow disk holds up neither event loop nor other cameras.

    Promise: `done` is called once for each append, in the event loop, before `append` returns or later: with None when
    the bytes are in the file, or with an error when the file ends where it ended before. After one error later groups
    of the file fail too, or lie in another folder, from a keyframe on. A bounded number of bytes waits; what is more
    fails at once, with OSError.
    """

    def append(
        self,
        file: SegmentFile,
        data: bytes,
        end_ms: int,
        pictures: int,
        done: Callable[[OSError | None], None],
    ) -> None:
        """Adds one fragment, of so many pictures and up to `end_ms`, to a file."""
        ...

    def aside(self, folder: Folder, work: Callable[[], None], done: Callable[[OSError | None], None]) -> None:
        """Does something with a folder that may take a while: a sync, a look, a deletion. One after the other.

        `done` is called as for `append`, with the OSError that `work` raised, if any.
        """
        ...

    def waiting(self, folder: Folder) -> int:
        """Bytes that wait to be written to a folder."""
        ...

    def relieve(self, folder: Folder) -> bool:
        """Whether a folder does not answer at all; what waits for it then goes to another folder, where there is one.

        The group that the disk is at is answered for with an error, though it may yet be written.
        """
        ...

    async def drained(self) -> None:
        """Returns once nothing waits to be written or done, or a disk has not answered for long."""
        ...


class Listener(Protocol):
    """Hears one camera's pictures as they come. Called in the recorder's event loop; must not block."""

    def on_track(self, track: Track) -> None:
        """Before the first picture, and when the parameter sets change."""
        ...

    def on_picture(self, picture: Picture) -> None:
        """Each picture, in decoding order."""
        ...

    def on_end(self) -> None:
        """The stream is over for now; a track comes again when it begins anew."""
        ...


class Live(Protocol):
    """Where live pictures can be heard: the recorder."""

    def join(self, camera: str, listener: Listener, *, sub: bool = False) -> None:
        """From now on the listener hears the camera; at once the track and the current group of pictures, if any.

        `sub` asks for its small stream; where there is none, it is the main one.
        """
        ...

    def leave(self, camera: str, listener: Listener) -> None:
        """The listener hears no more."""
        ...


class Feed(Protocol):
    """Live pictures, from the recorder that hears the camera to the eyes that look."""

    def subscribe(
        self, camera: str, *, keyframes_only: bool, sub: bool = False
    ) -> AsyncIterator[Track | Picture]:
        """First the track, then pictures from the current group's keyframe on, then live ones.

        Waits while the camera sends nothing; ends when its stream ends, or when the recorder is not there. A
        subscriber that is too slow misses pictures up to the next keyframe.
        """
        ...


@dataclass(frozen=True)
class Started:
    """Pictures follow. `mime` is for Media Source Extensions; `init` is the ISO BMFF initialisation segment."""

    mime: str
    init: bytes
    wall_ms: int


@dataclass(frozen=True)
class Chunk:
    """A media fragment. Its first picture was taken at `wall_ms` and stands at `media_ms` on the media timeline.

    `is_key`: it needs no fragment before it.
    """

    data: bytes
    wall_ms: int
    media_ms: int
    is_key: bool = False


@dataclass(frozen=True)
class Withheld:
    """No picture can be shown now; the reason is a sentence. `Started` comes again when one can."""

    reason: str


@dataclass(frozen=True)
class Ended:
    """The pictures are over; the reason is a sentence."""

    reason: str


Shown = Started | Chunk | Withheld | Ended


@dataclass(frozen=True)
class Unmasked:
    """Leave to see a camera without the mask, checked by the control process, which also wrote the look down.

    `viewer` is burnt into every picture with the time. After `until_ms` the picture is masked again.
    """

    permit: str
    viewer: str
    until_ms: int


class Eyes(Protocol):
    """Masked pictures for people. Nothing unmasked comes out of here without a permit."""

    def watch(
        self,
        camera: str,
        *,
        at_ms: int | None,
        width: int,
        rate: float = 1.0,
        unmasked: Unmasked | None = None,
    ) -> AsyncGenerator[Shown, None]:
        """Live (`at_ms` None) or recorded pictures from a moment on, masked, encoded anew, at most `width` pixels wide.

        `rate` is how many recorded seconds pass in one; 0 is as fast as it goes, with nothing left out. With `unmasked`
        the mask is left away until its time is over, private areas are filled all the same, and the viewer's mark is
        drawn; such pictures may be twice as wide. Never raises for a picture that cannot be shown: it yields
        Withheld and goes on trying.
        """
        ...

    async def snapshot(
        self, camera: str, *, width: int, at_ms: int | None = None, unmasked: Unmasked | None = None
    ) -> bytes:
        """A masked JPEG of now, or of the keyframe at or before a moment. Raises PictureWithheld with the reason.

        With `unmasked` as for `watch`.
        """
        ...


class Progress(Protocol):
    """Hears how far a long work has come. Called in the thread that works; whatever it raises ends the work."""

    def __call__(self, done: int, total: int, /) -> None:
        """So much of the whole is done, in whichever unit the work counts."""
        ...
