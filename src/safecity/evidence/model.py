"""Nouns of evidence: holds, and what came of checking an export."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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


class ExportState(StrEnum):
    """How far an export has come."""

    ASKED = "asked"  # it waits for its turn, or for its permit
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    GONE = "gone"  # its files were deleted


@dataclass(frozen=True, kw_only=True)
class ExportedFile:
    """A film that was made. `missing` are the spans it lacks; `delivered_ms` is when it was last said to leave."""

    name: str
    camera: str
    from_ms: int
    to_ms: int
    bytes: int
    pictures: int
    missing: tuple[tuple[int, int], ...]
    sha256: str
    delivered_ms: int | None = None


@dataclass(frozen=True, kw_only=True)
class ExportJob:
    """Films of several cameras that a person asked for. `done` is the share that is made, 0 to 1.

    One that is not masked waits in `ASKED` until a second person grants the permit `export` whose subject is the job's
    id. `keep_ms` is when its files are deleted, `failure` a sentence.
    """

    id: str
    asked_by: str
    asked_ms: int
    cameras: tuple[str, ...]
    from_ms: int
    to_ms: int
    reason_code: str
    reason: str
    masked: bool
    width: int
    state: ExportState
    done: float
    permit: str | None
    failure: str | None
    keep_ms: int | None
    files: tuple[ExportedFile, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A film that may leave now: a file that stays as it is, so a download that broke off goes on by its ETag."""

    path: str
    name: str
    bytes: int
    etag: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What came of checking an export. `sentence` says it to a person; `file` is the first that does not hold."""

    ok: bool
    sentence: str
    file: str | None = None
    files: int = 0
    facts: int = 0
    sealed_by: str | None = None  # the public key that fits the seal
