"""The whole way, once: a real camera, a real browser, a real phone page; from an arrival to a log that verifies.

The camera is GStreamer's RTSP server. It plays a clip with six labelled visitors where that lies beside the project,
and a street that we draw ourselves where it does not.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Geolocation, Page, async_playwright

from fakes.ffmpeg import complaints
from fakes.running import Person, RunningNode, gstreamer_camera, running_node, until
from safecity.simulator.scenes import draw_film
from ui.stage import ARGUMENTS, CHROMIUM

SHARED = Path(__file__).parents[2].parent / "shared"
CLIP = SHARED / "data" / "one-by-one-person-detection.mp4"
# people walk in at its edges; in others a car comes from the vanishing point, a few pixels at first
STREET = 3
IN_TIME_S = 3.0
LABEL_S = 0.3  # how exact the labels are
PLACE: Geolocation = {"latitude": 10.001, "longitude": 20.001}

pytestmark = [
    pytest.mark.gstreamer,
    pytest.mark.browser,
    pytest.mark.timeout(420),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is the browser"),
    pytest.mark.skipif(shutil.which("ffprobe") is None, reason="Debian's ffprobe judges the footage"),
]


@dataclass(frozen=True)
class Film:
    """What the camera plays, and what is true of it, in seconds from its start."""

    file: Path
    seconds: float
    arrivals: list[float]
    empty: list[tuple[float, float]]


def film_for(folder: Path) -> Film:
    """The labelled clip, or a street of our own where it is absent."""
    if CLIP.exists():
        truth = json.loads(CLIP.with_suffix("").with_suffix(".gt.json").read_text())
        empty = [(start, end) for start, end in truth["empty_spans_s"]]
        return Film(
            CLIP, truth["frames"] / truth["fps"], [visit["first_s"] for visit in truth["visits"]], empty
        )
    file = folder / "street.mp4"
    draw_film(STREET, file)
    truth = json.loads(file.with_suffix(".json").read_text())
    present = sorted((each["from_s"], each["until_s"]) for each in truth["visitors"])
    arrivals: list[float] = []
    empty: list[tuple[float, float]] = []
    gone = 0.0
    for start, end in present:
        if start > gone + 4:  # somebody comes into an empty street
            arrivals.append(start)
            empty.append((gone + 1, start - 0.5))
        gone = max(gone, end)
    return Film(file, truth["seconds"], arrivals, empty)


async def plant(node: RunningNode, address: str) -> dict[str, str]:
    """A camera, three people and a unit, by the command line; returns sign-in links by role."""
    node.command("cameras", "add", "Table", address)
    links = {
        role: node.command("people", "add", f"{role} one", f"{role}-1", "--role", role, "--bureau", "HQ")
        for role in ("operator", "desk", "officer")
    }
    node.command("units", "add", "CAR-1", "HQ", "--crew", "officer-1")
    return links


async def opened(context: BrowserContext, link: str, path: str, base: str) -> Page:
    """A page of someone who just signed in, once it stands."""
    page = await context.new_page()
    await page.goto(link)
    await page.goto(base + path)
    await page.wait_for_selector("html[data-ready]", state="attached", timeout=60_000)
    return page


async def says(page: Page, selector: str, words: str, seconds: float = 20) -> None:
    async def asked() -> bool:
        return words in await page.inner_text(selector)

    await until(asked, seconds, f"{selector} to say {words!r}; it says {await page.inner_text(selector)!r}")


async def console_sends(page: Page) -> None:
    """The operator: one key takes the alert, two send the nearest unit."""
    await page.wait_for_selector("#list li.inc", timeout=60_000)
    await page.keyboard.press("a")
    await says(page, "#near", "CAR-1")
    await page.keyboard.press("d")
    await says(page, "#actions", "CAR-1")
    await page.keyboard.press("Enter")
    await says(page, "#going", "CAR-1")


async def phone_answers(page: Page) -> None:
    """The officer: the next step is always the one large button."""
    await page.wait_for_selector("#work:not([hidden])", timeout=30_000)
    before = await page.inner_text("#next")
    for _ in range(3):
        await page.click("#next")

        async def moved(before: str = before) -> bool:
            return await page.inner_text("#next") != before

        await until(moved, 20, f"the next step after {before!r}")
        before = await page.inner_text("#next")


async def phone_clears(page: Page) -> None:
    await page.click("#next")
    await page.locator("dialog[open] .pri").click()  # the first outcome is chosen
    await page.wait_for_selector("#work[hidden]", state="attached", timeout=20_000)


async def put_away(operator: Person, incident: dict[str, Any], camera: str) -> dict[str, Any]:
    """Footage is held, the incident resolved and closed; returns the hold."""
    declared = datetime.fromisoformat(incident["declared_at"]).timestamp()
    span = {
        "from": datetime.fromtimestamp(declared - 8).astimezone().isoformat(),
        "to": datetime.fromtimestamp(declared + 2).astimezone().isoformat(),
    }
    hold = await operator.post(
        "/api/holds", {"incident": incident["id"], "camera": camera, "reason": "What led to it.", **span}
    )
    for move in ("resolve", "close"):
        await operator.post(f"/api/incidents/{incident['id']}/move", {"move": move, "reason": "All is well."})
    return hold


async def handed_over(operator: Person, desk: Person, hold: str, file: Path) -> None:
    """An export needs a second person; without, it is refused."""
    permit = await operator.post(
        "/api/permits",
        {"kind": "export", "subject": hold, "reason": "For the court.", "reason_code": "court_order"},
    )
    early = await operator.client.post(f"/api/holds/{hold}/export", json={"permit": permit["id"]})
    assert early.status_code == 403
    own = await operator.client.post(f"/api/permits/{permit['id']}/grant", json={})
    assert own.status_code == 403
    await desk.post(f"/api/permits/{permit['id']}/grant")
    answer = await operator.client.post(f"/api/holds/{hold}/export", json={"permit": permit["id"]})
    assert answer.status_code == 200, answer.text
    file.write_bytes(answer.content)


def footage_in(bag: Path, folder: Path) -> list[Path]:
    with zipfile.ZipFile(bag) as zipped:
        zipped.extractall(folder)
    return sorted(folder.rglob("*.mp4"))


def check_footage(file: Path) -> None:
    """ffprobe finds H.264, and ffmpeg decodes all of it without a word."""
    probe = subprocess.run(
        ["ffprobe", "-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", str(file)],
        capture_output=True, text=True,
    )  # fmt: skip
    assert (probe.stdout.strip(), probe.stderr) == ("h264", "")
    assert complaints(file) == ""


def check_sightings(data: Path, film: Film, begun: float) -> None:
    """Each arrival is a sighting within 3 s, counting until its fact is kept; none starts in an empty scene."""
    with sqlite3.connect(f"file:{data / 'safecity.db'}?mode=ro", uri=True) as database:
        rows = database.execute(
            "SELECT at_ms, body FROM journal WHERE type LIKE 'SightingStarted/%'"
        ).fetchall()
    known = [at_ms / 1000 - begun for at_ms, _ in rows]
    started = [json.loads(body)["started_ms"] / 1000 - begun for _, body in rows]
    for arrival in film.arrivals:
        seen = [
            k
            for k, s in zip(known, started, strict=True)
            if s >= arrival - LABEL_S - 1 and k <= arrival + IN_TIME_S
        ]
        assert seen, (
            f"nobody saw the arrival at {arrival} s; sightings started at {started}, were known at {known}"
        )
    for start, end in film.empty:
        false = [each for each in started if start <= each < end - LABEL_S]
        assert false == [], f"a sighting began in the empty scene from {start} s to {end} s"


async def test_from_an_arrival_to_a_log_that_verifies(tmp_path: Path):
    film = film_for(tmp_path)
    fps = str(round(film_rate(film.file)))
    with (
        gstreamer_camera(film.file, "--once", "--fps", fps) as address,
        running_node(tmp_path / "data") as node,
    ):
        links = await plant(node, address)
        node.start()
        await node.answers()
        async with Person(node.base, links["desk"]) as desk, async_playwright() as playwright:
            camera = (await desk.get("/api/cameras"))["cameras"][0]["id"]
            browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
            phone = await browser.new_context(
                viewport={"width": 390, "height": 844}, geolocation=PLACE, permissions=["geolocation"]
            )
            street = await opened(phone, links["officer"], "/field", node.base)
            await street.click("#shift-start")
            await street.wait_for_selector("#idle:not([hidden])")
            room = await browser.new_context(viewport={"width": 1440, "height": 900})
            console = await opened(room, links["operator"], "/console?map=paper", node.base)

            await console_sends(console)
            await phone_answers(street)
            await says(console, "#steps", "On scene")
            await phone_clears(street)
            async with await same_person(room, node.base) as operator:
                await browser.close()
                bag = await finish(operator, desk, camera, tmp_path / "bag.zip")
            node.command("evidence", "check", str(bag))
            await until(lambda: played(desk, camera, film), film.seconds + 60, "the end of the film")
            begun = await first_picture(desk, camera)
        assert node.stop() == 0
        check_sightings(node.data, film, begun)
        check_log(node)


async def finish(operator: Person, desk: Person, camera: str, bag: Path) -> Path:
    """Hold, resolve, close; every step is in the history; two persons hand the footage over, and it plays."""
    incident = (await operator.get("/api/incidents"))["incidents"][0]
    hold = await put_away(operator, incident, camera)
    steps = (await operator.get(f"/api/incidents/{incident['id']}/history"))["steps"]
    check_history([step["text"] for step in steps])
    await handed_over(operator, desk, hold["id"], bag)
    films = footage_in(bag, bag.with_suffix(""))
    assert films
    for file in films:
        check_footage(file)
    return bag


def film_rate(file: Path) -> float:
    told = subprocess.run(
        ["ffprobe", "-v", "error", "-show_entries", "stream=r_frame_rate", "-of", "csv=p=0", str(file)],
        capture_output=True, text=True, check=True,
    ).stdout.split("/")  # fmt: skip
    return int(told[0]) / int(told[1])


async def same_person(context: BrowserContext, base: str) -> Person:
    """The API as the browser's own session."""
    person = Person(base, "")
    for cookie in await context.cookies():
        person.client.cookies.set(cookie.get("name", ""), cookie.get("value", ""))
    return person


async def first_picture(person: Person, camera: str) -> float:
    shown = await person.get(f"/api/cameras/{camera}/timeline")
    return datetime.fromisoformat(shown["segments"][0][0]).timestamp()


async def played(person: Person, camera: str, film: Film) -> bool:
    shown = await person.get(f"/api/cameras/{camera}/timeline")
    first, last = shown["segments"][0][0], shown["segments"][-1][1]
    length = (datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds()
    return length >= film.seconds - 2


def check_history(steps: list[str]) -> None:
    """Every step of the way is told, in order, in words."""
    told = "\n".join(steps).lower()
    steps_taken = (
        "raised|acknowledged|declared|sent car-1|accepted|on the way|on scene|cleared|held|resolved|closed"
    )
    for words in steps_taken.split("|"):
        assert words in told, f"{words!r} is not in:\n{told}"


def check_log(node: RunningNode) -> None:
    """The log verifies; after one byte of the database was changed it does not, and says where."""
    node.command("log", "verify")
    with sqlite3.connect(node.data / "safecity.db") as database:
        seq, body = database.execute(
            "SELECT seq, body FROM journal WHERE type LIKE 'IncidentDeclared/%' ORDER BY seq LIMIT 1"
        ).fetchone()
        place = body.index('"priority":') + len('"priority":')
        changed = body[:place] + ("1" if body[place] != "1" else "2") + body[place + 1 :]
        database.execute("UPDATE journal SET body = ? WHERE seq = ?", (changed, seq))
    told = subprocess.run(
        [sys.executable, "-m", "safecity", "log", "verify", "--data", str(node.data)],
        capture_output=True, text=True,
    )  # fmt: skip
    assert told.returncode == 1
    assert f"Entry {seq} " in told.stdout
