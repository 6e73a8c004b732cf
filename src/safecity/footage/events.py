"""Facts that the footage room tells. Gaps and deletions are told by recorders and carried into the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from safecity.base import Event
from safecity.footage.model import Cause, LookForm


@dataclass(frozen=True, kw_only=True)
class RecorderStarted(Event):
    """A recorder began its work, for the first time or after it had ended or died.

    Heard by: oversight.
    """

    about: ClassVar[str] = "recorder"
    recorder: str


@dataclass(frozen=True, kw_only=True)
class GapOpened(Event):
    """There is no footage of a camera from a moment on, and why.

    Heard by: oversight, and everyone who looks at the camera's timeline.
    """

    about: ClassVar[str] = "camera"
    camera: str
    start: datetime
    cause: Cause
    words: str


@dataclass(frozen=True, kw_only=True)
class GapClosed(Event):
    """A gap in a camera's footage ended, or another cause took over.

    Heard by: oversight, and everyone who looks at the camera's timeline.
    """

    about: ClassVar[str] = "camera"
    camera: str
    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True)
class CameraClockWrong(Event):
    """A camera's own clock is off by more than a second, or by much more than was told; positive is ahead of ours.

    Heard by: alerts, oversight.
    """

    about: ClassVar[str] = "camera"
    camera: str
    offset_ms: int


@dataclass(frozen=True, kw_only=True)
class CameraClockRight(Event):
    """A camera's own clock, which was wrong, is right again.

    Heard by: alerts, oversight.
    """

    about: ClassVar[str] = "camera"
    camera: str
    offset_ms: int


@dataclass(frozen=True, kw_only=True)
class FootageForgotten(Event):
    """A recorder deleted footage whose time was over, or that had to make room; none of it was held.

    Heard by: oversight.
    """

    about: ClassVar[str] = "recorder"
    recorder: str
    segments: int
    bytes: int
    until: datetime


@dataclass(frozen=True, kw_only=True)
class FootageHeld(Event):
    """A span of a camera's footage is held; retention does not touch it.

    Heard by: evidence, oversight.
    """

    about: ClassVar[str] = "hold"
    hold: str
    camera: str
    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True)
class FootageHoldReleased(Event):
    """A hold was released; the footage is kept for as long as any other, no longer.

    Heard by: evidence, oversight.
    """

    about: ClassVar[str] = "hold"
    hold: str
    camera: str


@dataclass(frozen=True, kw_only=True)
class PictureLooked(Event):
    """Somebody looked at a camera's pictures; told before the first one was shown.

    Heard by: oversight. `from_ms` is the moment looked at, None for live; with `to_ms` it is a span that is looked
    through in small pictures. Pictures that were not masked name the `permit` by which they were shown.
    """

    about: ClassVar[str] = "camera"
    camera: str
    form: LookForm
    from_ms: int | None = None
    to_ms: int | None = None
    masked: bool = True
    permit: str | None = None


@dataclass(frozen=True, kw_only=True)
class PlateRetaken(Event):
    """An administrator had a camera's empty scene learned anew, because somebody was part of it.

    Heard by: detection, which tells the camera's eye; oversight.
    """

    about: ClassVar[str] = "camera"
    camera: str


@dataclass(frozen=True, kw_only=True)
class SceneApproved(Event):
    """Somebody looked at a camera's empty scene and said that nobody is in it.

    Heard by: oversight. `stream` is `main` or `sub`; the scene is named by when it was learned.
    """

    about: ClassVar[str] = "camera"
    camera: str
    stream: str
    learned_ms: int


@dataclass(frozen=True, kw_only=True)
class PersonMarkedInScene(Event):
    """Somebody saw a person in a camera's empty scene; that area stays hidden until it is learned anew.

    Heard by: detection, which tells the camera's eye; oversight. `area` is left, top, width and height in shares.
    """

    about: ClassVar[str] = "camera"
    camera: str
    area: tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class SceneBlockSpared(Event):
    """With leave to see without the mask, somebody said that what was hidden in an area of a scene is nobody.

    Heard by: detection, which tells the camera's eye; oversight.
    """

    about: ClassVar[str] = "camera"
    camera: str
    stream: str
    learned_ms: int
    area: tuple[float, float, float, float]
    permit: str


@dataclass(frozen=True, kw_only=True)
class RetentionClassSet(Event):
    """A class of footage was made or changed; what would keep less waits before it holds.

    Heard by: recorders' plans, oversight.
    """

    about: ClassVar[str] = "retention_class"
    retention_class: str
    keep_days: float | None
    keep_bytes: int | None


@dataclass(frozen=True, kw_only=True)
class RetentionChanged(Event):
    """From now on footage is kept by another rule: the city's, a class's or a camera's.

    Heard by: oversight. `retention` is `city`, `class:NAME` or `camera:ID`; `of` is a camera's class.
    """

    about: ClassVar[str] = "retention"
    retention: str
    keep_days: float | None
    keep_bytes: int | None
    of: str = ""


@dataclass(frozen=True, kw_only=True)
class RetentionShorteningAsked(Event):
    """A rule that would keep less footage waits for a day and for a second person.

    Heard by: oversight.
    """

    about: ClassVar[str] = "retention"
    retention: str
    keep_days: float | None
    keep_bytes: int | None
    due_ms: int
    of: str = ""


@dataclass(frozen=True, kw_only=True)
class RetentionShorteningAgreed(Event):
    """Two persons agreed that less footage be kept, once the day of waiting is over.

    Heard by: recorders' plans, oversight.
    """

    about: ClassVar[str] = "retention"
    retention: str
    permit: str
    due_ms: int


@dataclass(frozen=True, kw_only=True)
class StorageTrouble(Event):
    """A storage folder takes no footage of a recorder, and why; another takes it, where there is one.

    Heard by: alerts, oversight. `store` is empty for the first folder; `goes_on` says whether another takes over.
    """

    about: ClassVar[str] = "recorder"
    recorder: str
    store: str
    words: str
    goes_on: bool


@dataclass(frozen=True, kw_only=True)
class StorageWell(Event):
    """A storage folder takes footage again.

    Heard by: oversight.
    """

    about: ClassVar[str] = "recorder"
    recorder: str
    store: str


@dataclass(frozen=True, kw_only=True)
class ShortageForeseen(Event):
    """Within a day footage will begin to go before its time, because the disk is too small for what is wanted.

    Heard by: alerts, oversight. `wanted_days` is 0 where nothing says for how long it is wanted.
    """

    about: ClassVar[str] = "city"
    city: str
    words: str
    short_ms: int
    reach_days: float
    wanted_days: float
