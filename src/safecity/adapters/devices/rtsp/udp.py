"""UDP for one track (RFC 2326 section 12.39, RFC 3550 section 11): a pair of ports, packets in order, reports back."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable

from safecity.adapters.devices.rtsp.reorder import HOLD_S, Reorder
from safecity.adapters.devices.rtsp.stream import Stream

TRIES = 64
WANTED_BUFFER = 4 * 1024 * 1024  # a keyframe is a burst; the kernel gives what net.core.rmem_max allows
LARGEST = 65_536
MOST_AT_ONCE = 64  # datagrams before other cameras have their turn
_SO_RCVBUFFORCE = 33  # asm-generic/socket.h; may be used by root only

# An RTP packet without payload, of a type that nobody uses: it opens the way through a firewall.
_PUNCH = bytes((0x80, 0x7F)) + bytes(10)


class Ports:
    """An even port for RTP and the odd one after it for RTCP (RFC 3550 section 11), bound where the camera sees us."""

    def __init__(self, local: str) -> None:
        """`local` is our address of the connection. Raises OSError where there is no pair."""
        family = socket.AF_INET6 if ":" in local else socket.AF_INET
        self.rtp, self.rtcp = _bind_pair(family, local)
        self.first: int = self.rtp.getsockname()[1]
        self._loop: asyncio.AbstractEventLoop | None = None
        self._buffer = bytearray(LARGEST)
        self._timer: asyncio.TimerHandle | None = None
        self._hosts: frozenset[str] = frozenset()
        self._peer = ("", 0)
        self._reorder: Reorder | None = None

    def listen(
        self,
        stream: Stream,
        peer: tuple[str, int],
        source: str,
        monotonic: Callable[[], float],
        goodbye: Callable[[], None],
    ) -> None:
        """Packets from the host of `peer` (or `source`) go to the stream; its port, if known, hears of us."""
        loop = asyncio.get_running_loop()
        self._loop, self._peer = loop, peer
        self._hosts = frozenset({peer[0], source} - {""})
        self._reorder = Reorder(stream.reader.payload_type, stream.take)
        loop.add_reader(self.rtp.fileno(), self._on_rtp, self._reorder, stream, monotonic)
        loop.add_reader(self.rtcp.fileno(), self._on_rtcp, stream, goodbye)
        self.send(b"")

    def send(self, report: bytes) -> None:
        """Sends our report, and keeps the way open."""
        host, port = self._peer
        if port:
            with contextlib.suppress(OSError):  # a camera without an open RTCP port is none the worse
                self.rtp.sendto(_PUNCH, (host, port))
                if report:
                    self.rtcp.sendto(report, (host, port + 1))

    def close(self) -> None:
        """Closes both ports; packets that waited for others are handed on, and none after them."""
        if self._reorder is not None and self._loop is not None:
            self._reorder.flush()
        if self._timer is not None:
            self._timer.cancel()
        for each in (self.rtp, self.rtcp):
            if self._loop is not None:
                self._loop.remove_reader(each.fileno())
            each.close()
        self._loop = None

    def _on_rtp(self, reorder: Reorder, stream: Stream, monotonic: Callable[[], float]) -> None:
        buffer, hosts = self._buffer, self._hosts
        now_s = monotonic()
        for _ in range(MOST_AT_ONCE):
            try:
                size, sender = self.rtp.recvfrom_into(buffer)
            except OSError:  # nothing left; or what we sent was not wanted
                break
            if sender[0] in hosts:
                reorder.push(buffer, size, now_s)
                stream.arrived(now_s)
                if self._loop is None:
                    return
        if reorder.waits and self._timer is None and self._loop is not None:
            self._timer = self._loop.call_later(HOLD_S, self._release, reorder, monotonic)

    def _release(self, reorder: Reorder, monotonic: Callable[[], float]) -> None:
        self._timer = None
        reorder.release(monotonic())
        if reorder.waits and self._loop is not None:
            self._timer = self._loop.call_later(HOLD_S, self._release, reorder, monotonic)

    def _on_rtcp(self, stream: Stream, goodbye: Callable[[], None]) -> None:
        for _ in range(MOST_AT_ONCE):
            try:
                size, sender = self.rtcp.recvfrom_into(self._buffer)
            except OSError:
                return
            if sender[0] in self._hosts and stream.take_report(self._buffer, 0, size):
                goodbye()
                return


def _bind_pair(family: socket.AddressFamily, local: str) -> tuple[socket.socket, socket.socket]:
    """Ports that the kernel finds free, the lower one even."""
    for _ in range(TRIES):
        one = _socket(family)
        try:
            one.bind((local, 0))
            port: int = one.getsockname()[1]
            other = _socket(family)
        except OSError:
            one.close()
            raise
        try:
            other.bind((local, port ^ 1))
        except OSError:  # its neighbour is taken
            one.close()
            other.close()
            continue
        return (one, other) if port % 2 == 0 else (other, one)
    raise OSError("there is no free pair of UDP ports")


def _socket(family: socket.AddressFamily) -> socket.socket:
    made = socket.socket(family, socket.SOCK_DGRAM)
    made.setblocking(False)
    try:
        made.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, WANTED_BUFFER)
    except OSError:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WANTED_BUFFER)
    return made
