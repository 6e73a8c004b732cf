"""One track of a camera as it comes: RTP and RTCP packets in, pictures or sound to the sink, reports back."""

from __future__ import annotations

from collections.abc import Callable

from safecity.adapters.devices.rtsp import lane
from safecity.adapters.devices.rtsp.assemble import Assembler
from safecity.adapters.devices.rtsp.h264 import H264Assembler
from safecity.adapters.devices.rtsp.h265 import H265Assembler
from safecity.adapters.devices.rtsp.rtcp import CameraClock, Goodbye, Reception, read_reports
from safecity.adapters.devices.rtsp.rtp import RtpReader
from safecity.adapters.devices.rtsp.sdp import Audio, Video
from safecity.adapters.devices.rtsp.sound import SoundTaker
from safecity.cameras import AudioTrack, Codec, Sink


class _Stream:
    """What pictures and sound have in common: a reader, the camera's clock, and what arrived."""

    def __init__(self, payload_type: int, clock_hz: int, ssrc: int, monotonic: Callable[[], float]) -> None:
        self.reader = RtpReader(payload_type)
        self._clock_hz = clock_hz
        self._camera = CameraClock(clock_hz)
        self._reception = Reception(ssrc)
        self._monotonic = monotonic
        self._measured = -1

    def arrived(self, now_s: float) -> None:
        """A datagram came just now, and was read: how evenly do they come?"""
        if self.reader.time != self._measured:
            self._measured = self.reader.time
            self._reception.arrived(self._measured, self._clock_hz, now_s)

    def take_report(self, buffer: bytes | bytearray, begin: int, end: int) -> bool:
        """An RTCP packet; returns whether the camera says goodbye."""
        gone = False
        for each in read_reports(buffer, begin, end):
            if isinstance(each, Goodbye):
                gone = True
            else:
                self._camera.report(each.ntp_ms, each.stamp)
                self._reception.heard(each, self._monotonic())
        return gone

    def report(self) -> bytes:
        """Our receiver report; empty before the first packet."""
        reader = self.reader
        if reader.sequence < 0:
            return b""
        return self._reception.report(reader.ssrc, reader.sequence, reader.lost, self._monotonic())


class PictureStream(_Stream):
    """The track with the pictures."""

    def __init__(
        self,
        video: Video,
        audio: AudioTrack | None,
        sink: Sink,
        now_ms: Callable[[], int],
        *,
        ssrc: int,
        monotonic: Callable[[], float],
    ) -> None:
        super().__init__(video.payload_type, video.clock_hz, ssrc, monotonic)
        self.pictures = _assembler(video, audio, sink, now_ms, self._camera)

    def take(self, buffer: bytes | bytearray, begin: int, end: int) -> None:
        """An RTP packet."""
        reader = self.reader
        lost = reader.read(buffer, begin, end)
        if lost:
            if lost < 0:
                return
            self.pictures.lose(lost)
        self.pictures.take(buffer, reader.begin, reader.end, reader.time, reader.marker)

    def lane(self, channel: int) -> Callable[[bytearray, int, int], int]:
        """A fast way for middle pieces that come on this channel of a TCP connection."""
        reader, pictures = self.reader, self.pictures

        def run(buffer: bytearray, read: int, written: int) -> int:
            return (
                lane.run(buffer, read, written, channel=channel, reader=reader, pictures=pictures)
                if pictures.middle
                else read
            )

        return run


def _assembler(
    video: Video, audio: AudioTrack | None, sink: Sink, now_ms: Callable[[], int], camera: CameraClock
) -> Assembler:
    if video.codec is Codec.H265:
        return H265Assembler(
            sink, now_ms, clock_hz=video.clock_hz, parameter_sets=video.parameter_sets,
            camera=camera, audio=audio, has_don=video.has_don,
        )  # fmt: skip
    return H264Assembler(
        sink, now_ms, clock_hz=video.clock_hz, parameter_sets=video.parameter_sets, camera=camera, audio=audio
    )


class SoundStream(_Stream):
    """The track with the sound. Nothing is passed on before the sink knows what the stream carries."""

    def __init__(
        self,
        audio: Audio,
        pictures: Assembler,
        sink: Sink,
        now_ms: Callable[[], int],
        *,
        ssrc: int,
        monotonic: Callable[[], float],
    ) -> None:
        super().__init__(audio.payload_type, audio.track.clock_hz, ssrc, monotonic)
        self._pictures = pictures
        self._sound = SoundTaker(sink, now_ms, audio.track, audio.packing)

    def take(self, buffer: bytes | bytearray, begin: int, end: int) -> None:
        """An RTP packet."""
        reader = self.reader
        lost = reader.read(buffer, begin, end)
        if lost < 0 or not self._pictures.begun:
            return
        if lost:
            self._sound.lose()
        self._sound.take(buffer, reader.begin, reader.end, reader.time)


Stream = PictureStream | SoundStream
