"""A person looks at an empty scene: approves it, marks who stands in it, or says that what is hidden is nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.camera_city import found, gate, told
from fakes.scenes import LAMP, LEARNED_MS, keep_scene
from safecity.access import ask_permit, grant_permit
from safecity.base import Actor, BadInput, Conflict, Node, NotAllowed, NotFound
from safecity.cameras import Camera
from safecity.footage import (
    Archive,
    Area,
    PersonMarkedInScene,
    PictureLooked,
    SceneApproved,
    SceneBlockSpared,
    SceneState,
    approve_scene,
    mark_person,
    retake_plate,
    scene_marks,
    scene_states,
    see_scene,
    spare_block,
)

MIDDLE: Area = (0.25, 0.25, 0.25, 0.5)


async def state_of(node: Node, archive: Archive, camera: Camera) -> SceneState:
    (state,) = await scene_states(node, archive, camera.id)
    return state


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path, {})


async def added(node: Node) -> Camera:
    await found(node)
    return await gate(node)


async def test_a_scene_is_looked_at_after_a_fact_and_approved_by_name_and_time(
    node: Node, operator: Actor, archive: Archive
):
    camera = await added(node)
    assert (await state_of(node, archive, camera)).learned_ms is None
    keep_scene(archive.data, camera)
    before = await state_of(node, archive, camera)
    assert (before.learned_ms, before.approved_by, before.blocks) == (LEARNED_MS, None, (LAMP,))
    assert 0.85 < before.known < 0.9
    png = await see_scene(node, operator, archive, camera=camera.id, stream="main", purpose="review")
    assert png.startswith(b"\x89PNG")
    (looked,) = await told(node, PictureLooked)
    assert looked == PictureLooked(camera=camera.id, form="scene", masked=True)  # pyright: ignore[reportArgumentType]
    await approve_scene(node, operator, archive, camera=camera.id, stream="main", learned_ms=LEARNED_MS)
    after = await state_of(node, archive, camera)
    assert after.approved_by == operator.id
    assert after.approved_ms is not None
    assert await told(node, SceneApproved) == [
        SceneApproved(camera=camera.id, stream="main", learned_ms=LEARNED_MS)
    ]


async def test_a_look_is_told_even_where_there_is_nothing_to_see_yet(
    node: Node, operator: Actor, archive: Archive
):
    camera = await added(node)
    with pytest.raises(NotFound, match="not learned yet"):
        await see_scene(node, operator, archive, camera=camera.id, stream="main", purpose="review")
    assert len(await told(node, PictureLooked)) == 1


async def test_who_sees_no_pictures_sees_no_scene_and_says_nothing_of_it(
    node: Node, administrator: Actor, archive: Archive
):
    camera = await added(node)
    keep_scene(archive.data, camera)
    with pytest.raises(NotAllowed):
        await see_scene(node, administrator, archive, camera=camera.id, stream="main", purpose="review")
    with pytest.raises(NotAllowed):
        await approve_scene(
            node, administrator, archive, camera=camera.id, stream="main", learned_ms=LEARNED_MS
        )
    with pytest.raises(NotAllowed):
        await mark_person(node, administrator, camera=camera.id, area=MIDDLE)
    assert await told(node, PictureLooked, SceneApproved, PersonMarkedInScene) == []


async def test_another_scene_than_the_one_that_was_seen_is_not_approved_and_the_one_that_comes_again_is(
    node: Node, operator: Actor, archive: Archive
):
    camera = await added(node)
    keep_scene(archive.data, camera)
    await approve_scene(node, operator, archive, camera=camera.id, stream="main", learned_ms=LEARNED_MS)
    keep_scene(archive.data, camera, stamp=9_000, learned_ms=8_000)
    assert (await state_of(node, archive, camera)).approved_by is None
    with pytest.raises(Conflict, match="look again"):
        await approve_scene(node, operator, archive, camera=camera.id, stream="main", learned_ms=LEARNED_MS)
    keep_scene(archive.data, camera, stamp=12_000)
    assert (await state_of(node, archive, camera)).approved_by == operator.id


async def test_a_person_who_is_marked_is_hidden_at_once_and_nothing_is_approved_any_more(
    node: Node, operator: Actor, archive: Archive
):
    camera = await added(node)
    keep_scene(archive.data, camera)
    await approve_scene(node, operator, archive, camera=camera.id, stream="main", learned_ms=LEARNED_MS)
    for _ in range(2):
        await mark_person(node, operator, camera=camera.id, area=(0.25, 0.25, 0.75, 0.5))
    state = await state_of(node, archive, camera)
    assert state.approved_by is None
    assert state.known < 0.7
    first, second = (await scene_marks(node))[camera.id]
    assert first.area == second.area == (0.25, 0.25, 0.75, 0.5)
    assert second.at_ms > first.at_ms, "an eye takes over what is later than the last it took"
    assert len(await told(node, PersonMarkedInScene)) == 2


@pytest.mark.parametrize(
    "area", [(-0.1, 0, 0.5, 0.5), (0, 1, 0.5, 0.5), (0, 0, 0, 0.5), (0, 0, 0.5, 2), (float("nan"), 0, 1, 1)]
)
async def test_a_rectangle_that_is_none_is_refused(node: Node, operator: Actor, area: Area):
    camera = await added(node)
    with pytest.raises(BadInput):
        await mark_person(node, operator, camera=camera.id, area=area)
    assert await scene_marks(node) == {}


async def test_to_say_that_what_is_hidden_is_nobody_takes_a_second_person(
    node: Node, operator: Actor, desk: Actor, archive: Archive
):
    camera = await added(node)
    keep_scene(archive.data, camera)
    block = {"camera": camera.id, "stream": "main", "learned_ms": LEARNED_MS, "block": LAMP}
    with pytest.raises(NotAllowed, match="second person"):
        await spare_block(node, operator, archive, **block)  # pyright: ignore[reportArgumentType]
    permit = await ask_permit(
        node, operator, kind="unmask", subject=camera.id, reason_code="maintenance", reason="A lamp is hidden"
    )
    with pytest.raises(NotAllowed):
        await spare_block(node, operator, archive, **block)  # pyright: ignore[reportArgumentType]
    await grant_permit(node, desk, permit.id)
    with pytest.raises(NotAllowed, match="permit"):
        await spare_block(node, desk, archive, **block)  # pyright: ignore[reportArgumentType]
    with pytest.raises(Conflict, match="look again"):
        await spare_block(node, operator, archive, **{**block, "block": MIDDLE})  # pyright: ignore[reportArgumentType]
    await spare_block(node, operator, archive, **block)  # pyright: ignore[reportArgumentType]
    (mark,) = (await scene_marks(node))[camera.id]
    assert (mark.area, mark.nobody_in) == (LAMP, LEARNED_MS)
    (fact,) = await told(node, SceneBlockSpared)
    assert isinstance(fact, SceneBlockSpared)
    assert (fact.permit, fact.area) == (permit.id, LAMP)
    assert (await state_of(node, archive, camera)).blocks == ()


async def test_a_scene_that_is_taken_anew_begins_with_no_word_on_it(
    node: Node, operator: Actor, administrator: Actor, archive: Archive
):
    camera = await added(node)
    keep_scene(archive.data, camera)
    await mark_person(node, operator, camera=camera.id, area=MIDDLE)
    await approve_scene(node, operator, archive, camera=camera.id, stream="main", learned_ms=LEARNED_MS)
    await retake_plate(node, administrator, camera.id)
    assert await scene_marks(node) == {}
    assert await state_of(node, archive, camera) == SceneState(stream="main")


async def test_a_camera_with_a_small_stream_has_two_scenes(node: Node, archive: Archive):
    await found(node)
    paired = await gate(node, sub_url="rtsp://10.0.0.5/2")
    keep_scene(archive.data, paired, stream="sub")
    assert [each.stream for each in await scene_states(node, archive, paired.id)] == ["sub", "main"]
    with pytest.raises(NotFound):
        await scene_states(node, archive, "nowhere")


async def test_there_is_an_end_to_marks(node: Node, operator: Actor):
    camera = await added(node)
    for _ in range(64):
        await mark_person(node, operator, camera=camera.id, area=MIDDLE)
    with pytest.raises(BadInput, match="learned anew"):
        await mark_person(node, operator, camera=camera.id, area=MIDDLE)
