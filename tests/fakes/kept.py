"""Footage on a shelf, written as a recorder writes it, with sound: for cuts and exports."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from fakes.shelf import Shelf
from fakes.stream import START_MS
from safecity.base import from_ms
from safecity.cameras import Picture, Sound, Track
from safecity.footage import Sample, Segment, SoundLattice, fragment, init_segment


def groups(pictures: Sequence[Picture]) -> list[list[Picture]]:
    """Pictures by the keyframe that they need."""
    found: list[list[Picture]] = []
    for each in pictures:
        if each.is_key:
            found.append([])
        found[-1].append(each)
    return found


def keep(
    shelf: Shelf,
    camera: str,
    track: Track,
    pictures: Sequence[Picture],
    sounds: Sequence[Sound] = (),
    *,
    shifts: Sequence[int] | None = None,
    groups_a_file: int = 2,
) -> list[Segment]:
    """Writes and lists files of so many groups each. A picture's own time is its wall time less `START_MS`."""
    lattice = SoundLattice(track.audio, track.clock_hz) if track.audio else None
    every, kept, place = groups(pictures), list[Segment](), 0
    left = list(sounds)
    for first in range(0, len(every), groups_a_file):
        if lattice:
            lattice.begin()
        data, media, count, some = init_segment(track), 0, 0, every[first : first + groups_a_file]
        for number, group in enumerate(some, start=1):
            durations = [b.time - a.time for a, b in pairwise(sorted(group, key=lambda each: each.time))]
            durations.append(durations[0])
            own = shifts[place : place + len(group)] if shifts else [0] * len(group)
            place += len(group)
            end_ms = group[0].received_ms + sum(durations) * 1000 // track.clock_hz
            heard = [each for each in left if each.received_ms <= end_ms]
            left = left[len(heard) :]
            data += fragment(
                number,
                media,
                [Sample(e.nals, d, e.is_key, s) for e, d, s in zip(group, durations, own, strict=True)],
                wall_ms=group[0].received_ms,
                camera_ms=group[0].received_ms + 250,
                received_ms=group[0].received_ms,
                sounds=lattice.lay(heard, media, group[0].received_ms) if lattice else (),
                pictures_before=count,
            )
            media += sum(durations)
            count += len(group)
        start_ms = some[0][0].received_ms
        path = f"{camera}/{from_ms(start_ms):%Y%m%d/%H%M%S}{start_ms % 1000:03}.mp4"
        file = shelf.archive.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        segment = Segment(
            camera=camera,
            start_ms=start_ms,
            end_ms=start_ms + media * 1000 // track.clock_hz,
            path=path,
            bytes=len(data),
            pictures=count,
        )
        shelf.index.add_segment(segment)
        kept.append(segment)
    return kept


def steady(pictures: Sequence[Picture], *, from_ms: int = START_MS) -> list[Picture]:
    """The same pictures, seen from another moment on."""
    ahead = from_ms - pictures[0].received_ms
    return [Picture(e.nals, e.is_key, e.time + ahead * 90, e.received_ms + ahead, e.size) for e in pictures]
