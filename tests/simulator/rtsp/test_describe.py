import base64

import pytest

from safecity.simulator.rtsp.describe import BORNE, Described, SdpForm, describe, describe_audio


def test_a_video_session_carries_its_parameter_sets():
    sps, pps = b"\x67\x42\xc0\x1e\x01", b"\x68\xce\x01"
    lines = describe(Described(name="Old Town", sps=sps, pps=pps, fps=10)).decode().split("\r\n")
    assert "s=Old Town" in lines
    assert "m=video 0 RTP/AVP 96" in lines
    (parameters,) = [line for line in lines if line.startswith("a=fmtp")]
    assert "profile-level-id=42c01e" in parameters
    sets = parameters.partition("sprop-parameter-sets=")[2].split(",")
    assert [base64.b64decode(each) for each in sets] == [sps, pps]


def test_an_audio_session_has_no_video():
    text = describe_audio("Old Town").decode()
    assert "m=audio 0 RTP/AVP 0" in text
    assert "video" not in text


H265 = Described(name="Old Town", vps=b"\x40\x01v", sps=b"\x42\x01s", pps=b"\x44\x01p", fps=15)


def test_a_camera_of_h265_names_its_three_sets():
    text = describe(H265).decode()
    assert "H265/90000" in text
    sets = [base64.b64encode(each).decode() for each in (H265.vps, H265.sps, H265.pps)]
    assert f"sprop-vps={sets[0]};sprop-sps={sets[1]};sprop-pps={sets[2]}" in text


def test_sound_is_the_second_track():
    lines = describe(Described(name="7", sps=b"\x67abc", pps=b"\x68", fps=5, sound=("m=audio 0 RTP/AVP 0",)))
    assert lines.decode().split("\r\n")[-3:] == ["m=audio 0 RTP/AVP 0", "a=control:track2", ""]


@pytest.mark.parametrize("form", SdpForm)
def test_each_wrong_description_is_wrong_in_its_own_way(form: SdpForm):
    camera = Described(name="7", sps=b"\x67\x42\xc0\x1e", pps=b"\x68", fps=5)
    others = {describe(camera, each) for each in SdpForm if each is not form}
    assert describe(camera, form) not in others
    said = describe(camera, form)
    has_pictures = b"m=video 0 RTP/AVP 96" in said and b"H264/90000" in said
    assert has_pictures == (form in BORNE)
