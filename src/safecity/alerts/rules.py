"""What becomes of a sign: a new alert, or another sign of one that is open. Pure."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from safecity.alerts.model import NEXT, Alert, Load, Move, Sign, Source, State
from safecity.base import BadInput, Conflict, Place, distance_m

NEAR_M = 75.0
GROUP_MS = 5 * 60_000
CLOCK_KIND = "camera_clock"
LASTING_MS = {CLOCK_KIND: 365 * 86_400_000}  # kinds that go on by themselves until somebody sees to them
DUE_MS = {1: 60_000, 2: 120_000, 3: 600_000, 4: 3_600_000}
MAX_DETAILS = 4000
SQUARE_DEG = 0.0008  # a little more than NEAR_M from south to north
SQUARE_M = SQUARE_DEG * 111_195

# What a citizen may report, in the words of the form, and how urgent that is until a person has looked.
REPORT_KINDS: dict[str, tuple[str, int]] = {
    "fire": ("Fire or smoke", 2),
    "violence": ("Violence or threat", 2),
    "medical": ("Someone is hurt or ill", 2),
    "collision": ("Traffic collision", 2),
    "missing_person": ("Someone is missing", 2),
    "break_in": ("Break-in", 2),
    "theft": ("Theft", 3),
    "hazard": ("Danger on the street", 3),
    "suspicious": ("Something is not right", 3),
    "damage": ("Damage", 4),
    "noise": ("Noise", 4),
    "other": ("Something else", 4),
}

# How urgent a sign is by where it comes from, unless its kind or the person who raises it says otherwise.
BY_SOURCE = {
    Source.PANIC: 1,
    Source.CALL: 2,
    Source.OPERATOR: 3,
    Source.SENSOR: 3,
    Source.SIGHTING: 3,
    Source.REPORT: 3,
}

DONE = {
    Move.ACKNOWLEDGE: "acknowledged",
    Move.DECLARE: "linked to an incident",
    Move.DISMISS: "dismissed",
    Move.RISE: "raised in priority",
}

_KIND = re.compile(r"[a-z][a-z0-9_]{0,39}")
_ID = re.compile(r"[A-Za-z0-9._:-]{1,80}")


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A sign that was checked, with where and when it came."""

    kind: str
    source: Source
    priority: int
    camera: str | None
    place: Place
    by: str
    at_ms: int


@dataclass(frozen=True)
class Raise:
    """Make a new alert of it, to be looked at by `due_ms`."""

    due_ms: int


@dataclass(frozen=True)
class Join:
    """Add it to this alert."""

    alert: Alert
    count: int


@dataclass(frozen=True)
class Rise:
    """Add it to this alert, which is more urgent from now on and must be looked at anew."""

    alert: Alert
    count: int
    priority: int
    due_ms: int


Command = Raise | Join | Rise


def priority_of(source: Source, kind: str) -> int:
    """How urgent a sign is, 1 to 4, by where it comes from and what it is."""
    if source is Source.REPORT and kind in REPORT_KINDS:
        return REPORT_KINDS[kind][1]
    return BY_SOURCE[source]


def due_at_ms(priority: int, at_ms: int) -> int:
    """When an alert should have been looked at."""
    return at_ms + DUE_MS[priority]


def joins(alert: Alert, sign: Arrival) -> bool:
    """Whether a sign is another one of the same thing.

    A panic button is joined only by the same person's: two officers who call for help are two alerts.
    """
    if not alert.is_open or alert.kind != sign.kind or sign.at_ms - alert.last_ms > group_ms(sign.kind):
        return False
    panic = Source.PANIC in {alert.source, sign.source}
    if panic and (alert.source is not sign.source or alert.raised_by != sign.by):
        return False
    same_camera = sign.camera is not None and sign.camera in alert.cameras
    return same_camera or distance_m(alert.place, sign.place) <= NEAR_M


def group_ms(kind: str) -> int:
    """For how long after an alert's last sign another sign of the same kind joins it."""
    return LASTING_MS.get(kind, GROUP_MS)


def decide(open_alerts: Iterable[Alert], sign: Arrival) -> Command:
    """What becomes of a sign, given the alerts that are open nearby. The same camera wins, then the nearest."""

    def closeness(alert: Alert) -> tuple[bool, float, str]:
        return sign.camera not in alert.cameras, distance_m(alert.place, sign.place), alert.id

    found = min((alert for alert in open_alerts if joins(alert, sign)), key=closeness, default=None)
    if found is None:
        return Raise(due_at_ms(sign.priority, sign.at_ms))
    if sign.priority < found.priority:
        due_ms = min(found.due_ms, due_at_ms(sign.priority, sign.at_ms))
        if found.state is State.ACKNOWLEDGED:
            due_ms = due_at_ms(sign.priority, sign.at_ms)
        return Rise(found, found.count + 1, sign.priority, due_ms)
    return Join(found, found.count + 1)


class OpenAlerts:
    """Alerts that a sign might join, found by camera or by square on the ground without looking at all of them."""

    def __init__(self, alerts: Iterable[Alert] = ()) -> None:
        self._alerts: dict[str, Alert] = {}
        self._by_square: defaultdict[tuple[str, int, int], list[str]] = defaultdict(list)
        self._by_camera: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for alert in alerts:
            self.put(alert)

    def put(self, alert: Alert) -> None:
        """Adds an alert, or the same one as it is now."""
        before = self._alerts.get(alert.id)
        self._alerts[alert.id] = alert
        if before is None:
            self._by_square[alert.kind, *_square(alert.place)].append(alert.id)
        for camera in alert.cameras:
            if before is None or camera not in before.cameras:
                self._by_camera[alert.kind, camera].append(alert.id)

    def around(self, sign: Arrival) -> list[Alert]:
        """Those of its kind that are near or share its camera; some more may be among them."""
        row, column = _square(sign.place)
        reach = min(4, math.ceil(NEAR_M / (SQUARE_M * max(0.1, math.cos(math.radians(sign.place.lat))))))
        names = [
            name
            for north in (-1, 0, 1)
            for east in range(-reach, reach + 1)
            for name in self._by_square.get((sign.kind, row + north, column + east), ())
        ]
        if sign.camera is not None:
            names += self._by_camera.get((sign.kind, sign.camera), ())
        return [self._alerts[name] for name in dict.fromkeys(names)]


def _square(place: Place) -> tuple[int, int]:
    return math.floor(place.lat / SQUARE_DEG), math.floor(place.lon / SQUARE_DEG)


def moved(alert: Alert, move: Move) -> State:
    """The state after a move. Raises Conflict with the reason where the table does not allow it."""
    after = NEXT.get((alert.state, move))
    if after is None:
        raise Conflict(f"Alert {alert.reference} is {alert.state} and cannot be {DONE[move]} any more.")
    return after


def check(sign: Sign) -> None:
    """Refuses a sign that cannot be used, with a sentence."""
    if not _KIND.fullmatch(sign.kind):
        raise BadInput("The kind of an alert is a word in small letters, such as fire or break_in.")
    if sign.source is Source.REPORT and sign.kind not in REPORT_KINDS:
        raise BadInput(f"A report is about one of: {', '.join(REPORT_KINDS)}.")
    if sign.priority is not None and sign.priority not in DUE_MS:
        raise BadInput(f"The priority is 1, 2, 3 or 4, not {sign.priority}.")
    if sign.id is not None and not _ID.fullmatch(sign.id):
        raise BadInput("An alert's id is 1 to 80 letters, digits, dots, colons, dashes or underscores.")
    for what, text, longest in (
        ("title", sign.title, 120),
        ("name of the place", sign.place_name, 120),
        ("contact", sign.contact, 200),
        ("details", sign.details, MAX_DETAILS),
    ):
        if len(text) > longest:
            raise BadInput(f"The {what} may have at most {longest} characters.")
    if "\n" in sign.title + sign.place_name:
        raise BadInput("A title and the name of a place are one line each.")


def title_of(sign: Sign) -> str:
    """The title given, or one made from the kind."""
    if sign.title.strip():
        return sign.title.strip()
    if sign.source is Source.PANIC:
        return "Officer calls for help"
    if sign.source is Source.REPORT:
        return REPORT_KINDS[sign.kind][0]
    return sign.kind.replace("_", " ").capitalize()


def joined_details(before: str, more: str) -> str:
    """Both texts, one below the other, without repeating what is there already; the newest is never cut off."""
    more = more.strip()
    if not more or more in before.split("\n"):
        return before
    return f"{before}\n{more}".strip()[-MAX_DETAILS:]


def span_words(span_ms: int) -> str:
    """A span of time as people say it: its two largest units, rounded down."""
    units = (("day", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000))
    said: list[str] = []
    for name, size in units:
        count, span_ms = divmod(span_ms, size)
        if count and len(said) < 2:
            said.append(f"{count} {name}{'s' if name == 'day' and count > 1 else ''}")
    return " ".join(said) or "less than 1 s"


def load_of(raised_ms: Iterable[int], now_ms: int) -> Load:
    """The load at a moment, from when alerts were raised."""
    ages = [now_ms - at_ms for at_ms in raised_ms]
    buckets = [0] * 12
    for age in ages:
        if 0 <= age < 12 * 300_000:
            buckets[11 - age // 300_000] += 1
    return Load(sum(1 for age in ages if 0 <= age < 600_000), tuple(buckets))
