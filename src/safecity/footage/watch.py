"""Pictures for a person, masked unless they have leave: the look is in the journal before the first one is shown."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator
from contextlib import aclosing
from weakref import WeakKeyDictionary, WeakValueDictionary

from safecity.access import PermitState, find_permit, names, require_permit
from safecity.base import Actor, Node, to_ms
from safecity.footage.look import look
from safecity.footage.model import LookForm
from safecity.footage.ports import Chunk, Ended, Eyes, Shown, Unmasked, Withheld

FULL_WIDTH = 640
UNMASK = "unmask"  # the kind of permit
CHECK_EVERY_S = 0.8  # no unmasked picture is passed on whose leave was not looked at within this time
LEAVE_OVER = "The leave to see without the mask is over; the picture is masked again."


async def watch(
    node: Node,
    by: Actor,
    eyes: Eyes,
    *,
    camera: str,
    at_ms: int | None,
    purpose: str,
    width: int = FULL_WIDTH,
    rate: float = 1.0,
    permit: str | None = None,
) -> AsyncGenerator[Shown, None]:
    """Live pictures (`at_ms` None), or recorded ones from a moment on, `rate` times as fast as it happened.

    With a `permit` to unmask the camera they are not masked for as long as it holds, and masked from then on, which is
    a look of its own. Raises NotAllowed before anything is shown.
    """
    form = LookForm.LIVE if at_ms is None else LookForm.PLAYBACK
    by = by.for_purpose(purpose)
    if permit is not None:
        leave = await _leave(node, by, camera, permit)
        await look(node, by, camera=camera, form=form, from_ms=at_ms, permit=permit)
        lease = _lease(node, permit)
        async with aclosing(eyes.watch(camera, at_ms=at_ms, width=width, rate=rate, unmasked=leave)) as items:
            async for shown in items:
                if not (lease.is_fresh() or await lease.renewed()):
                    break
                if at_ms is not None and isinstance(shown, Chunk):
                    at_ms = shown.wall_ms
                yield shown
                if isinstance(shown, Ended):
                    return
        yield Withheld(LEAVE_OVER)
    await look(node, by, camera=camera, form=form, from_ms=at_ms)
    async with aclosing(eyes.watch(camera, at_ms=at_ms, width=width, rate=rate)) as items:
        async for shown in items:
            yield shown


class _Lease:
    """Whether a leave still holds; all who watch by the same permit share one look-up."""

    def __init__(self, node: Node, permit: str) -> None:
        self._node, self._permit = node, permit
        self._held_s = -math.inf  # when the last look-up that found it to hold was begun
        self._task: asyncio.Task[bool] | None = None

    def is_fresh(self) -> bool:
        """Whether it was found to hold a moment ago: so much is asked for each picture.

        It is looked up anew in good time, so that pictures hardly ever wait for that.
        """
        age_s = self._node.clock.monotonic() - self._held_s
        if age_s >= CHECK_EVERY_S / 2 and self._task is None:
            self._begin()
        return age_s < CHECK_EVERY_S

    async def renewed(self) -> bool:
        """Whether it holds, as a look-up finds."""
        return await asyncio.shield(self._task or self._begin())

    def _begin(self) -> asyncio.Task[bool]:
        self._task = asyncio.get_running_loop().create_task(self._look_up())
        return self._task

    async def _look_up(self) -> bool:
        """Whether a permit that was checked is granted yet; whose it is and for what never changes."""
        begun_s = self._node.clock.monotonic()
        try:
            holds = (await find_permit(self._node, self._permit)).state is PermitState.GRANTED
        finally:
            self._task = None
        self._held_s = begun_s if holds else -math.inf
        return holds


_LEASES: WeakKeyDictionary[Node, WeakValueDictionary[str, _Lease]] = WeakKeyDictionary()


def _lease(node: Node, permit: str) -> _Lease:
    """The lease by a permit: the one that others watch by already, or a new one."""
    leases = _LEASES.setdefault(node, WeakValueDictionary())
    lease = leases.get(permit)
    if lease is None:
        lease = leases[permit] = _Lease(node, permit)
    return lease


async def _leave(node: Node, by: Actor, camera: str, permit: str) -> Unmasked:
    """What the eye is told of a permit that holds. Raises NotAllowed with what is missing."""
    found = await require_permit(node, by, UNMASK, camera, permit=permit)
    assert found.expires_at is not None  # a permit that holds was granted until some moment
    called = await names(node, {by.id})
    return Unmasked(found.id, f"{called[by.id]} {by.id[-6:]}", to_ms(found.expires_at))


async def take_snapshot(
    node: Node,
    by: Actor,
    eyes: Eyes,
    *,
    camera: str,
    purpose: str,
    width: int = FULL_WIDTH,
    permit: str | None = None,
) -> bytes:
    """A JPEG of now, masked unless a `permit` says otherwise. Raises NotAllowed, PictureWithheld."""
    by = by.for_purpose(purpose)
    leave = await _leave(node, by, camera, permit) if permit is not None else None
    await look(node, by, camera=camera, form=LookForm.SNAPSHOT, permit=permit)
    return await eyes.snapshot(camera, width=width, unmasked=leave)


async def see_snapshot(node: Node, by: Actor, *, camera: str, key: str, at_ms: int, purpose: str) -> bytes:
    """The masked JPEG that was kept of a sighting. Raises NotAllowed, BlobMissing."""
    await look(node, by.for_purpose(purpose), camera=camera, form=LookForm.SNAPSHOT, from_ms=at_ms)
    return await node.blobs.get(key)
