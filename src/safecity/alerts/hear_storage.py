"""Raises an alert where footage has no good place to lie, now or within a day."""

from __future__ import annotations

from safecity.alerts.model import Alert, Source
from safecity.alerts.raise_alert import raise_alert
from safecity.base import NODE, Node, Place
from safecity.footage import ShortageForeseen, StorageTrouble

STORAGE_KIND = "storage"


async def hear_storage(node: Node, told: StorageTrouble | ShortageForeseen, home: Place, id: str) -> Alert:  # noqa: A002
    """The alert about a storage folder or a shortage to come; `home` is where this node stands.

    Most urgent where nothing records any more; `id` makes a repeat harmless.
    """
    if isinstance(told, StorageTrouble):
        which = f"{told.recorder}, {told.store or 'first'} folder"
        goes_on = (
            "Another folder takes over."
            if told.goes_on
            else "Nothing is recorded there until it is put right."
        )
        words, priority = f"{which}: {told.words} {goes_on}", 3 if told.goes_on else 1
    else:
        words, priority = told.words, 3
    return await raise_alert(
        node,
        NODE,
        kind=STORAGE_KIND,
        source=Source.SENSOR,
        title="Footage has no good place to lie",
        priority=priority,
        place=home,
        place_name=f"node {node.name}",
        details=words,
        id=id,
    )
