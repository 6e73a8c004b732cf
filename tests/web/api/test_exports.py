"""Films over HTTP: asked for, made, fetched whole or in parts; each that leaves is in the journal first."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from fakes.masked_film import shown_film
from fakes.website import Browser, Town, open_town
from safecity.base import Node, from_ms, read_entries, to_ms
from safecity.evidence import ExportDelivered, run_next
from safecity.web.compose import iso


async def ask(town: Town, browser: Browser, *, masked: bool = True) -> Any:
    """An export of four seconds of the camera, an hour ago."""
    start_ms = to_ms(town.node.clock.now()) - 3_600_000
    town.eyes.script = shown_film(start_ms)
    answer = await browser.post(
        "/api/exports",
        {"cameras": [town.camera.id], "from": iso(from_ms(start_ms)), "to": iso(from_ms(start_ms + 4000)),
         "reason": "the theft at the market", "masked": masked},
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    return answer.json()


async def made(town: Town, browser: Browser) -> Any:
    asked = await ask(town, browser)
    assert await run_next(town.node, town.house.archive, town.eyes, free_bytes=0)
    return (await browser.get(f"/api/exports/{asked['id']}")).json()


async def deliveries(town: Town) -> list[str]:
    facts = [entry.fact() for entry in await read_entries(town.node.database, 0)]
    return [fact.actor for fact in facts if isinstance(fact.event, ExportDelivered)]


async def test_an_export_is_asked_for_made_and_fetched(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator = await town.browser("operator")
        asked = await ask(town, operator)
        assert (asked["state"], asked["progress"], asked["files"]) == ("asked", 0.0, [])
        assert asked["sentence"] == "It waits for its turn."
        assert await run_next(town.node, town.house.archive, town.eyes, free_bytes=0)
        done = (await operator.get("/api/exports")).json()["exports"][0]
        assert (done["state"], done["progress"], done["camera_names"]) == ("ready", 1.0, ["Market / Main"])
        (film,) = done["files"]
        answer = await operator.get(film["href"])
        assert answer.status_code == 200
        assert (len(answer.content), sha256(answer.content).hexdigest()) == (film["bytes"], film["sha256"])
        assert answer.headers["etag"] == f'"{film["sha256"]}"'
        assert answer.headers["content-type"] == "video/mp4"
        assert "attachment" in answer.headers["content-disposition"]
        assert await deliveries(town) == [town.people["operator"].actor.id]


async def test_a_broken_download_goes_on_where_it_was(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator = await town.browser("operator")
        (film,) = (await made(town, operator))["files"]
        whole = (await operator.get(film["href"])).content
        tag = f'"{film["sha256"]}"'
        begun = await operator.get(film["href"], range="bytes=0-999")
        assert (begun.status_code, begun.content) == (206, whole[:1000])
        assert begun.headers["content-range"] == f"bytes 0-999/{len(whole)}"
        rest = await operator.get(film["href"], range="bytes=1000-", **{"if-range": tag})
        assert begun.content + rest.content == whole
        other = await operator.get(film["href"], range="bytes=1000-", **{"if-range": '"another"'})
        assert (other.status_code, other.content) == (200, whole)
        beyond = await operator.get(film["href"], range=f"bytes={len(whole)}-")
        assert beyond.status_code == 416
        assert len(await deliveries(town)) == 1, "parts of one download are one leaving"


async def test_only_who_asked_sees_and_fetches_it(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator, desk = await town.browser("operator"), await town.browser("desk")
        done = await made(town, operator)
        for path in (f"/api/exports/{done['id']}", done["files"][0]["href"]):
            assert (await desk.get(path)).status_code == 403
        assert (
            await operator.get(f"/api/exports/{done['id']}/films/..%2f..%2fsafecity.db")
        ).status_code == 404
        assert (await operator.get(f"/api/exports/{done['id']}/films/other.mp4")).status_code == 404
        assert await deliveries(town) == []


async def test_without_masks_a_second_person_must_agree(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator = await town.browser("operator")
        asked = await ask(town, operator, masked=False)
        assert asked["sentence"] == "It waits until a second person grants the permit."
        assert not await run_next(town.node, town.house.archive, town.eyes, free_bytes=0)
        permit = asked["permit"]["id"]
        assert (await operator.post(f"/api/permits/{permit}/grant")).status_code == 403
        desk = await town.browser("desk")
        assert (await desk.post(f"/api/permits/{permit}/grant")).is_success
        found = (await operator.get(f"/api/exports/{asked['id']}")).json()
        assert (found["permit"]["state"], found["permit"]["granted_by"]) == ("granted", "Desk One")
        assert found["sentence"] == "It waits for its turn."


async def test_an_export_is_dropped_with_its_films(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator = await town.browser("operator")
        done = await made(town, operator)
        gone = (await operator.send("DELETE", f"/api/exports/{done['id']}")).json()
        assert (gone["state"], gone["files"]) == ("gone", [])
        assert (await operator.get(done["files"][0]["href"])).status_code == 409
        assert list((town.house.archive.data / "exports").rglob("*.mp4")) == []


async def test_who_may_not_hand_over_cannot_ask(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        body = {
            "cameras": [town.camera.id],
            "from": "2029-12-31T00:00:00Z",
            "to": "2029-12-31T00:01:00Z",
            "reason": "x",
        }
        for role in ("auditor", "administrator", "officer"):
            assert (await (await town.browser(role)).post("/api/exports", body)).status_code == 403
