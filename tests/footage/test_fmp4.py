"""The fragmented MP4 we write is understood by programs we did not write."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.coded import AAC, ALAW, aac_sounds, alaw_sounds, hevc_stream
from fakes.ffmpeg import complaints
from fakes.kept import keep
from fakes.shelf import shelf
from fakes.stream import START_MS, TRACK, encoded, needs, stream
from safecity.cameras import AudioTrack
from safecity.footage.fmp4 import (
    Sample,
    damaged_up_to,
    fragment,
    from_ntp,
    init_segment,
    mime,
    renumbered,
    to_ntp,
)
from safecity.footage.layout import lay_out
from safecity.footage.sound import SoundSample
from safecity.footage.unfmp4 import read_fragment


def test_the_type_names_profile_and_level():
    assert mime(TRACK) == 'video/mp4; codecs="avc1.42c01f"'
    assert mime(replace(TRACK, audio=AAC)) == 'video/mp4; codecs="avc1.42c01f,mp4a.40.2"'


@given(st.integers(0, 4_000_000_000_000))
def test_wall_times_survive_ntp_also_after_2036(wall_ms: int):
    assert from_ntp(to_ntp(wall_ms)) == wall_ms


def test_a_fragment_is_numbered_anew_without_touching_anything_else():
    piece = fragment(1, 0, [Sample([b"\x65abc"], 6000, True)], wall_ms=START_MS)
    moved = renumbered(piece, 7, 1 << 33)
    found = read_fragment(lambda at, n: moved[at : at + n], 0, len(moved))
    assert found is not None
    assert (found.number, found.decode_time, found.wall_ms) == (7, 1 << 33, START_MS)
    assert renumbered(moved, 1, 0) == piece


def test_sound_and_footer_are_numbered_anew_too():
    sounds = [SoundSample(b"ring", 160, 40)]
    piece = fragment(
        1,
        0,
        [Sample([b"\x65abc"], 6000, True)],
        wall_ms=START_MS,
        camera_ms=START_MS + 5,
        sounds=sounds,
        pictures_before=4,
    )
    moved = renumbered(piece, 7, 90_000, 8_040, pictures_before=99)
    found = read_fragment(lambda at, n: moved[at : at + n], 0, len(moved))
    assert found is not None
    assert (found.number, found.decode_time, found.sound_time, found.camera_ms) == (
        7,
        90_000,
        8_040,
        START_MS + 5,
    )
    assert (moved[-8:-4], damaged_up_to(moved)) == ((100).to_bytes(4, "big"), 0)
    assert renumbered(moved, 1, 0, 40, pictures_before=4) == piece
    head = found.data_offset
    assert renumbered(piece[:head], 7, 90_000, 8_040) == moved[:head], "a beginning is enough"


@pytest.mark.skipif(bool(needs("ffmpeg")), reason=needs("ffmpeg"))
@pytest.mark.parametrize("codec", ["h264", "hevc"])
@pytest.mark.parametrize("audio", [None, AAC, ALAW], ids=["silent", "aac", "alaw"])
def test_both_codecs_and_their_sound_are_read_without_a_warning(
    tmp_path: Path, codec: str, audio: AudioTrack | None
):
    track, own = stream(tmp_path, seconds=4, group=15) if codec == "h264" else hevc_stream(tmp_path)
    sounds = aac_sounds(tmp_path) if audio == AAC else alaw_sounds(4)
    shelves = shelf(tmp_path / "data")
    (segment,) = keep(shelves, "gate", replace(track, audio=audio), own, sounds, groups_a_file=4)
    shelves.index.close()
    file = shelves.archive.file(segment)
    found = probe(file)
    assert (found["codec_name"], found["width"], found["nb_read_frames"]) == (codec, 320, "60")
    assert float(found["duration"]) == pytest.approx(4, abs=0.15)
    assert complaints(file, "error" if audio == ALAW else "warning") == ""  # PCM never names its channels
    if audio is not None:
        heard = subprocess.run(
            ["ffmpeg", "-v", "error", "-i", str(file), "-map", "0:a", "-f", "s16le", "-"],
            capture_output=True,
            check=True,
        ).stdout
        assert len(heard) / 2 / audio.clock_hz == pytest.approx(4, abs=0.15)


def probe(file: Path) -> dict[str, str]:
    done = subprocess.run(
        ["ffprobe", "-v", "warning", "-count_frames", "-of", "json", "-show_entries",
         "stream=codec_name,width,height,nb_read_frames:format=duration,start_time", str(file)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    found = json.loads(done.stdout)
    return {**found["streams"][0], **found["format"]}


@pytest.mark.skipif(bool(needs("ffmpeg")), reason=needs("ffmpeg"))
@pytest.mark.parametrize("b_frames", [0, 2])
def test_ffprobe_and_ffmpeg_read_our_files_without_a_warning(tmp_path: Path, b_frames: int):
    track, units = encoded(tmp_path, b_frames=b_frames)
    times = (
        presentation_times(tmp_path / f"clip-8-15-30-{b_frames}.h264")
        if b_frames
        else [n * 6000 for n in range(120)]
    )
    data = init_segment(track)
    for place in range(0, 120, 30):
        own = times[place : place + 30]
        following = place * 6000 + 30 * 6000
        durations, shifts, _ = lay_out(own, [t // 90 for t in own], 90_000, following)
        samples = [
            Sample(nals, durations[n], nals[0][0] & 31 == 5, shifts[n] if shifts else 0)
            for n, nals in enumerate(units[place : place + 30])
        ]
        data += fragment(place // 30 + 1, place * 6000, samples, wall_ms=START_MS + place * 1000 // 15)
    file = tmp_path / "ours.mp4"
    file.write_bytes(data)
    found = probe(file)
    assert (found["codec_name"], found["width"], found["height"]) == ("h264", 320, 180)
    assert found["nb_read_frames"] == "120"
    assert float(found["duration"]) == pytest.approx(8, abs=0.15)
    assert complaints(file, "warning") == ""


def presentation_times(file: Path) -> list[int]:
    """RTP would carry these: each picture's presentation time, in decoding order, keyframes on their own place."""
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", "-show_entries", "frame=coded_picture_number,pict_type", str(file)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    shown = [int(frame["coded_picture_number"]) for frame in json.loads(done.stdout)["frames"]]
    times = [0] * len(shown)
    for place, coded in enumerate(shown):
        times[coded] = place * 6000
    return times
