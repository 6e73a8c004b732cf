"""Scrubbing: one look for a camera and a span, written down before the first picture."""

from __future__ import annotations

import pytest

from fakes.eyes import JPEG, ScriptedEyes
from safecity.base import Actor, BadInput, Node, NotAllowed, SetClock, read_entries
from safecity.footage import LookForm, PictureLooked, PictureWithheld, Scrubbing

HOUR = (0, 3_600_000)


async def looked(node: Node) -> list[tuple[str, int | None, int | None]]:
    facts = [entry.fact().event for entry in await read_entries(node.database, 0)]
    return [
        (fact.camera, fact.from_ms, fact.to_ms)
        for fact in facts
        if isinstance(fact, PictureLooked) and fact.form is LookForm.SCRUB
    ]


async def see(scrubbing: Scrubbing, by: Actor) -> bytes:
    return await scrubbing.picture(by, viewer="s1", camera="cam-1", at_ms=5, span=HOUR, width=160)


async def test_a_hundred_pictures_of_a_span_are_one_look(node: Node, operator: Actor):
    eyes = ScriptedEyes()
    scrubbing = Scrubbing(node, eyes)

    async def seen(camera: str, at_ms: int, span: tuple[int, int] = HOUR, viewer: str = "s1") -> bytes:
        return await scrubbing.picture(
            operator, viewer=viewer, camera=camera, at_ms=at_ms, span=span, width=160
        )

    for second in range(100):
        assert await seen("cam-1", second * 1000 + 7) == JPEG
    assert await looked(node) == [("cam-1", *HOUR)]
    assert eyes.watched[3] == ("cam-1", 3000, 160)  # the second of the moment
    await seen("cam-1", 3_600_000, (3_600_000, 7_200_000))
    await seen("cam-2", 5)
    await seen("cam-1", 5, viewer="s2")
    assert len(await looked(node)) == 4


async def test_a_look_counts_for_ten_minutes_and_a_picture_is_made_once_in_five(
    node: Node, clock: SetClock, operator: Actor
):
    eyes = ScriptedEyes()
    scrubbing = Scrubbing(node, eyes)
    for seconds, looks, made in ((0, 1, 1), (200, 1, 1), (200, 1, 2), (250, 2, 2), (400, 2, 3)):
        clock.pass_(seconds=seconds)
        await see(scrubbing, operator)
        assert (len(await looked(node)), len(eyes.watched)) == (looks, made)


async def test_the_look_stands_before_the_picture_and_who_may_not_look_leaves_none(
    node: Node, operator: Actor, administrator: Actor
):
    eyes = ScriptedEyes(withheld="The empty scene is still being learned (6 s).")
    scrubbing = Scrubbing(node, eyes)
    with pytest.raises(NotAllowed):
        await see(scrubbing, administrator)
    assert (await looked(node), eyes.watched) == ([], [])
    with pytest.raises(PictureWithheld):
        await see(scrubbing, operator)
    assert len(await looked(node)) == 1


async def test_a_span_is_a_span(node: Node, operator: Actor):
    scrubbing = Scrubbing(node, ScriptedEyes())
    for at_ms, span in ((5, (10, 20)), (20, (10, 20)), (5, (0, 32 * 86_400_000))):
        with pytest.raises(BadInput):
            await scrubbing.picture(operator, viewer="s1", camera="cam-1", at_ms=at_ms, span=span, width=160)
    assert await looked(node) == []
