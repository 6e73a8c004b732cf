"""Masked pictures for a person: the look is in the journal before the first one is shown."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from safecity.base import Actor, Node
from safecity.footage.look import look
from safecity.footage.model import LookForm
from safecity.footage.ports import Eyes, Shown

FULL_WIDTH = 640


async def watch(
    node: Node,
    by: Actor,
    eyes: Eyes,
    *,
    camera: str,
    at_ms: int | None,
    purpose: str,
    width: int = FULL_WIDTH,
) -> AsyncGenerator[Shown, None]:
    """Live pictures (`at_ms` None), or recorded ones from a moment on. Raises NotAllowed before anything is shown."""
    form = LookForm.LIVE if at_ms is None else LookForm.PLAYBACK
    await look(node, by.for_purpose(purpose), camera=camera, form=form, from_ms=at_ms)
    async for shown in eyes.watch(camera, at_ms=at_ms, width=width):
        yield shown


async def take_snapshot(
    node: Node, by: Actor, eyes: Eyes, *, camera: str, purpose: str, width: int = FULL_WIDTH
) -> bytes:
    """A masked JPEG of now. Raises NotAllowed, PictureWithheld."""
    await look(node, by.for_purpose(purpose), camera=camera, form=LookForm.SNAPSHOT)
    return await eyes.snapshot(camera, width=width)


async def see_snapshot(node: Node, by: Actor, *, camera: str, key: str, at_ms: int, purpose: str) -> bytes:
    """The masked JPEG that was kept of a sighting. Raises NotAllowed, BlobMissing."""
    await look(node, by.for_purpose(purpose), camera=camera, form=LookForm.SNAPSHOT, from_ms=at_ms)
    return await node.blobs.get(key)
