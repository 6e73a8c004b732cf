"""Decisions about cameras: when to call one again, what an address may be, and how its password is hidden."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random
from urllib.parse import urlsplit

from safecity.base import BadInput
from safecity.cameras.model import NEXT, HealthState, Signal
from safecity.cameras.ports import (
    CameraAbsent,
    CameraRefused,
    CameraSilent,
    HidingFailed,
    NotVideo,
    WireError,
)

SCHEMES = frozenset({"rtsp", "rtsps", "http", "https"})

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0
QUICK_WAIT_S, QUICK_CALLS = 0.6, 100  # for a camera that is away: it may be starting anew
FIRST_REFUSED_WAIT_S = 60.0
LONGEST_REFUSED_WAIT_S = 600.0
JITTER = 0.2
STAGGER_S = 0.025  # 200 cameras of one recorder are first called within 5 s
LONG_SUCCESS_S = 30.0


def next_state(state: HealthState, signal: Signal) -> HealthState:
    """The state after a signal; one that is not in the table changes nothing."""
    return NEXT.get((state, signal), state)


def signal_of(error: WireError) -> Signal:
    """What a broken wire says about the camera's health."""
    if isinstance(error, CameraRefused):
        return Signal.REFUSED
    if isinstance(error, (CameraSilent, HidingFailed, NotVideo)):
        return Signal.SILENT
    return Signal.LOST


@dataclass(frozen=True)
class Dial:
    """Call the camera, after so many seconds."""

    after_s: float


@dataclass(frozen=True)
class Report:
    """Say how the camera is. Comes once for each change, not for each call in vain."""

    signal: Signal
    reason: str


Command = Dial | Report


class Reach:
    """The story of reaching one camera: what happened goes in, commands come out.

    The first calls of many cameras are spread out. A camera that is away is called every 0.6 s for about a minute, as
    long as it takes to start anew; then, and after other failures, it waits 1, 2, 4, 8 … 60 s. All waits are given or
    taken a fifth, so that cameras behind one broken switch do not come back in one blow. A camera that refuses our
    password is left alone for 60 s and longer each time, so that its account is not locked. Pictures for 30 s make all
    forgotten.
    """

    def __init__(self, *, order: int, chance: Random) -> None:
        """`order` is the camera's place among those of its recorder, from 0; `chance` gives the jitter."""
        self._order = order
        self._chance = chance
        self._failures = 0
        self._refusals = 0
        self._quick = 0
        self._seen_at_s: float | None = None
        self._said: Report | None = None

    def start(self) -> list[Command]:
        """The recorder took the camera on."""
        return [*self._say(Report(Signal.DIALLED, "")), Dial(self._order * STAGGER_S)]

    def seen(self, at_s: float) -> list[Command]:
        """A first picture came, at a moment of the monotonic clock. Later ones need not be told, but may."""
        if self._seen_at_s is None:
            self._seen_at_s = at_s
        return self._say(Report(Signal.SEEN, ""))

    def ended(self, error: WireError, at_s: float) -> list[Command]:
        """The wire ended with an error, as it always does in the end."""
        if self._seen_at_s is not None and at_s - self._seen_at_s >= LONG_SUCCESS_S:
            self._failures = self._refusals = self._quick = 0
        self._seen_at_s = None
        return [*self._say(Report(signal_of(error), error.sentence)), Dial(self._wait_s(error))]

    def _wait_s(self, error: WireError) -> float:
        if isinstance(error, CameraRefused):
            wait_s = min(FIRST_REFUSED_WAIT_S * 2**self._refusals, LONGEST_REFUSED_WAIT_S)
            self._refusals = min(self._refusals + 1, 16)
            return wait_s * self._chance.uniform(1, 1 + JITTER)
        if isinstance(error, CameraAbsent) and self._quick < QUICK_CALLS:
            self._quick += 1
            return QUICK_WAIT_S * self._chance.uniform(1 - JITTER, 1 + JITTER)
        wait_s = min(FIRST_WAIT_S * 2**self._failures, LONGEST_WAIT_S)
        self._failures = min(self._failures + 1, 16)
        return wait_s * self._chance.uniform(1 - JITTER, 1 + JITTER)

    def _say(self, report: Report) -> list[Command]:
        if report == self._said:
            return []
        self._said = report
        return [report]


_SECRET_QUERY = re.compile(r"(?i)([?&](?:password|passwd|pass|pwd|token|key|auth)=)[^&#]*")


def hide_password(url: str) -> str:
    """The address as people may see it: no password in it, and no secret in its query.

    Hides too much rather than too little: in an address with a stray "@" everything before that is hidden.
    """
    scheme, mark, rest = url.partition("://")
    if not mark:
        return _SECRET_QUERY.sub(r"\1***", url)
    authority_end = min((rest.find(each) for each in "/?#" if each in rest), default=len(rest))
    authority, path = rest[:authority_end], rest[authority_end:]
    if "@" in authority:
        credentials, _, host = authority.rpartition("@")
        user, colon, _ = credentials.partition(":")
        authority = f"{user}:***@{host}" if colon else f"{user}@{host}"
    elif "@" in path:
        authority, path = "***", "@" + path.rpartition("@")[2]
    return _SECRET_QUERY.sub(r"\1***", f"{scheme}://{authority}{path}")


def check_address(url: str, *, allow_files: bool = False) -> str:
    """The address, if a camera can be called there. Raises BadInput, without the password."""
    if len(url) > 2000 or not url.isprintable() or " " in url:
        raise BadInput("A camera's address is at most 2000 characters, without blanks.")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise BadInput(
            f"The address {hide_password(url)} is not well formed: check host and port."
        ) from error
    if parts.scheme == "file" and allow_files:
        return url
    if parts.scheme not in SCHEMES:
        raise BadInput("A camera's address begins with rtsp://, rtsps://, http:// or https://.")
    if not host:
        raise BadInput(f"The address {hide_password(url)} names no host.")
    if "@" in parts.path and "@" not in parts.netloc:
        raise BadInput("The address has an @ after its host; write a / in a password as %2F.")
    return url
