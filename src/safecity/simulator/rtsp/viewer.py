"""One client watching one camera: its sequence numbers, its time, and the way its packets take."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import Protocol

from safecity.simulator.rtsp.mount import Mount
from safecity.simulator.rtsp.packets import Packed, interleaved, sender_report

MAX_BEHIND = 1024 * 1024  # bytes that may wait for a slow client


class Line(Protocol):
    """The client's RTSP connection."""

    def write(self, data: bytes | bytearray) -> None:
        """Sends bytes; they wait in memory when the client is slow."""
        ...

    def behind(self) -> int:
        """How many bytes wait."""
        ...

    def abort(self) -> None:
        """Breaks the connection off."""
        ...


@dataclass(frozen=True)
class Channels:
    """Packets go over the RTSP connection, on these channels."""

    rtp: int
    rtcp: int

    @property
    def header(self) -> str:
        """As the answer to SETUP says it."""
        return f"RTP/AVP/TCP;unicast;interleaved={self.rtp}-{self.rtcp}"


@dataclass(frozen=True)
class Ports:
    """Packets go by UDP to these ports of the client."""

    host: str
    rtp: int
    rtcp: int
    sockets: tuple[socket.socket, socket.socket]

    @property
    def header(self) -> str:
        """As the answer to SETUP says it."""
        own = "-".join(str(each.getsockname()[1]) for each in self.sockets)
        return f"RTP/AVP;unicast;client_port={self.rtp}-{self.rtcp};server_port={own}"


@dataclass(eq=False)
class Viewer:
    """One client watching one camera. It waits for a keyframe at first, and whenever it fell behind."""

    line: Line
    mount: Mount
    way: Channels | Ports
    ssrc: int
    seq: int
    first_time: int
    waits: bool = True
    report_due_s: float = 0.0
    _packets: int = 0
    _octets: int = 0

    def send(self, picture: Packed, time: int) -> None:
        """Sends a picture; `time` is in ticks of 90 kHz since the camera's start."""
        if self.waits and not picture.is_key:
            return
        self.waits = self.line.behind() > MAX_BEHIND
        if self.waits:
            return
        stamp = self.first_time + time
        if isinstance(self.way, Channels):
            self.line.write(picture.framed(self.way.rtp, self.seq, stamp, self.ssrc))
        else:
            for datagram in picture.datagrams(self.seq, stamp, self.ssrc):
                self._throw(self.way, 0, datagram)
        self.seq = (self.seq + len(picture.offsets)) & 0xFFFF
        self._packets += len(picture.offsets)
        self._octets += picture.octets

    def report(self, wall_ms: int, time: int) -> None:
        """Sends a sender report: `time` was shown at `wall_ms`."""
        report = sender_report(self.ssrc, wall_ms, self.first_time + time, self._packets, self._octets)
        if isinstance(self.way, Channels):
            self.line.write(interleaved(self.way.rtcp, report))
        else:
            self._throw(self.way, 1, report)

    def _throw(self, way: Ports, which: int, datagram: bytes | memoryview) -> None:
        try:
            way.sockets[which].sendto(datagram, (way.host, way.rtcp if which else way.rtp))
        except (BlockingIOError, ConnectionRefusedError):
            self.waits = True  # UDP may lose; go on with a whole picture

    def close(self) -> None:
        """Gives the sockets back."""
        if isinstance(self.way, Ports):
            for each in self.way.sockets:
                each.close()


def udp_pair(family: int, host: str) -> tuple[socket.socket, socket.socket]:
    """Two sockets for RTP and RTCP on free ports. Raises OSError."""
    pair = socket.socket(family, socket.SOCK_DGRAM), socket.socket(family, socket.SOCK_DGRAM)
    for each in pair:
        each.setblocking(False)
        each.bind((host, 0))
    return pair
