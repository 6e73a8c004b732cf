"""Footage leaves as films that programs we did not write play without a complaint, each picture at its own time."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fakes.coded import AAC, ALAW, aac_sounds, alaw_sounds, hevc_stream
from fakes.eyes import ScriptedEyes
from fakes.ffmpeg import complaints
from fakes.kept import keep, steady
from fakes.maskers import GreyMasker
from fakes.shelf import Shelf, shelf
from fakes.stream import START_MS, TRACK, needs, pictures, stream
from fakes.vlc import play
from safecity.adapters.vision.playback import Playback
from safecity.base import NotFound, SetClock, Unavailable
from safecity.cameras import AudioTrack, Track
from safecity.footage import (
    Chunk,
    Ended,
    Sample,
    Shown,
    Started,
    Unmasked,
    Withheld,
    export,
    export_shown,
    fragment,
    init_segment,
)

real = pytest.mark.skipif(bool(needs("ffmpeg")), reason=needs("ffmpeg"))


@pytest.fixture
def shelves(tmp_path: Path) -> Iterator[Shelf]:
    made = shelf(tmp_path / "data")
    yield made
    made.index.close()


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def quiet(_: int, __: int) -> None:
    """Nobody listens."""


def probe(file: str) -> dict[str, Any]:
    done = subprocess.run(
        ["ffprobe", "-v", "warning", "-count_frames", "-of", "json", "-show_entries",
         "stream=codec_name,codec_tag_string,start_time,duration,nb_read_frames:format=duration,format_name",
         file],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    return json.loads(done.stdout)


def shown_at(file: str, kind: str = "v") -> list[float]:
    """When each picture is shown, in seconds of the film."""
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-select_streams", kind, "-of", "csv=p=0",
         "-show_entries", "frame=pts_time", file],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [float(line.rstrip(",")) for line in done.stdout.split()]


@real
@pytest.mark.parametrize("codec", ["h264", "hevc"])
@pytest.mark.parametrize("audio", [None, AAC, ALAW], ids=["silent", "aac", "alaw"])
async def test_a_film_is_read_without_a_warning_and_every_picture_stands_at_its_time(
    shelves: Shelf, into: Path, tmp_path: Path, codec: str, audio: AudioTrack | None
):
    track, own = stream(tmp_path, seconds=4, group=15) if codec == "h264" else hevc_stream(tmp_path)
    sounds = aac_sounds(tmp_path) if audio == AAC else alaw_sounds(4)
    keep(shelves, "gate", replace(track, audio=audio), own, sounds)
    (film,) = await export(shelves.archive, ["gate"], START_MS, START_MS + 4_000, into, progress=quiet)
    found = probe(film.path)
    assert [each["codec_name"] for each in found["streams"]] == [
        codec,
        *({AAC: ["aac"], ALAW: ["pcm_alaw"]}[audio] if audio else []),
    ]
    assert found["streams"][0]["nb_read_frames"] == "60"
    assert float(found["format"]["duration"]) == pytest.approx(4, abs=0.1)
    assert shown_at(film.path) == pytest.approx([n / 15 for n in range(60)], abs=0.002)
    assert complaints(Path(film.path), "error" if audio == ALAW else "warning") == "", (
        "PCM never names its channels"
    )
    assert film.pictures == 60
    assert film.bytes == Path(film.path).stat().st_size
    assert film.missing == ()


@real
async def test_a_film_begins_at_the_moment_asked_for_although_the_keyframe_lies_before(
    shelves: Shelf, into: Path, tmp_path: Path
):
    keep(shelves, "gate", *stream(tmp_path, seconds=8))
    (film,) = await export(
        shelves.archive, ["gate"], START_MS + 3_000, START_MS + 5_000, into, progress=quiet
    )
    shown = shown_at(film.path)
    assert shown == pytest.approx([n / 15 for n in range(30)], abs=0.002)
    assert film.pictures == 60, (
        "a keyframe's whole group lies before, for the decoder, and the last one is whole"
    )
    assert (film.start_ms, film.end_ms) == (START_MS + 3_000, START_MS + 5_000)
    assert complaints(Path(film.path), "warning") == ""


@real
async def test_what_is_missing_is_missing_in_the_film_and_times_stay_right(
    shelves: Shelf, into: Path, tmp_path: Path
):
    track, own = stream(tmp_path, seconds=4, group=15)
    sounds = alaw_sounds(4)
    late = [replace_time(each, 10_000) for each in sounds]
    keep(shelves, "gate", replace(track, audio=ALAW), own, sounds)
    keep(shelves, "gate", replace(track, audio=ALAW), steady(own, from_ms=START_MS + 10_000), late)
    (film,) = await export(
        shelves.archive, ["gate"], START_MS - 2_000, START_MS + 14_000, into, progress=quiet
    )
    assert film.missing == ((START_MS + 4_000, START_MS + 10_000),)
    expected = [2 + n / 15 for n in range(60)] + [12 + n / 15 for n in range(60)]
    assert shown_at(film.path) == pytest.approx(expected, abs=0.002)
    heard = shown_at(film.path, "a")
    assert (heard[0], heard[-1]) == (pytest.approx(2, abs=0.05), pytest.approx(16, abs=0.2))
    assert complaints(Path(film.path)) == ""


@real
@pytest.mark.skipif(bool(needs("cvlc")), reason=needs("cvlc"))
@pytest.mark.parametrize("codec", ["h264-aac", "hevc-alaw"])
async def test_vlc_plays_a_film(shelves: Shelf, into: Path, tmp_path: Path, codec: str):
    if codec == "h264-aac":
        track, own, audio, sounds = (
            *stream(tmp_path, seconds=2, group=15),
            AAC,
            aac_sounds(tmp_path, seconds=2),
        )
    else:
        track, own, audio, sounds = *hevc_stream(tmp_path, seconds=2), ALAW, alaw_sounds(2)
    keep(shelves, "gate", replace(track, audio=audio), own, sounds)
    (film,) = await export(shelves.archive, ["gate"], START_MS, START_MS + 2_000, into, progress=quiet)
    shown, said = await asyncio.to_thread(play, Path(film.path), tmp_path / "shown")
    assert shown >= 20, said
    assert not re.search(r"(demux|decoder) error", said), said


def replace_time(sound: Any, ahead_ms: int) -> Any:
    return replace(sound, received_ms=sound.received_ms + ahead_ms)


@real
async def test_b_pictures_are_shown_in_their_order(shelves: Shelf, into: Path, tmp_path: Path):
    from fakes.stream import encoded
    from safecity.cameras import Picture

    track, units = encoded(tmp_path, seconds=4, group=30, b_frames=2)
    times = presentation_times(tmp_path / "clip-4-15-30-2.h264")
    own = [
        Picture(nals, nals[0][0] & 31 == 5, n * 6000, START_MS + n * 1000 // 15, 1)
        for n, nals in enumerate(units)
    ]
    keep(shelves, "gate", track, own, shifts=[time - n * 6000 for n, time in enumerate(times)])
    (film,) = await export(shelves.archive, ["gate"], START_MS, START_MS + 4_000, into, progress=quiet)
    assert shown_at(film.path) == pytest.approx([n / 15 for n in range(60)], abs=0.002)
    assert complaints(Path(film.path), "warning") == ""


def presentation_times(file: Path) -> list[int]:
    from footage.test_fmp4 import presentation_times as of

    return of(file)


async def test_each_camera_and_each_form_of_picture_makes_a_film(shelves: Shelf, into: Path):
    keep(shelves, "gate", TRACK, pictures(60))
    other = Track(TRACK.codec, TRACK.sps, (TRACK.pps[0] + b"\1",), 640, 360)
    keep(shelves, "gate", other, pictures(60, first=60))
    keep(shelves, "yard", TRACK, pictures(60))
    asked = ["gate", "yard", "roof", "gate"]
    films = await export(shelves.archive, asked, START_MS, START_MS + 8_000, into, progress=quiet)
    assert [Path(each.path).name for each in films] == ["gate.mp4", "gate-2.mp4", "yard.mp4"]
    assert sorted(file.name for file in into.iterdir()) == ["gate-2.mp4", "gate.mp4", "yard.mp4"]


async def test_progress_grows_up_to_the_whole(shelves: Shelf, into: Path):
    keep(shelves, "gate", TRACK, pictures(120))
    keep(shelves, "yard", TRACK, pictures(120))
    told: list[tuple[int, int]] = []
    await export(
        shelves.archive,
        ["gate", "yard"],
        START_MS,
        START_MS + 8_000,
        into,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == sorted(told)
    assert len({total for _, total in told}) == 1
    assert told[-1][0] == told[-1][1]
    assert len(told) > 8


async def test_where_there_is_nothing_the_answer_is_a_sentence(shelves: Shelf, into: Path):
    with pytest.raises(NotFound, match="no footage"):
        await export(shelves.archive, ["gate"], START_MS, START_MS + 1, into, progress=quiet)


async def test_a_file_that_is_gone_is_told(shelves: Shelf, into: Path):
    (segment, *_) = keep(shelves, "gate", TRACK, pictures(120))
    (shelves.archive.root / segment.path).unlink()
    with pytest.raises(Unavailable, match="rebuild the index"):
        await export(shelves.archive, ["gate"], START_MS, START_MS + 8_000, into, progress=quiet)


# --- masked ------------------------------------------------------------------------------------------------------


def chunk(number: int, *, ahead_ms: int = 0) -> Chunk:
    """The n-th masked picture, ten a second, a keyframe each second."""
    nal = bytes([0x65 if number % 10 == 0 else 0x41, number % 256])
    sample = Sample([nal], 9_000, number % 10 == 0)
    data = fragment(number + 1, number * 9_000, [sample])
    return Chunk(data, START_MS + number * 100 + ahead_ms, number * 100)


BEGUN = Started("video/mp4", init_segment(TRACK), START_MS)


async def masked(into: Path, *script: Any, seconds: int = 3, **more: Any) -> Any:
    eyes = ScriptedEyes(script)
    until = START_MS + seconds * 1000
    try:
        return await export_shown(eyes, ["gate"], START_MS, until, into, width=640, progress=quiet, **more)
    finally:
        assert eyes.open_now == 0, "no watch is left open"
        assert not list(into.glob(".*")), "nothing aside is left"


async def test_a_masked_film_holds_what_the_eyes_showed_and_nothing_after_the_span(into: Path):
    (film,) = await masked(into, BEGUN, *(chunk(n) for n in range(50)))
    assert film.pictures == 30
    assert (film.start_ms, film.end_ms) == (START_MS, START_MS + 3_000)


class Player(ScriptedEyes):
    """Eyes that really decode, mask and code anew."""

    def __init__(self, shelves: Shelf) -> None:
        super().__init__()
        self._shelves = shelves

    async def watch(
        self,
        camera: str,
        *,
        at_ms: int | None,
        width: int,
        rate: float = 1.0,
        unmasked: Unmasked | None = None,
    ) -> AsyncGenerator[Shown, None]:
        """As `footage.Eyes`, from a moment of the past on."""
        playback = Playback(
            camera, self._shelves.archive, lambda _: GreyMasker(), SetClock("2031-01-01T00:00:00+00:00"), width=width,
            patience_s=30,
        )  # fmt: skip
        async with aclosing(playback.play(at_ms or 0, rate=rate)) as shown:
            async for each in shown:
                yield each


@real
async def test_a_masked_film_plays_and_every_picture_stands_at_its_time(
    shelves: Shelf, into: Path, tmp_path: Path
):
    track, own = stream(tmp_path, seconds=4, group=15)
    keep(shelves, "gate", track, own)
    keep(shelves, "gate", track, steady(own, from_ms=START_MS + 10_000))
    span = (START_MS + 500, START_MS + 12_000)
    (film,) = await export_shown(Player(shelves), ["gate"], *span, into, width=160, progress=quiet)
    (found,) = [each for each in probe(film.path)["streams"] if each["codec_name"] == "h264"]
    assert found["nb_read_frames"] == str(film.pictures)
    assert film.missing == ((START_MS + 4_000, START_MS + 10_000),)
    expected = [n / 15 - 0.5 for n in range(8, 60)] + [9.5 + n / 15 for n in range(30)]
    assert shown_at(film.path) == pytest.approx(expected, abs=0.002)
    assert complaints(Path(film.path)) == ""


async def test_what_could_not_be_masked_is_missing(into: Path):
    script = [
        BEGUN,
        *(chunk(n) for n in range(10)),
        Withheld("Too slow."),
        BEGUN,
        *(chunk(n) for n in range(40, 60)),
    ]
    (film,) = await masked(into, *script, Ended("The end."), seconds=6)
    assert film.missing == ((START_MS + 1_000, START_MS + 4_000),)


async def test_pictures_that_are_shown_again_after_an_eye_died_are_taken_once(into: Path):
    script = [
        BEGUN,
        *(chunk(n) for n in range(25)),
        Withheld("It died."),
        BEGUN,
        *(chunk(n) for n in range(30)),
    ]
    (film,) = await masked(into, *script, Ended("The end."))
    assert film.end_ms == START_MS + 3_000
    assert film.missing == ()


async def test_eyes_that_show_nothing_are_not_waited_for_for_ever(into: Path):
    with pytest.raises(Unavailable, match="There is no background"):
        await masked(into, Withheld("There is no background yet."), patience_s=0.05)


async def test_eyes_that_have_no_footage_make_no_film(into: Path):
    with pytest.raises(NotFound, match="no footage"):
        await masked(into, Ended("The end."))


async def test_an_export_that_is_given_up_stops(shelves: Shelf, into: Path):
    keep(shelves, "gate", TRACK, pictures(120))
    begun, loop = asyncio.Event(), asyncio.get_running_loop()
    seen: list[int] = []

    def told(done: int, _: int) -> None:
        seen.append(done)
        asyncio.run_coroutine_threadsafe(waits(begun), loop).result()

    async def waits(event: asyncio.Event) -> None:
        event.set()
        await asyncio.sleep(0)

    task = loop.create_task(
        export(shelves.archive, ["gate"], START_MS, START_MS + 8_000, into, progress=told)
    )
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await loop.shutdown_default_executor()
    assert len(seen) < 5, "the thread ended with its next word"
