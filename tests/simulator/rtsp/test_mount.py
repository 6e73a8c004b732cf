from hypothesis import given
from hypothesis import strategies as st

from safecity.simulator.rtsp import Fault, FaultKind, Mount, Reel, SdpForm
from safecity.simulator.rtsp.mount import weather_of
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


def test_a_camera_whose_clock_drifts_is_ahead_by_what_it_drifted_and_stays_so():
    faults = (
        Fault(kind=FaultKind.DRIFT, value=1000, from_s=10, until_s=20),
        Fault(kind=FaultKind.STEP, value=-3000, from_s=30),
        Fault(kind=FaultKind.JUMP, value=60, from_s=40),
    )
    camera = Mount(name="07", reel=REEL, faults=faults)
    assert [round(camera.wall_off_ms(at), 3) for at in (10, 15, 20, 29, 31)] == [0, 5, 10, 10, -2990]
    assert [round(camera.media_s(at) - at, 6) for at in (10, 20, 39, 41)] == [0, 0.01, 0.01, 60.01]


@given(st.floats(0, 100), st.floats(0.1, 50), st.floats(0.1, 50), st.floats(0, 10_000))
def test_how_long_a_fault_has_lasted_grows_only_while_it_is_there(
    from_s: float, lasts_s: float, rests_s: float, at_s: float
):
    fault = Fault(kind=FaultKind.DRIFT, from_s=from_s, until_s=from_s + lasts_s, every_s=lasts_s + rests_s)
    grown = fault.lasted_s(at_s + 0.01) - fault.lasted_s(at_s)
    assert -1e-6 <= grown <= 0.01 + 1e-6
    assert 0 <= fault.lasted_s(at_s) <= at_s + 1e-6


def test_a_wrong_description_is_dark_only_where_nobody_can_make_sense_of_it():
    def sdp(form: SdpForm) -> Fault:
        return Fault(kind=FaultKind.SDP, form=form)

    assert not sdp(SdpForm.NO_SETS).is_dark()
    assert sdp(SdpForm.JUNK).is_dark()
    assert Mount(name="07", reel=REEL, faults=(sdp(SdpForm.JUNK),)).sdp(1) is SdpForm.JUNK


def test_another_reel_is_shown_while_the_fault_is_there():
    other = Reel(b"\x67", b"\x68", 10, REEL.pictures[:5])
    fault = Fault(kind=FaultKind.RESIZE, form="small", from_s=5, until_s=6)
    camera = Mount(name="07", reel=REEL, faults=(fault,), reels={"small": other})
    assert camera.showing(camera.standing(5.5)) == (other, fault)
    assert camera.showing(camera.standing(6.5)) == (REEL, None)


def test_what_the_network_does_is_read_from_the_faults_that_are_there():
    loss, slow = Fault(kind=FaultKind.LOSS, value=0.5), Fault(kind=FaultKind.TRICKLE, value=64)
    weather = weather_of([loss, slow])
    assert (weather.loss, weather.kbit_s, weather.jitter_ms) == (0.5, 64, 0)
