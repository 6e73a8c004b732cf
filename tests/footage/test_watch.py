"""Masked pictures for a person: first the entry, then the picture."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from safecity.access import ask_permit, grant_permit, revoke_permit
from safecity.base import Actor, BlobMissing, Node, NotAllowed, SetClock, read_entries, to_ms
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
from safecity.footage.watch import LEAVE_OVER


class CuriousEyes:
    """Eyes that note how many entries the journal had when they were asked."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.entries: list[int] = []
        self.asked: list[tuple[int | None, float, Unmasked | None]] = []

    async def watch(
        self,
        camera: str,
        *,
        at_ms: int | None,
        width: int,
        rate: float = 1.0,
        unmasked: Unmasked | None = None,
    ) -> AsyncGenerator[Shown, None]:
        self.entries.append(len(await read_entries(self.node.database, 0)))
        self.asked.append((at_ms, rate, unmasked))
        yield Withheld("The empty scene of this camera is still being learned (6 s).")
        yield Started("video/mp4", b"init", 0)
        yield Chunk(b"picture", 0, 0)

    async def snapshot(
        self, camera: str, *, width: int, at_ms: int | None = None, unmasked: Unmasked | None = None
    ) -> bytes:
        self.asked.append((at_ms, 1.0, unmasked))
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


async def permit_for(node: Node, by: Actor, second: Actor, camera: str = "cam-1") -> str:
    asked = await ask_permit(node, by, "unmask", camera, "missing_person", "A girl of six", for_s=600)
    return (await grant_permit(node, second, asked.id)).id


async def looks(node: Node) -> list[PictureLooked]:
    events = [entry.fact().event for entry in await read_entries(node.database, 0)]
    return [event for event in events if isinstance(event, PictureLooked)]


async def test_without_a_permit_that_holds_nothing_is_asked_of_the_eyes(
    node: Node, operator: Actor, desk: Actor
):
    eyes = CuriousEyes(node)
    other = await permit_for(node, operator, desk, "cam-2")
    not_mine = await permit_for(node, desk, operator)
    waits = await ask_permit(node, operator, "unmask", "cam-1", "missing_person", "A girl of six")
    for permit in ("x", other, not_mine, waits.id):
        with pytest.raises(NotAllowed):
            await anext(
                watch(node, operator, eyes, camera="cam-1", at_ms=None, purpose="wall", permit=permit)
            )
        with pytest.raises(NotAllowed):
            await take_snapshot(node, operator, eyes, camera="cam-1", purpose="wall", permit=permit)
    assert eyes.asked == []
    assert await looks(node) == []


async def test_with_a_permit_the_look_says_so_before_the_first_byte(
    node: Node, clock: SetClock, operator: Actor, desk: Actor
):
    eyes = CuriousEyes(node)
    permit = await permit_for(node, operator, desk)
    before = len(await read_entries(node.database, 0))
    shown = watch(node, operator, eyes, camera="cam-1", at_ms=77, purpose="wall", rate=2, permit=permit)
    await anext(shown)
    assert eyes.entries == [before + 1]
    (told,) = await looks(node)
    assert (told.masked, told.permit, told.from_ms) == (False, permit, 77)
    ((at_ms, rate, leave),) = eyes.asked
    assert (at_ms, rate) == (77, 2)
    assert leave is not None
    assert (leave.permit, leave.until_ms) == (permit, to_ms(clock.now()) + 600_000)
    assert leave.viewer.endswith(operator.id[-6:])
    await shown.aclose()


@pytest.mark.parametrize("way", ["ended by oneself", "ended by another", "over"])
async def test_within_a_second_of_the_end_of_leave_pictures_are_masked_again(
    node: Node, clock: SetClock, operator: Actor, desk: Actor, way: str
):
    eyes = CuriousEyes(node)
    permit = await permit_for(node, operator, desk)
    shown = watch(node, operator, eyes, camera="cam-1", at_ms=77, purpose="wall", permit=permit)
    await anext(shown)
    if way == "over":
        clock.pass_(minutes=10)
    else:
        await revoke_permit(node, operator if way == "ended by oneself" else desk, permit)
        clock.pass_(seconds=0.8)
    assert await anext(shown) == Withheld(LEAVE_OVER)
    assert isinstance(await anext(shown), Withheld)  # of the second, masked watch
    assert eyes.asked[1] == (77, 1.0, None)
    assert [each.masked for each in await looks(node)] == [False, True]
    await shown.aclose()


async def test_while_the_leave_holds_the_watch_goes_on(
    node: Node, clock: SetClock, operator: Actor, desk: Actor
):
    eyes = CuriousEyes(node)
    permit = await permit_for(node, operator, desk)
    shown = watch(node, operator, eyes, camera="cam-1", at_ms=None, purpose="wall", permit=permit)
    for kind in (Withheld, Started, Chunk):
        clock.pass_(minutes=3)
        assert isinstance(await anext(shown), kind)
    assert len(eyes.asked) == 1
    await shown.aclose()


async def test_an_unmasked_snapshot_is_a_look_with_its_permit(node: Node, operator: Actor, desk: Actor):
    eyes = CuriousEyes(node)
    permit = await permit_for(node, operator, desk)
    with pytest.raises(PictureWithheld):
        await take_snapshot(node, operator, eyes, camera="cam-1", purpose="review", permit=permit)
    (told,) = await looks(node)
    assert (told.masked, told.permit, told.form) == (False, permit, LookForm.SNAPSHOT)
    assert eyes.asked[0][2] is not None
