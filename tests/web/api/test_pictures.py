"""Pictures over HTTP: masked, and the look is in the journal first."""

from __future__ import annotations

from pathlib import Path

from fakes.eyes import JPEG
from fakes.website import Town, open_town
from safecity.base import Node, read_entries
from safecity.footage import PictureLooked


async def looks(town: Town) -> list[tuple[str, str, str]]:
    """Who looked at which camera, and why, as the journal says."""
    facts = [entry.fact() for entry in await read_entries(town.node.database, 0)]
    return [
        (fact.actor, fact.event.camera, fact.purpose)
        for fact in facts
        if isinstance(fact.event, PictureLooked)
    ]


async def test_a_picture_of_now_is_shown_after_the_look_is_written(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator = await town.browser("operator")
        answer = await operator.get(f"/api/cameras/{town.camera.id}/snapshot.jpg")
        assert (answer.status_code, answer.content) == (200, JPEG)
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["cache-control"] == "no-store"
        assert await looks(town) == [(town.people["operator"].actor.id, town.camera.id, "review")]


async def test_what_cannot_be_masked_is_not_shown(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        town.eyes.withheld = "The empty scene is still being learned (6 s)."
        answer = await (await town.browser("operator")).get(f"/api/cameras/{town.camera.id}/snapshot.jpg")
        assert answer.status_code == 503
        assert answer.json() == {"error": "The empty scene is still being learned (6 s)."}


async def test_nobody_but_those_who_answer_alerts_sees_pictures(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        for role in ("auditor", "administrator", "officer"):
            refused = await (await town.browser(role)).get(f"/api/cameras/{town.camera.id}/snapshot.jpg")
            assert refused.status_code == 403
        assert await looks(town) == []
        assert town.eyes.watched == []
        operator = await town.browser("operator")
        nowhere = "/api/cameras/01938f6e-3c4a-7d2e-8f10-0123456789ab/snapshot.jpg"
        assert (await operator.get(nowhere)).status_code == 404
        assert await looks(town) == []


async def test_the_timeline_says_what_there_is(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator = await town.browser("operator")
        path = f"/api/cameras/{town.camera.id}/timeline"
        empty = (await operator.get(path)).json()
        assert empty == {"segments": [], "gaps": [], "sightings": [], "holds": [], "damaged": 0}
        for query in (
            "?from=2030-01-02T00:00:00Z&to=2030-01-01T00:00:00Z",
            "?from=2030-01-01T00:00:00&to=2030-01-01T01:00:00",
            "?from=2029-01-01T00:00:00Z&to=2030-01-01T00:00:00Z",
            "?from=yesterday",
        ):
            refused = await operator.get(path + query)
            assert refused.status_code == 400, query
            assert refused.json()["error"].endswith(".")
