"""The video socket, over a real wire: sixteen channels on one line, every look written down first."""

from __future__ import annotations

import asyncio
import json
import struct
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from fakes.served import Cut, served
from fakes.website import Browser, Town, open_town
from safecity.access import ask_permit, grant_permit
from safecity.base import BadInput, Node, SetClock, from_ms, read_entries, to_ms
from safecity.footage import Chunk, Ended, PictureLooked, Started, Withheld
from safecity.web.compose import iso
from safecity.web.console.video import Envelopes, channel_in, read_word
from safecity.web.line import RESTARTING


def a_script(now_ms: int) -> list[Any]:
    """A camera that must learn its scene first, then shows two fragments."""
    return [
        Withheld("The empty scene is still being learned (6 s)."),
        Started('video/mp4; codecs="avc1.42c01f"', b"init", now_ms - 200),
        Chunk(b"one", now_ms - 200, 0),
        Chunk(b"two", now_ms - 100, 100),
    ]


def dial(host: str, browser: Browser):
    headers = {"cookie": f"safecity={browser.session.token}"} if browser.session else {}
    return connect(f"ws://{host}/ws/video", additional_headers=headers, origin=f"http://{host}")  # pyright: ignore


async def hear(socket: ClientConnection) -> Any:
    """The next message: a text as an object, bytes as (channel, 0, bytes) or (channel, 1, wall_ms, media_ms, bytes)."""
    said = await asyncio.wait_for(socket.recv(), 10)
    if isinstance(said, str):
        return json.loads(said)
    if said[2] == 0:
        return (*struct.unpack_from("<HB", said), said[3:])
    return (*struct.unpack_from("<HBdd", said), said[19:])


async def ask(socket: ClientConnection, **word: Any) -> None:
    await socket.send(json.dumps(word))


async def until_open(town: Town, channels: int) -> None:
    """Waits until so many channels are open at the eyes."""
    while town.eyes.open_now != channels:
        await asyncio.sleep(0.01)


async def looks(town: Town) -> list[tuple[str, str, int | None]]:
    facts = [entry.fact() for entry in await read_entries(town.node.database, 0)]
    return [
        (fact.purpose, fact.event.form, fact.event.from_ms)
        for fact in facts
        if isinstance(fact.event, PictureLooked)
    ]


async def test_pictures_come_after_the_look_is_written(node: Node, clock: SetClock, tmp_path: Path):
    async with open_town(node, tmp_path) as town, served(town.site) as host:
        now_ms = to_ms(clock.now())
        town.eyes.script = a_script(now_ms)
        async with dial(host, await town.browser("operator")) as socket:
            await ask(socket, open=7, camera=town.camera.id, at=None, purpose="wall")
            words = [await hear(socket) for _ in range(5)]
        assert words[0] == {
            "ch": 7,
            "kind": "withheld",
            "reason": "The empty scene is still being learned (6 s).",
        }
        start = {
            "ch": 7,
            "kind": "start",
            "mime": 'video/mp4; codecs="avc1.42c01f"',
            "camera": town.camera.id,
        }
        assert words[1].pop("from")[:19] == iso(from_ms(now_ms - 200))[:19]
        assert words[1] == start
        assert words[2] == (7, 0, b"init")
        assert words[3:] == [(7, 1, now_ms - 200, 0, b"one"), (7, 1, now_ms - 100, 100, b"two")]
        assert await looks(town) == [("wall", "live", None)]


async def test_a_moment_of_the_past_is_played_for_an_incident(node: Node, clock: SetClock, tmp_path: Path):
    async with open_town(node, tmp_path) as town, served(town.site) as host:
        town.eyes.script = [Ended("There is no more footage.")]
        purpose = f"incident:{town.camera.id}"
        async with dial(host, await town.browser("operator")) as socket:
            await ask(socket, open=1, camera=town.camera.id, at="2029-12-31T23:59:00.000Z", purpose=purpose)
            assert await hear(socket) == {"ch": 1, "kind": "ended", "reason": "There is no more footage."}
        at_ms = to_ms(clock.now()) - 60_000
        assert await looks(town) == [(purpose, "playback", at_ms)]
        assert town.eyes.watched == [(town.camera.id, at_ms, 640)]


async def test_channels_are_closed_and_all_end_with_the_line(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town, served(town.site) as host:
        town.eyes.script = [Withheld("Not yet.")]
        async with dial(host, await town.browser("operator")) as socket:
            for channel in (1, 2, 3):
                await ask(socket, open=channel, camera=town.camera.id, purpose="wall")
                await hear(socket)
            assert town.eyes.open_now == 3
            await ask(socket, close=2)
            await until_open(town, 2)
        await until_open(town, 0)


async def test_what_cannot_be_shown_is_said_on_its_channel(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path, video_channels=1) as town, served(town.site) as host:
        town.eyes.script = [Withheld("Not yet.")]
        async with dial(host, await town.browser("operator")) as socket:
            nowhere = "01938f6e-3c4a-7d2e-8f10-0123456789ab"
            refused: list[tuple[dict[str, Any], int, str]] = [
                ({"open": 4, "camera": nowhere, "purpose": "wall"}, 4, "There is no"),
                ({"open": 5, "camera": "../1", "purpose": "wall"}, 5, "The field “camera” is not written"),
                (
                    {"open": 6, "camera": town.camera.id, "purpose": "fun"},
                    6,
                    "The field “purpose” is not written",
                ),
                ({"open": 7, "purpose": "wall"}, 7, "Please say which camera"),
                ({"shout": 1}, 0, "The field “shout” is not known"),
                ({}, 0, "Please say which channel"),
            ]
            for word, channel, sentence in refused:
                await ask(socket, **word)
                said = await hear(socket)
                assert (said["ch"], said["kind"]) == (channel, "ended")
                assert said["reason"].startswith(sentence)
            assert await looks(town) == []
            await ask(socket, open=1, camera=town.camera.id, purpose="wall")
            assert (await hear(socket))["kind"] == "withheld"
            await ask(socket, open=2, camera=town.camera.id, purpose="wall")
            assert "At most 1 pictures" in (await hear(socket))["reason"]


async def test_a_picture_that_is_far_behind_is_ended_so_that_it_is_asked_for_anew(
    node: Node, clock: SetClock, tmp_path: Path
):
    async with open_town(node, tmp_path) as town, served(town.site) as host:
        old_ms = to_ms(clock.now()) - 11_000
        town.eyes.script = [Started("video/mp4", b"init", old_ms), Chunk(b"old", old_ms, 0, is_key=True)]
        async with dial(host, await town.browser("operator")) as socket:
            await ask(socket, open=1, camera=town.camera.id, purpose="wall")
            words = [await hear(socket) for _ in range(3)]
            assert words[-1] == {"ch": 1, "kind": "ended", "reason": "The line is too slow for this picture."}


async def test_a_browser_learns_what_time_it_is_here(node: Node, clock: SetClock, tmp_path: Path):
    async with (
        open_town(node, tmp_path) as town,
        served(town.site) as host,
        dial(host, await town.browser("operator")) as socket,
    ):
        await ask(socket, ping=1234.5)
        assert await hear(socket) == {"ch": 0, "kind": "pong", "ping": 1234.5, "now_ms": to_ms(clock.now())}


async def test_with_a_permit_the_eye_is_told_and_without_one_nothing_is_shown(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town, served(town.site) as host:
        town.eyes.script = [Withheld("Not yet.")]
        operator, desk = (town.people[role].actor for role in ("operator", "desk"))
        asked = await ask_permit(
            node, operator, "unmask", town.camera.id, "missing_person", "A girl of six in a red coat"
        )
        open_it = {"open": 1, "camera": town.camera.id, "purpose": "wall", "permit": asked.id, "rate": 4}
        async with dial(host, await town.browser("operator")) as socket:
            await ask(socket, **open_it)
            assert "has not been granted yet" in (await hear(socket))["reason"]
            assert town.eyes.watched == []
            await grant_permit(node, desk, asked.id)
            await ask(socket, **open_it)
            assert (await hear(socket))["reason"] == "Not yet."
        leave = town.eyes.unmasked[0]
        assert leave is not None
        assert (leave.permit, town.eyes.rates) == (asked.id, [4])
        assert leave.viewer.startswith(town.people["operator"].name)


@pytest.mark.parametrize(("role", "code"), [("auditor", 4403), ("officer", 4403), ("administrator", 4403)])
async def test_who_may_not_look_gets_no_line(node: Node, tmp_path: Path, role: str, code: int):
    async with (
        open_town(node, tmp_path) as town,
        served(town.site) as host,
        dial(host, await town.browser(role)) as socket,
    ):
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert socket.close_code == code


async def test_a_tab_that_closes_amid_pictures_ends_its_channels_without_a_word(
    node: Node, clock: SetClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    async with open_town(node, tmp_path) as town, served(town.site, quiet=False) as host:
        now_ms = to_ms(clock.now())
        town.eyes.script = [Started("video/mp4", b"init", now_ms), Chunk(b"picture", now_ms, 0)]
        town.eyes.endless = True
        for polite in (True, False):
            async with dial(host, await town.browser("operator")) as socket:
                for channel in range(4):
                    await ask(socket, open=channel, camera=town.camera.id, purpose="wall")
                await until_open(town, 4)
                await hear(socket)
                if not polite:
                    socket.transport.abort()
            await until_open(town, 0)
    assert not [each for each in caplog.records if each.levelname == "ERROR"]


async def test_a_node_that_stops_closes_the_line(
    node: Node, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    async with open_town(node, tmp_path) as town, AsyncExitStack() as serving:
        host = await serving.enter_async_context(served(town.site, quiet=False))
        town.eyes.script = [Withheld("Not yet.")]
        async with dial(host, await town.browser("operator")) as socket:
            await ask(socket, open=1, camera=town.camera.id, purpose="wall")
            await hear(socket)
            await serving.aclose()
            with pytest.raises(ConnectionClosed):
                await socket.recv()
            assert socket.close_code == RESTARTING
        assert town.eyes.open_now == 0
    assert not [each for each in caplog.records if each.levelname == "ERROR"]


async def test_a_line_that_is_cut_with_the_node_is_closed(
    node: Node, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    async with open_town(node, tmp_path) as town:
        site = Cut(town.site)
        town.eyes.script = [Withheld("Not yet.")]
        async with served(site, quiet=False) as host, dial(host, await town.browser("operator")) as socket:
            await ask(socket, open=1, camera=town.camera.id, purpose="wall")
            await hear(socket)
            site.cut()
            with pytest.raises(ConnectionClosed):
                await socket.recv()
            assert socket.close_code == RESTARTING
            await until_open(town, 0)
    assert not [each for each in caplog.records if each.levelname == "ERROR"]


def test_all_who_see_a_picture_on_the_same_channel_get_the_same_bytes():
    envelopes, picture, twin = Envelopes(), Chunk(b"street", 1, 2), Chunk(b"street", 1, 2)
    first = envelopes.of(7, picture)
    assert first == struct.pack("<HBdd", 7, 1, 1, 2) + b"street"
    assert envelopes.of(7, picture) is first
    assert envelopes.of(8, picture) == struct.pack("<HBdd", 8, 1, 1, 2) + b"street"
    assert envelopes.of(7, twin) is not first  # another watch's, though it looks the same
    again = envelopes.of(7, picture)
    envelopes.forget()
    assert envelopes.of(7, picture) is not again


@pytest.mark.parametrize("text", ["", "[]", "{", '{"open": 70000}', '{"open": "1"}', "x" * 70_000])
def test_what_a_browser_says_is_checked(text: str):
    with pytest.raises(BadInput):
        read_word(text)
    assert 0 <= channel_in(text) <= 65_535
