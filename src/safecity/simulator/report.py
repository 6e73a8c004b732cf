"""What came of a run of the demo city: counted through the HTTP API, and what is missing from a whole story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

import msgspec

from safecity.base import Clock
from safecity.simulator.browser import Browser, Refused
from safecity.simulator.seen import Alert, Alerts, Camera, Console, Holds, Incident, Incidents, Timeline

ALERT_STATES = ("raised", "acknowledged", "declared", "dismissed")
INCIDENT_STATES = ("declared", "dispatched", "on_scene", "resolved", "closed", "merged")
MOST = 500
LOOKS_BACK_S = 3600


@dataclass(frozen=True, kw_only=True)
class GapSeen:
    """A span without footage: the camera's name, the cause's word, and the cause in words."""

    camera: str
    cause: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What there was at a moment. `log_verified` is None where the log was not checked yet."""

    at: datetime
    cameras: int
    cameras_live: int
    seconds_recorded: float
    sightings: int
    alerts: int
    alerts_answered: int
    incidents_opened: int
    incidents_closed: int
    units_sent: int
    units_arrived: int
    holds: int
    log_entries: int
    log_verified: bool | None
    gaps: tuple[GapSeen, ...]


async def summarise(base_url: str, clock: Clock, *, auditor: str, operator: str) -> Summary:
    """Counts what there is, through the browsers of an auditor and an operator, who sign in by one-time links.

    Raises Refused, Unreachable.
    """
    async with Browser(base_url, clock) as audit, Browser(base_url, clock) as work:
        await audit.sign_in(auditor)
        await work.sign_in(operator, "/api/console")
        console = await work.get("/api/console", Console)
        alerts, incidents = await _alerts(work), await _incidents(work)
        lines = {each.name: await _timeline(work, each, console.now) for each in console.cameras}
        holds = [await audit.get("/api/holds", Holds, incident=each.id) for each in incidents]
        log_entries = await _log_size(audit)
    return Summary(
        at=console.now,
        cameras=len(console.cameras),
        cameras_live=sum(each.state == "live" for each in console.cameras),
        seconds_recorded=round(sum(map(_seconds, lines.values())), 1),
        sightings=sum(len(line.sightings) for line in lines.values()),
        alerts=len(alerts),
        alerts_answered=sum(each.state != "raised" for each in alerts),
        incidents_opened=len(incidents),
        incidents_closed=sum(each.state == "closed" for each in incidents),
        units_sent=sum(len(each.units) for each in incidents),
        units_arrived=sum(each.on_scene_at is not None for each in incidents),
        holds=sum(len(each.holds) for each in holds),
        log_entries=log_entries,
        log_verified=console.verified.ok if console.verified else None,
        gaps=tuple(
            GapSeen(camera=name, cause=gap.cause, words=gap.words)
            for name, line in lines.items()
            for gap in line.gaps
        ),
    )


async def _timeline(browser: Browser, camera: Camera, now: datetime) -> Timeline:
    span = {"from": (now - timedelta(seconds=LOOKS_BACK_S)).isoformat(), "to": now.isoformat()}
    return await browser.get(f"/api/cameras/{camera.id}/timeline", Timeline, **span)


def _seconds(line: Timeline) -> float:
    return sum((end - start).total_seconds() for start, end in line.segments)


async def _log_size(browser: Browser) -> int:
    """How many entries the newest checkpoint (C2SP tlog-checkpoint) speaks for: its second line. 0 without one."""
    try:
        lines = (await browser.text("/log/checkpoint")).splitlines()
    except Refused as refused:
        if refused.http_status != HTTPStatus.NOT_FOUND:
            raise
        return 0
    return int(lines[1]) if len(lines) > 1 and lines[1].isdigit() else 0


async def _alerts(browser: Browser) -> list[Alert]:
    return [
        alert
        for state in ALERT_STATES
        for alert in (await browser.get("/api/alerts", Alerts, state=state, limit=str(MOST))).alerts
    ]


async def _incidents(browser: Browser) -> list[Incident]:
    return [
        incident
        for state in INCIDENT_STATES
        for incident in (
            await browser.get("/api/incidents", Incidents, state=state, limit=str(MOST))
        ).incidents
    ]


def missing(summary: Summary) -> list[str]:
    """What is missing from a whole story, from camera to log; nothing when all of it happened."""
    wanted = (
        (summary.cameras_live > 0, "No camera is live."),
        (summary.seconds_recorded > 0, "Nothing was recorded."),
        (summary.sightings > 0, "Nothing was seen."),
        (summary.alerts > 0, "No alert was raised."),
        (summary.alerts_answered > 0, "No alert was answered."),
        (summary.incidents_opened > 0, "No incident was declared."),
        (summary.units_sent > 0, "No unit was sent."),
        (summary.units_arrived > 0, "No unit arrived."),
        (summary.holds > 0, "No footage was held."),
        (summary.incidents_closed > 0, "No incident was closed."),
        (summary.log_entries > 0, "The log is empty."),
        (summary.log_verified is True, "The log was not found unchanged."),
        (all(gap.cause and gap.words for gap in summary.gaps), "A gap in the footage has no cause."),
    )
    return [sentence for happened, sentence in wanted if not happened]


LABELS = {
    "cameras": "Cameras",
    "cameras_live": "  of them live",
    "seconds_recorded": "Seconds recorded",
    "sightings": "Sightings",
    "alerts": "Alerts",
    "alerts_answered": "  of them answered",
    "incidents_opened": "Incidents declared",
    "incidents_closed": "  of them closed",
    "units_sent": "Units sent",
    "units_arrived": "Incidents where a unit arrived",
    "holds": "Holds of footage",
    "log_entries": "Entries in the log",
    "log_verified": "The log is as it was written",
}


def as_text(summary: Summary, lacking: Sequence[str]) -> str:
    """The summary for a person at a shell."""
    figures = asdict(summary)
    lines = [f"{label:32} {_said(figures[name])}" for name, label in LABELS.items()]
    lines += [f"Gap: {gap.camera}: {gap.words} ({gap.cause})" for gap in summary.gaps]
    lines += [f"Missing: {sentence}" for sentence in lacking] or ["Every step of the way happened."]
    return "\n".join(lines)


def as_json(summary: Summary, lacking: Sequence[str]) -> str:
    """The summary for a program: its fields, and what is missing."""
    return msgspec.json.encode(asdict(summary) | {"missing": list(lacking)}).decode()


def _said(value: object) -> str:
    return (
        {True: "yes", False: "no", None: "not checked"}.get(value, "")
        if isinstance(value, bool | None)
        else str(value)
    )
