"""The page of one camera's empty scene: a person looks at it, approves it, or marks who stands in it.

Rectangles are written in per cent of the picture, over which a line stands at each tenth.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from starlette.responses import Response

from safecity.access import Action, allow
from safecity.base import BadInput
from safecity.cameras import camera
from safecity.footage import Area
from safecity.web.api.scenes import (
    ApprovalGiven,
    Moment,
    NobodyGiven,
    PersonGiven,
    SceneView,
    Stream,
    approve,
    mark,
    scenes_of,
    spare,
)
from safecity.web.ask import Ask
from safecity.web.pages import PageDoor, Paint, back

PerCent = Annotated[float, msgspec.Meta(ge=0, le=100)]


class ApprovalForm(msgspec.Struct):
    """Which scene was seen."""

    stream: Stream
    learned_ms: Moment


class PersonForm(msgspec.Struct):
    """Where somebody stands, in per cent of the picture."""

    left: PerCent
    top: PerCent
    width: PerCent
    height: PerCent


class NobodyForm(msgspec.Struct):
    """Which block hides nobody: its four shares of the picture, with commas."""

    stream: Stream
    learned_ms: Moment
    block: Annotated[str, msgspec.Meta(max_length=120)]


async def scene_page(ask: Ask, paint: Paint) -> Response:
    """One camera's empty scenes."""
    allow(ask.by, Action.LOOK)
    found = await camera(ask.house.node, ask.id())
    scenes = await scenes_of(ask)
    return paint.page(
        "camera_scene.html", ask, camera=found, scenes=[(each, scene_words(each, paint)) for each in scenes]
    )


async def approve_it(ask: Ask, given: ApprovalForm) -> Response:
    """Nobody is in the scene."""
    await approve(ask, ApprovalGiven(given.stream, given.learned_ms))
    return back(f"/cameras/{ask.id()}/scene")


async def mark_it(ask: Ask, given: PersonForm) -> Response:
    """Somebody stands in it."""
    shares = given.left / 100, given.top / 100, given.width / 100, given.height / 100
    await mark(ask, PersonGiven(shares))
    return back(f"/cameras/{ask.id()}/scene")


async def spare_it(ask: Ask, given: NobodyForm) -> Response:
    """What a block hides is nobody."""
    await spare(ask, NobodyGiven(given.stream, given.learned_ms, block_of(given.block)))
    return back(f"/cameras/{ask.id()}/scene")


async def scene_lines(ask: Ask, paint: Paint) -> list[str]:
    """A sentence for each stream of a camera: who approved its empty scene, and when."""
    return [scene_words(each, paint) for each in await scenes_of(ask)]


def scene_words(scene: SceneView, paint: Paint) -> str:
    """Who approved an empty scene, and when, as a sentence."""
    which = "The empty scene" if scene.stream == "main" else "The small stream's empty scene"
    if scene.learned_ms is None:
        return f"{which} is not learned yet."
    if scene.approved_by is None:
        return f"{which} is learned; nobody has approved it yet."
    return f"{which} was approved by {scene.approved_by} on {paint.moment(scene.approved_at)}."


def block_of(text: str) -> Area:
    """The area that four shares with commas are. Raises BadInput."""
    try:
        x, y, w, h = (float(each) for each in text.split(","))
    except ValueError:
        raise BadInput("A block is four shares of the picture, with commas.") from None
    return x, y, w, h


PAGES = (
    PageDoor("GET", "/cameras/{id}/scene", scene_page),
    PageDoor("POST", "/cameras/{id}/scene/approve", approve_it),
    PageDoor("POST", "/cameras/{id}/scene/person", mark_it),
    PageDoor("POST", "/cameras/{id}/scene/nobody", spare_it),
)
