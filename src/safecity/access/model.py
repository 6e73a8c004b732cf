"""Nouns of access: roles, actions, people, bureaus, sessions and permits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from safecity.base import Actor, Place


class Role(StrEnum):
    """What a person or machine is for. One may have several; a forbidding rule for any of them wins."""

    OPERATOR = "operator"
    DESK = "desk"
    OFFICER = "officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    DEVICE = "device"
    NODE = "node"
    PUBLIC = "public"

    @property
    def words(self) -> str:
        """The role with its article, as it stands in a sentence."""
        return _ROLE_WORDS[self]


_ROLE_WORDS = {
    Role.OPERATOR: "an operator",
    Role.DESK: "a desk officer",
    Role.OFFICER: "an officer",
    Role.AUDITOR: "an auditor",
    Role.ADMINISTRATOR: "an administrator",
    Role.DEVICE: "a device",
    Role.NODE: "the system",
    Role.PUBLIC: "a member of the public",
}

PERSONAL_ROLES = frozenset({Role.OPERATOR, Role.DESK, Role.OFFICER, Role.AUDITOR, Role.ADMINISTRATOR})
DEVICE_ROLES = frozenset({Role.DEVICE})


class Action(StrEnum):
    """Everything that can be allowed or refused. The value is the action's name in `policy.cedar`."""

    READ_CONSOLE = "console.read"
    READ_HISTORY = "history.read"
    READ_CAMERAS = "cameras.read"
    READ_TIMES = "times.read"
    READ_LOOKS = "looks.read"
    READ_LOG = "log.read"
    READ_FIELD = "field.read"
    RAISE_ALERT = "alert.raise"
    ACKNOWLEDGE = "alert.acknowledge"
    DISMISS = "alert.dismiss"
    PANIC = "alert.panic"
    REPORT = "alert.report"
    DECLARE = "incident.declare"
    MOVE_INCIDENT = "incident.move"
    NOTE = "incident.note"
    LINK = "incident.link"
    MERGE = "incident.merge"
    ASSIGN = "dispatch.assign"
    MOVE_ASSIGNMENT = "dispatch.move"
    MESSAGE = "dispatch.message"
    SHIFT = "dispatch.shift"
    POSITION = "dispatch.position"
    HOLD = "evidence.hold"
    RELEASE = "evidence.release"
    EXPORT = "evidence.export"
    LOOK = "picture.look"
    ASK_PERMIT = "permit.ask"
    GRANT_PERMIT = "permit.grant"
    REPORT_HEALTH = "health.report"
    ACCEPT_SIGHTING = "sighting.accept"
    MANAGE_CAMERAS = "cameras.manage"
    MANAGE_PEOPLE = "people.manage"
    MANAGE_BUREAUS = "bureaus.manage"
    MANAGE_UNITS = "units.manage"
    MANAGE_DEVICES = "devices.manage"
    MANAGE_SETTINGS = "settings.manage"
    ERASE_ENTRY = "entry.erase"

    @property
    def words(self) -> str:
        """The action as it stands in a sentence after "may not"."""
        return _ACTION_WORDS[self]


_ACTION_WORDS = {
    Action.READ_CONSOLE: "use the console",
    Action.READ_HISTORY: "read histories",
    Action.READ_CAMERAS: "see the list of cameras",
    Action.READ_TIMES: "read response times",
    Action.READ_LOOKS: "read who looked at pictures",
    Action.READ_LOG: "read the log",
    Action.READ_FIELD: "use the field page",
    Action.RAISE_ALERT: "raise alerts",
    Action.ACKNOWLEDGE: "acknowledge alerts",
    Action.DISMISS: "dismiss alerts",
    Action.PANIC: "press the panic button",
    Action.REPORT: "send citizens' reports",
    Action.DECLARE: "declare incidents",
    Action.MOVE_INCIDENT: "move incidents",
    Action.NOTE: "write notes on incidents",
    Action.LINK: "link things to incidents",
    Action.MERGE: "merge incidents",
    Action.ASSIGN: "dispatch units",
    Action.MOVE_ASSIGNMENT: "move assignments",
    Action.MESSAGE: "send messages",
    Action.SHIFT: "start or end shifts",
    Action.POSITION: "report positions",
    Action.HOLD: "hold footage as evidence",
    Action.RELEASE: "release held footage",
    Action.EXPORT: "export evidence",
    Action.LOOK: "look at pictures",
    Action.ASK_PERMIT: "ask for permits",
    Action.GRANT_PERMIT: "grant permits",
    Action.REPORT_HEALTH: "report the health of cameras",
    Action.ACCEPT_SIGHTING: "record sightings",
    Action.MANAGE_CAMERAS: "manage cameras",
    Action.MANAGE_PEOPLE: "manage people",
    Action.MANAGE_BUREAUS: "manage bureaus",
    Action.MANAGE_UNITS: "manage units",
    Action.MANAGE_DEVICES: "manage devices",
    Action.MANAGE_SETTINGS: "change settings",
    Action.ERASE_ENTRY: "erase journal entries",
}


@dataclass(frozen=True, kw_only=True)
class Person:
    """A member of staff. The name stays in this room's rows; facts carry the id only."""

    id: str
    name: str
    sign_in: str
    roles: frozenset[Role]
    bureau: str | None

    @property
    def actor(self) -> Actor:
        """The person as the one who acts."""
        return Actor(
            id=f"person:{self.id}", roles=frozenset(str(role) for role in self.roles), bureau=self.bureau
        )


@dataclass(frozen=True, kw_only=True)
class Session:
    """A person signed on. `token` is known to the browser only; we keep its SHA-256. `csrf` guards every change."""

    token: str
    csrf: str
    person: Person
    started_at: datetime


@dataclass(frozen=True, kw_only=True)
class Bureau:
    """A police bureau and the ground it answers for."""

    code: str
    name: str
    polygon: tuple[Place, ...]


class PermitState(StrEnum):
    """How far a request for a permit has come."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    REVOKED = "revoked"
    EXPIRED = "expired"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """On which terms there are permits of a kind: the codes of reasons that count, and how long they hold, in seconds.

    `usual_s` is what one gets who asks for no time, `longest_s` the most that can be asked for.
    """

    words: str
    reasons: tuple[str, ...]
    usual_s: int
    longest_s: int


TERMS = {
    "export": Terms(
        words="hand held footage over",
        reasons=("court_order", "prosecutor", "investigation", "subject_access", "audit"),
        usual_s=60 * 60,
        longest_s=60 * 60,
    ),
    "unmask": Terms(
        words="see a camera without its mask",
        reasons=("imminent_danger", "missing_person", "crime_in_progress", "court_order", "maintenance"),
        usual_s=30 * 60,
        longest_s=8 * 3600,
    ),
    "shorten_retention": Terms(
        words="keep footage for less long",
        reasons=("law", "court_order", "data_protection", "storage"),
        usual_s=60 * 60,
        longest_s=24 * 3600,
    ),
}


_ONCE_GRANTED = frozenset({PermitState.GRANTED, PermitState.EXPIRED, PermitState.REVOKED})


@dataclass(frozen=True, kw_only=True)
class Permit:
    """Leave for one person to do one thing for a stated reason, given by a second person, until a set time."""

    id: str
    kind: str
    subject: str
    reason_code: str
    reason: str
    state: PermitState
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    expires_at: datetime | None
    for_s: int = 3600

    @property
    def granted_by(self) -> str | None:
        """Who granted it; None unless it was granted."""
        return self.decided_by if self.state in _ONCE_GRANTED else None


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How long sessions last, and when guessing is stopped. All in seconds but `failures`."""

    idle_s: int = 30 * 60
    absolute_s: int = 12 * 3600
    failures: int = 5
    lock_s: int = 15 * 60
    link_s: int = 24 * 3600


LIMITS = Limits()
