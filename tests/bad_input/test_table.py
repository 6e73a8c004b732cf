"""One table of what people and programs send wrongly. Each is refused with a sentence, and nothing is half done."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fakes.website import Browser, Town, open_town
from safecity.base import Node, read_entries

NOBODY = "01938f6e-3c4a-7d2e-8f10-0123456789ab"
PLACE = {"lat": 0.05, "lon": 0.05}
FIRE = {"kind": "fire", "title": "Smoke", "place": PLACE}
CAMERA = {
    "name": "Bridge",
    "url": "rtsp://10.0.0.5/1",
    "bureau": "EST",
    "place": {"lat": 0.05, "lon": 0.12},
    "controller": "City police",
}
CSV_HEAD = "name,url,lat,lon,bearing_deg,view_deg,range_m,bureau,controller,regime,record\n"
CSV = {"content-type": "text/csv"}
INSIDE = re.compile(
    r"Traceback|Error\b|Exception|msgspec|sqlite|NoneType|0x[0-9a-f]{6}|\bsafecity\.", re.IGNORECASE
)


@dataclass(frozen=True)
class Row:
    """A wrong request. `{alert}`, `{incident}`, `{closed}`, `{camera}`, `{unit}`, `{hold}` stand for what is there."""

    who: str
    method: str
    path: str
    body: Any = None
    status: int = 400
    headers: dict[str, str] = field(default_factory=dict[str, str])


def post(who: str, path: str, body: Any = None, status: int = 400, **headers: str) -> Row:
    return Row(
        who, "POST", path, body, status, {name.replace("_", "-"): value for name, value in headers.items()}
    )


def get(who: str, path: str, status: int = 400) -> Row:
    return Row(who, "GET", path, None, status)


def csv(text: bytes | str, status: int = 422) -> Row:
    content = text.encode() if isinstance(text, str) else text
    return Row("administrator", "POST", "/api/cameras/import", content, status, CSV)


TABLE: dict[str, Row] = {
    # Bodies that are none
    "no JSON": post("operator", "/api/alerts", b"{"),
    "half a string": post("operator", "/api/alerts", b'{"kind": "fi'),
    "bytes that are no text": post("operator", "/api/alerts", b"\xff\xfe\x00"),
    "a lone surrogate": post("operator", "/api/alerts", b'{"kind": "\\ud800"}'),
    "a list": post("operator", "/api/alerts", []),
    "a number": post("operator", "/api/alerts", 7),
    "null": post("operator", "/api/alerts", b"null"),
    "nothing at all": post("operator", "/api/alerts", b""),
    "JSON that calls itself a form": post(
        "operator", "/api/alerts", b"{}", content_type="application/x-www-form-urlencoded"
    ),
    "text": post("operator", "/api/alerts", b"kind=fire", content_type="text/plain"),
    "very deep": post("operator", "/api/alerts", b'{"kind":' * 5000),
    "two megabytes": post("operator", "/api/alerts", b" " * (2 << 20), 413),
    # Fields
    "a field that is missing": post("operator", "/api/alerts", {"kind": "fire", "place": PLACE}),
    "a field nobody knows": post("operator", "/api/alerts", {**FIRE, "severity": 1}),
    "a field of the wrong kind": post("operator", "/api/alerts", {**FIRE, "title": 7}),
    "a title without end": post("operator", "/api/alerts", {**FIRE, "title": "x" * 201}),
    "a priority of 0": post("operator", "/api/alerts", {**FIRE, "priority": 0}),
    "a priority of 5": post("operator", "/api/alerts", {**FIRE, "priority": 5}),
    "half a priority": post("operator", "/api/alerts", {**FIRE, "priority": 1.5}),
    "a priority in words": post("operator", "/api/alerts", {**FIRE, "priority": "high"}),
    "a kind with a quote": post("operator", "/api/alerts", {**FIRE, "kind": "fire'; DROP TABLE alert"}),
    "no place and no camera": post("operator", "/api/alerts", {"kind": "fire", "title": "Smoke"}),
    # Places
    "off the earth": post("operator", "/api/alerts", {**FIRE, "place": {"lat": 91, "lon": 0}}),
    "a place that is no number": post(
        "operator", "/api/alerts", b'{"kind":"fire","title":"x","place":{"lat":NaN,"lon":0}}'
    ),
    "a place without end": post(
        "operator", "/api/alerts", b'{"kind":"fire","title":"x","place":{"lat":1e999,"lon":0}}'
    ),
    "half a place": post("operator", "/api/alerts", {**FIRE, "place": {"lat": 1}}),
    "a place as text": post("operator", "/api/alerts", {**FIRE, "place": "here"}),
    "nearest to nowhere": get("operator", "/api/units/nearest?lat=95&lon=0"),
    "nearest to NaN": get("operator", "/api/units/nearest?lat=nan&lon=0"),
    "nearest without a place": get("operator", "/api/units/nearest"),
    # Ids
    "an id with a path in it": get("operator", "/api/incidents/..%2f..%2fetc%2fpasswd", 404),
    "an id that is a number": get("operator", "/api/incidents/1", 404),
    "an id with a null in it": get("operator", "/api/incidents/%00", 404),
    "an id of nothing": get("operator", f"/api/incidents/{NOBODY}", 404),
    "a snapshot of a path": get("operator", "/api/snapshots/..%2fkeys%2flog.jpg", 404),
    "a snapshot of nothing": get("operator", f"/api/snapshots/{NOBODY}.jpg", 404),
    "a tile of a path": get("operator", "/log/tile/..%2f..%2fkeys", 404),
    "an alert of nothing": post("operator", f"/api/alerts/{NOBODY}/acknowledge", {}, 404),
    "an alert of a camera of nothing": post(
        "operator", "/api/alerts", {"kind": "fire", "title": "x", "camera": NOBODY}, 404
    ),
    "an incident of an alert of nothing": post("operator", "/api/incidents", {"alerts": [NOBODY]}, 404),
    "an incident of a word": post("operator", "/api/incidents", {"alerts": ["all"]}),
    "an incident of nothing": post("operator", "/api/incidents", {}),
    "a unit of nothing": post("operator", "/api/incidents", {"alerts": ["{alert}"], "unit": NOBODY}, 404),
    # Out of order
    "closing what is not resolved": post("operator", "/api/incidents/{incident}/move", {"move": "close"}, 409),
    "reopening what is open": post(
        "operator", "/api/incidents/{incident}/move", {"move": "reopen", "reason": "x"}, 409
    ),
    "a move by machine": post("operator", "/api/incidents/{incident}/move", {"move": "dispatch"}),
    "sending a unit to what is closed": post(
        "operator", "/api/incidents/{closed}/assign", {"unit": "{unit}"}, 409
    ),
    "linking to what is closed": post("operator", "/api/incidents/{closed}/link", {"camera": "{camera}"}, 409),
    "linking two things at once": post(
        "operator", "/api/incidents/{incident}/link", {"camera": "{camera}", "alert": "{alert}"}
    ),
    "merging with itself": post("operator", "/api/incidents/{incident}/merge", {"into": "{incident}"}, 409),
    "acknowledging what was dismissed": post("operator", "/api/alerts/{dismissed}/acknowledge", {}, 409),
    "declaring what was dismissed": post("operator", "/api/incidents", {"alerts": ["{dismissed}"]}, 409),
    "dismissing without a reason": post("operator", "/api/alerts/{alert}/dismiss", {"reason": " "}),
    "moving an errand of nothing": post("officer", f"/api/assignments/{NOBODY}/move", {"move": "accept"}, 404),
    "moving an errand anyhow": post("officer", f"/api/assignments/{NOBODY}/move", {"move": "fly"}),
    "an empty note": post("operator", "/api/incidents/{incident}/notes", {"text": " "}),
    "an empty message": post("operator", "/api/units/{unit}/message", {"text": ""}),
    "a position in the sea of nowhere": post("officer", "/api/units/{unit}/position", {"lat": 1e9, "lon": 0}),
    "a position of another's unit": post("desk", "/api/units/{unit}/position", PLACE, 403),
    "a shift that dances": post("officer", "/api/units/{unit}/shift", {"action": "dance"}),
    # Lists
    "a state nobody knows": get("operator", "/api/alerts?state=lost"),
    "no limit": get("operator", "/api/alerts?limit=0"),
    "a limit without end": get("operator", "/api/incidents?limit=100000"),
    "a question nobody asked": get("operator", "/api/alerts?order=random"),
    "holds of no incident": get("operator", "/api/holds"),
    "days without end": get("auditor", "/api/times?days=99999"),
    # Evidence
    "a hold that ends before it begins": post(
        "operator",
        "/api/holds",
        {"incident": "{incident}", "camera": "{camera}", "reason": "x", "from": "2030-01-01T00:00:00Z",
         "to": "2029-01-01T00:00:00Z"},
    ),
    "a hold for ever": post(
        "operator",
        "/api/holds",
        {"incident": "{incident}", "camera": "{camera}", "reason": "x", "from": "1990-01-01T00:00:00Z",
         "to": "2030-01-01T00:00:00Z"},
    ),
    "a hold in local time": post(
        "operator",
        "/api/holds",
        {"incident": "{incident}", "camera": "{camera}", "reason": "x", "from": "2029-12-31T00:00:00",
         "to": "2029-12-31T00:01:00"},
    ),
    "a permit for spying": post(
        "operator", "/api/permits", {"kind": "spy", "subject": NOBODY, "reason": "curious"}
    ),
    "a permit for a camera that is not there": post(
        "operator", "/api/permits", {"kind": "unmask", "subject": NOBODY, "reason": "curious"}, 404
    ),
    "a permit of nothing": post("desk", f"/api/permits/{NOBODY}/grant", {}, 404),
    "an export of nothing": post("operator", f"/api/holds/{NOBODY}/export", {"permit": NOBODY}, 404),
    "a class without a name": post("administrator", "/api/retention", {"name": "", "keep_days": 3}),
    "a class with a path": post("administrator", "/api/retention", {"name": "../etc", "keep_days": 3}),
    "a class for no time": post("administrator", "/api/retention", {"name": "x", "keep_days": 0}),
    "a class for no room": post("administrator", "/api/retention", {"name": "x", "keep_bytes": 5}),
    "a class by an operator": post("operator", "/api/retention", {"name": "x", "keep_days": 3}, 403),
    "agreeing to nothing": post("operator", "/api/retention/agree", {"subject": "class:nothing"}, 403),
    "agreeing to a word": post("operator", "/api/retention/agree", {"subject": "all"}),
    "completeness of a year": get("auditor", "/api/completeness?days=366"),
    "films of no camera": post(
        "operator",
        "/api/exports",
        {"cameras": [], "from": "2029-12-31T00:00:00Z", "to": "2029-12-31T00:01:00Z", "reason": "x"},
    ),
    "films of a camera of nothing": post(
        "operator",
        "/api/exports",
        {"cameras": [NOBODY], "from": "2029-12-31T00:00:00Z", "to": "2029-12-31T00:01:00Z", "reason": "x"},
        404,
    ),
    "films in local time": post(
        "operator",
        "/api/exports",
        {"cameras": ["{camera}"], "from": "2029-12-31T00:00:00", "to": "2029-12-31T00:01:00", "reason": "x"},
    ),
    "films of what is to come": post(
        "operator",
        "/api/exports",
        {"cameras": ["{camera}"], "from": "2040-12-31T00:00:00Z", "to": "2040-12-31T00:01:00Z", "reason": "x"},
    ),
    "films for no reason": post(
        "operator",
        "/api/exports",
        {"cameras": ["{camera}"], "from": "2029-12-31T00:00:00Z", "to": "2029-12-31T00:01:00Z", "reason": " "},
    ),
    "films for a reason nobody knows": post(
        "operator",
        "/api/exports",
        {"cameras": ["{camera}"], "from": "2029-12-31T00:00:00Z", "to": "2029-12-31T00:01:00Z", "reason": "x",
         "reason_code": "fun"},
    ),
    "films of nothing": get("operator", f"/api/exports/{NOBODY}", 404),
    "a film of nothing": get("operator", f"/api/exports/{NOBODY}/films/a.mp4", 404),
    "dropping films of nothing": Row("operator", "DELETE", f"/api/exports/{NOBODY}", None, 404),
    "releasing nothing": post("operator", f"/api/holds/{NOBODY}/release", {"reason": "x"}, 404),
    # Cameras
    "a camera that is a file": post("administrator", "/api/cameras", {**CAMERA, "url": "file:///etc/passwd"}),
    "a camera without a host": post("administrator", "/api/cameras", {**CAMERA, "url": "rtsp://"}),
    "a camera of no bureau": post("administrator", "/api/cameras", {**CAMERA, "bureau": "XXX"}),
    "a camera twice": post("administrator", "/api/cameras", {**CAMERA, "name": "Market / Main"}, 409),
    "a camera outside its picture": post(
        "administrator", "/api/cameras", {**CAMERA, "zones": [[[0, 0], [2, 0], [0, 1]]]}
    ),
    "a zone with two corners": post("administrator", "/api/cameras", {**CAMERA, "zones": [[[0, 0], [1, 0]]]}),
    "a camera that sees 400 degrees": post("administrator", "/api/cameras", {**CAMERA, "view_deg": 400}),
    "changing nothing": Row("administrator", "PATCH", "/api/cameras/{camera}", {}),
    "changing the id": Row("administrator", "PATCH", "/api/cameras/{camera}", {"id": NOBODY}),
    "removing nothing": Row("administrator", "DELETE", f"/api/cameras/{NOBODY}", None, 404),
    "a timeline that goes back": get(
        "operator", "/api/cameras/{camera}/timeline?from=2030-01-02T00:00:00Z&to=2030-01-01T00:00:00Z"
    ),
    "a timeline of a year": get(
        "operator", "/api/cameras/{camera}/timeline?from=2029-01-01T00:00:00Z&to=2030-01-01T00:00:00Z"
    ),
    "a timeline of no camera": get("operator", "/api/timeline?from=2030-01-01T00:00:00Z&to=2030-01-02T00:00:00Z"),
    "a timeline of a word": get(
        "operator", "/api/timeline?cameras=all&from=2030-01-01T00:00:00Z&to=2030-01-02T00:00:00Z"
    ),
    "a timeline of ten cameras": get(
        "operator",
        f"/api/timeline?cameras={','.join([NOBODY] * 10)}&from=2030-01-01T00:00:00Z&to=2030-01-02T00:00:00Z",
    ),
    "a timeline of a camera of nothing": get(
        "operator", f"/api/timeline?cameras={NOBODY}&from=2030-01-01T00:00:00Z&to=2030-01-02T00:00:00Z", 404
    ),
    "timelines of two months": get(
        "operator", "/api/timeline?cameras={camera}&from=2030-01-01T00:00:00Z&to=2030-03-01T00:00:00Z"
    ),
    "timelines in local time": get(
        "operator", "/api/timeline?cameras={camera}&from=2030-01-01T00:00:00&to=2030-01-01T01:00:00"
    ),
    "timelines finer than fine": get(
        "operator",
        "/api/timeline?cameras={camera}&from=2030-01-01T00:00:00Z&to=2030-01-01T01:00:00Z&resolution_ms=0",
    ),
    "a small picture of no moment": get("operator", "/api/cameras/{camera}/thumbnail"),
    "a small picture of a moment without a zone": get(
        "operator", "/api/cameras/{camera}/thumbnail?at=2030-01-01T00:00:00"
    ),
    "a small picture outside its span": get(
        "operator",
        "/api/cameras/{camera}/thumbnail?at=2030-01-01T00:00:00Z&from=2030-01-01T01:00:00Z&to=2030-01-01T02:00:00Z",
    ),
    "a small picture of the last year of all": get(
        "operator", "/api/cameras/{camera}/thumbnail?at=9999-12-31T23:59:59Z"
    ),
    "a small picture that is large": get(
        "operator", "/api/cameras/{camera}/thumbnail?at=2030-01-01T00:00:00Z&width=4000"
    ),
    "a small picture for no purpose": get(
        "operator", "/api/cameras/{camera}/thumbnail?at=2030-01-01T00:00:00Z&purpose=curious"
    ),
    "a small picture of nothing": get(
        "operator", f"/api/cameras/{NOBODY}/thumbnail?at=2030-01-01T00:00:00Z", 404
    ),
    "a small picture for an auditor": get(
        "auditor", "/api/cameras/{camera}/thumbnail?at=2030-01-01T00:00:00Z", 403
    ),
    "the city at no moment": get("operator", "/api/moment?cameras={camera}"),
    "the city before there was one": get("operator", "/api/moment?cameras={camera}&at=0001-01-01T00:00:00Z"),
    "the city for an auditor": get("auditor", "/api/moment?cameras={camera}&at=2030-01-01T00:00:00Z", 403),
    "footage for an officer": get("officer", "/api/footage", 403),
    "an empty file": csv(""),
    "a file without its head": csv("Bridge,rtsp://10.0.0.5/1,0.05,0.12\n"),
    "a file in another script": csv("näme,ürl\n".encode("utf-16")),
    "a file of nulls": csv(b"\x00" * 1000),
    "a picture as a file": csv(b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
    "seven megabytes of a file": csv(CSV_HEAD + "x" * (7 << 20), 413),
    # Devices
    "a batch of nothing": post("device", "/api/intake", {"alerts": []}),
    "a batch of too many": post("device", "/api/intake", {"alerts": [{"kind": "smoke", "place": PLACE}] * 1001}),
    "a batch with one bad sign": post(
        "device", "/api/intake", {"alerts": [{"kind": "smoke", "place": PLACE}, {"kind": "smoke"}]}
    ),
    "a sign with a path for an id": post(
        "device", "/api/intake", {"alerts": [{"kind": "smoke", "place": PLACE, "id": "../1"}]}
    ),
    "a device that declares": post("device", "/api/incidents", {"alerts": ["{alert}"]}, 401),
    # Tokens, sites, names
    "no token": post("anonymous", "/api/intake", {"alerts": []}, 401),
    "a wrong token": post("anonymous", "/api/intake", {"alerts": []}, 401, authorization="Bearer wrong"),
    "a token of another kind": post("anonymous", "/api/intake", {"alerts": []}, 401, authorization="Basic eDp5"),
    "a page that is out of date": post("operator", "/api/alerts", FIRE, 403, x_csrf="old"),
    "a page of another site": post("operator", "/api/alerts", FIRE, 403, origin="http://evil.example"),
    "a page of nowhere": post("operator", "/api/alerts", FIRE, 403, origin="null"),
    "another name": post("operator", "/api/alerts", FIRE, 400, host="evil.example"),
    "an auditor who acts": post("auditor", "/api/alerts", FIRE, 403),
    "an officer who dismisses": post("officer", "/api/alerts/{alert}/dismiss", {"reason": "test"}, 403),
    # Citizens
    "a report of nothing": post("anonymous", "/api/reports", {"kind": "theft", "details": " ", "place_name": "x"}),
    "a report of nowhere": post("anonymous", "/api/reports", {"kind": "theft", "details": "x"}),
    "a report of gossip": post("anonymous", "/api/reports", {"kind": "gossip", "details": "x", "place_name": "y"}),
    "a report of a novel": post(
        "anonymous", "/api/reports", {"kind": "theft", "details": "x" * 4001, "place_name": "y"}
    ),
    # Addresses
    "an address that is not there": get("operator", "/api/nothing", 404),
    "a method that is not there": Row("operator", "PUT", "/api/alerts", {}, 405),
}  # fmt: skip


async def set_up(town: Town, operator: Browser) -> dict[str, str]:
    """What the table speaks of."""
    made = {"camera": town.camera.id, "unit": town.unit.id}
    made["alert"] = (await operator.post("/api/alerts", {**FIRE, "kind": "theft"})).json()["id"]
    made["dismissed"] = (await operator.post("/api/alerts", {**FIRE, "kind": "noise"})).json()["id"]
    await operator.post(f"/api/alerts/{made['dismissed']}/dismiss", {"reason": "test"})
    for name in ("incident", "closed"):
        made[name] = (await operator.post("/api/incidents", FIRE)).json()["id"]
    for move in ("resolve", "close"):
        body = {"move": move, "reason": "Done."}
        assert (await operator.post(f"/api/incidents/{made['closed']}/move", body)).status_code == 200
    return made


def filled(text: str, made: dict[str, str]) -> str:
    """A part of a request with what is there in place of its names."""
    for name, value in made.items():
        text = text.replace("{" + name + "}", value)
    return text


def complaints(answer: Any, row: Row) -> list[str]:
    """What is wrong with an answer."""
    found: list[str] = []
    if answer.status_code != row.status:
        found.append(f"status {answer.status_code}, not {row.status}: {answer.text[:200]}")
    sentence = answer.json().get("error", "") if answer.headers["content-type"] == "application/json" else ""
    if (
        not (sentence[:1].isupper() or sentence[:1] == "“")
        or not sentence.endswith(".")
        or len(sentence) > 400
    ):
        found.append(f"no sentence: {answer.text[:200]}")
    if INSIDE.search(sentence):
        found.append(f"it tells of our inside: {sentence}")
    return found


async def test_whatever_is_sent_wrongly_is_refused_with_a_sentence_and_nothing_is_half_done(
    node: Node, tmp_path: Path
):
    async with open_town(node, tmp_path, report_burst=100) as town:
        browsers = {role: await town.browser(role) for role in town.people}
        browsers |= {"device": await town.device(), "anonymous": town.anonymous()}
        made = await set_up(town, browsers["operator"])
        wrong: list[str] = []
        for name, row in TABLE.items():
            before = await read_entries(node.database, 0, limit=10_000)
            body = row.body
            if body is not None and not isinstance(body, bytes):
                body = filled(json.dumps(body), made).encode()
            path = filled(row.path, made)
            answer = await browsers[row.who].send(row.method, path, body, **row.headers)
            wrong += [f"{name}: {each}" for each in complaints(answer, row)]
            if await read_entries(node.database, 0, limit=10_000) != before:
                wrong.append(f"{name}: the journal changed")
        assert wrong == [], "\n".join(wrong)


def test_the_table_is_long():
    assert len(TABLE) >= 100
