"""When a camera is called again, what an address may be, and how a password is hidden."""

from __future__ import annotations

import contextlib
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safecity.base import BadInput
from safecity.cameras.model import HealthState, Signal
from safecity.cameras.ports import (
    CameraAbsent,
    CameraGone,
    CameraRefused,
    CameraSilent,
    NotVideo,
    WireError,
)
from safecity.cameras.rules import (
    QUICK_CALLS,
    Command,
    Dial,
    Reach,
    Report,
    check_address,
    hide_password,
    next_state,
    signal_of,
)


def wait_of(commands: list[Command]) -> float:
    return next(each.after_s for each in commands if isinstance(each, Dial))


def reach(order: int = 0, seed: int = 7) -> Reach:
    return Reach(order=order, chance=Random(seed))


def test_many_cameras_are_first_called_one_after_another():
    waits = [wait_of(reach(order).start()) for order in range(200)]
    assert waits == sorted(waits)
    assert waits[0] == 0
    assert waits[199] < 5.1


def test_a_lost_camera_is_called_again_ever_more_slowly():
    story = reach()
    story.start()
    waits = [wait_of(story.ended(CameraAbsent("no answer"), at_s)) for at_s in range(QUICK_CALLS + 10)]
    assert all(0.48 <= wait <= 0.72 for wait in waits[:QUICK_CALLS]), "it may be starting anew"
    for wait, middle in zip(waits[QUICK_CALLS:], [1, 2, 4, 8, 16, 32, 60, 60, 60, 60], strict=True):
        assert 0.8 * middle <= wait <= 1.2 * middle


def test_cameras_behind_one_switch_do_not_come_back_in_one_blow():
    waits = {wait_of(reach(seed=seed).ended(CameraGone("bye"), 5.0)) for seed in range(50)}
    assert len(waits) == 50


@given(st.lists(st.just(CameraRefused("wrong password")), min_size=1, max_size=40), st.integers())
def test_a_refused_password_is_never_tried_twice_within_a_minute(errors: list[CameraRefused], seed: int):
    story = reach(seed=seed)
    assert all(60 <= wait_of(story.ended(error, 0.0)) <= 720 for error in errors)


def test_pictures_for_half_a_minute_make_failures_forgotten():
    story = reach()
    for _ in range(8):
        story.ended(CameraAbsent("no answer"), 0.0)
    story.seen(100.0)
    assert wait_of(story.ended(CameraGone("bye"), 130.0)) <= 1.2


def test_a_camera_that_flaps_is_not_called_without_end():
    story = reach()
    last: list[Command] = []
    for _ in range(8):
        story.seen(100.0)
        last = story.ended(CameraGone("bye"), 101.0)
    assert wait_of(last) >= 48


def test_health_is_reported_once_and_not_with_each_call_in_vain():
    story = reach()
    assert story.start()[0] == Report(Signal.DIALLED, "")
    assert story.ended(CameraAbsent("no answer"), 1.0)[0] == Report(Signal.LOST, "no answer")
    assert [type(each) for each in story.ended(CameraAbsent("no answer"), 2.0)] == [Dial]
    assert story.seen(3.0) == [Report(Signal.SEEN, "")]
    assert story.seen(3.1) == []
    assert story.ended(CameraSilent("no pictures"), 4.0)[0] == Report(Signal.SILENT, "no pictures")


@pytest.mark.parametrize(
    ("error", "signal"),
    [
        (CameraAbsent(), Signal.LOST),
        (CameraGone(), Signal.LOST),
        (CameraRefused(), Signal.REFUSED),
        (CameraSilent(), Signal.SILENT),
        (NotVideo(), Signal.SILENT),
        (WireError(), Signal.LOST),
    ],
)
def test_each_broken_wire_says_something_about_health(error: WireError, signal: Signal):
    assert signal_of(error) is signal


def test_a_signal_that_is_not_in_the_table_changes_nothing():
    assert next_state(HealthState.LOST, Signal.DIALLED) is HealthState.LOST
    assert next_state(HealthState.OFF, Signal.SEEN) is HealthState.OFF
    assert next_state(HealthState.LOST, Signal.SEEN) is HealthState.LIVE


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("rtsp://admin:s3cret@10.0.0.5:554/live?x=1", "rtsp://admin:***@10.0.0.5:554/live?x=1"),
        ("rtsp://admin:a@s3cret@10.0.0.5/live", "rtsp://admin:***@10.0.0.5/live"),
        ("rtsp://admin@10.0.0.5/live", "rtsp://admin@10.0.0.5/live"),
        ("rtsp://10.0.0.5/live", "rtsp://10.0.0.5/live"),
        ("rtsp://admin:s3/cret@10.0.0.5/live", "rtsp://***@10.0.0.5/live"),
        ("http://10.0.0.5/v?user=a&password=s3cret&b=1", "http://10.0.0.5/v?user=a&password=***&b=1"),
        ("nonsense", "nonsense"),
    ],
)
def test_a_password_is_hidden(url: str, shown: str):
    assert hide_password(url) == shown


@given(
    st.text(st.characters(exclude_characters="/?#\\", exclude_categories=("Cs", "Cc", "Zs")), min_size=1),
    st.sampled_from(["/live", "", "?a=b", "/a/b#c"]),
)
def test_no_password_is_ever_left_in_an_address(password: str, path: str):
    secret = f"<{password}>"
    assert secret not in hide_password(f"rtsp://admin:{secret}@10.0.0.5{path}")


@pytest.mark.parametrize(
    "url", ["rtsp://10.0.0.5/live", "rtsps://a:b@cam.city:322/x", "http://[::1]/mjpg", "https://cam/x"]
)
def test_a_good_address_is_taken(url: str):
    assert check_address(url) == url


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://10.0.0.5/live", "begins with rtsp"),
        ("10.0.0.5", "begins with rtsp"),
        ("file:///etc/passwd", "begins with rtsp"),
        ("rtsp:///live", "names no host"),
        ("rtsp://u:s3cret@:554/", "names no host"),
        ("rtsp://u:s3cret@host:99999/", "not well formed"),
        ("rtsp://u:s3cret@host:port/", "not well formed"),
        ("rtsp://[::1/", "not well formed"),
        ("rtsp://u:s3/cret@host/", "write a / in a password as %2F|not well formed"),
        ("rtsp://host/a b", "without blanks"),
        ("rtsp://host/\n", "without blanks"),
        ("rtsp://" + "x" * 2000, "at most 2000"),
    ],
)
def test_a_bad_address_is_refused_without_telling_the_password(url: str, words: str):
    with pytest.raises(BadInput, match=words) as refused:
        check_address(url)
    assert "s3cret" not in refused.value.sentence


def test_a_file_stands_for_a_camera_only_where_that_is_allowed():
    assert check_address("file:///tmp/a.mp4", allow_files=True) == "file:///tmp/a.mp4"


@given(st.text())
def test_any_text_is_an_address_or_bad_input(text: str):
    with contextlib.suppress(BadInput):
        check_address(text)
