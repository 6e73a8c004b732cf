"""Look-ups: one sighting, those of a camera in a span of time, and with what its eye looks for people."""

from __future__ import annotations

from safecity.base import Node, NotFound
from safecity.detection.model import Sighting
from safecity.detection.store import SQL, FindersRow, SightingRow


async def sighting(node: Node, wanted: str) -> Sighting:
    """One sighting. Raises NotFound."""
    rows = await node.database.fetch(SightingRow, SQL["one"], id=wanted)
    if not rows:
        raise NotFound("There is no such sighting on this node.")
    return rows[0].sighting()


async def sightings(
    node: Node, camera: str, from_ms: int, to_ms: int, *, limit: int = 1_000
) -> list[Sighting]:
    """The sightings of a camera that touch a span, oldest first."""
    rows = await node.database.fetch(
        SightingRow, SQL["touching"], camera=camera, from_ms=from_ms, to_ms=to_ms, limit=limit
    )
    return [row.sighting() for row in rows]


async def finders(node: Node, eye: str = "eye-0") -> str:
    """With what an eye looks for people in order to hide them, as a sentence; empty while it never opened.

    All eyes of a node have the same settings, so the first speaks for all.
    """
    rows = await node.database.fetch(FindersRow, SQL["finders"], eye=eye)
    return rows[0].words if rows else ""
