"""The command that lists what there is of one camera's footage: spans, gaps with causes, sightings and holds.

Imports are late, so that `safecity --help` is quick.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING

from safecity.settings import Settings

if TYPE_CHECKING:
    from safecity.base import Actor, Node

WORDS = "what there is of a camera's footage: spans, gaps and their causes, sightings, what is held"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One span of a timeline: `what` is footage, gap, sighting or held; it lasts where `to_ms` is None."""

    what: str
    from_ms: int
    to_ms: int | None
    cause: str = ""
    words: str = ""
    id: str = ""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """All of it, in order of time; `damaged` pictures are those that decoders have to guess at."""

    camera: str
    lines: list[Line]
    damaged: int


def add_arguments(sub: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    sub.add_argument("camera", metavar="CAMERA", help="its name or id")
    sub.add_argument("since", metavar="FROM", help="such as 2026-11-22T06:00, city time")
    sub.add_argument("until", metavar="TO", help="as FROM")
    sub.add_argument("--json", action="store_true", help="as JSON, times in milliseconds")


def show_timeline(settings: Settings, arguments: argparse.Namespace) -> int:
    """Prints the timeline. Raises BadInput, NotFound."""
    import asyncio

    from safecity.base import BadInput
    from safecity.moment_cli import moment_ms
    from safecity.shell import at_shell

    from_ms = moment_ms(arguments.since, settings.time_zone)
    to_ms = moment_ms(arguments.until, settings.time_zone)
    if from_ms >= to_ms:
        raise BadInput("A span begins before it ends.")
    wanted = str(arguments.camera)
    found = asyncio.run(
        at_shell(settings, lambda node, by: _listing(settings, node, by, wanted, from_ms, to_ms))
    )
    if arguments.json:
        import msgspec

        print(
            msgspec.json.encode({"from_ms": from_ms, "to_ms": to_ms, **msgspec.to_builtins(found)}).decode()
        )
    else:
        _print(found, settings.time_zone)
    return 0


async def _listing(
    settings: Settings, node: Node, _: Actor, wanted: str, from_ms: int, to_ms: int
) -> Listing:
    from safecity import cameras, detection, footage
    from safecity.app import archive_of
    from safecity.base import NotFound

    camera = next((each for each in await cameras.cameras(node) if wanted in {each.id, each.name}), None)
    if camera is None:
        raise NotFound(f"There is no camera called {wanted!r}.")
    found = footage.timeline(archive_of(settings), camera.id, from_ms, to_ms)
    seen = await detection.sightings(node, camera.id, from_ms, to_ms, limit=10_000)
    held = await footage.holds(node, camera=camera.id, from_ms=from_ms, to_ms=to_ms)
    lines = [
        *(Line(what="footage", from_ms=start, to_ms=end) for start, end in found.segments),
        *(
            Line(
                what="gap", from_ms=each.start_ms, to_ms=each.end_ms, cause=str(each.cause), words=each.words
            )
            for each in found.gaps
        ),
        *(Line(what="sighting", from_ms=each.started_ms, to_ms=each.ended_ms, id=each.id) for each in seen),
        *(Line(what="held", from_ms=each.start_ms, to_ms=each.end_ms, id=each.id) for each in held),
    ]
    lines.sort(key=lambda each: (each.from_ms, each.what))
    return Listing(camera=camera.name, lines=lines, damaged=found.damaged)


def _print(found: Listing, zone: str) -> None:
    from safecity.moment_cli import written

    for each in found.lines:
        end = "lasts" if each.to_ms is None else written(each.to_ms, zone)
        more = ": ".join(part for part in (each.cause, each.words) if part) or each.id
        print(f"{written(each.from_ms, zone)}  {end:29}  {each.what:8}  {more}".rstrip())
    counts = {what: sum(each.what == what for each in found.lines) for what in ("gap", "sighting", "held")}
    there_ms = sum(
        (each.to_ms or each.from_ms) - each.from_ms for each in found.lines if each.what == "footage"
    )
    print(
        f"{found.camera}: {there_ms / 1000:,.0f} s of footage, {counts['gap']} gaps, {counts['sighting']} sightings, "
        f"{counts['held']} spans held, {found.damaged:,} damaged pictures."
    )
