"""Nouns of evidence: holds, and what came of checking an export."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Hold:
    """A span of a camera's footage that is kept for an incident.

    `segments` and `bytes` count what there was when it was held. Times are milliseconds since 1970,
    UTC; people appear by reference.
    """

    id: str
    incident: str
    camera: str
    from_ms: int
    to_ms: int
    reason: str
    held_by: str
    held_ms: int
    segments: int
    bytes: int
    released_by: str | None = None
    released_ms: int | None = None
    release_reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What came of checking an export. `sentence` says it to a person; `file` is the first that does not hold."""

    ok: bool
    sentence: str
    file: str | None = None
    files: int = 0
    facts: int = 0
    sealed_by: str | None = None  # the public key that fits the seal
