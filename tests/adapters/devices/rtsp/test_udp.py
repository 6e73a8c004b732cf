"""A pair of UDP ports: packets of the camera in order, those of strangers not at all, reports back."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import select
import socket
from collections.abc import Generator

import pytest

from fakes.camera import IDR, PPS, SPS, Heard, rtp
from safecity.adapters.devices.rtsp.sdp import Video
from safecity.adapters.devices.rtsp.stream import PictureStream
from safecity.adapters.devices.rtsp.udp import Ports
from safecity.cameras import Codec


class Story:
    """Our ports, and a camera's sockets to send from."""

    def __init__(self, local: str) -> None:
        self.loop = asyncio.get_running_loop()
        family = socket.AF_INET6 if ":" in local else socket.AF_INET
        self.camera = [socket.socket(family, socket.SOCK_DGRAM) for _ in range(2)]
        while True:  # a pair of neighbours
            self.camera[0].bind((local, 0))
            port = self.camera[0].getsockname()[1]
            with contextlib.suppress(OSError):
                self.camera[1].bind((local, port + 1))
                break
            self.camera[0].close()
            self.camera[0] = socket.socket(family, socket.SOCK_DGRAM)
        for each in self.camera:
            each.setblocking(False)
        self.heard = Heard()
        self.gone = asyncio.Event()
        video = Video(Codec.H264, 96, 90_000, "", (SPS, PPS))
        self.stream = PictureStream(video, None, self.heard, lambda: 7, ssrc=5, monotonic=self.loop.time)
        self.local = local
        self.ports = Ports(local)

    def listen(self, host: str = "") -> None:
        peer = (host or self.local, self.camera[0].getsockname()[1])
        self.ports.listen(self.stream, peer, "", self.loop.time, self.gone.set)

    def send(self, *sequences: int) -> None:
        for sequence in sequences:
            packet = rtp(IDR, sequence, sequence * 6000, marker=True)
            self.camera[0].sendto(packet, (self.local, self.ports.first))

    def close(self) -> None:
        self.ports.close()
        for each in self.camera:
            each.close()


@pytest.fixture(params=["127.0.0.1", "::1"])
def local(request: pytest.FixtureRequest) -> Generator[str]:
    with socket.socket(
        socket.AF_INET6 if ":" in request.param else socket.AF_INET, socket.SOCK_DGRAM
    ) as tried:
        try:
            tried.bind((request.param, 0))
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                pytest.skip("this machine has no IPv6")
            raise
    return request.param


async def test_packets_come_in_order_and_the_way_is_held_open(local: str):
    story = Story(local)
    try:
        assert story.ports.first % 2 == 0
        assert story.ports.rtcp.getsockname()[1] == story.ports.first + 1
        story.listen()
        async with asyncio.timeout(5):
            punch = await story.loop.sock_recv(story.camera[0], 100)
        assert punch[:2] == b"\x80\x7f"
        story.send(1, 3, 2, 4)
        await story.heard.pictures_are(4)
        assert [picture.time for picture in story.heard.pictures] == [6000, 12_000, 18_000, 24_000]
        story.ports.send(story.stream.report())
        async with asyncio.timeout(5):
            report = await story.loop.sock_recv(story.camera[1], 200)
        assert (report[1], int.from_bytes(report[16:20])) == (201, 4)
        story.camera[1].sendto(b"\x81\xcb\0\1abcd", (local, story.ports.first + 1))
        async with asyncio.timeout(5):
            await story.gone.wait()
    finally:
        story.close()


async def test_a_packet_that_never_comes_is_missed_after_a_while(local: str):
    story = Story(local)
    try:
        story.listen()
        story.send(1, 3, 4)
        await story.heard.pictures_are(2)
        assert story.heard.lost == [1]
        assert [picture.time for picture in story.heard.pictures] == [6000, 24_000]
    finally:
        story.close()


async def test_strangers_are_not_heard():
    story = Story("127.0.0.1")
    try:
        story.listen("127.0.0.2")
        story.send(1)
        await asyncio.sleep(0)
        while select.select([story.ports.rtp], [], [], 0)[0]:  # until it was read, and left out
            await asyncio.sleep(0.01)
        story.listen()  # who asks the same host is a stranger no more
        story.send(2)
        await story.heard.pictures_are(1)
        assert [picture.time for picture in story.heard.pictures] == [12_000]
    finally:
        story.close()


async def test_closed_ports_hear_nothing():
    story = Story("127.0.0.1")
    story.listen()
    story.ports.close()
    story.ports.close()
    assert story.ports.rtp.fileno() == -1
    story.close()
