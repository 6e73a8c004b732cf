import pytest

from safecity.simulator.fleet.plan import FleetCamera, plan_fleet
from safecity.simulator.fleet.script import BadScript, FaultRow, Mix, Script
from safecity.simulator.rtsp import Fault, FaultKind


def touched(cameras: str, count: int = 100) -> list[int]:
    script = Script(seed=3, mix=Mix(udp=0.2), faults=(FaultRow(kind=FaultKind.STALL, cameras=cameras),))
    return [camera.number for camera in plan_fleet(count, script) if camera.faults]


def test_rows_say_which_cameras_they_mean():
    assert len(touched("*")) == 100
    assert touched("2-4, 9") == [2, 3, 4, 9]
    assert len(touched("15%")) == 15
    assert sorted(touched("udp") + touched("tcp")) == list(range(1, 101))
    assert len(touched("udp")) == 20


@pytest.mark.parametrize(("cameras", "words"), [("200-300", "none of the 100"), ("some", "or one of udp")])
def test_a_row_that_means_nobody_is_refused(cameras: str, words: str):
    with pytest.raises(BadScript) as caught:
        touched(cameras)
    assert words in caught.value.sentence


def test_the_same_seed_makes_the_same_fleet_and_another_seed_another():
    row = FaultRow(kind=FaultKind.OFFLINE, cameras="50%", spread_s=100, for_s=5)

    def fleet(seed: int) -> tuple[FleetCamera, ...]:
        return plan_fleet(40, Script(seed=seed, mix=Mix(h265=0.3, sound=0.3), faults=(row,)))

    assert fleet(1) == fleet(1)
    assert fleet(1) != fleet(2)
    starts = {fault.from_s for camera in fleet(1) for fault in camera.faults}
    assert len(starts) == 20, "each camera at a moment of its own"


def test_a_camera_is_dark_while_it_cannot_be_had():
    camera = FleetCamera(
        number=1,
        faults=(
            Fault(kind=FaultKind.OFFLINE, from_s=10, until_s=20, every_s=50),
            Fault(kind=FaultKind.STALL, from_s=15, until_s=25),
            Fault(kind=FaultKind.LOSS, value=0.5),
            Fault(kind=FaultKind.SDP, form="no_sets"),
        ),
    )
    assert camera.dark(100) == [(10, 25), (60, 70)]
    assert camera.dark(65) == [(10, 25), (60, 65)]


def test_what_is_about_passwords_gives_the_camera_one():
    script = Script(faults=(FaultRow(kind=FaultKind.NONCE, form="silent"),))
    assert plan_fleet(1, script)[0].has_password
