"""Look-ups: one sighting, or those of a camera in a span of time."""

from __future__ import annotations

from safecity.base import Node, NotFound
from safecity.detection.model import Sighting
from safecity.detection.store import SQL, SightingRow


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
