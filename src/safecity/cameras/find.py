"""Finds cameras, and how they are."""

from __future__ import annotations

from safecity.base import Node, NotFound
from safecity.cameras.model import Camera, Health
from safecity.cameras.store import SQL, CameraRow


async def cameras(node: Node) -> list[Camera]:
    """The city's cameras by name, without those that were removed."""
    return [row.camera() for row in await node.database.fetch(CameraRow, SQL["cameras"])]


async def camera(node: Node, wanted: str, *, even_removed: bool = False) -> Camera:
    """The camera with this id. Raises NotFound; with `even_removed` a removed one is found, without its address."""
    rows = await node.database.fetch(CameraRow, SQL["camera"], id=wanted)
    if not rows or (rows[0].removed_ms is not None and not even_removed):
        raise NotFound("There is no such camera.")
    return rows[0].camera()


async def health(node: Node) -> dict[str, Health]:
    """How each camera of the city is, by its id."""
    return {each.camera: each for each in await node.database.fetch(Health, SQL["health"])}
