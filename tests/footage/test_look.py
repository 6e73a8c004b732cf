"""Who looks leaves a trace first."""

from __future__ import annotations

import pytest

from safecity.base import Actor, Node, NotAllowed, read_entries
from safecity.footage import LookForm, PictureLooked, look


async def test_a_look_is_in_the_journal_with_its_purpose(node: Node, operator: Actor):
    await look(
        node, operator.for_purpose("incident:7"), camera="cam-1", form=LookForm.PLAYBACK, from_ms=5_000
    )
    (entry,) = await read_entries(node.database, 0)
    assert entry.fact().event == PictureLooked(camera="cam-1", form=LookForm.PLAYBACK, from_ms=5_000)
    assert (entry.subject, entry.actor, entry.purpose) == ("camera:cam-1", "person:operator", "incident:7")


async def test_an_auditor_reads_of_looks_but_takes_none(node: Node, auditor: Actor, administrator: Actor):
    for who in (auditor, administrator):
        with pytest.raises(NotAllowed):
            await look(node, who, camera="cam-1", form=LookForm.LIVE)
    assert await read_entries(node.database, 0) == []
