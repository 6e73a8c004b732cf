"""H.265's parameter sets survive in the file, and hvcC repeats of them what ffmpeg's own writer repeats."""

from __future__ import annotations

import contextlib
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.coded import hevc_units
from fakes.stream import needs
from safecity.base import Unreadable
from safecity.footage.boxes import find
from safecity.footage.hevc import hevc_name, hvcc, read_hvcc, read_sps

# x265, Main profile, 320x180; and a 10-bit one.
VPS = bytes.fromhex("40010c01ffff01600000030090000003000003003c95980 9".replace(" ", ""))
SPS = bytes.fromhex("420101016000000300900000030000030 03ca00a080b9f7965666492".replace(" ", ""))
PPS = bytes.fromhex("4401c172b46240")
units = st.binary(min_size=2, max_size=60)


def test_an_sps_says_its_form():
    shape = read_sps(SPS)
    assert (shape.chroma, shape.luma_bits, shape.chroma_bits, shape.layers) == (1, 8, 8, 1)
    assert hevc_name(SPS) == "hvc1.1.6.L60.90"


@given(units, st.lists(units, min_size=1, max_size=30).map(tuple))
def test_all_parameter_sets_come_back(vps: bytes, pps: tuple[bytes, ...]):
    assert read_hvcc(hvcc(vps, SPS, pps)[8:]) == (vps, SPS, pps)


@given(st.binary(max_size=120))
def test_any_bytes_are_read_or_refused(data: bytes):
    with contextlib.suppress(Unreadable):
        read_hvcc(data)
    with contextlib.suppress(Unreadable):
        read_sps(data)


@given(st.integers(0, 200), st.integers(0, 255))
def test_a_damaged_box_is_read_or_refused(place: int, value: int):
    data = bytearray(hvcc(VPS, SPS, (PPS,))[8:])
    data[place % len(data)] = value
    with contextlib.suppress(Unreadable):
        read_hvcc(bytes(data))


@pytest.mark.parametrize("sps", [b"", SPS[:12], SPS[:20], b"\x42\1" + bytes(60)])
def test_an_sps_that_says_too_little_is_refused_in_words(sps: bytes):
    with pytest.raises(Unreadable, match=r"H\.265 stream are (cut off|damaged)"):
        hvcc(VPS, sps, (PPS,))


@pytest.mark.skipif(bool(needs("ffmpeg")), reason=needs("ffmpeg"))
@pytest.mark.parametrize("pixels", ["yuv420p", "yuv420p10le", "yuv422p"])
def test_ffmpegs_own_writer_says_the_same_of_a_stream(tmp_path: Path, pixels: str):
    file = tmp_path / "theirs.mp4"
    command = (
        f"ffmpeg -v error -y -f lavfi -i testsrc2=s=320x180:r=15 -t 1 -pix_fmt {pixels} -c:v libx265 "
        f"-preset ultrafast -x265-params log-level=error:info=0:pools=1 -tag:v hvc1 {file}"
    )
    subprocess.run(command.split(), check=True, capture_output=True)
    data = file.read_bytes()
    stsd = find(data, "moov/trak/mdia/minf/stbl/stsd", 0, len(data))
    theirs = find(stsd, "hvcC", 94, len(stsd))
    sets = read_hvcc(theirs)
    mine = hvcc(*sets)[8:]
    assert mine[:13] == theirs[:13], "profile, tier and level"
    assert mine[16:19] == theirs[16:19], "colours and depths"
    assert mine[21] == theirs[21], "layers and lengths"
    assert read_hvcc(mine) == sets


@pytest.mark.skipif(bool(needs("ffmpeg")), reason=needs("ffmpeg"))
def test_a_real_stream_has_a_name_for_players(tmp_path: Path):
    track, _ = hevc_units(tmp_path)
    assert hevc_name(track.sps).startswith("hvc1.1.6.L")
