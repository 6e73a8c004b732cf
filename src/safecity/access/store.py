"""Rows of access, private to this room."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import msgspec

from safecity.access.model import Bureau, Permit, PermitState, Person, Role
from safecity.base import Place, from_ms, load_queries

SQL = load_queries("safecity.access")


def token_sha256(token: str) -> str:
    """What we keep of a token, so that the table does not give it away."""
    return hashlib.sha256(token.encode()).hexdigest()


def roles_json(roles: frozenset[Role]) -> str:
    """Roles as a row holds them, in a settled order."""
    return msgspec.json.encode(sorted(str(role) for role in roles)).decode()


def roles_of(text: str) -> frozenset[Role]:
    """Roles as a row holds them, read back."""
    return frozenset(msgspec.json.decode(text, type=list[Role]))


@dataclass(frozen=True)
class PersonRow:
    """A person with the password's hash."""

    id: str
    name: str
    sign_in: str
    roles_json: str
    bureau: str | None
    password_hash: str | None = None

    def person(self) -> Person:
        """The person without the hash."""
        return Person(
            id=self.id,
            name=self.name,
            sign_in=self.sign_in,
            roles=roles_of(self.roles_json),
            bureau=self.bureau,
        )


@dataclass(frozen=True)
class SessionRow(PersonRow):
    """A session and its person."""

    csrf: str = ""
    started_ms: int = 0
    seen_ms: int = 0


@dataclass(frozen=True)
class FailureRow:
    """Failed sign-ins under one name."""

    failures: int
    last_ms: int
    locked_ms: int


@dataclass(frozen=True)
class DeviceRow:
    """A device that may speak to us."""

    name: str
    roles_json: str
    bureau: str | None


@dataclass(frozen=True)
class NameRow:
    """An id and the name behind it."""

    id: str
    name: str


@dataclass(frozen=True)
class IdRow:
    """An id alone."""

    id: str


@dataclass(frozen=True)
class BureauRow:
    """A bureau with its polygon as JSON."""

    code: str
    name: str
    polygon_json: str

    def bureau(self) -> Bureau:
        """The bureau."""
        corners = msgspec.json.decode(self.polygon_json, type=list[tuple[float, float]])
        return Bureau(code=self.code, name=self.name, polygon=tuple(Place(lat, lon) for lat, lon in corners))


@dataclass(frozen=True)
class PermitRow:
    """A permit as it lies in the table; that one has expired is known only by the clock."""

    id: str
    kind: str
    subject: str
    reason_code: str
    reason: str
    state: PermitState
    asked_by: str
    asked_ms: int
    decided_by: str | None
    expires_ms: int | None
    for_s: int

    def permit(self, now: datetime) -> Permit:
        """The permit as it stands at a moment."""
        expires = None if self.expires_ms is None else from_ms(self.expires_ms)
        over = self.state is PermitState.GRANTED and expires is not None and expires <= now
        return Permit(
            id=self.id,
            kind=self.kind,
            subject=self.subject,
            reason_code=self.reason_code,
            reason=self.reason,
            state=PermitState.EXPIRED if over else self.state,
            asked_by=self.asked_by,
            asked_at=from_ms(self.asked_ms),
            decided_by=self.decided_by,
            expires_at=expires,
            for_s=self.for_s,
        )
