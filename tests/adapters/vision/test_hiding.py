"""Recording without private areas: a process of its own, which may die, hang or be too slow."""

from __future__ import annotations

import asyncio
import io
import sys
from dataclasses import dataclass, field

import msgspec
import numpy as np
import pytest

from fakes.film import Film, shot
from fakes.stream import ScriptedWire
from safecity.adapters.vision import hiding
from safecity.adapters.vision.decode import Decoder
from safecity.adapters.vision.hiding import DIED, HANGS, HEAD, SLOW, HidingWire, Message, serve
from safecity.base import RealClock
from safecity.cameras import CameraGone, HidingFailed, Picture, Sound, Track, WireError

WINDOW = ((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75))
ITEMS = shot(Film(seed=3, width=320, height=180), 1)
LONG = 3_600.0
HUNG = [sys.executable, "-c", "import time; time.sleep(60)"]


@dataclass
class Heard:
    """A sink that keeps what it hears."""

    items: list[Track | Picture | Sound | int] = field(default_factory=list[Track | Picture | Sound | int])

    def on_track(self, track: Track) -> None:
        self.items.append(track)

    def on_picture(self, picture: Picture) -> None:
        self.items.append(picture)

    def on_sound(self, sound: Sound) -> None:
        self.items.append(sound)

    def on_loss(self, packets: int) -> None:
        self.items.append(packets)


async def watched(wire: HidingWire, sink: Heard, silent_s: float = 20) -> WireError:
    """Why it ended."""
    async with asyncio.timeout(40):
        with pytest.raises(WireError) as ended:
            await wire.watch("fake://gate", sink, answer_s=5, silent_s=silent_s)
    return ended.value


async def test_what_is_recorded_has_no_private_areas_and_ends_as_the_camera_ends():
    sink = Heard()
    wire = HidingWire(ScriptedWire(RealClock(), [*ITEMS, 3]), [WINDOW], last_words_s=LONG)
    error = await watched(wire, sink)
    assert isinstance(error, CameraGone)
    track, *pictures = (each for each in sink.items if isinstance(each, Track | Picture))
    assert isinstance(track, Track)
    assert 3 in sink.items
    assert len(pictures) == 10
    decoder = Decoder(track, 640)
    for picture in pictures:
        assert isinstance(picture, Picture)
        (pixels,) = decoder.decode(picture)
        assert np.abs(pixels.y[46:134, 81:239].astype(int) - 104).max() < 14


@pytest.mark.parametrize(
    ("command", "silent_s", "words"),
    [([sys.executable, "-c", "pass"], 20, DIED), (HUNG, 0.2, HANGS)],
)
async def test_while_nothing_can_be_hidden_nothing_is_recorded_and_the_reason_is_said(
    command: list[str], silent_s: float, words: str
):
    sink = Heard()
    wire = HidingWire(ScriptedWire(RealClock(), [*ITEMS, LONG]), [WINDOW], command=command)
    error = await watched(wire, sink, silent_s)
    assert isinstance(error, HidingFailed)
    assert error.sentence == words
    assert sink.items == []


async def test_a_child_that_is_too_slow_ends_the_stream(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(hiding, "MOST_WAITING", 200_000)
    large = Picture([bytes(300_000)], True, 0, 0, 300_000)
    wire = HidingWire(ScriptedWire(RealClock(), [ITEMS[0], large, large, LONG]), [WINDOW], command=HUNG)
    error = await watched(wire, Heard(), silent_s=30)
    assert (type(error), error.sentence) == (HidingFailed, SLOW)


async def test_no_child_is_left_behind_when_the_recorder_lets_the_camera_go():
    wire = HidingWire(ScriptedWire(RealClock(), [*ITEMS, LONG]), [WINDOW])
    sink = Heard()
    task = asyncio.get_running_loop().create_task(wire.watch("fake://gate", sink, answer_s=5, silent_s=20))
    async with asyncio.timeout(30):
        while not any(isinstance(each, Picture) for each in sink.items):
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()


def test_the_child_answers_each_picture_and_ends_with_the_pipe():
    incoming, outgoing = io.BytesIO(), io.BytesIO()
    for message in (
        Message(areas=(WINDOW,)),
        *(Message(track=each) if isinstance(each, Track) else Message(picture=each) for each in ITEMS),
    ):
        data = msgspec.msgpack.encode(message)
        incoming.write(len(data).to_bytes(HEAD, "big") + data)
    incoming.seek(0)
    serve(incoming, outgoing)
    outgoing.seek(0)
    answers = list[Message]()
    while head := outgoing.read(HEAD):
        answers.append(msgspec.msgpack.decode(outgoing.read(int.from_bytes(head, "big")), type=Message))
    assert [each.track is not None for each in answers] == [True] + [False] * 10
