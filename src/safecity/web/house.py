"""What the web needs of the house: the node, the objects that live beside it, and plain settings. Filled by app.py."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from safecity.access import Limits
from safecity.base import Node, Place
from safecity.dispatch import Positions
from safecity.footage import Archive, Eyes
from safecity.oversight import Keys, Verdict

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True, kw_only=True)
class City:
    """The city's name, the middle of its map as longitude and latitude, its zoom and its time zone.

    `places` are names that citizens use, such as crossings, and where they are.
    """

    name: str = "Lumora"
    center: tuple[float, float] = (0.0, 0.0)
    zoom: float = 12.5
    timezone: str = "UTC"
    places: Mapping[str, Place] = field(default_factory=dict[str, Place])


@dataclass(frozen=True, kw_only=True)
class Site:
    """How the site is served. `hosts` are the names it answers to, "*" for any; sizes in bytes, times in seconds."""

    hosts: frozenset[str] = frozenset({"localhost", "127.0.0.1", "[::1]"})
    tls: bool = False
    version: str = "0"
    limits: Limits = field(default_factory=Limits)
    reports_per_minute: float = 6
    report_burst: int = 10
    sign_ins_per_minute: float = 12
    sign_in_burst: int = 20
    video_channels: int = 16
    live_queue: int = 512
    heartbeat_s: float = 2.0
    positions_s: float = 1.0


@dataclass(frozen=True, kw_only=True)
class House:
    """Everything the pages, the API and the sockets stand on.

    `verify` checks the whole log and may take a while; the page shows its latest verdict.
    """

    node: Node
    archive: Archive
    eyes: Eyes
    positions: Positions
    keys: Keys
    verify: Callable[[], Awaitable[Verdict]]
    city: City = field(default_factory=City)
    settings: Site = field(default_factory=Site)
    min_free_bytes: int = 1 << 30  # what footage leaves free on its disks
    static: Path = STATIC
