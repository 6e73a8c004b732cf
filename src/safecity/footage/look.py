"""Who looks leaves a trace first: no entry in the journal, no picture."""

from __future__ import annotations

from safecity.access import Action, allow
from safecity.base import Actor, Change, Node
from safecity.footage.events import PictureLooked
from safecity.footage.model import LookForm


async def look(
    node: Node,
    by: Actor,
    *,
    camera: str,
    form: LookForm,
    from_ms: int | None = None,
    to_ms: int | None = None,
    permit: str | None = None,
) -> None:
    """Records that somebody looks at a camera, with the actor's purpose; durable when it returns.

    `from_ms` is the moment looked at, None for live, and with `to_ms` a span that is looked through. With a
    `permit`, which was checked, the picture is not masked. Raises NotAllowed before anything is told.
    """
    allow(by, Action.LOOK)

    async def work(change: Change) -> None:
        change.tell(
            PictureLooked(
                camera=camera, form=form, from_ms=from_ms, to_ms=to_ms, masked=permit is None, permit=permit
            )
        )

    await node.change(by, work)
