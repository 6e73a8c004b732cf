"""Looking at one camera: arrivals become sightings within three seconds, and nothing else does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import av
import msgspec
import numpy as np
import numpy.typing as npt
import pytest

from fakes.faces import BrokenFinder, KnownFaces
from fakes.feed import FilmFeed
from fakes.film import START_MS, Film, Visitor, coded, shot
from safecity.adapters.stores.files import FileBlobs
from safecity.adapters.stores.footage_index import FootageIndex
from safecity.adapters.vision.decode import KeyframeDecoder
from safecity.adapters.vision.faces import Finder
from safecity.adapters.vision.watcher import Surroundings, Watcher
from safecity.adapters.vision.worker import Worker
from safecity.base import SetClock
from safecity.cameras import Picture, Track
from safecity.detection import ENDED, STARTED, Over, Started, WatchedCamera
from safecity.footage import Area, PictureWithheld, Pixels, SceneMark, blocks

DATA = Path(__file__).parents[3].parent / "shared" / "data"
CLIP = "one-by-one-person-detection"
CAMERA = WatchedCamera(id="cam", recorder=0)


class Dark(Film):
    """A street by night: as its negative, and darker."""

    def empty(self) -> npt.NDArray[np.uint8]:
        return (255 - super().empty()) // 2


class Scene:
    """A watcher, and everything around it, in a folder."""

    def __init__(
        self,
        data: Path,
        items: list[Track | Picture],
        finder: Finder | None = None,
        camera: WatchedCamera = CAMERA,
    ) -> None:
        self.clock = SetClock()
        self.outbox = FootageIndex(data / "index" / "eye-0.db", writable=True)
        self.blobs = FileBlobs(data / "blobs")
        self.feed = FilmFeed(items, clock=self.clock)
        self.around = Surroundings(
            data, self.outbox, self.blobs, finder or KnownFaces(), self.clock,
            Worker("keyframes"), KeyframeDecoder(640),
        )  # fmt: skip
        self.watcher = Watcher(camera, self.feed, self.around)

    async def run(self) -> None:
        """Until the film is over and the last picture was looked at."""
        running = asyncio.get_running_loop().create_task(self.watcher.run())
        over = asyncio.get_running_loop().create_task(self.feed.played.wait())
        await asyncio.wait({running, over}, return_when=asyncio.FIRST_COMPLETED)
        running.cancel()
        over.cancel()
        with suppress(asyncio.CancelledError):
            await running
        self.watcher.stop()
        self.around.worker.close()

    def starts(self) -> list[Started]:
        return [
            msgspec.json.decode(each.body, type=Started)
            for each in self.outbox.notices(0)
            if each.kind == STARTED
        ]

    def ends(self) -> list[Over]:
        return [
            msgspec.json.decode(each.body, type=Over) for each in self.outbox.notices(0) if each.kind == ENDED
        ]


VISITS = [Visitor(12, 25, 0.4), Visitor(30, 42, 0.6)]


async def test_each_visitor_of_a_drawn_street_is_one_sighting_within_three_seconds(tmp_path: Path):
    scene = Scene(tmp_path, shot(Film(seed=21, visitors=VISITS), 48, fps=5))
    await scene.run()
    starts, ends = scene.starts(), scene.ends()
    assert len(starts) == len(ends) == 2
    for visitor, start, end in zip(VISITS, starts, ends, strict=True):
        assert 0 <= (start.started_ms - START_MS) / 1000 - visitor.from_s <= 3
        assert abs((end.ended_ms - START_MS) / 1000 - visitor.until_s) <= 2
        assert end.sighting == start.sighting
        assert (end.box.x < 0.2, end.stayed) == (True, False)
    assert scene.feed.asked == [False, True]


async def test_a_camera_with_ten_seconds_between_keyframes_is_looked_at_twice_a_second(tmp_path: Path):
    scene = Scene(tmp_path, shot(Film(seed=21, visitors=VISITS), 48, fps=5, gop_s=10))
    await scene.run()
    delays = [
        (start.started_ms - START_MS) / 1000 - visitor.from_s
        for visitor, start in zip(VISITS, scene.starts(), strict=True)
    ]
    assert all(0 <= delay <= 1.5 for delay in delays)
    assert scene.feed.asked == [False, False]


async def test_a_sighting_has_a_masked_snapshot(tmp_path: Path):
    film = Film(seed=21, visitors=VISITS[:1])
    scene = Scene(tmp_path, shot(film, 20, fps=5))
    await scene.run()
    (start,) = scene.starts()
    assert start.snapshot == f"snapshots/{start.sighting}.jpg"
    with av.open(str(tmp_path / "blobs" / "snapshots" / f"{start.sighting}.jpg")) as file:
        picture = next(file.decode(video=0)).to_ndarray(format="gray8").astype(int)
    body = film.body((start.started_ms - START_MS) / 1000)
    assert body.sum() > 500
    assert (np.abs(picture[body] - 104) > 25).mean() < 0.02


async def test_without_a_plate_there_is_no_snapshot(tmp_path: Path):
    scene = Scene(tmp_path, shot(Film(seed=21, visitors=[Visitor(2, 9)]), 5, fps=5))
    await scene.run()
    (start,) = scene.starts()
    assert start.snapshot is None
    assert not (tmp_path / "blobs" / "snapshots").exists()
    with pytest.raises(PictureWithheld, match="still being learned"):
        await scene.watcher.snapshot(640)


async def test_a_finder_that_breaks_costs_the_snapshot_and_not_the_sighting(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    film = Film(seed=21, visitors=VISITS[:1])
    first = Scene(tmp_path, shot(film, 10, fps=5))
    await first.run()
    caplog.set_level("CRITICAL")
    second = Scene(tmp_path, shot(film, 8, fps=5, from_s=10), BrokenFinder())
    await second.run()
    (start,) = second.starts()
    assert start.snapshot is None


async def test_after_a_restart_the_plate_is_there_and_pictures_can_be_had_at_once(tmp_path: Path):
    film = Film(seed=21)
    await Scene(tmp_path, shot(film, 10, fps=5)).run()
    assert len(list((tmp_path / "plates" / "cam" / "main").glob("*.npz"))) == 1
    again = Scene(tmp_path, shot(film, 2, fps=5, from_s=10))
    await again.run()
    assert (await again.watcher.snapshot(640))[:2] == b"\xff\xd8"
    assert (await again.watcher.snapshot(320))[:2] == b"\xff\xd8"


async def test_a_damaged_plate_is_learned_anew(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    caplog.set_level("CRITICAL")
    folder = tmp_path / "plates" / "cam" / "main"
    folder.mkdir(parents=True)
    (folder / f"{START_MS - 1000}.npz").write_bytes(b"damaged")
    scene = Scene(tmp_path, shot(Film(seed=21), 10, fps=5))
    await scene.run()
    assert scene.watcher.plate.scene is not None


async def test_a_camera_with_a_small_stream_is_looked_at_there_and_learns_a_plate_of_each(tmp_path: Path):
    camera = WatchedCamera(id="cam", recorder=0, has_sub=True)
    scene = Scene(tmp_path, shot(Film(seed=21), 10, fps=5), camera=camera)
    scene.feed.clock = None
    running = asyncio.get_running_loop().create_task(scene.watcher.run())
    async with asyncio.timeout(20):
        while {file.parent.name for file in (tmp_path / "plates" / "cam").rglob("*.npz")} != {"main", "sub"}:
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert set(scene.feed.subs) == {True, False}


async def test_recorded_pictures_are_masked_with_the_plate_of_their_time(tmp_path: Path):
    day, night = Film(seed=21), Dark(seed=77)
    scene = Scene(tmp_path, [*shot(day, 10, fps=5), *shot(night, 40, fps=5, from_s=10)[1:]])
    await scene.run()
    assert len(list((tmp_path / "plates" / "cam" / "main").glob("*.npz"))) == 2
    masker = scene.watcher.masker(640, at_ms=START_MS + 5_000)
    for film, second in ((day, 7.0), (day, 9.0), (night, 45.0)):
        (pixels,) = decoded(shot(film, 0.1, from_s=second))
        assert (masker.mask(pixels).y == 104).mean() < 0.02
    (pixels,) = decoded(shot(day, 0.1, from_s=48))
    assert (scene.watcher.masker(640).mask(pixels).y == 104).mean() > 0.5


async def test_a_plate_from_before_it_was_to_be_taken_anew_is_used_no_more(tmp_path: Path):
    film = Film(seed=21)
    await Scene(tmp_path, shot(film, 10, fps=5)).run()
    retaken = WatchedCamera(id="cam", recorder=0, plate_from_ms=START_MS + 11_000)
    again = Scene(tmp_path, shot(film, 3, fps=5, from_s=12), camera=retaken)
    await again.run()
    with pytest.raises(PictureWithheld, match="still being learned"):
        await again.watcher.snapshot(640)
    assert list((tmp_path / "plates" / "cam" / "main").glob("*.npz")) == []


async def test_who_may_see_without_the_mask_sees_all_but_the_private_areas(tmp_path: Path):
    window = ((0.0, 0.0), (0.5, 0.0), (0.5, 0.5), (0.0, 0.5))
    scene = Scene(tmp_path, [], camera=WatchedCamera(id="cam", recorder=0, privacy_areas=(window,)))
    (pixels,) = decoded(shot(Film(seed=21), 0.1))
    shown = scene.watcher.masker(640, unmasked=True).mask(pixels)
    assert (shown.y[:180, :320] == 104).all()
    assert np.array_equal(shown.y[:, 330:], pixels.y[:, 330:])


async def test_a_camera_that_sent_nothing_lately_has_no_snapshot(tmp_path: Path):
    scene = Scene(tmp_path, shot(Film(seed=21), 10, fps=5))
    await scene.run()
    scene.clock.pass_(seconds=30)
    with pytest.raises(PictureWithheld, match="no pictures"):
        await scene.watcher.snapshot(640)


def decoded(items: list[Track | Picture]) -> list[Pixels]:
    track = next(item for item in items if isinstance(item, Track))
    decoder = KeyframeDecoder(640)
    each = (decoder.decode(track, item) for item in items if isinstance(item, Picture))
    return [pixels for pixels in each if pixels is not None]


def clip() -> Iterator[Track | Picture]:
    """The clip with a keyframe each second."""
    with av.open(str(DATA / f"{CLIP}.mp4")) as file:
        frames = ((n / 10, frame.reformat(format="yuv420p")) for n, frame in enumerate(file.decode(video=0)))
        yield from coded(frames)


@pytest.mark.skipif(not (DATA / f"{CLIP}.mp4").exists(), reason="the shared clips are not here")
async def test_the_six_people_of_the_clip_are_six_sightings_and_the_empty_room_is_none(tmp_path: Path):
    truth = json.loads((DATA / f"{CLIP}.gt.json").read_text())
    scene = Scene(tmp_path, list(clip()))
    await scene.run()
    starts = [(start.started_ms - START_MS) / 1000 for start in scene.starts()]
    print(f"arrivals {[visit['first_s'] for visit in truth['visits']]}, sightings {starts}")
    assert len(starts) == truth["people_total"]
    for visit, start in zip(truth["visits"], starts, strict=True):
        assert -0.3 <= start - visit["first_s"] <= 3
    for begin, end in truth["empty_spans_s"]:
        assert not [start for start in starts if begin <= start < end]


def body_area(film: Film, second: float) -> Area:
    rows, columns = np.nonzero(film.body(second))
    left, top = (columns.min() - 4) / film.width, (rows.min() - 4) / film.height
    return left, top, (columns.max() + 4) / film.width - left, (rows.max() + 4) / film.height - top


def seen_share(scene: Scene, film: Film, second: float) -> float:
    """Which share of the visitor's pixels a viewer sees."""
    (pixels,) = decoded(shot(film, 0.1, from_s=second))
    body = film.body(second)
    return float((scene.watcher.masker(640).mask(pixels).y[body] != 104).mean())


async def test_who_was_learned_with_the_street_is_hidden_once_somebody_marked_them_and_stays_so(
    tmp_path: Path,
):
    film = Film(seed=21, visitors=[Visitor(-100, 9_000)])
    first = Scene(tmp_path, shot(film, 10, fps=5))
    await first.run()
    assert seen_share(first, film, 9) > 0.5, "nobody knows that it is a person"
    mark = SceneMark(area=body_area(film, 9), at_ms=START_MS + 10_000)
    for from_s in (10, 14):
        again = Scene(
            tmp_path,
            shot(film, 3, fps=5, from_s=from_s),
            camera=WatchedCamera(id="cam", recorder=0, marks=(mark,)),
        )
        await again.run()
        assert seen_share(again, film, from_s + 2) == 0


async def test_a_face_that_is_none_is_not_hidden_any_more_but_who_comes_to_stand_there_is(tmp_path: Path):
    lamp, film = KnownFaces(faces=((0.48, 0.45, 0.04, 0.08),)), Film(seed=21, visitors=[Visitor(110, 300)])
    first = Scene(tmp_path, shot(film, 10, fps=5), lamp)
    await first.run()
    stored = first.watcher.plate.stored
    assert stored is not None
    (block,) = blocks(stored)
    said = SceneMark(area=block, at_ms=START_MS + 10_000, nobody_in=stored.learned_ms)
    camera = WatchedCamera(id="cam", recorder=0, marks=(said,))
    again = Scene(tmp_path, shot(film, 95, fps=1, from_s=10), lamp, camera=camera)
    await again.run()
    (empty,) = decoded(shot(film, 0.1, from_s=104))
    assert (again.watcher.masker(640).mask(empty).y == 104).mean() < 0.01
    assert seen_share(again, film, 130) < 0.02
