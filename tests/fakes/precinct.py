"""Two bureaus side by side, two cameras, a few units: where stories of alerts and dispatch take place.

Everything is set up through the real verbs.
"""

from __future__ import annotations

from dataclasses import dataclass

from safecity.access import add_bureau
from safecity.base import NODE, Actor, Node, Place, read_entries
from safecity.cameras import Camera, Regime, add
from safecity.dispatch import Unit, UnitKind, add_unit, start_shift

MARKET = Place(-1.2850, 36.8200)
STATION = Place(-1.2900, 36.8280)
EAST_MARKET = Place(-1.2850, 36.8600)


@dataclass(frozen=True)
class Town:
    """What stories refer to: `market` and `station` are cameras of the bureau CEN."""

    market: Camera
    station: Camera


async def build_town(node: Node) -> Town:
    """Bureaus CEN (west) and EAS (east), and two cameras in CEN."""
    await add_bureau(node, NODE, code="CEN", name="Central", polygon=box(-1.30, 36.80, -1.27, 36.84))
    await add_bureau(node, NODE, code="EAS", name="East", polygon=box(-1.30, 36.84, -1.27, 36.88))
    return Town(
        market=await add_camera(node, "Market St, east", MARKET),
        station=await add_camera(node, "Station Rd, gate", STATION),
    )


def box(south: float, west: float, north: float, east: float) -> tuple[Place, ...]:
    """A rectangle on the ground."""
    return Place(south, west), Place(south, east), Place(north, east), Place(north, west)


async def add_camera(node: Node, name: str, place: Place, *, bearing_deg: float = 90.0) -> Camera:
    """A camera that looks along its street."""
    return await add(
        node,
        NODE,
        name=name,
        url=f"rtsp://127.0.0.1/{name.split(maxsplit=1)[0].lower()}",
        bureau="CEN",
        place=place,
        bearing_deg=bearing_deg,
        controller="City of Lumora",
        regime=Regime.CITY,
    )


async def add_patrol(
    node: Node,
    call_sign: str,
    crew: tuple[str, ...],
    *,
    bureau: str = "CEN",
    kind: UnitKind = UnitKind.CAR,
    on_shift: bool = True,
) -> Unit:
    """A unit with its crew, on shift unless said otherwise."""
    unit = await add_unit(node, NODE, call_sign=call_sign, kind=kind, bureau=bureau, crew=crew)
    if not on_shift:
        return unit
    return await start_shift(node, person(crew[0].removeprefix("person:"), "officer", bureau), unit.id)


def person(name: str, role: str, bureau: str | None = "CEN") -> Actor:
    """Someone with a role."""
    return Actor(id=f"person:{name}", roles=frozenset({role}), bureau=bureau)


async def facts(node: Node, since: int = 0) -> list[str]:
    """The names of the facts told since, in order."""
    return [entry.type.partition("/")[0] for entry in await read_entries(node.database, since)]
