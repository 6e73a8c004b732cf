"""A masked picture of a recorded moment: the right one, small, or a reason why there is none."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from fakes.film import START_MS, Film, Visitor, shot
from fakes.maskers import GreyMasker, MoodyMasker
from safecity.adapters.stores.footage_index import FootageIndex
from safecity.adapters.vision.thumbnail import BROKEN, NO_FOOTAGE, UNREADABLE, Thumbnails, read_keyframe
from safecity.base import Unreadable
from safecity.cameras import Picture, Track
from safecity.footage import Archive, PictureWithheld, Sample, Segment, fragment, init_segment

ITEMS = shot(Film(seed=12, visitors=[Visitor(0, 9)]), 6)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Six seconds of a film as a recorder leaves them: one fragment a group of pictures."""
    index = FootageIndex(tmp_path / "index" / "recorder-0.db", writable=True)
    archive = Archive(tmp_path, {"recorder-0": index})
    pictures = [item for item in ITEMS if isinstance(item, Picture)]
    data = init_segment(next(item for item in ITEMS if isinstance(item, Track)))
    keys = [n for n, each in enumerate(pictures) if each.is_key]
    for number, (first, last) in enumerate(zip(keys, [*keys[1:], len(pictures)], strict=True), start=1):
        group = pictures[first:last]
        samples = [Sample(each.nals, 9_000, each.is_key) for each in group]
        data += fragment(number, group[0].time, samples, wall_ms=group[0].received_ms)
    file = archive.root / "cam" / "film.mp4"
    file.parent.mkdir(parents=True)
    file.write_bytes(data)
    index.add_segment(
        Segment(camera="cam", start_ms=START_MS, end_ms=START_MS + 6_000, path="cam/film.mp4", bytes=len(data),
                pictures=len(pictures))
    )  # fmt: skip
    return archive


def keyframes() -> list[int]:
    """When the film's keyframes were received."""
    return [each.received_ms for each in ITEMS if isinstance(each, Picture) and each.is_key]


def test_the_keyframe_at_or_before_a_moment_is_taken(archive: Archive):
    file = archive.root / "cam" / "film.mp4"
    keys = keyframes()
    assert len(keys) > 2
    for at_ms, taken in (
        (keys[0], keys[0]),
        (keys[1] + 1, keys[1]),
        (keys[-1] + 9_999, keys[-1]),
        (0, keys[0]),
    ):
        _, picture = read_keyframe(file, file.stat().st_size, at_ms)
        assert (picture.received_ms, picture.is_key) == (taken, True)
    with pytest.raises(Unreadable):
        read_keyframe(file, 700, 0)  # the head alone


async def test_it_is_small_and_masked(archive: Archive):
    thumbnails = Thumbnails(archive)
    try:
        data = await thumbnails.at("cam", START_MS + 2_500, 160, GreyMasker())
    finally:
        await thumbnails.end()
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape[1] == 160
    assert int(picture.max()) - int(picture.min()) < 8  # GreyMasker hides all


async def test_what_cannot_be_shown_has_a_reason(archive: Archive):
    thumbnails = Thumbnails(archive)
    file = archive.root / "cam" / "film.mp4"

    async def refusal(at_ms: int, mood: str = "shows") -> str:
        with pytest.raises(PictureWithheld) as refused:
            await thumbnails.at("cam", at_ms, 160, MoodyMasker(mood))
        return refused.value.sentence

    try:
        assert await refusal(START_MS + 60_000) == NO_FOOTAGE
        assert await refusal(START_MS, "breaks") == BROKEN
        assert await refusal(START_MS, "withholds") == "The empty scene is not known yet."
        file.write_bytes(b"no footage at all")
        assert await refusal(START_MS) == UNREADABLE
        file.unlink()
        assert await refusal(START_MS) == UNREADABLE
    finally:
        await thumbnails.end()
