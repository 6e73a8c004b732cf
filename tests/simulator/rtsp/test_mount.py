from hypothesis import given
from hypothesis import strategies as st

from safecity.simulator.rtsp import Fault, FaultKind, Mount, Reel
from safecity.simulator.rtsp.packets import pack

REEL = Reel(b"\x67", b"\x68", 10, tuple(pack([b"\x65"], is_key=True) for _ in range(20)))


def test_a_fault_comes_goes_and_comes_back():
    lost = Fault(kind=FaultKind.OFFLINE, from_s=60, until_s=90, every_s=300)
    camera = Mount(name="07", reel=REEL, faults=(lost, Fault(kind=FaultKind.STALL, from_s=10, until_s=20)))
    story = {
        0: None,
        10: "stall",
        20: None,
        60: "offline",
        89.9: "offline",
        90: None,
        360: "offline",
        391: None,
    }
    assert {at: camera.fault(at) for at in story} == story


def test_a_camera_without_an_order_shows_its_reel_again_and_again():
    camera = Mount(name="07", reel=REEL)
    assert [camera.picture(tick) for tick in (0, 19, 20, 45)] == [0, 19, 0, 5]
    assert Mount(name="07", reel=REEL, order=lambda tick: tick // 33).picture(99) == 3


@given(st.integers(0, 10**7), st.floats(0, 1))
def test_a_pictures_own_time_leads_back_to_it(tick: int, phase_s: float):
    camera = Mount(name="07", reel=REEL, phase_s=phase_s)
    assert camera.tick_at(camera.due_s(tick)) == tick
    assert camera.tick_at(camera.due_s(tick) + 0.05) == tick + 1
