"""Facts of access. They name people by reference; names, sign-in names and reasons stay in this room's rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from safecity.base import Event


@dataclass(frozen=True, kw_only=True)
class PersonAdded(Event):
    """Someone joined the staff. Heard by: nobody yet."""

    about: ClassVar[str] = "person"
    person: str
    roles: tuple[str, ...]
    bureau: str | None


@dataclass(frozen=True, kw_only=True)
class PersonChanged(Event):
    """Someone's roles or bureau changed. Heard by: nobody yet."""

    about: ClassVar[str] = "person"
    person: str
    roles: tuple[str, ...]
    bureau: str | None


@dataclass(frozen=True, kw_only=True)
class PersonRemoved(Event):
    """Someone left; their sessions ended at once. Heard by: nobody yet."""

    about: ClassVar[str] = "person"
    person: str


@dataclass(frozen=True, kw_only=True)
class PasswordSet(Event):
    """Someone's password was set anew. Heard by: nobody yet."""

    about: ClassVar[str] = "person"
    person: str


@dataclass(frozen=True, kw_only=True)
class LinkIssued(Event):
    """A one-time sign-in link was made for someone. Heard by: nobody yet."""

    about: ClassVar[str] = "person"
    person: str


@dataclass(frozen=True, kw_only=True)
class SignedIn(Event):
    """Someone signed in. `way` is `password` or `link`. Heard by: nobody yet."""

    about: ClassVar[str] = "person"
    person: str
    way: str


@dataclass(frozen=True, kw_only=True)
class SignInRefused(Event):
    """A sign-in failed. `person` is `unknown` where no such sign-in name exists. Heard by: nobody yet."""

    about: ClassVar[str] = "person"
    person: str
    failures: int


@dataclass(frozen=True, kw_only=True)
class SignedOut(Event):
    """Someone signed out. Heard by: nobody yet."""

    about: ClassVar[str] = "person"
    person: str


@dataclass(frozen=True, kw_only=True)
class BureauAdded(Event):
    """A bureau was added, or its name or ground changed. Heard by: whoever keeps a map of bureaus."""

    about: ClassVar[str] = "bureau"
    bureau: str


@dataclass(frozen=True, kw_only=True)
class DeviceTokenIssued(Event):
    """A device got a token to speak with. Heard by: nobody yet."""

    about: ClassVar[str] = "device"
    device: str
    roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DeviceTokenRevoked(Event):
    """A device's tokens were withdrawn. Heard by: nobody yet."""

    about: ClassVar[str] = "device"
    device: str


@dataclass(frozen=True, kw_only=True)
class PermitAsked(Event):
    """Someone asked leave to do something that takes two persons. Heard by: nobody yet."""

    about: ClassVar[str] = "permit"
    permit: str
    what: str
    target: str
    reason_code: str


@dataclass(frozen=True, kw_only=True)
class PermitGranted(Event):
    """A second person granted a permit. Heard by: nobody yet."""

    about: ClassVar[str] = "permit"
    permit: str
    what: str
    target: str
    asked_by: str
    expires_ms: int


@dataclass(frozen=True, kw_only=True)
class PermitRefused(Event):
    """A second person refused a permit. Heard by: nobody yet."""

    about: ClassVar[str] = "permit"
    permit: str
    what: str
    target: str
    asked_by: str


@dataclass(frozen=True, kw_only=True)
class PermitRevoked(Event):
    """A permit was ended before its time, by whoever had it or one who may grant, or withdrawn while it waited.

    Heard by: nobody yet.
    """

    about: ClassVar[str] = "permit"
    permit: str
    what: str
    target: str
    asked_by: str
