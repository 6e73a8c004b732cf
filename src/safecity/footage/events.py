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
    through in small pictures. Pictures are always masked here.
    """

    about: ClassVar[str] = "camera"
    camera: str
    form: LookForm
    from_ms: int | None = None
    to_ms: int | None = None
    masked: bool = True
