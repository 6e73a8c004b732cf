import pytest

from safecity.simulator.fleet.reels import Look, make_reel, make_reels

LOOK = Look(width=320, height=180, fps=10, kbit_s=200, group_s=1, seconds=2)


@pytest.mark.parametrize(("coder", "codec"), [("libx264", "H264"), ("libx265", "H265")])
def test_a_reel_has_its_keyframes_in_time_and_about_its_rate(coder: str, codec: str):
    reel = make_reel(LOOK, 1, coder)
    assert (reel.codec, reel.fps, len(reel.pictures)) == (codec, 10, 20)
    assert [number for number, picture in enumerate(reel.pictures) if picture.is_key] == [0, 10]
    kbit_s = sum(picture.octets for picture in reel.pictures) * 8 / LOOK.seconds / 1000
    assert 100 < kbit_s < 400


def test_the_same_seed_draws_the_same_pictures():
    reels = make_reels(LOOK, h265=False, sound=False)
    assert reels.main == make_reel(LOOK, 1)
    assert reels.small.sps != reels.main.sps
    assert (reels.sub.fps, reels.voices) == (5, {})
