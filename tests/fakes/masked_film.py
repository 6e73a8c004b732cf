"""What an eye would show of a film: a start, chunks, an end; real H.264, so that real files can be made of it."""

from __future__ import annotations

from functools import cache

from fakes.film import START_MS, Film, shot
from safecity.cameras import Picture, Track
from safecity.footage import Chunk, Ended, Sample, Shown, Started, fragment, init_segment, mime


@cache
def shown_film(from_ms: int, seconds: int = 4) -> tuple[Shown, ...]:
    """Some seconds of a street from a moment on, one chunk a group of pictures."""
    items = shot(Film(seed=21), seconds)
    track = next(item for item in items if isinstance(item, Track))
    pictures = [item for item in items if isinstance(item, Picture)]
    shown: list[Shown] = [Started(mime(track), init_segment(track), from_ms)]
    keys = [n for n, each in enumerate(pictures) if each.is_key]
    for number, (first, last) in enumerate(zip(keys, [*keys[1:], len(pictures)], strict=True), start=1):
        group = pictures[first:last]
        wall_ms = from_ms + group[0].received_ms - START_MS
        data = fragment(number, group[0].time, [Sample(each.nals, 9_000, each.is_key) for each in group])
        shown.append(Chunk(data, wall_ms, wall_ms - from_ms))
    return (*shown, Ended("This is the end of the footage."))
