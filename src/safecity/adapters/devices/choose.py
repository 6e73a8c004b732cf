"""Chooses the wire for an address: our own for rtsp://, FFmpeg for the rest and for cameras that send UDP only."""

from __future__ import annotations

from safecity.adapters.devices.rtsp import RtspWire, UdpOnly
from safecity.base import Clock
from safecity.cameras import Sink, Transport, Wire


class AnyWire:
    """Hears every camera that one of our wires can hear. FFmpeg is loaded only once a camera needs it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._own = RtspWire(clock)
        self._odd: dict[str, Wire] = {}

    async def watch(
        self,
        url: str,
        sink: Sink,
        *,
        answer_s: float,
        silent_s: float,
        transport: Transport = Transport.AUTO,
        audio: bool = False,
    ) -> None:
        """As `cameras.Wire.watch`."""
        if not url.startswith("rtsp://"):
            await self._through_ffmpeg("tcp").watch(url, sink, answer_s=answer_s, silent_s=silent_s)
            return
        try:
            await self._own.watch(url, sink, answer_s=answer_s, silent_s=silent_s)
        except UdpOnly:
            await self._through_ffmpeg("udp").watch(url, sink, answer_s=answer_s, silent_s=silent_s)

    def _through_ffmpeg(self, transport: str) -> Wire:
        if transport not in self._odd:
            from safecity.adapters.devices.pyav import PyavWire

            self._odd[transport] = PyavWire(self._clock, transport=transport)
        return self._odd[transport]
