"""Counts how complete footage is, camera by camera, from the indexes of all recorders."""

from __future__ import annotations

from dataclasses import replace

from safecity.footage.completeness import Completeness, complete
from safecity.footage.model import Cause, Gap
from safecity.footage.note import ALIVE
from safecity.footage.play import Archive, timeline

SETTLED_MS = 30_000  # younger footage may not be listed yet: a group, the disk's answer, a sync


def tally(archive: Archive, camera: str, from_ms: int, to_ms: int) -> Completeness:
    """How complete a camera's footage is within a span, from the first that is known of it. Raises IndexAway.

    `to_ms` should be 30 s ago or more. Time since a recorder was last alive is lost for the cause `recorder`. A camera
    of which nothing is known has a span of 0 ms.
    """
    since_ms, alive_ms = _known(archive, camera, from_ms, to_ms)
    from_ms = max(from_ms, since_ms)
    if from_ms >= to_ms:
        return Completeness()
    found = timeline(archive, camera, from_ms, to_ms)
    gaps = list(found.gaps)
    if to_ms - alive_ms > SETTLED_MS:
        ends = [end for _, end in found.segments] + [each.end_ms or to_ms for each in gaps]
        start_ms = max([from_ms, *ends])
        if start_ms < to_ms:
            words = "The recorder is not running."
            gaps.append(
                Gap(camera=camera, start_ms=start_ms, end_ms=to_ms, cause=Cause.RECORDER, words=words)
            )
    return replace(complete(found.segments, gaps, from_ms, to_ms), damaged=found.damaged)


def _known(archive: Archive, camera: str, from_ms: int, to_ms: int) -> tuple[int, int]:
    """When the first that is known of a camera began, and when a recorder that knows it was last alive."""
    since_ms, alive_ms = to_ms, 0
    for index in archive.indexes.values():
        begun = [
            each.start_ms for each in (*index.oldest_of(camera, 1), *index.gaps(camera, from_ms, to_ms)[:1])
        ]
        if begun:
            since_ms = min(since_ms, *begun)
            alive_ms = max(alive_ms, int(index.mark(ALIVE) or to_ms))
    return since_ms, alive_ms
