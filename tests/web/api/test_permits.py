"""Permits over HTTP: one asks, another decides, either ends."""

from __future__ import annotations

from pathlib import Path

from fakes.eyes import JPEG
from fakes.website import Browser, Town, open_town
from safecity.base import Node


async def ask(town: Town, browser: Browser, **more: object) -> str:
    asked = await browser.post(
        "/api/permits",
        {
            "kind": "unmask",
            "subject": town.camera.id,
            "reason_code": "missing_person",
            "reason": "A girl of six in a red coat",
            "minutes": 10,
            **more,
        },
    )
    assert asked.status_code == 201, asked.text
    assert (asked.json()["state"], asked.json()["minutes"]) == ("asked", 10)
    return asked.json()["id"]


async def test_one_asks_another_grants_and_either_ends(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator, desk = await town.browser("operator"), await town.browser("desk")
        permit = await ask(town, operator)
        listed = (await desk.get("/api/permits")).json()
        assert [each["id"] for each in listed["waiting"]] == [permit]
        assert (await operator.post(f"/api/permits/{permit}/grant")).status_code == 403
        granted = (await desk.post(f"/api/permits/{permit}/grant")).json()
        assert (granted["state"], granted["granted_by"]) == ("granted", town.people["desk"].name)
        listed = (await desk.get("/api/permits")).json()
        assert (listed["waiting"], [each["id"] for each in listed["running"]]) == ([], [permit])
        assert (await operator.post(f"/api/permits/{permit}/end")).json()["state"] == "revoked"
        assert (await operator.get(f"/api/permits/{permit}")).json()["state"] == "revoked"
        assert (await desk.post(f"/api/permits/{permit}/end")).status_code == 409


async def test_a_refusal_is_seen_by_whoever_asked(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator, desk = await town.browser("operator"), await town.browser("desk")
        permit = await ask(town, operator)
        assert (await desk.post(f"/api/permits/{permit}/refuse")).json()["state"] == "refused"
        assert (await operator.get(f"/api/permits/{permit}")).json()["state"] == "refused"


async def test_reasons_come_from_a_list_and_times_have_bounds(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator = await town.browser("operator")
        terms = (await operator.get("/api/permits/terms")).json()
        assert "missing_person" in terms["unmask"]["reasons"]
        assert (terms["unmask"]["usual_minutes"], terms["unmask"]["longest_minutes"]) == (30, 480)
        wrong = {"kind": "unmask", "subject": town.camera.id, "reason": "words"}
        assert (await operator.post("/api/permits", {**wrong, "reason_code": "curious"})).status_code == 400
        late = {**wrong, "reason_code": "maintenance", "minutes": 481}
        assert (await operator.post("/api/permits", late)).status_code == 400


async def test_those_who_see_no_pictures_neither_ask_nor_list(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        permit = await ask(town, await town.browser("operator"))
        for role in ("auditor", "administrator", "officer"):
            browser = await town.browser(role)
            assert (await browser.get("/api/permits")).status_code == 403
            assert (await browser.get("/api/permits/terms")).status_code == 403
            assert (await browser.get(f"/api/permits/{permit}")).status_code == 404


async def test_a_snapshot_without_the_mask_takes_a_permit_that_holds(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator, desk = await town.browser("operator"), await town.browser("desk")
        permit = await ask(town, operator)
        address = f"/api/cameras/{town.camera.id}/snapshot.jpg?permit={permit}"
        assert (await operator.get(address)).status_code == 403
        await desk.post(f"/api/permits/{permit}/grant")
        assert (await operator.get(address)).content == JPEG
        assert (await desk.get(address)).status_code == 403
        (leave,) = town.eyes.unmasked
        assert leave is not None
        assert leave.permit == permit
