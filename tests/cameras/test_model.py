"""A camera cannot be impossible, and its health follows the table."""

from __future__ import annotations

from typing import Any

import pytest

from safecity.base import BadInput, Place
from safecity.cameras.model import NEXT, Camera, HealthState, Regime, Signal

WHOLE: dict[str, Any] = {
    "id": "c1",
    "name": "Gate 3",
    "url": "rtsp://admin:s3cret@10.0.0.5/live",
    "bureau": "CEN",
    "place": Place(1.0, 2.0),
    "controller": "City police",
    "regime": Regime.POLICE,
}
TRIANGLE = ((0.0, 0.0), (1.0, 0.0), (0.5, 1.0))


def test_a_camera_does_not_show_its_password_in_a_log():
    assert "s3cret" not in repr(Camera(**WHOLE))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "name is 1 to 80"),
        ({"name": " Gate"}, "without blanks"),
        ({"name": "Gate\n3"}, "name"),
        ({"controller": "  "}, "controller"),
        ({"bearing_deg": 361}, "bearing lies between 0 and 360"),
        ({"bearing_deg": float("nan")}, "bearing"),
        ({"view_deg": 0}, "angle of view"),
        ({"range_m": 6000}, "range lies between 1 and 5000 metres"),
        ({"keep_days": 0}, "1 to 3650 days"),
        ({"zones": (TRIANGLE[:2],)}, "zones needs 3 to 64 corners, not 2"),
        ({"privacy_areas": (((0, 0), (1.5, 0), (1, 1)),)}, "shares of the picture"),
        ({"masks": (TRIANGLE,) * 33}, "at most 32 masks"),
    ],
)
def test_an_impossible_camera_cannot_exist(changes: dict[str, Any], words: str):
    with pytest.raises(BadInput, match=words):
        Camera(**{**WHOLE, **changes})


def test_a_camera_may_have_areas_that_nobody_sees():
    assert Camera(**WHOLE, privacy_areas=(TRIANGLE,)).privacy_areas == (TRIANGLE,)


def test_every_state_can_be_left_and_every_state_can_be_reached():
    assert {state for state, _ in NEXT} == set(HealthState)
    assert set(NEXT.values()) == set(HealthState)


def test_a_camera_that_is_off_cares_for_nothing_but_being_switched_on():
    assert [signal for state, signal in NEXT if state is HealthState.OFF] == [Signal.SWITCHED_ON]


def test_no_line_of_the_table_leads_nowhere():
    assert all(state is not after for (state, _), after in NEXT.items())


def test_a_picture_makes_every_camera_that_is_on_live():
    others = set(HealthState) - {HealthState.LIVE, HealthState.OFF}
    assert all(NEXT[state, Signal.SEEN] is HealthState.LIVE for state in others)
