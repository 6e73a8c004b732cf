"""Nouns of footage: segments, gaps and their causes, holds, and what a recorder is asked to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from safecity.cameras import Shape, Transport

Span = tuple[int, int]  # from, to: milliseconds since 1970, the end not included


class Cause(StrEnum):
    """Why there is no footage for a while. Every gap has one."""

    CAMERA = "camera"  # it is off, refuses us, sends nothing or no video
    NETWORK = "network"  # nothing answers at its address, or the link broke
    RECORDER = "recorder"  # our own process was down
    DISK = "disk"  # the disk is full, read-only or away
    PLANNED = "planned"  # someone switched recording off


class LookForm(StrEnum):
    """How somebody looked at a camera."""

    LIVE = "live"
    PLAYBACK = "playback"
    SNAPSHOT = "snapshot"
    SCRUB = "scrub"  # many small pictures along a span of the timeline
    SCENE = "scene"  # what it is believed to see when nobody is there


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A file of recorded footage: fragmented MP4, the camera's own bytes, one fragment a group of pictures.

    `store` says which storage folder `path` lies in: empty for the first, else the name of another.
    `camera_ms` is what the camera's own clock said at its first picture, None where the camera did not tell;
    `offset_ms` is that less the time when the same picture was received, so positive where the camera is ahead.
    `damaged` says how many of its pictures are built upon one that was lost on the way.
    """

    camera: str
    start_ms: int
    end_ms: int
    path: str
    bytes: int
    pictures: int
    store: str = ""
    camera_ms: int | None = None
    offset_ms: int | None = None
    damaged: int = 0


@dataclass(frozen=True)
class Stored:
    """A file in a storage folder."""

    store: str
    path: str


@dataclass(frozen=True)
class DayBytes:
    """What one camera's footage of one day takes; `day` counts days since 1970, UTC."""

    camera: str
    day: int
    bytes: int


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A span of two seconds or more without footage. `end_ms` is None while it lasts.

    `is_reachable` says whether the camera could be reached meanwhile: a link that is down is not a lossy one.
    """

    camera: str
    start_ms: int
    end_ms: int | None
    cause: Cause
    words: str
    is_reachable: bool = True


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Something a worker process has to tell the control process, numbered so that none is missed.

    `kind` is a word such as `health`, `gap_opened`, `gap_closed`, `forgotten`, `sighting_started`; `body` is JSON.
    """

    seq: int
    at_ms: int
    camera: str
    kind: str
    body: str


@dataclass(frozen=True, kw_only=True)
class Hold:
    """A span of one camera's footage that retention must not touch."""

    id: str
    camera: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """What there is of one camera in a span: spans with footage, and gaps with their causes, each oldest first.

    `damaged` counts damaged pictures by whole files: of all that touch the span, so it is never too low.
    """

    segments: tuple[Span, ...]
    gaps: tuple[Gap, ...]
    damaged: int = 0


@dataclass(frozen=True, kw_only=True)
class Clip:
    """A piece cut out for playing: one file of the camera's own bytes, which begins at or before the moment asked for.

    A camera that changed its picture's form within the span makes several.
    """

    path: str
    start_ms: int
    end_ms: int
    bytes: int
    pictures: int


@dataclass(frozen=True, kw_only=True)
class Film:
    """A span of one camera as one plain MP4 file, to be given away. Its media time zero is the moment asked for.

    `start_ms` to `end_ms` is what it shows; `missing` are the spans of two seconds or more in between that it lacks. A
    camera that changed its picture's form within the span makes several.
    """

    camera: str
    path: str
    start_ms: int
    end_ms: int
    bytes: int
    pictures: int
    missing: tuple[Span, ...]


@dataclass(frozen=True, kw_only=True)
class PlannedCamera:
    """A camera as its recorder is asked to treat it. Addresses may hold a password, so they are not shown.

    `url` is the main stream, which is recorded; `sub_url` the small one, which is watched and looked at. `hide` are
    the areas that are not even recorded; `retention` names the class by whose rules its footage is kept.
    """

    id: str
    url: str = field(repr=False)
    sub_url: str | None = field(default=None, repr=False)
    transport: Transport = Transport.AUTO
    audio: bool = False
    record: bool = True
    enabled: bool = True
    hide: tuple[Shape, ...] = ()
    retention: str = "standard"
    keep_days: float | None = None
    keep_bytes: int | None = None


@dataclass(frozen=True, kw_only=True)
class RecorderPlan:
    """What one recorder is asked to do. `city` is the rule of all footage; without one its own settings are."""

    cameras: tuple[PlannedCamera, ...] = ()
    city: ClassKeep | None = None
    classes: tuple[ClassKeep, ...] = ()
    left: tuple[CameraKeep, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RecorderLimits:
    """For how long and up to how many bytes a recorder keeps footage, and how patient it is with cameras."""

    keep_days: float = 14.0
    keep_bytes: int | None = None
    min_free_bytes: int = 1 << 30
    segment_ms: int = 60_000
    answer_s: float = 5.0
    silent_s: float = 10.0
    backlog_bytes: int = 256 << 20  # how much may wait for one disk


@dataclass(frozen=True, kw_only=True)
class HealthNotice:
    """Body of a notice `health`: a signal of the cameras' room, and a sentence."""

    signal: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ClockState:
    """Whether a camera's own clock is off by more than a second, since when, and how far it is ahead of ours."""

    camera: str
    is_wrong: bool
    offset_ms: int
    since_ms: int


@dataclass(frozen=True, kw_only=True)
class ClockNotice:
    """Body of a notice `clock`: whether a camera's clock is wrong, and by how much it is ahead of ours."""

    is_wrong: bool
    offset_ms: int


@dataclass(frozen=True, kw_only=True)
class GapNotice:
    """Body of the notices `gap_opened` (no end) and `gap_closed` (no cause and words)."""

    start_ms: int
    end_ms: int | None = None
    cause: Cause | None = None
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class ForgottenNotice:
    """Body of a notice `forgotten`: so many files, of which the newest ended at `until_ms`."""

    segments: int
    bytes: int
    until_ms: int


@dataclass(frozen=True, kw_only=True)
class StorageNotice:
    """Body of a notice `storage`: a folder takes no footage (`words` say why) or takes it again (no words)."""

    store: str
    words: str
    goes_on: bool


@dataclass(frozen=True, kw_only=True)
class ClassKeep:
    """For how long a class of footage is kept, since when; `bytes` is this recorder's share."""

    name: str
    days: float | None = None
    bytes: int | None = None
    since_ms: int = 0


@dataclass(frozen=True, kw_only=True)
class CameraKeep:
    """For how long the footage of a camera is kept that is in the plan no more."""

    id: str
    retention: str
    keep_days: float | None = None
    keep_bytes: int | None = None
