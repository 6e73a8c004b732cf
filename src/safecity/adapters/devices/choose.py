"""Chooses the wire for an address: our own for rtsp:// and rtsps://, FFmpeg for what is no RTSP at all."""

from __future__ import annotations

from safecity.adapters.devices.rtsp import RtspWire
from safecity.base import Clock
from safecity.cameras import Sink, Transport, Wire

OWN = ("rtsp://", "rtsps://")


class AnyWire:
    """Hears every camera that one of our wires can hear. FFmpeg is loaded only once a camera needs it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._own = RtspWire(clock)
        self._odd: Wire | None = None

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
        wire = self._own if url.lower().startswith(OWN) else self._through_ffmpeg()
        await wire.watch(url, sink, answer_s=answer_s, silent_s=silent_s, transport=transport, audio=audio)

    def _through_ffmpeg(self) -> Wire:
        if self._odd is None:
            from safecity.adapters.devices.pyav import PyavWire

            self._odd = PyavWire(self._clock)
        return self._odd
