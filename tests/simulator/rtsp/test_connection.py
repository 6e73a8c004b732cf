from collections import defaultdict
from random import Random

import pytest

from safecity.simulator.rtsp import Challenge, FaultKind, Mount, Reel, SdpForm
from safecity.simulator.rtsp.connection import METHODS, Connection
from safecity.simulator.rtsp.packets import pack
from safecity.simulator.rtsp.viewer import Viewer

REEL = Reel(b"\x67\x42\xc0\x1e", b"\x68\xce", 10, (pack([b"\x65"], is_key=True),))


class House:
    """The cameras behind a connection, without a network."""

    def __init__(self) -> None:
        self.mounts = {"07": Mount(name="07", reel=REEL)}
        self.chance = Random(3)
        self.connections: set[Connection] = set()
        self.watching: defaultdict[str, set[Viewer]] = defaultdict(set)

    def fault(self, name: str) -> FaultKind | None:
        del name
        return None

    def challenge(self, name: str) -> Challenge | None:
        return self.mounts[name].challenge

    def describing(self, name: str) -> tuple[Reel, SdpForm]:
        return self.mounts[name].reel, SdpForm.RIGHT

    def join(self, viewer: Viewer) -> None:
        self.watching[viewer.mount.name].add(viewer)

    def leave(self, viewer: Viewer) -> None:
        self.watching[viewer.mount.name].discard(viewer)


def heard(house: House, *requests: str) -> list[str]:
    """The first lines of the answers to requests on a fresh connection; `{session}` is filled in."""
    connection, answers = Connection(house), list[bytes]()
    connection.write = answers.append  # pyright: ignore[reportAttributeAccessIssue]  no network here
    session = ""
    for count, request in enumerate(requests):
        line, _, rest = request.partition("|")
        text = f"{line} RTSP/1.0\r\nCSeq: {count}\r\n{rest.format(session=session)}\r\n\r\n"
        connection.data_received(text.replace("\r\n\r\n\r\n", "\r\n\r\n").encode())
        if b"Session: " in answers[-1]:
            session = answers[-1].split(b"Session: ")[1].split(b";")[0].split(b"\r")[0].decode()
    return [answer.split(b"\r\n")[0].decode().removeprefix("RTSP/1.0 ") for answer in answers]


SETUP = "SETUP rtsp://h/07/track1|Transport: RTP/AVP/TCP;unicast;interleaved=0-1"


@pytest.mark.parametrize(
    ("requests", "statuses"),
    [
        (["OPTIONS rtsp://h/07"], ["200 OK"]),
        (["DESCRIBE rtsp://h/07"], ["200 OK"]),
        (["DESCRIBE rtsp://h/"], ["404 Not Found"]),
        (["PLAY rtsp://h/07"], ["455 Method Not Valid in This State"]),
        ([SETUP, "PLAY rtsp://h/07|Session: {session}"], ["200 OK", "200 OK"]),
        ([SETUP, "PLAY rtsp://h/07|Session: other"], ["200 OK", "454 Session Not Found"]),
        ([SETUP, "GET_PARAMETER rtsp://h/07"], ["200 OK", "200 OK"]),
        (["SETUP rtsp://h/07|Transport: RTP/AVP/TCP;interleaved=300-301"], ["461 Unsupported Transport"]),
        (["ANNOUNCE rtsp://h/07"], ["501 Not Implemented"]),
    ],
)
def test_each_request_gets_the_answer_of_the_standard(requests: list[str], statuses: list[str]):
    assert heard(House(), *requests) == statuses


def test_a_teardown_ends_the_watching():
    house = House()
    heard(house, SETUP, "PLAY rtsp://h/07|Session: {session}")
    assert len(house.watching["07"]) == 1
    house = House()
    heard(house, SETUP, "PLAY rtsp://h/07|Session: {session}", "TEARDOWN rtsp://h/07|Session: {session}")
    assert house.watching["07"] == set()
    assert "TEARDOWN" in METHODS
