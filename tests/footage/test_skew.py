"""A camera's clock that is wrong is noticed within a minute, and a slow network is not taken for one."""

from __future__ import annotations

from safecity.footage.skew import CameraClock, ClockSeen


def watched(clock: CameraClock, offsets_ms: list[int], *, from_s: int = 0) -> list[tuple[int, ClockSeen]]:
    """What was told, and at which second; a group comes every 2 s."""
    told = [(from_s + 2 * n, clock.saw((from_s + 2 * n) * 1000, ms)) for n, ms in enumerate(offsets_ms)]
    return [(at, each) for at, each in told if each is not None]


def test_a_clock_that_is_right_is_told_once():
    told = watched(CameraClock("gate"), [-20, -35, -15, -400] * 20)
    assert [each for _, each in told] == [ClockSeen("gate", False, -15)]


def test_a_clock_that_was_set_wrong_is_told_within_a_minute_and_again_once_it_is_right():
    clock = CameraClock("gate")
    watched(clock, [-20] * 15)
    ((at_s, wrong),) = watched(clock, [3_600_000] * 30, from_s=30)
    assert wrong == ClockSeen("gate", True, 3_600_000)
    assert at_s - 30 <= 40
    ((at_s, right),) = watched(clock, [-20] * 30, from_s=90)
    assert right == ClockSeen("gate", False, -20)
    assert at_s - 90 <= 40


def test_pictures_that_are_held_up_are_no_wrong_clock():
    told = watched(CameraClock("gate"), [-1_500, -2_000, -3_000, -20, -1_700] * 10)
    assert not any(each.is_wrong for _, each in told)


def test_a_clock_that_drifts_on_is_told_again_only_when_it_is_news():
    told = watched(CameraClock("gate"), [n * 10 for n in range(2_000)])
    assert [each.is_wrong for _, each in told][:2] == [False, True]
    assert len(told) < 12


def test_a_clock_at_the_limit_does_not_flicker():
    clock = CameraClock("gate")
    told = watched(clock, [1_100] * 10 + [950] * 10 + [1_050] * 10 + [900] * 10)
    assert [each.is_wrong for _, each in told] == [True]


def test_after_a_pause_or_when_our_clock_was_set_it_is_watched_anew():
    clock = CameraClock("gate")
    assert clock.saw(0, 5_000) is None
    assert clock.saw(10_000_000, 0) is None
    assert clock.saw(10_016_000, 0) == ClockSeen("gate", False, 0)
    assert clock.saw(5_000, 0) is None
