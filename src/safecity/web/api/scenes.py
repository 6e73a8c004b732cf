"""Cameras' empty scenes over HTTP: how they are, what is shown of them, and what a person says who looked.

Each look is in the journal before the first byte. Areas are left, top, width and height as shares of the picture.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from starlette.responses import Response

from safecity.access import Action, allow, names
from safecity.base import NotFound
from safecity.cameras import camera
from safecity.footage import SceneState, approve_scene, mark_person, scene_states, see_scene, spare_block
from safecity.web.api.pictures import REVIEW
from safecity.web.ask import Ask
from safecity.web.compose import moment
from safecity.web.doors import Media, get, post

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Shares = tuple[Share, Share, Share, Share]
Moment = Annotated[int, msgspec.Meta(ge=1, le=1 << 53)]
Stream = Literal["main", "sub"]
PICTURES = {"main.png": "main", "sub.png": "sub"}


class SceneView(msgspec.Struct):
    """A stream's empty scene; `learned_ms` names it, and is null while it is not learned.

    `known` is the share of the picture that can be shown; `blocks` are hidden because somebody was found there.
    """

    stream: str
    learned_ms: int | None
    known: float
    blocks: list[tuple[float, float, float, float]]
    approved_by: str | None
    approved_at: datetime | None


class ScenesView(msgspec.Struct):
    """The empty scenes of a camera's streams, the watched one first."""

    scenes: list[SceneView]


class ApprovalGiven(msgspec.Struct, forbid_unknown_fields=True):
    """Which scene nobody is in."""

    stream: Stream
    learned_ms: Moment


class PersonGiven(msgspec.Struct, forbid_unknown_fields=True):
    """Where somebody stands."""

    area: Shares


class NobodyGiven(msgspec.Struct, forbid_unknown_fields=True):
    """Which block of which scene hides nobody."""

    stream: Stream
    learned_ms: Moment
    block: Shares


async def show_scenes(ask: Ask) -> ScenesView:
    """The empty scenes of a camera's streams, the watched one first, and who approved them."""
    allow(ask.by, Action.READ_CAMERAS)
    return ScenesView(await scenes_of(ask))


async def scenes_of(ask: Ask) -> list[SceneView]:
    """The empty scenes of the camera that is asked for."""
    name = (await camera(ask.house.node, ask.id())).id
    states = await scene_states(ask.house.node, ask.house.archive, name)
    called = await names(ask.house.node, {each.approved_by for each in states if each.approved_by})
    return [_view(each, called.get(each.approved_by or "")) for each in states]


async def scene_picture(ask: Ask) -> Response:
    """A stream's empty scene as masked pictures show it: `main.png` or `sub.png`."""
    stream = PICTURES.get(ask.request.path_params["picture"])
    if stream is None:
        raise NotFound("There are main.png and sub.png.")
    png = await see_scene(
        ask.house.node, ask.by, ask.house.archive, camera=ask.id(), stream=stream, purpose=REVIEW
    )
    return Response(png, media_type=Media.PNG.value, headers={"cache-control": "no-store"})


async def approve(ask: Ask, given: ApprovalGiven) -> None:
    """Says that nobody is in a camera's empty scene."""
    house = ask.house
    await approve_scene(
        house.node, ask.by, house.archive, camera=ask.id(), stream=given.stream, learned_ms=given.learned_ms
    )


async def mark(ask: Ask, given: PersonGiven) -> None:
    """Says that somebody stands in an area of a camera's empty scene, which stays hidden until learned anew."""
    await mark_person(ask.house.node, ask.by, camera=ask.id(), area=given.area)


async def spare(ask: Ask, given: NobodyGiven) -> None:
    """Says that what a block hides is nobody; takes a permit to see the camera without its mask."""
    house = ask.house
    await spare_block(
        house.node,
        ask.by,
        house.archive,
        camera=ask.id(),
        stream=given.stream,
        learned_ms=given.learned_ms,
        block=given.block,
    )


def _view(state: SceneState, called: str | None) -> SceneView:
    return SceneView(
        stream=state.stream,
        learned_ms=state.learned_ms,
        known=round(state.known, 4),
        blocks=list(state.blocks),
        approved_by=called,
        approved_at=moment(state.approved_ms),
    )


DOORS = (
    get("/api/cameras/{id}/scenes", show_scenes),
    get("/api/cameras/{id}/scenes/{picture}", scene_picture, media=Media.PNG),
    post("/api/cameras/{id}/scenes/approve", approve, status=204, media=Media.NONE),
    post("/api/cameras/{id}/scenes/person", mark, status=204, media=Media.NONE),
    post("/api/cameras/{id}/scenes/nobody", spare, status=204, media=Media.NONE),
)
