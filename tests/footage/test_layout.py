"""How long pictures last, whatever the camera's clock does between them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from safecity.footage.layout import STOOD_MS, lay_out

HZ = 90_000


def test_a_steady_stream_is_believed():
    times = [n * 6000 for n in range(30)]
    assert lay_out(times, [n * 67 for n in range(30)], HZ, 180_000) == ([6000] * 30, None, 0)


def test_b_pictures_are_shown_in_their_own_order():
    times = [0, 18_000, 6_000, 12_000]  # I P B B
    durations, shifts, _ = lay_out(times, [0, 66, 133, 200], HZ, 24_000)
    assert durations == [6000] * 4
    assert shifts == [0, 12_000, -6_000, -6_000]


def test_b_pictures_keep_their_order_where_one_was_late():
    times = [0, 22_000, 10_000, 16_000]  # the camera waited before the second
    durations, shifts, _ = lay_out(times, [0, 180, 240, 300], HZ, 28_000)
    assert durations == [10_000, 6000, 6000, 6000]
    assert shifts == [0, 12_000, -6_000, -6_000]


def test_a_camera_clock_that_falls_back_is_not_believed():
    times = [100_000, 106_000, 10, 6_010]
    durations, shifts, _ = lay_out(times, [0, 67, 133, 200], HZ, 12_010)
    assert shifts is None
    assert durations == [6000, 66 * 90, 6000, 6000]


def test_a_camera_clock_that_jumps_an_hour_makes_no_hour_of_footage():
    times = [0, 6000, 6000 + 3600 * HZ, 12_000 + 3600 * HZ]
    durations, _, _ = lay_out(times, [0, 67, 133, 200], HZ, 18_000 + 3600 * HZ)
    assert durations == [6000, 66 * 90, 6000, 6000]


def test_a_camera_clock_that_jumps_by_three_seconds_makes_none_of_them():
    durations, _, _ = lay_out([0, 6000, 276_000], [0, 67, 133], HZ, 282_000)
    assert durations == [6000, 66 * 90, 6000]


def test_a_picture_that_truly_stood_for_three_seconds_does():
    durations, _, _ = lay_out([0, 6000, 276_000], [0, 67, 3067], HZ, 282_000)
    assert durations == [6000, 270_000, 6000]


def test_pictures_that_were_held_up_on_the_way_keep_the_cameras_times():
    received = [
        9_000,
        9_010,
        9_020,
    ]  # the group began at 1,000 and came in one blow; the camera skipped 5 s meanwhile
    durations, _, _ = lay_out(
        [0, 6000, 456_000], received, HZ, 462_000, next_received_ms=9_030, start_ms=1_000
    )
    assert durations == [6000, 450_000, 6000]


def test_a_pause_between_groups_is_no_long_picture():
    assert lay_out([0, 6000], [0, 67], HZ, 456_000, next_received_ms=5_067) == ([6000, 6000], None, 444_000)


def test_a_jump_between_groups_is_no_pause():
    assert lay_out([0, 6000], [0, 67], HZ, 12_000 + 3600 * HZ, next_received_ms=133) == (
        [6000, 66 * 90],
        None,
        0,
    )
    assert lay_out([0, 6000], [0, 67], HZ, 6000 - 3600 * HZ, next_received_ms=133) == (
        [6000, 66 * 90],
        None,
        0,
    )


def test_our_own_clock_that_is_set_while_pictures_come_spoils_no_duration():
    durations, _, _ = lay_out([0, 6000, 12_000], [0, 3_600_067, 133], HZ, 18_000)
    assert durations == [6000, 6000, 6000]


@given(
    times=st.lists(st.integers(0, 1 << 34), min_size=1, max_size=40),
    received=st.lists(st.integers(0, 1 << 42), min_size=40, max_size=40),
    following=st.none() | st.integers(0, 1 << 34),
    came=st.none() | st.integers(0, 1 << 42),
    start=st.none() | st.integers(0, 1 << 42),
)
def test_every_picture_lasts_at_least_a_tick_whatever_the_clocks_say(
    times: list[int], received: list[int], following: int | None, came: int | None, start: int | None
):
    durations, shifts, pause = lay_out(
        times, received[: len(times)], HZ, following, next_received_ms=came, start_ms=start
    )
    assert len(durations) == len(times)
    assert min(durations) >= 1
    assert max(durations) <= STOOD_MS * HZ // 1000
    assert 0 <= pause <= STOOD_MS * HZ // 1000
    assert shifts is None or len(shifts) == len(times)
