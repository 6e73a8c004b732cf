"""Decisions of access that are not policy: what a good password is, when guessing stops, when a session is over."""

from __future__ import annotations

import re
from collections.abc import Sequence

from safecity.access.model import Limits
from safecity.base import BadInput, Place

PASSWORD_LENGTH = 12
PASSWORD_LONGEST = 1024
_SIGN_IN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,15}")


def checked_sign_in(text: str) -> str:
    """A sign-in name in its one form, lower case. Raises BadInput."""
    name = text.strip().lower()
    if not _SIGN_IN.fullmatch(name):
        raise BadInput("A sign-in name has 2 to 64 letters, digits, dots, dashes, underscores or @.")
    return name


def checked_name(text: str) -> str:
    """A person's or bureau's name. Raises BadInput where it is empty, too long or holds control characters."""
    name = " ".join(text.split())
    if not name or len(name) > 120 or not name.isprintable():
        raise BadInput("A name has 1 to 120 characters.")
    return name


def check_password(password: str, sign_in: str) -> None:
    """Raises BadInput for a password that is too short, too long or the sign-in name itself."""
    if len(password) < PASSWORD_LENGTH:
        raise BadInput(f"A password has at least {PASSWORD_LENGTH} characters.")
    if len(password) > PASSWORD_LONGEST:
        raise BadInput(f"A password has at most {PASSWORD_LONGEST} characters.")
    if password.strip().lower() == sign_in:
        raise BadInput("The password must not be the sign-in name.")


def checked_code(text: str) -> str:
    """A bureau's code. Raises BadInput."""
    if not _CODE.fullmatch(text):
        raise BadInput("A bureau's code has 1 to 16 capital letters, digits or dashes.")
    return text


def checked_polygon(polygon: Sequence[Place]) -> tuple[Place, ...]:
    """A bureau's ground. Raises BadInput where it has fewer than three corners."""
    corners = tuple(polygon)
    if len(set(corners)) < 3:
        raise BadInput("A bureau's ground needs at least three corners.")
    return corners


def after_attempt(
    failures: int, last_ms: int, locked_ms: int, *, now_ms: int, limits: Limits
) -> tuple[int, int]:
    """Counts one more attempt, before its password is looked at: (failures, locked until ms).

    Counting first stops parallel guesses. Old failures are forgotten when a lock has run out, or after its length.
    """
    stale = (locked_ms and locked_ms <= now_ms) or last_ms <= now_ms - limits.lock_s * 1000
    count = (0 if stale else failures) + 1
    return count, now_ms + limits.lock_s * 1000 if count >= limits.failures else 0


def is_over(started_ms: int, seen_ms: int, *, now_ms: int, limits: Limits) -> bool:
    """Whether a session has idled or lasted too long."""
    return now_ms - seen_ms >= limits.idle_s * 1000 or now_ms - started_ms >= limits.absolute_s * 1000
