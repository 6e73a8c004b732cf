"""Masked pictures for a person: first the entry, then the picture."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from safecity.base import Actor, BlobMissing, Node, NotAllowed, read_entries
from safecity.footage import (
    Chunk,
    LookForm,
    PictureLooked,
    PictureWithheld,
    Shown,
    Started,
    Unmasked,
    Withheld,
    see_snapshot,
    take_snapshot,
    watch,
)


class CuriousEyes:
    """Eyes that note how many entries the journal had when they were asked."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.entries: list[int] = []

    async def watch(
        self,
        camera: str,
        *,
        at_ms: int | None,
        width: int,
        rate: float = 1.0,
        unmasked: Unmasked | None = None,
    ) -> AsyncIterator[Shown]:
        self.entries.append(len(await read_entries(self.node.database, 0)))
        yield Withheld("The empty scene of this camera is still being learned (6 s).")
        yield Started("video/mp4", b"init", 0)
        yield Chunk(b"picture", 0, 0)

    async def snapshot(self, camera: str, *, width: int, at_ms: int | None = None) -> bytes:
        self.entries.append(len(await read_entries(self.node.database, 0)))
        raise PictureWithheld("The camera sends no pictures just now.")


async def test_the_look_is_durable_before_the_first_picture(node: Node, operator: Actor):
    eyes = CuriousEyes(node)
    shown = [each async for each in watch(node, operator, eyes, camera="cam-1", at_ms=None, purpose="wall")]
    assert eyes.entries == [1]
    assert [type(each).__name__ for each in shown] == ["Withheld", "Started", "Chunk"]
    (entry,) = await read_entries(node.database, 0)
    assert entry.fact().event == PictureLooked(camera="cam-1", form=LookForm.LIVE, from_ms=None)
    assert entry.purpose == "wall"


async def test_playback_tells_the_moment_looked_at(node: Node, operator: Actor):
    eyes = CuriousEyes(node)
    async for _ in watch(node, operator, eyes, camera="cam-1", at_ms=77, purpose="incident:1"):
        break
    (entry,) = await read_entries(node.database, 0)
    assert entry.fact().event == PictureLooked(camera="cam-1", form=LookForm.PLAYBACK, from_ms=77)


async def test_who_may_not_look_never_reaches_the_eyes(node: Node, administrator: Actor):
    eyes = CuriousEyes(node)
    with pytest.raises(NotAllowed):
        await anext(watch(node, administrator, eyes, camera="cam-1", at_ms=None, purpose="wall"))
    assert eyes.entries == []


async def test_a_snapshot_is_a_look_even_when_it_is_withheld(node: Node, operator: Actor):
    eyes = CuriousEyes(node)
    with pytest.raises(PictureWithheld):
        await take_snapshot(node, operator, eyes, camera="cam-1", purpose="review")
    assert eyes.entries == [1]


async def test_a_kept_snapshot_is_a_look_at_its_moment(node: Node, operator: Actor):
    await node.blobs.put("snapshots/s1.jpg", b"jpeg")
    data = await see_snapshot(
        node, operator, camera="cam-1", key="snapshots/s1.jpg", at_ms=9, purpose="incident:1"
    )
    assert data == b"jpeg"
    with pytest.raises(BlobMissing):
        await see_snapshot(node, operator, camera="cam-1", key="snapshots/s2.jpg", at_ms=9, purpose="x")
    assert len(await read_entries(node.database, 0)) == 2
