"""A town whose cameras have footage, and films that are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fakes.eyes import ScriptedEyes
from fakes.kept import keep, steady
from fakes.precinct import build_town
from fakes.shelf import Shelf
from fakes.stream import TRACK, pictures
from safecity.base import Actor, Event, Node, read_entries, to_ms
from safecity.evidence import ExportJob, ask_export, run_next
from safecity.footage import Chunk, Ended, Sample, Started, fragment, init_segment


@dataclass
class Desk:
    """What stories refer to: two cameras with footage of the last ten seconds."""

    node: Node
    by: Actor
    shelf: Shelf
    cameras: list[str]
    from_ms: int
    to_ms: int

    async def ask(self, **other: Any) -> ExportJob:
        """Asks for both cameras, masked, as the court wants it."""
        asked = {"cameras": self.cameras, "from_ms": self.from_ms, "to_ms": self.to_ms}
        why = {"reason_code": "court_order", "reason": "Case 7 of the High Court"}
        values: dict[str, Any] = {**asked, **why, **other}
        return await ask_export(self.node, values.pop("by", self.by), values.pop("cameras"), **values)

    def eyes(self) -> ScriptedEyes:
        """Eyes that show ten masked seconds of every camera."""
        shown = [
            Chunk(
                fragment(n + 1, n * 90_000, [Sample([b"\x65masked"], 90_000, True)]),
                self.from_ms + n * 1000,
                n * 1000,
            )
            for n in range(10)
        ]
        return ScriptedEyes(
            [Started("video/mp4", init_segment(TRACK), self.from_ms), *shown, Ended("The end.")]
        )

    async def run(self, **limits: Any) -> bool:
        """Makes the next."""
        return await run_next(self.node, self.shelf.archive, self.eyes(), **limits)

    def folder(self, job: ExportJob) -> Path:
        """Where its films lie."""
        return self.shelf.archive.data / "exports" / job.id

    async def told(self, kind: type[Event]) -> list[Any]:
        """The facts of a kind."""
        entries = await read_entries(self.node.database, 0)
        return [event for entry in entries if isinstance(event := entry.fact().event, kind)]


async def open_desk(node: Node, by: Actor, shelf: Shelf) -> Desk:
    """Ten seconds of footage of two cameras, up to now."""
    town = await build_town(node)
    now_ms = to_ms(node.clock.now())
    cameras = [town.market.id, town.station.id]
    for each in cameras:
        keep(shelf, each, TRACK, steady(pictures(150), from_ms=now_ms - 10_000))
    return Desk(node, by, shelf, cameras, now_ms - 10_000, now_ms)
