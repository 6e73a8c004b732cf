"""A camera that sends the very same picture for ever is noticed; one that looks at a still scene is not."""

from __future__ import annotations

from safecity.cameras import Picture
from safecity.footage.still import Still


def group(at_s: int, key: bytes, *, rest: int = 3) -> list[Picture]:
    """A group of 2 s: a keyframe of such bytes, and pictures of `rest` bytes each."""
    pictures = [Picture([key], True, 0, at_s * 1000, len(key))]
    return pictures + [Picture([bytes(rest)], False, 0, at_s * 1000 + n * 400, rest) for n in range(1, 5)]


def test_the_same_picture_for_ten_seconds_is_frozen_until_another_comes():
    still = Still()
    seen = [still.saw(group(at, b"k" * 5_000)) for at in range(0, 20, 2)]
    assert seen == [False] * 6 + [True] * 4
    assert not still.saw(group(20, b"l" * 5_000))


def test_keyframes_that_are_numbered_in_turns_are_the_same_picture():
    still = Still()
    seen = [still.saw(group(at, b"kl"[at // 2 % 2 : at // 2 % 2 + 1] * 5_000)) for at in range(0, 24, 2)]
    assert seen[-1]


def test_a_scene_with_any_noise_is_not_frozen():
    still = Still()
    assert not any(still.saw(group(at, at.to_bytes(2, "big") * 2_500)) for at in range(0, 40, 2))


def test_a_film_that_is_played_in_a_loop_moves_between_its_keyframes():
    still = Still()
    assert not any(still.saw(group(at, b"k" * 5_000, rest=900)) for at in range(0, 40, 2))


def test_a_camera_that_sends_keyframes_only_may_freeze_too():
    still = Still()
    assert [still.saw(group(at, b"k" * 900)[:1]) for at in range(0, 16, 2)][-1]


def test_a_long_group_that_is_written_in_parts_stays_what_it_was():
    still = Still()
    for at in range(0, 14, 2):
        still.saw(group(at, b"k" * 5_000))
    assert still.saw(group(14, b"")[1:])
