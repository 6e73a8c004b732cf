"""Facts that the cameras' room tells. No address and no password stands in any of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from safecity.base import Event
from safecity.cameras.model import HealthState, Regime


@dataclass(frozen=True, kw_only=True)
class CameraAdded(Event):
    """A camera joined the city, and someone answers for it before the law.

    Heard by: footage, oversight.
    """

    about: ClassVar[str] = "camera"
    camera: str
    name: str
    bureau: str
    lat: float
    lon: float
    controller: str
    regime: Regime


@dataclass(frozen=True, kw_only=True)
class CameraChanged(Event):
    """An administrator changed a camera; the fact names what, not the values.

    Heard by: footage, oversight.
    """

    about: ClassVar[str] = "camera"
    camera: str
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CameraRemoved(Event):
    """A camera left the city; its footage stays for as long as the law says.

    Heard by: footage, oversight.
    """

    about: ClassVar[str] = "camera"
    camera: str


@dataclass(frozen=True, kw_only=True)
class CameraHealthChanged(Event):
    """A camera came alive, fell silent, refused us or was lost.

    Heard by: oversight, and everyone who looks at the map.
    """

    about: ClassVar[str] = "camera"
    camera: str
    state: HealthState
    reason: str
