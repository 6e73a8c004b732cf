import pytest

from safecity.simulator.rtsp.sound import VoiceCodec, make_voice


@pytest.mark.parametrize("codec", [VoiceCodec.PCMA, VoiceCodec.PCMU])
def test_g711_comes_in_packets_of_20_ms(codec: VoiceCodec):
    voice = make_voice(codec)
    assert (voice.clock_hz, voice.samples, len(voice.packets)) == (8000, 160, 200)
    assert {len(packet.data) for packet in voice.packets} == {4 + 12 + 160}
    assert voice.lines[1].endswith(f"{codec}/8000")


def test_aac_says_how_it_is_coded_and_how_long_each_unit_is():
    voice = make_voice(VoiceCodec.AAC)
    assert voice.config == b"\x14\x08", "AAC-LC, 16 kHz, one channel (ISO/IEC 14496-3, 1.6.2.1)"
    for packet in voice.packets:
        payload = packet.data[16:]
        assert int.from_bytes(payload[:2], "big") == 16
        assert int.from_bytes(payload[2:4], "big") >> 3 == len(payload) - 4
    assert "config=1408" in voice.lines[2]
