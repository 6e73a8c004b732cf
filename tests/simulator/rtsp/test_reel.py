from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.short_film import short_film
from safecity.simulator.rtsp.reel import BadReel, load_reel, parameter_sets, split_annex_b, split_lengths


def test_a_film_becomes_a_reel_of_pictures(tmp_path: Path):
    reel = load_reel(short_film(tmp_path / "film.mp4", seconds=2))
    assert reel.fps == 10
    assert [number for number, picture in enumerate(reel.pictures) if picture.is_key] == [0, 10]
    assert reel.sps[0] & 0x1F == 7
    assert reel.pps[0] & 0x1F == 8


def test_what_is_no_film_is_refused_by_name(tmp_path: Path):
    (tmp_path / "notes.mp4").write_text("not a film")
    with pytest.raises(BadReel, match=r"notes\.mp4"):
        load_reel(tmp_path / "notes.mp4")


NAL = st.binary(min_size=1, max_size=40).map(lambda data: b"\x41" + data.replace(b"\x00", b"\x01"))


@given(st.lists(NAL, min_size=1, max_size=6))
def test_both_ways_of_laying_units_side_by_side_are_read(nals: list[bytes]):
    assert list(split_annex_b(b"".join(b"\x00\x00\x00\x01" + nal for nal in nals))) == nals
    assert list(split_lengths(b"".join(len(nal).to_bytes(4, "big") + nal for nal in nals))) == nals


def test_parameter_sets_are_found_in_either_form():
    sps, pps = b"\x67\x42\xc0\x1e", b"\x68\xce"
    avcc = b"\x01\x42\xc0\x1e\xff\xe1\x00\x04" + sps + b"\x01\x00\x02" + pps
    assert parameter_sets(avcc) == (sps, pps)
    assert parameter_sets(b"\x00\x00\x00\x01" + sps + b"\x00\x00\x01" + pps) == (sps, pps)
    with pytest.raises(BadReel):
        parameter_sets(b"")
