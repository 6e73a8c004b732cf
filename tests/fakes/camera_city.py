"""A small city for stories about cameras: two bureaus, and a camera that most of them start with."""

from __future__ import annotations

from typing import Any

from safecity.access import add_bureau
from safecity.base import NODE, Event, Node, Place, read_entries
from safecity.cameras import Camera, Regime, add

HARBOUR = Place(-1.28, 36.82)
GATE_URL = "rtsp://admin:s3cret@10.0.0.5/live"


async def found(node: Node) -> None:
    """Founds the city."""
    square = [Place(-2, 36), Place(-2, 37), Place(-1, 37), Place(-1, 36)]
    for code, name in (("CEN", "Central"), ("WEST", "Westlands")):
        await add_bureau(node, NODE, code=code, name=name, polygon=square)


async def gate(node: Node, **different: Any) -> Camera:
    """Adds a camera called Gate 3."""
    values: dict[str, Any] = {
        "name": "Gate 3",
        "url": GATE_URL,
        "bureau": "CEN",
        "place": HARBOUR,
        "controller": "City police",
        "regime": Regime.POLICE,
    }
    return await add(node, NODE, **{**values, **different})


async def told(node: Node, *kinds: type[Event]) -> list[Event]:
    """The facts of these kinds, in order."""
    entries = await read_entries(node.database, 0)
    return [fact.event for fact in (entry.fact() for entry in entries) if isinstance(fact.event, kinds)]


async def journal(node: Node) -> str:
    """Everything the journal says, as text."""
    return "\n".join(entry.body for entry in await read_entries(node.database, 0))
