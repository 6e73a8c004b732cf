"""Nouns of the cameras' room: a camera, and its health as a table of states.

Angles are degrees clockwise from north, distances metres. A shape is a polygon in the picture: corners as shares of
its width and height, (0, 0) at the top left, (1, 1) at the bottom right.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum

from safecity.base import BadInput, Place

Shape = tuple[tuple[float, float], ...]

MAX_SHAPES = 32
MAX_CORNERS = 64


class Regime(StrEnum):
    """The law under which a camera stands."""

    POLICE = "police"  # Directive (EU) 2016/680
    CITY = "city"  # Regulation (EU) 2016/679, the GDPR


class Transport(StrEnum):
    """How a camera's packets travel (RFC 2326 section 12.39)."""

    AUTO = "auto"  # inside the RTSP connection; over UDP where the camera refuses that
    TCP = "tcp"
    UDP = "udp"


class HealthState(StrEnum):
    """Whether a camera is well, as people see it."""

    CONNECTING = "connecting"  # not heard of yet
    LIVE = "live"  # pictures come
    SILENT = "silent"  # it answers, but sends no pictures that can be recorded
    REFUSED = "refused"  # it refuses our user name or password
    LOST = "lost"  # nothing answers, or the stream ended
    OFF = "off"  # someone switched it off here


class Signal(StrEnum):
    """What a recorder or an administrator says of a camera."""

    DIALLED = "connecting"  # a recorder begins to call it
    SEEN = "live"  # a picture came
    SILENT = "silent"
    REFUSED = "refused"
    LOST = "lost"
    SWITCHED_OFF = "off"
    SWITCHED_ON = "on"
    READDRESSED = "readdressed"  # it got another address or password


# A pair that is not here changes nothing: a lost camera that is dialled again stays lost until a picture comes,
# and a camera that is switched off cares for nothing but being switched on.
NEXT: dict[tuple[HealthState, Signal], HealthState] = {
    (HealthState.CONNECTING, Signal.SEEN): HealthState.LIVE,
    (HealthState.CONNECTING, Signal.SILENT): HealthState.SILENT,
    (HealthState.CONNECTING, Signal.REFUSED): HealthState.REFUSED,
    (HealthState.CONNECTING, Signal.LOST): HealthState.LOST,
    (HealthState.CONNECTING, Signal.SWITCHED_OFF): HealthState.OFF,
    (HealthState.LIVE, Signal.DIALLED): HealthState.CONNECTING,  # its recorder was started again
    (HealthState.LIVE, Signal.SILENT): HealthState.SILENT,
    (HealthState.LIVE, Signal.REFUSED): HealthState.REFUSED,
    (HealthState.LIVE, Signal.LOST): HealthState.LOST,
    (HealthState.LIVE, Signal.SWITCHED_OFF): HealthState.OFF,
    (HealthState.LIVE, Signal.READDRESSED): HealthState.CONNECTING,
    (HealthState.SILENT, Signal.SEEN): HealthState.LIVE,
    (HealthState.SILENT, Signal.REFUSED): HealthState.REFUSED,
    (HealthState.SILENT, Signal.LOST): HealthState.LOST,
    (HealthState.SILENT, Signal.SWITCHED_OFF): HealthState.OFF,
    (HealthState.SILENT, Signal.READDRESSED): HealthState.CONNECTING,
    (HealthState.REFUSED, Signal.SEEN): HealthState.LIVE,
    (HealthState.REFUSED, Signal.SILENT): HealthState.SILENT,
    (HealthState.REFUSED, Signal.LOST): HealthState.LOST,
    (HealthState.REFUSED, Signal.SWITCHED_OFF): HealthState.OFF,
    (HealthState.REFUSED, Signal.READDRESSED): HealthState.CONNECTING,
    (HealthState.LOST, Signal.SEEN): HealthState.LIVE,
    (HealthState.LOST, Signal.SILENT): HealthState.SILENT,
    (HealthState.LOST, Signal.REFUSED): HealthState.REFUSED,
    (HealthState.LOST, Signal.SWITCHED_OFF): HealthState.OFF,
    (HealthState.LOST, Signal.READDRESSED): HealthState.CONNECTING,
    (HealthState.OFF, Signal.SWITCHED_ON): HealthState.CONNECTING,
}


@dataclass(frozen=True, kw_only=True)
class Health:
    """How a camera is since a moment; `reason` is a sentence without secrets, empty while all is well."""

    camera: str
    state: HealthState
    reason: str
    since_ms: int


@dataclass(frozen=True, kw_only=True)
class Camera:
    """A camera of the city. Raises BadInput where a value cannot be; an impossible camera cannot exist.

    `url` and `sub_url` may hold a password, so they are left out of its text form.
    """

    id: str
    name: str
    url: str = field(repr=False)
    sub_url: str | None = field(default=None, repr=False)
    bureau: str
    place: Place
    bearing_deg: float = 0.0
    view_deg: float = 90.0
    range_m: float = 60.0
    controller: str  # who answers for it before the law
    regime: Regime
    privacy_areas: tuple[Shape, ...] = ()  # never shown to anyone: windows, gardens
    zones: tuple[Shape, ...] = ()  # where detection looks; empty means everywhere
    masks: tuple[Shape, ...] = ()  # where detection does not look: trees, flags, the camera's own clock
    hide_in_recording: bool = False  # the privacy areas are not even recorded; costs a decoder and an encoder
    record: bool = True
    audio: bool = False  # whether its sound is recorded too
    transport: Transport = Transport.AUTO
    enabled: bool = True
    retention: str = "standard"  # the class of footage it belongs to
    keep_days: int | None = None  # None: as its class says
    keep_bytes: int | None = None  # None: no limit of its own

    def __post_init__(self) -> None:
        _check_text("name", self.name, 80)
        _check_text("controller", self.controller, 120)
        _check_number("bearing", self.bearing_deg, 0, 360, "degrees")
        _check_number("angle of view", self.view_deg, 1, 360, "degrees")
        _check_number("range", self.range_m, 1, 5000, "metres")
        if self.keep_days is not None and not 1 <= self.keep_days <= 3650:
            raise BadInput(f"Footage can be kept for 1 to 3650 days, not {self.keep_days}.")
        if self.keep_bytes is not None and self.keep_bytes < 1_000_000:
            raise BadInput("A camera's footage needs room for 1,000,000 bytes at least.")
        _check_text("retention class", self.retention, 40)
        if self.hide_in_recording and not self.privacy_areas:
            raise BadInput("Draw a privacy area first: there is nothing to leave out of the recording.")
        for what, shapes in (
            ("privacy areas", self.privacy_areas),
            ("zones", self.zones),
            ("masks", self.masks),
        ):
            _check_shapes(what, shapes)


def _check_text(what: str, text: str, longest: int) -> None:
    if not text.strip() or text != text.strip() or len(text) > longest or not text.isprintable():
        raise BadInput(f"A camera's {what} is 1 to {longest} characters, without blanks at its ends.")


def _check_number(what: str, value: float, least: float, most: float, unit: str) -> None:
    if not (math.isfinite(value) and least <= value <= most):
        raise BadInput(f"A camera's {what} lies between {least} and {most} {unit}, not {value}.")


def _check_shapes(what: str, shapes: tuple[Shape, ...]) -> None:
    if len(shapes) > MAX_SHAPES:
        raise BadInput(f"A camera has at most {MAX_SHAPES} {what}.")
    for shape in shapes:
        if not 3 <= len(shape) <= MAX_CORNERS:
            raise BadInput(f"Each of the {what} needs 3 to {MAX_CORNERS} corners, not {len(shape)}.")
        if not all(0 <= x <= 1 and 0 <= y <= 1 for x, y in shape):
            raise BadInput(f"The corners of the {what} are shares of the picture, each from 0 to 1.")
