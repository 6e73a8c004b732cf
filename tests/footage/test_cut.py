"""A span is cut out as the camera's own bytes, and plays in programs we did not write."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.coded import AAC, ALAW, aac_sounds, alaw_sounds, hevc_stream
from fakes.ffmpeg import complaints
from fakes.kept import keep, steady
from fakes.shelf import Shelf, shelf
from fakes.stream import START_MS, TRACK, needs, pictures, stream
from safecity.adapters.stores.footage_index import FootageIndex
from safecity.base import NotFound, Unreadable
from safecity.cameras import AudioTrack, Codec, Picture, Track
from safecity.footage.cut import cut
from safecity.footage.play import Archive
from safecity.footage.record import Recording
from safecity.footage.rules import Coverage
from safecity.footage.unfmp4 import read_ends, read_fragments, read_init


class Kept:
    """Footage of one camera, recorded and listed."""

    def __init__(self, data: Path) -> None:
        (data / "footage").mkdir()
        self.recording = Recording(
            "gate", data / "footage", Coverage("gate", START_MS), lambda: None, segment_ms=4_000
        )
        self.index = FootageIndex(data / "recorder-0.db", writable=True)
        self.archive = Archive(data, {"recorder-0": self.index})

    def hear(self, track: Track, stream: list[Picture]) -> None:
        self.recording.on_track(track)
        for each in stream:
            self.recording.on_picture(each)
        self.recording.end()
        for file in self.recording.finished:
            self.index.add_segment(file.segment)
            file.close()
        self.recording.finished = []


@pytest.fixture
def kept(tmp_path: Path):
    kept = Kept(tmp_path)
    yield kept
    kept.index.close()


def nals(file: Path) -> list[bytes]:
    """Everything in a file's pictures."""
    data = file.read_bytes()
    _, start = read_init(lambda at, n: data[at : at + n])
    found = read_fragments(lambda at, n: data[at : at + n], start, len(data))
    return [data[each.offset + 4 : each.offset + each.size] for piece in found for each in piece.samples()]


async def test_a_cut_begins_at_the_keyframe_before_and_holds_the_cameras_own_bytes(
    kept: Kept, tmp_path: Path
):
    own = pictures(15 * 20)
    kept.hear(TRACK, own)
    (clip,) = await cut(kept.archive, "gate", START_MS + 5_000, START_MS + 9_000, tmp_path)
    assert (clip.start_ms, clip.end_ms) == (START_MS + 4_000, START_MS + 10_000)
    assert nals(Path(clip.path)) == [each.nals[0] for each in own[60:150]]
    assert clip.pictures == 90
    assert clip.bytes == Path(clip.path).stat().st_size


async def test_a_gap_stays_a_gap_on_the_media_timeline(kept: Kept, tmp_path: Path):
    kept.hear(TRACK, pictures(60))
    kept.hear(TRACK, pictures(60, first=150))
    (clip,) = await cut(kept.archive, "gate", START_MS, START_MS + 60_000, tmp_path)
    data = Path(clip.path).read_bytes()
    _, start = read_init(lambda at, n: data[at : at + n])
    found = list(read_fragments(lambda at, n: data[at : at + n], start, len(data)))
    assert [each.decode_time // 90_000 for each in found] == [0, 2, 10, 12]
    assert [each.number for each in found] == [1, 2, 3, 4]


async def test_a_camera_that_changed_its_picture_makes_two_clips(kept: Kept, tmp_path: Path):
    kept.hear(TRACK, pictures(60))
    kept.hear(Track(Codec.H264, TRACK.sps, (TRACK.pps[0] + b"\1",), 640, 360), pictures(60, first=60))
    clips = await cut(kept.archive, "gate", START_MS, START_MS + 60_000, tmp_path)
    assert [Path(each.path).name for each in clips] == ["1.mp4", "2.mp4"]


async def test_where_there_is_nothing_the_answer_is_a_sentence(kept: Kept, tmp_path: Path):
    with pytest.raises(NotFound, match="no footage"):
        await cut(kept.archive, "gate", START_MS, START_MS + 1, tmp_path)


@pytest.mark.skipif(bool(needs("ffmpeg")), reason=needs("ffmpeg"))
async def test_a_cut_plays_without_a_warning(kept: Kept, tmp_path: Path):
    kept.hear(*stream(tmp_path))
    (clip,) = await cut(kept.archive, "gate", START_MS + 1_000, START_MS + 7_500, tmp_path)
    done = subprocess.run(
        ["ffprobe", "-v", "warning", "-count_frames", "-of", "json",
         "-show_entries", "stream=nb_read_frames", clip.path],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    assert json.loads(done.stdout)["streams"][0]["nb_read_frames"] == "120"


@pytest.mark.skipif(bool(needs("ffmpeg")), reason=needs("ffmpeg"))
@pytest.mark.parametrize("audio", [AAC, ALAW], ids=["aac", "alaw"])
async def test_a_cut_of_h265_keeps_its_sound_beside_its_pictures(tmp_path: Path, audio: AudioTrack):
    track, own = hevc_stream(tmp_path)
    shelves = shelf(tmp_path / "data")
    sounds = aac_sounds(tmp_path) if audio == AAC else alaw_sounds(4)
    keep(shelves, "gate", replace(track, audio=audio), own, sounds, groups_a_file=1)
    (clip,) = await cut(shelves.archive, "gate", START_MS + 1_500, START_MS + 3_500, tmp_path)
    shelves.index.close()
    data = Path(clip.path).read_bytes()

    def read(at: int, size: int) -> bytes:
        return data[at : at + size]

    ends = read_ends(read, len(data))
    assert ends is not None
    assert (ends.pictures, ends.first.number, ends.last.number) == (45, 1, 3)
    end = 0
    for each in read_fragments(read, read_init(read)[1], len(data)):
        assert abs(each.sound_time / audio.clock_hz - each.decode_time / 90_000) < 0.1
        assert each.sound_time == end if end else True, "end to end over the seams of files"
        end = each.sound_time + sum(piece.duration for piece in each.sounds())
    assert complaints(Path(clip.path)) == ""


async def test_a_file_that_is_shorter_than_it_says_is_told(kept: Kept, tmp_path: Path):
    kept.hear(TRACK, pictures(60))
    (segment,) = kept.index.segments("gate", START_MS, START_MS + 10_000)
    file = kept.archive.file(segment)
    file.write_bytes(file.read_bytes()[:-500])
    with pytest.raises(Unreadable, match="rebuild the index"):
        await cut(kept.archive, "gate", START_MS, START_MS + 10_000, tmp_path)


@pytest.fixture(scope="module")
def long_shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """Twenty seconds in files of four, with sound, and a hole of five seconds in the middle."""
    made = shelf(tmp_path_factory.mktemp("long"))
    sounding = replace(TRACK, audio=ALAW)
    keep(made, "gate", sounding, pictures(150), alaw_sounds(10))
    late = [replace(each, received_ms=each.received_ms + 15_000) for each in alaw_sounds(10)]
    keep(made, "gate", sounding, steady(pictures(150), from_ms=START_MS + 15_000), late)
    yield made
    made.index.close()


@settings(max_examples=40, deadline=None)
@given(st.integers(-2_000, 27_000), st.integers(1, 27_000))
def test_a_cut_at_any_moment_is_whole_in_order_and_begins_with_a_keyframe(
    long_shelf: Shelf, start_ms: int, lasts_ms: int
):
    from_ms, to_ms = START_MS + start_ms, START_MS + start_ms + lasts_ms
    with TemporaryDirectory() as folder:
        try:
            (clip,) = asyncio.run(cut(long_shelf.archive, "gate", from_ms, to_ms, Path(folder)))
        except NotFound:
            assert to_ms <= START_MS or from_ms >= START_MS + 10_000, "there is footage, yet none was found"
            return
        data = Path(clip.path).read_bytes()

    def read(at: int, size: int) -> bytes:
        return data[at : at + size]

    found = list(read_fragments(read, read_init(read)[1], len(data)))
    assert found[-1].end == len(data) == clip.bytes
    assert found[0].is_key
    assert [each.number for each in found] == list(range(1, len(found) + 1))
    assert sum(each.pictures for each in found) == clip.pictures
    assert clip.start_ms <= max(from_ms, START_MS) or clip.start_ms == START_MS + 15_000
    end = sound_end = 0
    for each in found:
        assert each.decode_time >= end
        assert each.decode_time // 90 == pytest.approx(each.wall_ms - clip.start_ms, abs=2)
        end = each.decode_time + each.duration
        if each.sound_rows:
            assert each.sound_time >= sound_end
            sound_end = each.sound_time + sum(piece.duration for piece in each.sounds())
    ends = read_ends(read, len(data))
    assert ends is not None
    assert ends.pictures == clip.pictures
