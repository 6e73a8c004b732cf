"""Keeping over HTTP: completeness, room, classes, and shorter rules that two persons must agree to."""

from __future__ import annotations

from pathlib import Path

from fakes.website import Town, open_town
from safecity.access import ask_permit, grant_permit
from safecity.base import Node, SetClock
from safecity.footage import Keep
from safecity.footage.retain import settle_retention


async def shortened(town: Town) -> None:
    """The class `traffic` kept thirty days, and is to keep seven."""
    administrator = await town.browser("administrator")
    for days in (30, 7):
        assert (await administrator.post("/api/retention", {"name": "traffic", "keep_days": days})).is_success
        await settle_retention(town.node, Keep(days=14))


async def test_completeness_is_told_to_who_may_read_cameras(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        town.record()
        for role in ("operator", "auditor", "administrator"):
            answer = await (await town.browser(role)).get("/api/completeness?days=1")
            assert answer.status_code == 200
            assert [each["name"] for each in answer.json()["cameras"]] == ["Market / Main"]
        assert (await (await town.browser("officer")).get("/api/completeness")).status_code == 403


async def test_room_and_classes_are_told(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        town.record(minutes=2)
        answer = (await (await town.browser("auditor")).get("/api/storage")).json()
        (folder,) = answer["folders"]
        assert (folder["name"], folder["kept_bytes"]) == ("the first folder", 10_000)
        assert folder["free_bytes"] > 0
        assert answer["forecast"]["kept_bytes"] == 10_000
        assert [(each["name"], each["cameras"]) for each in answer["classes"]] == [("standard", 1)]


async def test_a_shorter_rule_waits_for_a_day_and_for_two_persons(
    node: Node, clock: SetClock, tmp_path: Path
):
    async with open_town(node, tmp_path) as town:
        await shortened(town)
        operator = await town.browser("operator")

        async def traffic() -> tuple[float, float | None]:
            rules = (await operator.get("/api/storage")).json()["rules"]
            rule = next(each for each in rules if each["subject"] == "class:traffic")
            waits = rule["waiting"]
            return rule["rule"]["keep_days"], waits["rule"]["keep_days"] if waits else None

        assert await traffic() == (30, 7)
        subject = {"subject": "class:traffic"}
        assert (await operator.post("/api/retention/agree", subject)).status_code == 403
        by, second = town.people["operator"].actor, town.people["desk"].actor
        permit = await ask_permit(node, by, "shorten_retention", "class:traffic", "law", "a new law")
        await grant_permit(node, second, permit.id)
        assert (await operator.post("/api/retention/agree", subject)).is_success
        await settle_retention(node, Keep(days=14))
        assert await traffic() == (30, 7), "its day is not over"
        clock.pass_(hours=25)
        await settle_retention(node, Keep(days=14))
        operator = await town.browser("operator")
        assert await traffic() == (7, None)


async def test_only_who_manages_cameras_sets_a_class(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        for role in ("operator", "desk", "auditor", "officer"):
            refused = await (await town.browser(role)).post("/api/retention", {"name": "x", "keep_days": 3})
            assert refused.status_code == 403
