"""Rows of evidence, private to this room."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from safecity.base import BadInput, Database, NotFound, load_queries
from safecity.evidence.model import ExportedFile, ExportJob, ExportState, Hold

SQL = load_queries("safecity.evidence")
LONGEST_REASON = 500


@dataclass(frozen=True)
class ExportRow:
    """A row of `evidence_export`."""

    id: str
    asked_by: str
    asked_ms: int
    cameras: str
    from_ms: int
    to_ms: int
    reason_code: str
    reason: str
    masked: int
    width: int
    state: str
    done: float
    permit: str | None
    failure: str | None
    keep_ms: int | None

    def job(self, files: tuple[ExportedFile, ...] = ()) -> ExportJob:
        """The row as the room knows it."""
        return ExportJob(
            id=self.id,
            asked_by=self.asked_by,
            asked_ms=self.asked_ms,
            cameras=msgspec.json.decode(self.cameras, type=tuple[str, ...]),
            from_ms=self.from_ms,
            to_ms=self.to_ms,
            reason_code=self.reason_code,
            reason=self.reason,
            masked=bool(self.masked),
            width=self.width,
            state=ExportState(self.state),
            done=self.done,
            permit=self.permit,
            failure=self.failure,
            keep_ms=self.keep_ms,
            files=files,
        )


@dataclass(frozen=True)
class FileRow:
    """A row of `evidence_export_file`."""

    export: str
    name: str
    camera: str
    from_ms: int
    to_ms: int
    bytes: int
    pictures: int
    missing: str
    sha256: str
    delivered_ms: int | None

    def file(self) -> ExportedFile:
        """The row as the room knows it."""
        return ExportedFile(
            name=self.name,
            camera=self.camera,
            from_ms=self.from_ms,
            to_ms=self.to_ms,
            bytes=self.bytes,
            pictures=self.pictures,
            missing=msgspec.json.decode(self.missing, type=tuple[tuple[int, int], ...]),
            sha256=self.sha256,
            delivered_ms=self.delivered_ms,
        )


async def with_files(database: Database, row: ExportRow) -> ExportJob:
    """An export with its files."""
    files = await database.fetch(FileRow, SQL["export_files"], export=row.id)
    return row.job(tuple(each.file() for each in files))


async def one_export(database: Database, export: str) -> ExportJob:
    """An export by its id. Raises NotFound."""
    rows = await database.fetch(ExportRow, SQL["export"], id=export)
    if not rows:
        raise NotFound("There is no such export.")
    return await with_files(database, rows[0])


async def one(database: Database, hold: str) -> Hold:
    """A hold by its id. Raises NotFound."""
    rows = await database.fetch(Hold, SQL["hold"], id=hold)
    if not rows:
        raise NotFound("There is no such hold.")
    return rows[0]


def checked_reason(text: str) -> str:
    """A reason in words. Raises BadInput where it is empty or too long."""
    reason = text.strip()
    if not reason:
        raise BadInput("Say in a few words why.")
    if len(reason) > LONGEST_REASON:
        raise BadInput(f"A reason has at most {LONGEST_REASON} characters.")
    return reason
