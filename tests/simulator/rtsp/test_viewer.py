import asyncio
import socket
from random import Random

from safecity.simulator.rtsp import Mount, Reel
from safecity.simulator.rtsp.packets import pack
from safecity.simulator.rtsp.viewer import MAX_BEHIND, Channels, Lane, Ports, TrackName, Viewer, udp_pair
from safecity.simulator.rtsp.weather import Packet, Weather

KEY, DELTA = pack([b"\x65key"], is_key=True), pack([b"\x41delta"], is_key=False)
MOUNT = Mount(name="07", reel=Reel(b"\x67", b"\x68", 10, (KEY, DELTA)))


class Line:
    """A connection that remembers, and can be as slow as it is told."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.waiting = 0

    def write(self, data: Packet) -> None:
        self.sent.append(bytes(data))

    def behind(self) -> int:
        return self.waiting

    def abort(self) -> None:
        self.sent.clear()

    def forget(self) -> None:
        self.sent.clear()

    def tear_down(self) -> None:
        self.sent.clear()


def watching(line: Line, way: Channels | Ports | None = None) -> Viewer:
    lane = Lane(way or Channels(0, 1), 9, 5, 1000)
    return Viewer(line, MOUNT, Random(1), {TrackName.PICTURES: lane})


def test_a_viewer_begins_with_a_keyframe():
    line = Line()
    viewer = watching(line)
    viewer.send(DELTA, 0)
    assert line.sent == []
    viewer.send(KEY, 9000)
    viewer.send(DELTA, 18000)
    assert line.sent[0].endswith(b"key")
    assert line.sent[1].endswith(b"delta")
    assert [int.from_bytes(data[6:8], "big") for data in line.sent] == [5, 6]


def test_one_who_reads_too_slowly_loses_pictures_up_to_the_next_keyframe():
    line = Line()
    viewer = watching(line)
    viewer.send(KEY, 0)
    line.waiting = MAX_BEHIND + 1
    viewer.send(DELTA, 1)
    line.waiting = 0
    viewer.send(DELTA, 2)
    assert len(line.sent) == 1
    viewer.send(KEY, 3)
    assert len(line.sent) == 2


def test_over_udp_each_packet_is_a_datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.bind(("127.0.0.1", 0))
        client.settimeout(5)
        port = client.getsockname()[1]
        way = Ports("127.0.0.1", port, port, udp_pair(socket.AF_INET, "127.0.0.1"))
        viewer = watching(Line(), way)
        viewer.send(KEY, 0)
        viewer.report(1_000, 0)
        assert client.recv(2000)[12:] == b"\x65key"
        assert client.recv(2000)[1] == 200
        assert f"client_port={port}-{port};server_port=" in way.header
        viewer.close()


async def test_what_the_network_holds_up_comes_later_and_in_order():
    line = Line()
    viewer = watching(line)
    late = Weather(jitter_ms=30)
    assert viewer.send(KEY, 0, late) == 0
    assert viewer.send(DELTA, 9000, late) == 0
    assert line.sent == []
    async with asyncio.timeout(10):
        while len(line.sent) < 2:
            await asyncio.sleep(0)
    assert [data[-3:] for data in line.sent] == [b"key", b"lta"]
    viewer.close()


async def test_what_a_camera_never_sends_leaves_a_hole_in_the_numbers():
    line = Line()
    viewer = watching(line)
    assert viewer.send(KEY, 0, Weather(holes=1.0)) == 1
    assert viewer.send(KEY, 9000) == 0
    assert [int.from_bytes(data[6:8], "big") for data in line.sent] == [6]


def test_a_goodbye_goes_the_way_of_the_reports():
    line = Line()
    watching(line).bid_farewell()
    assert line.sent[0][:2] == b"$\x01"
    assert line.sent[0][12 + 1] == 203
