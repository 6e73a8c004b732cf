"""What masking costs and what it leaves to be seen: tiles a core, labelled faces, standing visitors, hiding for good.

Speed: a masked tile 640x360 at 10 pictures a second, decoded, masked and encoded in one process, by its processor time;
the peer is the same decoder and encoder without a mask, on the same pictures. Quality: the labelled clips beside the
repository (../shared/data), through the plate and the masker as a viewer has them; without the clips the street is
drawn and that quality is not measured. People of the demo city's drawn streets, of whom every pixel is known, come
besides. Hiding for good: what a camera costs whose private areas are not even recorded, 720p at 15 pictures a second;
the peer is Debian's ffmpeg that draws a box and encodes as we do.
"""

# The tests' clips and finders are used here; the type checker does not look for them beside a bench.
# pyright: reportMissingImports=false, reportUnknownVariableType=false
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from _report import Measure, arguments, report

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import av  # noqa: E402

from fakes.drawn import drawn_people  # noqa: E402
from fakes.faces import KnownFaces  # noqa: E402
from fakes.film import Film, Visitor, coded, frame_of  # noqa: E402
from fakes.labelled import ABSENT, DATA, faces_hidden, small_faces, visits  # noqa: E402
from safecity.adapters.vision.decode import KeyframeDecoder  # noqa: E402
from safecity.adapters.vision.faces import Finder  # noqa: E402
from safecity.adapters.vision.fill import OPTIONS, Filling  # noqa: E402
from safecity.adapters.vision.finders import open_finders  # noqa: E402
from safecity.adapters.vision.masker import PrivateAreas, SceneMasker  # noqa: E402
from safecity.adapters.vision.motion import Motion  # noqa: E402
from safecity.adapters.vision.pipeline import Pipeline  # noqa: E402
from safecity.adapters.vision.plate import Plate  # noqa: E402
from safecity.cameras import Picture, Track  # noqa: E402
from safecity.footage import Masker  # noqa: E402

FPS, LEARN_S = 10, 12
SMALL = (0.2, 0.15)  # so much smaller than the labelled clip at 640 pixels: faces of 8 to 15 and of 6 to 11
STREET = "vtest-first40s"  # people who walk, in every picture
STREETS = (2, 7, 16, 19, 24, 1)  # of the demo city
WINDOW = ((0.1, 0.1), (0.4, 0.1), (0.4, 0.5), (0.1, 0.5))
Items = list[Track | Picture]


def street(seconds: int) -> tuple[Items, Items]:
    """What is learned from, and what is watched."""
    items = list(coded(_drawn(LEARN_S + seconds) if ABSENT else _filmed(LEARN_S + seconds)))
    return items[: 1 + LEARN_S * FPS], [items[0], *items[1 + LEARN_S * FPS :]]


def _drawn(seconds: int) -> Iterator[tuple[float, Any]]:
    film = Film(seed=5, visitors=[Visitor(n * 7.0, n * 7.0 + 20, 0.2 + 0.1 * (n % 6)) for n in range(8)])
    for step in range(seconds * FPS):
        yield step / FPS, frame_of(film.picture(step / FPS))


def _filmed(seconds: int) -> Iterator[tuple[float, Any]]:
    with av.open(str(DATA / f"{STREET}.mp4")) as file:
        for number, frame in enumerate(file.decode(video=0)):
            if number >= seconds * FPS:
                return
            yield number / FPS, frame.reformat(640, 360, "yuv420p")


def learned(items: Items, finder: Finder) -> Plate:
    """The plate of a street."""
    plate, decoder, track = Plate(finder), KeyframeDecoder(640), items[0]
    assert isinstance(track, Track)
    for item in items:
        if isinstance(item, Picture) and item.is_key and (pixels := decoder.decode(track, item)) is not None:
            plate.look(pixels)
    return plate


def tile_ms(items: Items, masker: Masker) -> float:
    """Processor time a picture: decoded, masked, encoded."""
    track, *pictures = items
    assert isinstance(track, Track)
    pipeline, begun, shown = Pipeline(track, masker, 640), time.process_time(), 0
    for picture in pictures:
        assert isinstance(picture, Picture)
        shown += len(pipeline.show(picture))
    if shown < len(pictures) - 1:
        raise SystemExit(f"Only {shown} of {len(pictures)} pictures were shown.")
    return (time.process_time() - begun) * 1000 / shown


def look_ms(items: Items, finder: Finder) -> tuple[float, float]:
    """Processor time a keyframe, without decoding it: for the plate, and for the motion."""
    plate, motion, decoder, track = learned(items, finder), Motion(), KeyframeDecoder(640), items[0]
    assert isinstance(track, Track)
    assert plate.scene is not None
    keys = [decoder.decode(track, item) for item in items if isinstance(item, Picture) and item.is_key]
    plate_s = motion_s = 0.0
    for pixels in keys:
        assert pixels is not None
        begun = time.process_time()
        seen = plate.look(pixels)
        between = time.process_time()
        motion.look(seen, plate.scene.known if plate.scene else None)
        plate_s, motion_s = plate_s + between - begun, motion_s + time.process_time() - between
    return plate_s * 1000 / len(keys), motion_s * 1000 / len(keys)


def hiding_ms(folder: Path, seconds: int) -> tuple[float, float]:
    """Processor time a stream-second of 720p at 15, areas filled for good: ours, and ffmpeg's."""
    clip = folder / "clip.mp4"
    scene = f"testsrc2=s=1280x720:r=15:d={seconds},gblur=sigma=2,noise=alls=9:allf=t,format=yuv420p"
    make = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", scene, "-c:v", "libx264", "-preset", "ultrafast",
            "-b:v", "2000k", "-g", "30"]  # fmt: skip
    subprocess.run([*make, str(clip)], check=True)
    with av.open(str(clip)) as file:
        frames = [(n / 15, frame) for n, frame in enumerate(file.decode(video=0))]
    track, *pictures = list(coded(frames, gop_s=2, crf=28))
    assert isinstance(track, Track)
    filling, begun = Filling(track, [WINDOW]), time.process_time()
    for picture in pictures:
        assert isinstance(picture, Picture)
        filling.fill(picture)
    ours = (time.process_time() - begun) * 1000 / seconds
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    box = "drawbox=x=128:y=72:w=384:h=288:t=fill"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-threads", "1", "-i", str(clip), "-vf", box, "-c:v", "libx264",
         "-preset", OPTIONS["preset"], "-tune", OPTIONS["tune"], "-crf", OPTIONS["crf"], "-threads", "1",
         "-f", "null", "-"],
        check=True,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return ours, spent * 1000 / seconds


def speed(quick: bool) -> tuple[list[Measure], list[str]]:
    """Tiles a core, and what a keyframe costs."""
    finder, nobody = open_finders().faces, KnownFaces()
    first, watched = street(10 if quick else 26)
    bare = tile_ms(watched, PrivateAreas([]))
    by_plate = tile_ms(watched, SceneMasker(learned(first, nobody), nobody))
    with_faces = tile_ms(watched, SceneMasker(learned(first, nobody), finder))
    plate_ms, motion_ms = look_ms([*first, *watched[1:]], nobody)
    peer = "decode and encode, no mask"
    core = 1000 / FPS
    measures = [
        Measure(name="tiles a core, by plate", figure=core / by_plate, unit="tiles", target=20,
                peer=core / bare, peer_name=peer),
        Measure(name="tiles a core, faces once a second", figure=core / with_faces, unit="tiles", target=8,
                peer=core / bare, peer_name=peer),
        Measure(name="plate, a keyframe", figure=plate_ms, unit="ms", target=1, less_is_better=True),
        Measure(name="motion, a keyframe", figure=motion_ms, unit="ms", target=1, less_is_better=True),
    ]  # fmt: skip
    scene = "a drawn street" if ABSENT else f"the clip {STREET}"
    return measures, [
        f"Tiles of {scene}: {by_plate:.1f} ms a picture by plate, {with_faces:.1f} with faces, "
        f"{bare:.1f} without a mask."
    ]


def drawn(quick: bool) -> tuple[list[Measure], list[str]]:
    """What is left to be seen of people of whom every pixel is known."""
    found = drawn_people(STREETS[:1] if quick else STREETS, every=4 if quick else 2)
    return [
        Measure(name="pixels of drawn people that are seen", figure=100 * found.share, unit="%", less_is_better=True)
    ], [
        f"Of {found.people} drawn people in pictures more than 2 % was to be seen of {found.unmasked}; "
        "what counts differs from the street behind by 6 levels or more."
    ]  # fmt: skip


def quality(quick: bool) -> tuple[list[Measure], list[str]]:
    """What is left to be seen in the labelled clips."""
    if ABSENT:
        return [], [f"Quality was not measured: {ABSENT}."]
    recall = faces_hidden(open_finders().faces, rounds=3 if quick else 12)
    small = [small_faces(open_finders().faces, scale) for scale in SMALL]
    labelled, once, again = (
        sum(getattr(each, name) for each in small) for name in ("labelled", "once", "again")
    )
    seen = visits(KnownFaces(), every=3 if quick else 1)
    return [
        Measure(name="labelled faces hidden", figure=recall.hidden / recall.labelled, unit="of 1", target=0.99),
        Measure(name="pictures that show more than 2 % of a visitor",
                figure=sum(each.unmasked for each in seen), unit="pictures", target=0, less_is_better=True),
        Measure(name="a visitor's pixels that are seen, the worst", figure=100 * max(each.worst for each in seen),
                unit="%", target=2, less_is_better=True),
        Measure(name="faces of 6 to 15 pixels in a plate that three searches find", figure=again / labelled,
                unit="of 1", peer=once / labelled, peer_name="one search"),
    ], [
        f"{recall.hidden} of {recall.labelled} faces of 16 pixels and more; "
        f"{len(seen)} visitors in {sum(each.pictures for each in seen)} pictures.",
        f"Of {labelled} small faces in plates one search found {once}, three found {again}.",
    ]  # fmt: skip


def main() -> int:
    """Measures all of it, one after the other."""
    options = arguments(__doc__ or "").parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-masks-", dir="/tmp") as folder:
        ours, theirs = hiding_ms(Path(folder), 4 if options.quick else 12)
    fast, fast_notes = speed(options.quick)
    good, good_notes = quality(options.quick)
    art, art_notes = drawn(options.quick)
    hiding = Measure(
        name="private areas left out of a recording, 720p15", figure=ours, unit="ms of CPU a stream-second",
        less_is_better=True, peer=theirs, peer_name="ffmpeg -vf drawbox",
    )  # fmt: skip
    notes = [*fast_notes, *good_notes, *art_notes]
    return report("masks", [*fast, *good, *art, hiding], as_json=options.json, notes=notes)


if __name__ == "__main__":
    sys.exit(main())
