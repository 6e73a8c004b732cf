"""The doors of the footage page."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from fakes.eyes import JPEG
from fakes.website import Town, open_town
from safecity.base import Node, read_entries
from safecity.footage import PictureLooked
from safecity.web.compose import iso


async def looks(town: Town) -> list[tuple[str, str, str]]:
    facts = [entry.fact() for entry in await read_entries(town.node.database, 0)]
    return [
        (fact.actor, fact.event.form.value, fact.purpose)
        for fact in facts
        if isinstance(fact.event, PictureLooked)
    ]


async def test_the_page_begins_with_cameras_and_what_one_may_do(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        for role, may_look in (
            ("operator", True),
            ("desk", True),
            ("auditor", False),
            ("administrator", False),
        ):
            answer = (await (await town.browser(role)).get("/api/footage")).json()
            assert [each["id"] for each in answer["cameras"]] == [town.camera.id]
            assert (answer["looks"], answer["exports"]) == (may_look, may_look), role
            assert answer["me"]["csrf"]
        assert (await (await town.browser("officer")).get("/api/footage")).status_code == 403
        assert (await town.anonymous().get("/api/footage")).status_code == 401


async def test_several_cameras_are_told_on_one_axis(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        town.record(minutes=2)
        now = iso(node.clock.now())
        day_before = iso(node.clock.now() - timedelta(days=1))
        for role in ("operator", "auditor"):
            browser = await town.browser(role)
            path = f"/api/timeline?cameras={town.camera.id}&from=2020-01-01T00:00:00Z&to={now}"
            assert (await browser.get(path)).status_code == 400
            answer = await browser.get(
                f"/api/timeline?cameras={town.camera.id},{town.camera.id}&from={day_before}&to={now}"
            )
            (lane,) = answer.json()["lanes"]
            assert len(lane["segments"]) == 1
            assert lane["segments"][0][1] == now.replace(".000Z", "Z")


async def test_small_pictures_are_masked_and_one_look_for_a_span(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator = await town.browser("operator")
        path = f"/api/cameras/{town.camera.id}/thumbnail"
        span = "&from=2029-12-31T00:00:00Z&to=2029-12-31T01:00:00Z"
        for minute in range(10):
            answer = await operator.get(f"{path}?at=2029-12-31T00:0{minute}:00Z{span}")
            assert (answer.status_code, answer.content) == (200, JPEG)
            assert answer.headers["cache-control"] == "no-store"
        assert {each[2] for each in town.eyes.watched} == {160}
        assert await looks(town) == [(town.people["operator"].actor.id, "scrub", "review")]
        incident = "incident:01938f6e-3c4a-7d2e-8f10-0123456789ab"
        await operator.get(f"{path}?at=2029-12-31T05:00:00Z&purpose={incident}")
        assert (await looks(town))[-1][1:] == ("scrub", incident)


async def test_a_small_picture_that_cannot_be_masked_is_refused_with_the_reason(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        town.eyes.withheld = "There is no footage of this moment."
        answer = await (await town.browser("desk")).get(
            f"/api/cameras/{town.camera.id}/thumbnail?at=2029-12-31T00:00:00Z"
        )
        assert (answer.status_code, answer.json()["error"]) == (503, "There is no footage of this moment.")
        for role in ("auditor", "administrator", "officer"):
            refused = await (await town.browser(role)).get(
                f"/api/cameras/{town.camera.id}/thumbnail?at=2029-12-31T00:00:00Z"
            )
            assert refused.status_code == 403


async def test_the_city_of_a_moment_is_told_to_the_control_room_only(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        officer = await town.browser("officer")
        place = {"lat": 0.05, "lon": 0.05}
        assert (await officer.post(f"/api/units/{town.unit.id}/position", place)).is_success
        path = f"/api/moment?cameras={town.camera.id}&at={iso(node.clock.now())}"
        answer = (await (await town.browser("operator")).get(path)).json()
        (unit,) = answer["units"]
        assert (unit["call_sign"], unit["place"]) == ("CAR-1", place)
        assert answer["sightings"] == {}
        for role in ("auditor", "administrator", "officer"):
            assert (await (await town.browser(role)).get(path)).status_code == 403
