"""Cameras over HTTP."""

from __future__ import annotations

from pathlib import Path

from fakes.website import open_town
from safecity.base import Node

CSV = (
    "name,url,lat,lon,bearing_deg,view_deg,range_m,bureau,controller,regime,record\n"
    "Harbour,rtsp://10.0.0.8/1,0.05,0.15,90,90,60,EST,Harbour office,city,yes\n"
    "Broken,rtsp://10.0.0.7/1,95,0.15,90,90,60,EST,Harbour office,city,yes\n"
)


async def test_a_camera_is_added_changed_and_removed_and_its_password_never_shown(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        administrator = await town.browser("administrator")
        body = {
            "name": "Bridge",
            "url": "rtsp://root:hunter2@10.0.0.5/1",
            "bureau": "EST",
            "place": {"lat": 0.05, "lon": 0.12},
            "controller": "City police",
            "privacy_areas": [[[0, 0], [0.5, 0], [0.5, 0.5]]],
        }
        answer = await administrator.post("/api/cameras", body)
        assert answer.status_code == 201
        assert "hunter2" not in answer.text
        camera = answer.json()
        assert (camera["state"], camera["view_deg"]) == ("connecting", 90)
        path = f"/api/cameras/{camera['id']}"
        changed = await administrator.send("PATCH", path, {"name": "Bridge, north", "bearing_deg": 45})
        assert (changed.json()["name"], changed.json()["bearing_deg"]) == ("Bridge, north", 45)
        assert "hunter2" not in (await administrator.get("/api/cameras")).text
        assert (await administrator.send("DELETE", path)).status_code == 204
        assert (await administrator.get(path)).status_code == 404


async def test_a_file_of_cameras_is_taken_row_by_row(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        administrator = await town.browser("administrator")
        answer = await administrator.post("/api/cameras/import", CSV.encode(), **{"content-type": "text/csv"})
        assert answer.status_code == 200
        assert (answer.json()["added"], answer.json()["changed"]) == (1, 0)
        (refused,) = answer.json()["refused"]
        assert refused["line"] == 3
        assert refused["error"].endswith(".")
        assert len((await administrator.get("/api/cameras")).json()["cameras"]) == 2


async def test_only_an_administrator_manages_cameras(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator = await town.browser("operator")
        path = f"/api/cameras/{town.camera.id}"
        assert (await operator.get(path)).status_code == 200
        for method in ("PATCH", "DELETE"):
            refused = await operator.send(method, path, {"name": "Mine"} if method == "PATCH" else None)
            assert refused.status_code == 403
        refused = await operator.post("/api/cameras/import", CSV.encode(), **{"content-type": "text/csv"})
        assert refused.status_code == 403
