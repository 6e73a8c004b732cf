"""One client's connection to the pretended cameras: RTSP requests in, answers out (RFC 2326, 10)."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Protocol, cast

from safecity.simulator.rtsp.challenge import Challenge
from safecity.simulator.rtsp.describe import Described, SdpForm, describe
from safecity.simulator.rtsp.mount import FaultKind, Mount
from safecity.simulator.rtsp.reel import Reel
from safecity.simulator.rtsp.requests import ANSWER, BadRequest, Request, RequestReader, answer
from safecity.simulator.rtsp.viewer import Channels, Lane, Ports, TrackName, Viewer, udp_pair
from safecity.simulator.rtsp.weather import Packet

METHODS = "OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN"
_PORTS = re.compile(r"client_port=(\d{1,5})(?:-(\d{1,5}))?")
_CHANNELS = re.compile(r"interleaved=(\d{1,3})-(\d{1,3})")


class Cameras(Protocol):
    """What a connection needs of the server."""

    chance: Random
    connections: set[Connection]

    @property
    def mounts(self) -> Mapping[str, Mount]:
        """The cameras by name."""
        ...

    def fault(self, name: str) -> FaultKind | None:
        """What is wrong with a camera now."""
        ...

    def challenge(self, name: str) -> Challenge | None:
        """What a camera demands now."""
        ...

    def describing(self, name: str) -> tuple[Reel, SdpForm]:
        """What a camera shows now, and how it describes that."""
        ...

    def join(self, viewer: Viewer) -> None:
        """A viewer begins to watch."""
        ...

    def leave(self, viewer: Viewer) -> None:
        """A viewer has gone."""
        ...


@dataclass(eq=False)
class Connection(asyncio.Protocol):
    """One accepted connection, with at most one session."""

    cameras: Cameras
    _reader: RequestReader = field(default_factory=RequestReader)
    _transport: asyncio.Transport | None = None
    _viewer: Viewer | None = None
    _session: str = ""
    _url: str = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has come."""
        self._transport = cast("asyncio.Transport", transport)
        self.cameras.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone, and its session with it."""
        del exc
        self._transport = None
        self.cameras.connections.discard(self)
        self._end_session()

    def data_received(self, data: bytes) -> None:
        """Requests, whole or in parts; RTCP from the client is not looked at."""
        try:
            for message in self._reader.feed(data):
                if isinstance(message, Request):
                    self._answer(message)
        except BadRequest:
            self.write(answer(400, "0"))
            if self._transport is not None:
                self._transport.close()

    def write(self, data: Packet) -> None:
        """Sends bytes; after the end of the connection they are dropped."""
        if self._transport is not None:
            self._transport.write(data)

    def behind(self) -> int:
        """How many bytes wait for the client."""
        return self._transport.get_write_buffer_size() if self._transport is not None else 0

    def abort(self) -> None:
        """Breaks the connection off, as a camera does that loses its power."""
        if self._transport is not None:
            self._transport.abort()

    def forget(self) -> None:
        """Ends the session without a word; whoever names it later hears 454."""
        self._end_session()

    def tear_down(self) -> None:
        """Ends the session and says so, as a server may (RFC 2326, 10.7 with the roles changed)."""
        if self._session:
            head = f"TEARDOWN {self._url} RTSP/1.0\r\nCSeq: 1\r\nSession: {self._session}\r\n\r\n"
            self.write(head.encode())
        self._end_session()

    def _end_session(self) -> None:
        if self._viewer is not None:
            self.cameras.leave(self._viewer)
            self._viewer.close()
        self._viewer, self._session = None, ""

    def _answer(self, request: Request) -> None:
        """Answers one request: first what every camera checks, then by method."""
        if request.method == "OPTIONS":
            self.write(answer(200, request.cseq, {"Public": METHODS}))
            return
        if request.method == ANSWER:
            return
        mount = self.cameras.mounts.get(request.path[0] if request.path else "")
        if mount is None:
            self.write(answer(404, request.cseq))
            return
        fault = self.cameras.fault(mount.name)
        if fault in (FaultKind.OFFLINE, FaultKind.RESET):
            self.abort()
            return
        challenge = self.cameras.challenge(mount.name)
        given = request.headers.get("authorization", "")
        known = challenge is None or challenge.accepts(request.method, given)
        if challenge is not None and (not known or fault is FaultKind.REFUSE):
            self.write(answer(401, request.cseq, {"WWW-Authenticate": challenge.demand(given)}))
            return
        self._serve(request, mount)

    def _serve(self, request: Request, mount: Mount) -> None:
        match request.method:
            case "DESCRIBE":
                self._describe(request, mount)
            case "SETUP":
                self._set_up(request, mount)
            case "PLAY" | "GET_PARAMETER" | "TEARDOWN" if not self._is_session(request):
                self.write(answer(454, request.cseq))
            case "PLAY":
                self._play(request)
            case "GET_PARAMETER":
                self.write(answer(200, request.cseq, {"Session": self._session}))
            case "TEARDOWN":
                self._end_session()
                self.write(answer(200, request.cseq))
            case _:
                self.write(answer(501, request.cseq, {"Public": METHODS}))

    def _is_session(self, request: Request) -> bool:
        named = request.headers.get("session", "").partition(";")[0].strip()
        # A keep-alive without a session is borne, as most cameras do.
        return self._session == named or (request.method == "GET_PARAMETER" and not named)

    def _describe(self, request: Request, mount: Mount) -> None:
        reel, form = self.cameras.describing(mount.name)
        sound = mount.voice.lines if mount.voice else ()
        body = describe(
            Described(name=mount.name, vps=reel.vps, sps=reel.sps, pps=reel.pps, fps=reel.fps, sound=sound),
            form,
        )
        base = request.url.rstrip("/") + "/"
        self.write(answer(200, request.cseq, {"Content-Base": base, "Content-Type": "application/sdp"}, body))

    def _set_up(self, request: Request, mount: Mount) -> None:
        named = "session" in request.headers
        if self._session and named and not self._is_session(request):
            self.write(answer(454, request.cseq))
            return
        way = self._way(request.headers.get("transport", ""), mount)
        if way is None:
            self.write(answer(461, request.cseq))
            return
        track = TrackName.SOUND if request.path[-1] == TrackName.SOUND else TrackName.PICTURES
        chance = self.cameras.chance
        viewer = self._viewer
        if viewer is None or not named or viewer.mount is not mount or track in viewer.lanes:
            self._end_session()
            self._session = f"{chance.getrandbits(64):016x}"
            self._url = request.url
            viewer = self._viewer = Viewer(self, mount, Random(chance.getrandbits(64)))  # noqa: S311  (faults, no secrets)
        lane = Lane(way, chance.getrandbits(32), chance.getrandbits(16), chance.getrandbits(32))
        viewer.lanes[track] = lane
        headers = {
            "Transport": f"{way.header};ssrc={lane.ssrc:08X}",
            "Session": f"{self._session};timeout={mount.session_s}",
        }
        self.write(answer(200, request.cseq, headers))

    def _way(self, transport: str, mount: Mount) -> Channels | Ports | None:
        """The first of the transports that we know, or None."""
        for each in transport.split(","):
            if each.strip().upper().startswith("RTP/AVP/TCP"):
                if mount.udp_only:
                    continue
                match = _CHANNELS.search(each)
                channels = (int(match[1]), int(match[2])) if match else (0, 1)
                return Channels(*channels) if max(channels) < 256 else None
            if "unicast" in each and (match := _PORTS.search(each)) and self._transport is not None:
                rtp, rtcp = int(match[1]), int(match[2] or int(match[1]) + 1)
                if not (0 < rtp < 65536 and 0 < rtcp < 65536):
                    return None
                own: socket.socket = self._transport.get_extra_info("socket")
                peer: tuple[str, int] = self._transport.get_extra_info("peername")
                return Ports(peer[0], rtp, rtcp, udp_pair(own.family, own.getsockname()[0]))
        return None

    def _play(self, request: Request) -> None:
        if self._viewer is None:
            self.write(answer(455, request.cseq))
            return
        self.write(answer(200, request.cseq, {"Session": self._session, "Range": "npt=now-"}))
        self.cameras.join(self._viewer)
