"""What an eye told becomes sightings and facts, each once, whatever dies in between."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from safecity.adapters.stores.footage_index import FootageIndex
from safecity.base import NODE, Event, Node, read_entries
from safecity.detection import (
    ENDED,
    EYE_OPENED,
    STARTED,
    Box,
    Over,
    SightingEnded,
    SightingStarted,
    Started,
    accept,
    keep_accepting,
    sightings,
)

BOX, WIDER = Box(0.5, 0.5, 0.125, 0.25), Box(0.25, 0.5, 0.5, 0.25)
START = SightingStarted(sighting="s1", camera="cam", started_ms=1000, box=BOX, snapshot="snapshots/s1.jpg")
END = SightingEnded(sighting="s1", camera="cam", started_ms=1000, ended_ms=9000, box=WIDER, stayed=True)


@pytest.fixture
def outbox(tmp_path: Path) -> FootageIndex:
    return FootageIndex(tmp_path / "index" / "eye-0.db", writable=True)


def tell_start(outbox: FootageIndex, sighting: str = "s1", at_ms: int = 1000) -> None:
    body = Started(sighting=sighting, started_ms=at_ms, box=BOX, snapshot=f"snapshots/{sighting}.jpg")
    outbox.tell(at_ms, "cam", STARTED, msgspec.json.encode(body).decode())


def tell_end(outbox: FootageIndex, at_ms: int = 9000) -> None:
    body = Over(sighting="s1", ended_ms=at_ms, box=WIDER, stayed=True)
    outbox.tell(at_ms, "cam", ENDED, msgspec.json.encode(body).decode())


async def facts(node: Node) -> list[Event]:
    return [entry.fact().event for entry in await read_entries(node.database, 0)]


async def test_a_sighting_starts_and_ends(node: Node, outbox: FootageIndex):
    tell_start(outbox)
    assert await accept(node, NODE, eye="eye-0", outbox=outbox) == 1
    (lasting,) = await sightings(node, "cam", 0, 10_000)
    assert (lasting.ended_ms, lasting.box, lasting.snapshot) == (None, BOX, "snapshots/s1.jpg")
    tell_end(outbox)
    assert await accept(node, NODE, eye="eye-0", outbox=outbox) == 1
    (over,) = await sightings(node, "cam", 0, 10_000)
    assert (over.ended_ms, over.box) == (9000, WIDER)
    assert await facts(node) == [START, END]


async def test_what_was_taken_over_is_not_taken_again(node: Node, outbox: FootageIndex):
    tell_start(outbox)
    tell_end(outbox)
    assert [await accept(node, NODE, eye="eye-0", outbox=outbox) for _ in range(3)] == [2, 0, 0]
    assert await facts(node) == [START, END]


async def test_a_list_that_was_begun_anew_is_read_from_its_start(
    node: Node, outbox: FootageIndex, tmp_path: Path
):
    tell_start(outbox)
    tell_end(outbox)
    await accept(node, NODE, eye="eye-0", outbox=outbox)
    fresh = FootageIndex(tmp_path / "index" / "fresh.db", writable=True)
    tell_start(fresh, "s2", 20_000)
    await accept(node, NODE, eye="eye-0", outbox=fresh)
    assert [each.id for each in await sightings(node, "cam", 0, 30_000)] == ["s1", "s2"]


async def test_an_eye_that_was_killed_ends_its_sightings_when_it_opens_again(
    node: Node, outbox: FootageIndex
):
    tell_start(outbox)
    outbox.tell(5000, "", EYE_OPENED, "{}")
    tell_end(outbox)
    await accept(node, NODE, eye="eye-0", outbox=outbox)
    (over,) = await sightings(node, "cam", 0, 10_000)
    assert over.ended_ms == 5000
    assert len(await facts(node)) == 2


async def test_the_eyes_are_apart(node: Node, outbox: FootageIndex):
    tell_start(outbox)
    await accept(node, NODE, eye="eye-0", outbox=outbox)
    outbox.tell(5000, "", EYE_OPENED, "{}")
    await accept(node, NODE, eye="eye-1", outbox=outbox)  # reads s1 again: known, and not its own
    (lasting,) = await sightings(node, "cam", 0, 10_000)
    assert lasting.ended_ms is None
    assert await facts(node) == [START]


async def test_a_kind_of_notice_from_a_newer_eye_is_passed_over(node: Node, outbox: FootageIndex):
    outbox.tell(1, "cam", "something_new", "{}")
    tell_start(outbox)
    assert await accept(node, NODE, eye="eye-0", outbox=outbox) == 2
    assert await facts(node) == [START]


async def test_all_eyes_are_heard_for_ever(node: Node, outbox: FootageIndex):
    tell_start(outbox)
    hearing = asyncio.get_running_loop().create_task(keep_accepting(node, {"eye-0": outbox}))
    async for fact in node.bus.subscribe(0):
        assert fact.event == START
        break
    hearing.cancel()
