"""One client watching one camera: its sequence numbers, its time, and the way its packets take."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from random import Random
from typing import Protocol

from safecity.simulator.rtsp.mount import Mount
from safecity.simulator.rtsp.packets import Packed, goodbye, interleaved, sender_report
from safecity.simulator.rtsp.road import Road
from safecity.simulator.rtsp.sound import Voice
from safecity.simulator.rtsp.weather import CLEAR, Packet, Weather, travel

MAX_BEHIND = 1024 * 1024  # bytes that may wait for a slow client


class Line(Protocol):
    """The client's RTSP connection."""

    def write(self, data: Packet) -> None:
        """Sends bytes; they wait in memory when the client is slow."""
        ...

    def behind(self) -> int:
        """How many bytes wait."""
        ...

    def abort(self) -> None:
        """Breaks the connection off."""
        ...

    def forget(self) -> None:
        """The session is over, and the client is not told."""
        ...

    def tear_down(self) -> None:
        """The client is told that the session is over."""
        ...


class TrackName(StrEnum):
    """What a client may set up."""

    PICTURES = "track1"
    SOUND = "track2"


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


@dataclass
class Lane:
    """One track on its way to one client."""

    way: Channels | Ports
    ssrc: int
    seq: int
    first_time: int
    packets: int = 0
    octets: int = 0
    road: Road | None = None  # from the first bad weather on

    def count(self, packed: Packed) -> None:
        """These packets are sent."""
        self.seq = (self.seq + len(packed.offsets)) & 0xFFFF
        self.packets += len(packed.offsets)
        self.octets += packed.octets


@dataclass(eq=False)
class Viewer:
    """One client watching one camera. It waits for a keyframe at first, and whenever it fell behind."""

    line: Line
    mount: Mount
    chance: Random
    lanes: dict[TrackName, Lane] = field(default_factory=dict[TrackName, Lane])
    waits: bool = True
    report_due_s: float = 0.0
    _sounds: int = -1  # packets of sound since the camera's start

    def send(self, picture: Packed, time: int, weather: Weather = CLEAR) -> int | None:
        """Sends a picture; `time` is in ticks of 90 kHz on the camera's clock.

        Returns how many of its packets are lost for good, None where the client has to wait for a keyframe.
        """
        lane = self.lanes.get(TrackName.PICTURES)
        if lane is None or (self.waits and not picture.is_key):
            return None
        self.waits = self.line.behind() + (lane.road.bytes if lane.road else 0) > MAX_BEHIND
        if self.waits:
            return None
        lost = self._dispatch(lane, picture, lane.first_time + time, weather)
        lane.count(picture)
        return lost

    def sound(self, voice: Voice, media_s: float, weather: Weather = CLEAR) -> None:
        """Sends what was heard since the last time, on the camera's clock."""
        lane = self.lanes.get(TrackName.SOUND)
        due = int(media_s * voice.clock_hz) // voice.samples
        if lane is None or self._sounds < 0 or not 0 < due - self._sounds < 100:
            self._sounds = due
            return
        for number in range(self._sounds, due):
            packet = voice.packets[number % len(voice.packets)]
            self._dispatch(lane, packet, lane.first_time + number * voice.samples, weather)
            lane.count(packet)
        self._sounds = due

    def report(self, wall_ms: int, media_s: float) -> None:
        """Sends sender reports: at `media_s` of the camera's clock it was `wall_ms`."""
        for track, lane in self.lanes.items():
            voice = self.mount.voice if track is TrackName.SOUND else None
            time = round(media_s * (voice.clock_hz if voice else 90_000))
            self._control(
                lane, sender_report(lane.ssrc, wall_ms, lane.first_time + time, lane.packets, lane.octets)
            )

    def under_way(self) -> int:
        """How many pictures have not arrived yet."""
        lane = self.lanes.get(TrackName.PICTURES)
        return lane.road.pictures if lane and lane.road else 0

    def bid_farewell(self) -> None:
        """Says by RTCP that nothing more comes."""
        for lane in self.lanes.values():
            self._control(lane, goodbye(lane.ssrc))

    def close(self) -> None:
        """Gives the sockets back."""
        for lane in self.lanes.values():
            if lane.road is not None:
                lane.road.close()
            if isinstance(lane.way, Ports):
                for each in lane.way.sockets:
                    each.close()

    def _dispatch(self, lane: Lane, packed: Packed, time: int, weather: Weather) -> int:
        """Sends packets on their way; returns how many get lost."""
        way = lane.way
        if weather is CLEAR and lane.road is None and isinstance(way, Channels):
            self.line.write(packed.framed(way.rtp, lane.seq, time, lane.ssrc))
            return 0
        if isinstance(way, Channels):
            packets, arrive = packed.frames(way.rtp, lane.seq, time, lane.ssrc), self.line.write
        else:
            packets, arrive = packed.datagrams(lane.seq, time, lane.ssrc), partial(self._throw, way, 0)
        if weather is CLEAR and lane.road is None:
            for packet in packets:
                arrive(packet)
            return 0
        if lane.road is None:
            lane.road = Road(arrive)
        trip = travel(packets, weather, self.chance, repairs=isinstance(way, Channels))
        lane.road.take(trip, weather.kbit_s)
        return trip.lost

    def _control(self, lane: Lane, packet: bytes) -> None:
        if isinstance(lane.way, Channels):
            self.line.write(interleaved(lane.way.rtcp, packet))
        else:
            self._throw(lane.way, 1, packet)

    def _throw(self, way: Ports, which: int, datagram: Packet) -> None:
        try:
            way.sockets[which].sendto(datagram, (way.host, way.rtcp if which else way.rtp))
        except (BlockingIOError, ConnectionRefusedError):
            self.waits = True  # UDP may lose; go on with a whole picture


def udp_pair(family: int, host: str) -> tuple[socket.socket, socket.socket]:
    """Two sockets for RTP and RTCP on free ports. Raises OSError."""
    pair = socket.socket(family, socket.SOCK_DGRAM), socket.socket(family, socket.SOCK_DGRAM)
    for each in pair:
        each.setblocking(False)
        each.bind((host, 0))
    return pair
