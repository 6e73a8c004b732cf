"""Gaps that always have a cause, and what may be forgotten."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from safecity.cameras import CameraAbsent, CameraGone, CameraRefused, CameraSilent, NotVideo
from safecity.footage.model import Cause, Gap, Hold, Segment
from safecity.footage.rules import (
    DAY_MS,
    GAP_MS,
    Coverage,
    GapCloses,
    GapCommand,
    GapOpens,
    Reason,
    is_held,
    joined,
    outlived,
    reason_of,
    spaces,
    too_many,
    without,
)


def opened(commands: list[GapCommand]) -> list[tuple[int, Cause]]:
    return [(each.gap.start_ms, each.gap.cause) for each in commands if isinstance(each, GapOpens)]


def closed(commands: list[GapCommand]) -> list[tuple[int, int]]:
    return [(each.start_ms, each.end_ms) for each in commands if isinstance(each, GapCloses)]


def test_a_short_silence_is_no_gap():
    story = Coverage("gate-3", 0)
    assert story.footage(0, 10_000, Cause.CAMERA, "") == []
    assert story.missing(Cause.NETWORK, "Nothing answers.", 10_500) == []
    assert story.tick(11_999) == []
    assert story.footage(11_900, 14_000, Cause.CAMERA, "") == []


def test_a_lost_camera_makes_a_gap_from_its_last_picture_to_its_next():
    story = Coverage("gate-3", 0)
    story.footage(0, 10_000, Cause.CAMERA, "")
    assert story.missing(Cause.NETWORK, "Nothing answers.", 10_500) == []
    assert opened(story.tick(12_000)) == [(10_000, Cause.NETWORK)]
    assert story.tick(60_000) == []
    assert closed(story.footage(61_000, 63_000, Cause.CAMERA, "")) == [(10_000, 61_000)]


def test_another_cause_makes_another_gap():
    story = Coverage("gate-3", 0)
    assert opened(story.missing(Cause.RECORDER, "It was not running.", 5_000)) == [(0, Cause.RECORDER)]
    told = story.missing(Cause.CAMERA, "It refuses us.", 6_000)
    assert closed(told) == [(0, 6_000)]
    assert opened(told) == [(6_000, Cause.CAMERA)]
    assert closed(story.footage(9_000, 11_000, Cause.CAMERA, "")) == [(6_000, 9_000)]


def test_a_gap_nobody_explained_gets_the_cause_at_hand():
    story = Coverage("gate-3", 0)
    told = story.footage(5_000, 7_000, Cause.NETWORK, "12 packets were lost.")
    assert opened(told) == [(0, Cause.NETWORK)]
    assert closed(told) == [(0, 5_000)]


def test_a_camera_that_leaves_the_plan_leaves_no_open_gap():
    story = Coverage("gate-3", 0)
    story.missing(Cause.CAMERA, "It is silent.", 5_000)
    assert closed(story.dismiss(9_000)) == [(0, 9_000)]
    assert story.dismiss(10_000) == []


Happening = st.one_of(
    st.tuples(st.just("missing"), st.sampled_from(list(Cause)), st.integers(0, 5_000)),
    st.tuples(st.just("footage"), st.just(Cause.CAMERA), st.integers(0, 5_000)),
    st.tuples(st.just("tick"), st.just(Cause.CAMERA), st.integers(0, 5_000)),
)


@given(st.lists(Happening, max_size=60))
def test_all_time_is_footage_or_a_gap_with_a_cause_but_for_less_than_two_seconds(
    happenings: list[tuple[str, Cause, int]],
):
    story, now_ms = Coverage("c", 0), 0
    footage: list[tuple[int, int]] = []
    told: list[GapCommand] = []
    for what, cause, step_ms in happenings:
        now_ms += step_ms
        if what == "missing":
            told += story.missing(cause, "words", now_ms)
        elif what == "footage":
            told += story.footage(now_ms, now_ms + 2_000, cause, "words")
            footage.append((now_ms, now_ms + 2_000))
            now_ms += 2_000
        else:
            told += story.tick(now_ms)
    told += story.footage(now_ms, now_ms + 1, Cause.CAMERA, "end")
    footage.append((now_ms, now_ms + 1))
    gaps = closed(told)
    assert len(opened(told)) == len(gaps)
    assert all(end >= start for start, end in gaps)
    assert without(gaps, footage) == gaps or all(
        start == end for start, end in set(gaps) - set(without(gaps, footage))
    )
    unexplained = without([(0, now_ms + 1)], joined(footage + gaps))
    assert all(end - start < GAP_MS for start, end in unexplained)


def test_whose_fault_it_was_and_whether_the_camera_could_be_reached():
    gone = [reason_of(each("words")) for each in (CameraAbsent, CameraGone)]
    assert gone == [Reason(Cause.NETWORK, "words", is_reachable=False)] * 2
    refuses = [reason_of(each("words"), 3) for each in (CameraRefused, NotVideo)]
    assert refuses == [Reason(Cause.CAMERA, "words")] * 2
    assert reason_of(CameraSilent("words")) == Reason(Cause.CAMERA, "words")


def test_a_stream_that_fell_silent_after_packets_were_lost_is_the_networks_fault():
    assert reason_of(CameraSilent(), 12).cause is Cause.NETWORK


def test_footage_that_was_in_memory_when_a_gap_began_does_not_end_it():
    story = Coverage("gate-3", 0)
    assert opened(story.missing(Cause.DISK, "It is full.", 2_000)) == [(0, Cause.DISK)]
    story.missing(Cause.PLANNED, "It is switched off.", 4_000)
    assert story.footage(2_000, 4_000, Cause.CAMERA, "") == []
    assert closed(story.footage(9_000, 11_000, Cause.CAMERA, "")) == [(4_000, 9_000)]


def test_a_link_that_goes_down_after_a_lossy_one_makes_another_gap():
    story = Coverage("gate-3", 0)
    story.missing(Cause.NETWORK, "12 packets were lost.", 3_000)
    told = story.missing(Cause.NETWORK, "Nothing answers.", 5_000, is_reachable=False)
    assert closed(told) == [(0, 5_000)]
    assert [each.gap.is_reachable for each in told if isinstance(each, GapOpens)] == [False]


def test_a_gap_that_is_due_when_the_camera_leaves_is_told_all_the_same():
    story = Coverage("gate-3", 0)
    assert story.missing(Cause.CAMERA, "It is silent.", 1_000) == []
    told = story.dismiss(9_000)
    assert opened(told) == [(0, Cause.CAMERA)]
    assert closed(told) == [(0, 9_000)]


def segment(start_ms: int, *, camera: str = "a", size: int = 10) -> Segment:
    return Segment(
        camera=camera, start_ms=start_ms, end_ms=start_ms + 60_000, path=f"{start_ms}", bytes=size, pictures=1
    )


def test_footage_goes_when_its_days_are_over_and_not_before():
    old, young = segment(0), segment(60_000)
    assert outlived([old, young], [], 1, DAY_MS + 60_000) == [old]
    assert outlived([old], [], 1, DAY_MS + 59_999) == []


def test_what_is_held_never_goes():
    held = Hold(id="h", camera="a", start_ms=59_999, end_ms=60_000)
    assert is_held(segment(0), [held])
    assert not is_held(segment(60_000), [held])
    assert not is_held(segment(0, camera="b"), [held])
    assert outlived([segment(0)], [held], 1, 10 * DAY_MS) == []
    assert too_many([segment(0), segment(60_000)], [held], 5) == [segment(60_000)]


def test_room_is_made_with_the_fewest_of_the_oldest():
    oldest = [segment(n * 60_000) for n in range(5)]
    assert too_many(oldest, [], 0) == []
    assert too_many(oldest, [], 11) == oldest[:2]
    assert too_many(oldest, [], 1000) == oldest


def test_spans_are_joined_and_cut():
    assert joined([(5, 9), (0, 3), (3, 4)], 0) == [(0, 4), (5, 9)]
    assert joined([(0, 3), (4, 6)], 1) == [(0, 6)]
    assert without([(0, 10)], [(2, 3), (5, 20)]) == [(0, 2), (3, 5)]
    assert spaces([segment(0), segment(61_999), segment(200_000)]) == [(121_999, 200_000)]


def test_a_gap_may_last():
    assert Gap(camera="a", start_ms=0, end_ms=None, cause=Cause.DISK, words="").end_ms is None
