"""Evidence over HTTP: held, and handed over by two persons."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from fakes.website import Browser, Town, open_town
from safecity.base import Node
from safecity.oversight import append_new

SPAN = {"from": "2029-12-31T23:58:00Z", "to": "2029-12-31T23:59:30Z"}


async def held(town: Town, browser: Browser) -> dict[str, Any]:
    """A hold on the camera's last minutes, for a new incident."""
    town.record()
    body = {"kind": "fire", "title": "Smoke", "place": {"lat": 0.05, "lon": 0.05}}
    incident = (await browser.post("/api/incidents", body)).json()
    body = {"incident": incident["id"], "camera": town.camera.id, **SPAN, "reason": "Case 7"}
    answer = await browser.post("/api/holds", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_footage_is_held_listed_and_released(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator = await town.browser("operator")
        hold = await held(town, operator)
        assert (hold["held_by"], hold["segments"], hold["bytes"]) == ("Operator One", 2, 10_000)
        assert (hold["from"], hold["released_at"]) == (SPAN["from"], None)
        listed = (await operator.get(f"/api/holds?incident={hold['incident']}")).json()["holds"]
        assert listed == [hold]
        line = (await operator.get(f"/api/cameras/{town.camera.id}/timeline")).json()
        assert [each["id"] for each in line["holds"]] == [hold["id"]]
        assert len(line["segments"]) == 1
        done = await operator.post(f"/api/holds/{hold['id']}/release", {"reason": "Settled."})
        assert done.json()["released_at"] == "2030-01-01T00:00:00Z"


async def test_handing_over_takes_two_persons(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator, desk, auditor = [await town.browser(role) for role in ("operator", "desk", "auditor")]
        hold = await held(town, operator)
        await append_new(node, town.keys)
        ask = {"kind": "export", "subject": hold["id"], "reason_code": "court_order", "reason": "Case 7"}
        permit = (await operator.post("/api/permits", ask)).json()
        assert (permit["state"], permit["asked_by"], permit["granted_by"]) == ("asked", "Operator One", None)
        export = f"/api/holds/{hold['id']}/export"
        assert (await operator.post(export, {"permit": permit["id"]})).status_code == 403
        alone = await operator.post(f"/api/permits/{permit['id']}/grant")
        assert alone.status_code == 403
        assert "second person" in alone.json()["error"]
        assert (await auditor.post(f"/api/permits/{permit['id']}/grant")).status_code == 403
        granted = (await desk.post(f"/api/permits/{permit['id']}/grant")).json()
        assert (granted["state"], granted["granted_by"]) == ("granted", "Desk One")
        answer = await operator.post(export, {"permit": permit["id"]})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
        assert "attachment" in answer.headers["content-disposition"]
        names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
        assert sum(name.endswith(".mp4") for name in names) == 2
        left = [file for file in town.house.archive.data.rglob("*.zip") if file.is_file()]
        assert left == [], "what was sent is not kept"


async def test_a_refused_permit_opens_nothing(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator, desk = await town.browser("operator"), await town.browser("desk")
        hold = await held(town, operator)
        ask = {"kind": "export", "subject": hold["id"], "reason": "Curious"}
        permit = (await operator.post("/api/permits", ask)).json()
        refused = (await desk.post(f"/api/permits/{permit['id']}/refuse")).json()
        assert refused["state"] == "refused"
        answer = await operator.post(f"/api/holds/{hold['id']}/export", {"permit": permit["id"]})
        assert answer.status_code == 403


async def test_a_hold_without_a_zone_or_a_span_is_refused(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator = await town.browser("operator")
        hold = await held(town, operator)
        body = {"incident": hold["incident"], "camera": town.camera.id, "reason": "x"}
        for span in (
            {"from": "2030-01-01T00:00:00", "to": "2030-01-01T00:01:00"},
            {"from": "2030-01-01T00:01:00Z", "to": "2030-01-01T00:00:00Z"},
            {"from": "2030-01-01T00:01:00Z"},
        ):
            refused = await operator.post("/api/holds", {**body, **span})
            assert refused.status_code == 400, span
            assert refused.json()["error"].endswith(".")
