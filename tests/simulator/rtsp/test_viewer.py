import socket

from safecity.simulator.rtsp import Mount, Reel
from safecity.simulator.rtsp.packets import pack
from safecity.simulator.rtsp.viewer import MAX_BEHIND, Channels, Ports, Viewer, udp_pair

KEY, DELTA = pack([b"\x65key"], is_key=True), pack([b"\x41delta"], is_key=False)
MOUNT = Mount(name="07", reel=Reel(b"\x67", b"\x68", 10, (KEY, DELTA)))


class Line:
    """A connection that remembers, and can be as slow as it is told."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.waiting = 0

    def write(self, data: bytes | bytearray) -> None:
        self.sent.append(bytes(data))

    def behind(self) -> int:
        return self.waiting

    def abort(self) -> None:
        self.sent.clear()


def test_a_viewer_begins_with_a_keyframe():
    line = Line()
    viewer = Viewer(line, MOUNT, Channels(0, 1), 9, 5, 1000)
    viewer.send(DELTA, 0)
    assert line.sent == []
    viewer.send(KEY, 9000)
    viewer.send(DELTA, 18000)
    assert line.sent[0].endswith(b"key")
    assert line.sent[1].endswith(b"delta")
    assert [int.from_bytes(data[6:8], "big") for data in line.sent] == [5, 6]


def test_one_who_reads_too_slowly_loses_pictures_up_to_the_next_keyframe():
    line = Line()
    viewer = Viewer(line, MOUNT, Channels(0, 1), 9, 5, 1000)
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
        viewer = Viewer(Line(), MOUNT, way, 9, 5, 1000)
        viewer.send(KEY, 0)
        viewer.report(1_000, 0)
        assert client.recv(2000)[12:] == b"\x65key"
        assert client.recv(2000)[1] == 200
        assert f"client_port={port}-{port};server_port=" in way.header
        viewer.close()
