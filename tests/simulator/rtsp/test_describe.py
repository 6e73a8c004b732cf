import base64

from safecity.simulator.rtsp.describe import describe_audio, describe_video


def test_a_video_session_carries_its_parameter_sets():
    sps, pps = b"\x67\x42\xc0\x1e\x01", b"\x68\xce\x01"
    lines = describe_video("Old Town", sps, pps, 10).decode().split("\r\n")
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
