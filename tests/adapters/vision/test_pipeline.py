"""From a coded picture to a masked fragment."""

from __future__ import annotations

import io

import av
import pytest

from fakes.film import Film, Visitor, shot
from fakes.maskers import GreyMasker, MoodyMasker
from safecity.adapters.vision.pipeline import Pipeline
from safecity.cameras import Picture, Track
from safecity.footage import PictureWithheld

ITEMS = shot(Film(seed=9, visitors=[Visitor(0, 9)]), 1.5)


def parts() -> tuple[Track, list[Picture]]:
    track, *pictures = (item for item in ITEMS if isinstance(item, Track) or item.size)
    assert isinstance(track, Track)
    return track, [item for item in pictures if isinstance(item, Picture)]


@pytest.mark.parametrize("width", [640, 320])
def test_fragments_hold_masked_pictures_of_the_width_asked_for(width: int):
    track, pictures = parts()
    pipeline = Pipeline(track, GreyMasker(), width)
    data = b"".join(each.data for picture in pictures for each in pipeline.show(picture))
    with av.open(io.BytesIO(pipeline.init + data), "r") as container:
        frames = list(container.decode(video=0))
    assert {(frame.width, frame.height) for frame in frames} == {(width, width * 9 // 16)}
    assert len(frames) == 15
    grey = frames[7].to_ndarray(format="gray8")
    assert abs(int(grey.max()) - int(grey.min())) < 12


def test_a_skipped_picture_is_decoded_but_neither_masked_nor_encoded():
    track, pictures = parts()
    masker = MoodyMasker()
    pipeline = Pipeline(track, masker, 640)
    for picture in pictures[:5]:
        pipeline.skip(picture)
    assert masker.masked == 0
    assert len(pipeline.show(pictures[5], key=True)) == 1


def test_a_withheld_picture_leaves_the_stream_decodable():
    track, pictures = parts()
    masker = MoodyMasker("withholds")
    pipeline = Pipeline(track, masker, 640)
    with pytest.raises(PictureWithheld):
        pipeline.show(pictures[0])
    assert (pipeline.mime, pipeline.init) == ("", b"")
    masker.mood = "shows"
    assert pipeline.show(pictures[1])[0].is_key
