import json

from safecity.simulator.fleet.plan import FleetCamera
from safecity.simulator.fleet.truth import Truth, as_json, as_text
from safecity.simulator.rtsp import Fault, FaultKind

AWAY = Fault(kind=FaultKind.OFFLINE, from_s=2, until_s=4)


def told() -> Truth:
    truth = Truth(FleetCamera(number=7, faults=(AWAY,)), "rtsp://h/main", 10, start_ms=1_000_000)
    for tick in (*range(2, 20), *range(50, 60)):
        truth.sent("main", tick / 10, lost=int(tick in (3, 8)), frozen=False, is_key=tick % 5 in (0, 3))
    truth.sent("sub", 6.0, lost=0, frozen=False, is_key=True)
    truth.sent("main", 6.1, lost=0, frozen=True, is_key=True)
    return truth


def test_the_truth_is_when_it_could_be_had_and_what_it_sent():
    camera = told().told(6.0)
    assert camera.online == [(1_000_000, 1_002_000), (1_004_000, 1_006_000)]
    spans = [(span.from_ms - 1_000_000, span.until_ms - 1_000_000) for span in camera.sent]
    assert spans == [(500, 2_000), (5_000, 6_000)]
    assert [(span.pictures, span.broken) for span in camera.sent] == [(15, 1), (10, 0)]
    assert (camera.online_s, camera.sent_s) == (4.0, 2.5)


def test_it_is_told_for_people_and_for_programs():
    truths = [told().told(6.0)]
    assert as_text(truths).splitlines()[1].split() == ["Fleet", "007", "4.0", "2.5", "25", "1", "2"]
    assert json.loads(as_json(truths))["truth"][0]["sent"][0]["pictures"] == 15


def test_what_was_under_way_when_the_connection_broke_never_arrived():
    truth = told()
    truth.recalled("sub", 5)
    truth.recalled("main", 3)
    last = truth.told(6.0).sent[-1]
    assert (last.pictures, last.until_ms - last.from_ms) == (7, 700)
