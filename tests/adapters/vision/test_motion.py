"""Finding what is there in a keyframe."""

from __future__ import annotations

import numpy as np

from fakes.film import Film
from safecity.adapters.vision.compare import compared
from safecity.adapters.vision.motion import Motion
from safecity.detection import Box, Look
from safecity.footage import EmptyScene, Pixels, Plane, halved

STREET = Film(seed=8)
THING = (slice(150, 300), slice(400, 460))
TRUE_BOX = Box(400 / 640, 150 / 360, 60 / 640, 150 / 360)


def pixels(second: float, thing: tuple[slice, slice] | None = None, gain: float = 1.0) -> Pixels:
    y = STREET.picture(second)
    if thing is not None:
        y[thing] = 215
    half = np.full((180, 320), 128, dtype=np.uint8)
    return Pixels((y * gain).astype(np.uint8), half, half, round(second * 1000))


class Looking:
    """Motion as a watcher has it: each look compared with the one before and with the empty scene."""

    def __init__(self, **shapes: list[tuple[tuple[float, float], ...]]) -> None:
        self.motion = Motion(**shapes)
        self.before: Plane | None = None

    def look(self, pixels: Pixels, scene: EmptyScene | None) -> Look:
        seen = compared(pixels, self.before, scene)
        self.before = seen.luma
        return self.motion.look(seen, None if scene is None else scene.known)


def scene() -> EmptyScene:
    half = np.full((180, 320), 128, dtype=np.uint8)
    return EmptyScene(halved(STREET.empty()), half, half, np.ones((180, 320), dtype=np.bool_))


def test_against_the_empty_scene_a_thing_is_one_blob_of_its_size():
    motion = Looking()
    motion.look(pixels(0), scene())
    look = motion.look(pixels(1, THING), scene())
    (blob,) = look.blobs
    assert blob.box.share_in(TRUE_BOX) > 0.95
    assert TRUE_BOX.share_in(blob.box) > 0.9
    assert abs(blob.area - 60 * 150 / (640 * 360)) < 0.005
    assert blob.moving == 1.0
    assert look.at_ms == 1000


def test_an_empty_street_has_no_blob():
    motion = Looking()
    assert [motion.look(pixels(second), scene()).blobs for second in range(5)] == [()] * 5


def test_a_thing_that_stands_is_there_but_does_not_move():
    motion = Looking()
    motion.look(pixels(1, THING), scene())
    (blob,) = motion.look(pixels(2, THING), scene()).blobs
    assert blob.moving == 0


def test_before_the_scene_is_known_what_changed_is_a_blob():
    motion = Looking()
    assert motion.look(pixels(0, THING), None).blobs == ()
    assert motion.look(pixels(1, THING), None).blobs == ()
    (blob,) = motion.look(pixels(2), None).blobs
    assert blob.box.share_in(TRUE_BOX) > 0.9


def test_the_cameras_exposure_is_no_motion():
    motion = Looking()
    motion.look(pixels(0), scene())
    look = motion.look(pixels(1, gain=0.8), scene())
    assert look.blobs == ()
    assert look.changed < 0.1


def test_another_scene_altogether_is_said_to_have_changed_as_a_whole():
    look = Looking().look(Pixels(255 - pixels(1).y, pixels(1).u, pixels(1).v, 0), scene())
    assert look.changed > 0.6


def test_outside_the_zones_nothing_counts():
    left = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
    assert Looking(zones=[left]).look(pixels(1, THING), scene()).blobs == ()
    whole = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    assert len(Looking(zones=[left, whole]).look(pixels(1, THING), scene()).blobs) == 1


def test_inside_a_mask_nothing_counts_and_beside_it_only_what_is_outside():
    mask = ((0.55, 0.0), (0.67, 0.0), (0.67, 1.0), (0.55, 1.0))
    (blob,) = Looking(masks=[mask]).look(pixels(1, THING), scene()).blobs
    assert blob.box.x >= 0.66
    assert (
        Looking(masks=[((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0))])
        .look(pixels(1, THING), scene())
        .blobs
        == ()
    )


def test_what_of_the_scene_is_not_known_cannot_be_told_to_differ():
    known = np.ones((180, 320), dtype=np.bool_)
    known[70:155, 195:235] = False
    half = np.full((180, 320), 128, dtype=np.uint8)
    look = Looking().look(pixels(1, THING), EmptyScene(halved(STREET.empty()), half, half, known))
    assert look.blobs == ()
