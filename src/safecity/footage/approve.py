"""A person looks at what a camera is believed to see when nobody is there, and says whether that is so.

Somebody who stood still while it was learned is part of it, in every masked picture. So whoever may look at pictures
sees it as masked pictures show it, and approves it, or marks where somebody stands. To say that what was hidden is
nobody takes a permit to see without the mask: who shows more needs a second person, who hides more does not.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from safecity.access import Action, allow, require_permit
from safecity.base import Actor, BadInput, Change, Conflict, Node, NotFound
from safecity.cameras import Camera
from safecity.cameras import camera as camera_of
from safecity.footage.events import PersonMarkedInScene, SceneApproved, SceneBlockSpared
from safecity.footage.look import look
from safecity.footage.mask import Area
from safecity.footage.model import LookForm
from safecity.footage.play import Archive
from safecity.footage.retake import RetakenRow
from safecity.footage.scene import SceneMark, StoredScene, blocks, read_scene, scene_png, take_marks
from safecity.footage.store import SQL
from safecity.footage.watch import UNMASK

MOST_MARKS = 64
LEAST_SIDE = 0.01
NOT_LEARNED = "This empty scene is not learned yet; try again in a minute."
CHANGED = "The empty scene has changed since you looked; look again."


@dataclass(frozen=True, kw_only=True)
class SceneState:
    """A stream's present empty scene, who approved it and when. `learned_ms` is None while there is none.

    `known` is the share of the picture that is known; `blocks` are places that are hidden because somebody was found.
    """

    stream: str
    learned_ms: int | None = None
    known: float = 0.0
    blocks: tuple[Area, ...] = ()
    approved_by: str | None = None
    approved_ms: int | None = None


@dataclass(frozen=True)
class ApprovalRow:
    """A row of `scene_approval`."""

    stream: str
    learned_ms: int
    approved_by: str
    approved_ms: int


@dataclass(frozen=True)
class MarkRow:
    """A row of `scene_mark`."""

    camera: str
    at_ms: int
    x: float
    y: float
    w: float
    h: float
    nobody_in: int | None

    def mark(self) -> SceneMark:
        """The mark it is."""
        return SceneMark(area=(self.x, self.y, self.w, self.h), at_ms=self.at_ms, nobody_in=self.nobody_in)


async def scene_states(node: Node, archive: Archive, camera: str) -> list[SceneState]:
    """The empty scenes of a camera's streams, the watched one first. Raises NotFound."""
    found = await camera_of(node, camera)
    rows = await node.database.fetch(ApprovalRow, SQL["approvals_of"], camera=camera)
    approved = {(row.stream, row.learned_ms): row for row in rows}
    states: list[SceneState] = []
    for stream in streams_of(found):
        stored = await _present(node, archive, camera, stream)
        if stored is None:
            states.append(SceneState(stream=stream))
            continue
        row = approved.get((stream, stored.learned_ms))
        states.append(
            SceneState(
                stream=stream,
                learned_ms=stored.learned_ms,
                known=float(stored.scene.known.mean()),
                blocks=await asyncio.to_thread(blocks, stored),
                approved_by=row and row.approved_by,
                approved_ms=row and row.approved_ms,
            )
        )
    return states


async def see_scene(
    node: Node, by: Actor, archive: Archive, *, camera: str, stream: str, purpose: str
) -> bytes:
    """A stream's empty scene as a PNG, as masked pictures show it; the look is told before.

    Raises NotAllowed, NotFound.
    """
    allow(by, Action.LOOK)
    found = await camera_of(node, camera)
    await look(node, by.for_purpose(purpose), camera=camera, form=LookForm.SCENE)
    stored = await _present(node, archive, camera, stream)
    if stored is None:
        raise NotFound(NOT_LEARNED)
    return await asyncio.to_thread(scene_png, stored.scene, found.privacy_areas)


async def approve_scene(
    node: Node, by: Actor, archive: Archive, *, camera: str, stream: str, learned_ms: int
) -> None:
    """Says that nobody is in the scene that was learned at that moment. Raises NotAllowed, NotFound, Conflict."""
    allow(by, Action.LOOK)
    await camera_of(node, camera)
    await _same(node, archive, camera, stream, learned_ms)

    async def work(change: Change) -> None:
        await change.execute(
            SQL["approve_scene"],
            camera=camera,
            stream=stream,
            learned_ms=learned_ms,
            approved_by=by.id,
            approved_ms=change.now_ms,
        )
        change.tell(SceneApproved(camera=camera, stream=stream, learned_ms=learned_ms))

    await node.change(by, work)


async def mark_person(node: Node, by: Actor, *, camera: str, area: Area) -> None:
    """Says that somebody stands in an area of a camera's empty scenes; it stays hidden until learned anew.

    What was approved of them is so no longer. Raises NotAllowed, NotFound, BadInput.
    """
    allow(by, Action.LOOK)
    await camera_of(node, camera)
    area = _checked(area)

    async def work(change: Change) -> None:
        await _mark(change, camera, area)
        await change.execute(SQL["drop_approvals"], camera=camera)
        change.tell(PersonMarkedInScene(camera=camera, area=area))

    await node.change(by, work)


async def spare_block(
    node: Node, by: Actor, archive: Archive, *, camera: str, stream: str, learned_ms: int, block: Area
) -> None:
    """Says that what was found in a hidden block of a scene is nobody; it is learned within a minute or two.

    Takes a permit of one's own to unmask the camera. Raises NotAllowed, NotFound, Conflict.
    """
    allow(by, Action.LOOK)
    await camera_of(node, camera)
    permit = await require_permit(node, by, UNMASK, camera)
    stored = await _same(node, archive, camera, stream, learned_ms)
    there = await asyncio.to_thread(blocks, stored)
    same = next((each for each in there if max(map(_apart, each, block)) < LEAST_SIDE / 2), None)
    if same is None:
        raise Conflict(CHANGED)

    async def work(change: Change) -> None:
        await _mark(change, camera, same, learned_ms)
        change.tell(
            SceneBlockSpared(
                camera=camera, stream=stream, learned_ms=learned_ms, area=_rounded(same), permit=permit.id
            )
        )

    await node.change(by, work)


async def scene_marks(node: Node) -> dict[str, tuple[SceneMark, ...]]:
    """What people said of places in empty scenes, by camera, oldest first."""
    found: dict[str, tuple[SceneMark, ...]] = {}
    for row in await node.database.fetch(MarkRow, SQL["marks"]):
        found[row.camera] = (*found.get(row.camera, ()), row.mark())
    return found


def streams_of(camera: Camera) -> tuple[str, ...]:
    """The streams of a camera that have an empty scene, the watched one first."""
    return ("sub", "main") if camera.sub_url is not None else ("main",)


async def _mark(change: Change, camera: str, area: Area, nobody_in: int | None = None) -> None:
    """Adds a mark, later than all before: that is how an eye knows which ones it has taken over."""
    rows = await change.fetch(MarkRow, SQL["marks_of"], camera=camera)
    if len(rows) >= MOST_MARKS:
        raise BadInput(
            f"A camera's empty scene has at most {MOST_MARKS} marks; have it learned anew instead."
        )
    at_ms = max([change.now_ms, *(row.at_ms + 1 for row in rows)])
    x, y, w, h = area
    values = {"camera": camera, "at_ms": at_ms, "x": x, "y": y, "w": w, "h": h, "nobody_in": nobody_in}
    await change.execute(SQL["mark_scene"], **values)


async def _same(node: Node, archive: Archive, camera: str, stream: str, learned_ms: int) -> StoredScene:
    stored = await _present(node, archive, camera, stream)
    if stored is None:
        raise NotFound(NOT_LEARNED)
    if stored.learned_ms != learned_ms:
        raise Conflict(CHANGED)
    return stored


async def _present(node: Node, archive: Archive, camera: str, stream: str) -> StoredScene | None:
    """The newest scene of a stream, with marks that its eye may not have taken over yet; None where there is none."""
    rows = await node.database.fetch(RetakenRow, SQL["retaken_plate"], camera=camera)
    marks = [row.mark() for row in await node.database.fetch(MarkRow, SQL["marks_of"], camera=camera)]
    from_ms = max((row.from_ms for row in rows), default=0)
    folder = archive.data / "plates" / camera / stream

    def read() -> StoredScene | None:
        stamps = [int(file.stem) for file in folder.glob("*.npz") if file.stem.isdigit()]
        newest = max(stamps, default=-1)
        if newest < from_ms:
            return None
        try:
            stored = read_scene((folder / f"{newest}.npz").read_bytes())
        except OSError:
            return None
        return stored and take_marks(replace(stored, learned_ms=stored.learned_ms or newest), marks)

    return await asyncio.to_thread(read)


def _checked(area: Area) -> Area:
    x, y, w, h = area
    if not (0 <= x < 1 and 0 <= y < 1 and LEAST_SIDE <= w <= 1 and LEAST_SIDE <= h <= 1):
        raise BadInput(
            "The rectangle begins in the picture and is at least one hundredth of it wide and high."
        )
    return _rounded((x, y, min(w, 1 - x), min(h, 1 - y)))


def _rounded(area: Area) -> Area:
    x, y, w, h = (round(each, 4) for each in area)
    return x, y, w, h


def _apart(a: float, b: float) -> float:
    return abs(a - b)
