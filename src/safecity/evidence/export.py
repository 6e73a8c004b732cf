"""Hands evidence over: the camera's own bytes, the facts about them, and proofs, in one sealed zip file (BagIt 1.0).

Takes two persons: one who asked for a permit, and one who granted it. That it happened is a fact before a byte leaves.
"""

from __future__ import annotations

import asyncio
import json
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from safecity.access import Action, Permit, allow, names, require_permit
from safecity.base import (
    Actor,
    Change,
    Conflict,
    Entry,
    Node,
    NotFound,
    Unavailable,
    from_ms,
    read_about,
    to_ms,
)
from safecity.cameras import Camera
from safecity.cameras import camera as find_camera
from safecity.evidence.bag import DECLARATION, MANIFEST, SEAL, TAG_MANIFEST, Bag, lines, make_durable
from safecity.evidence.events import EvidenceExported
from safecity.evidence.model import Hold
from safecity.evidence.ports import Seal
from safecity.evidence.prove import proof_text
from safecity.evidence.sign import read_checkpoint
from safecity.evidence.store import one
from safecity.footage import Archive, Gap, Segment, segments, timeline
from safecity.incidents import Incident, Step, history
from safecity.incidents import incident as find_incident

KEPT_S = 24 * 3600  # an export that nobody fetched is deleted after a day


@dataclass(frozen=True)
class _Case:
    """Everything that goes into a bag but the footage's bytes."""

    node: str
    moment: datetime
    hold: Hold
    incident: Incident
    camera: Camera
    permit: Permit
    called: dict[str, str]
    by: str
    facts: list[Entry]
    steps: list[Step]
    checkpoint: str
    proofs: dict[int, str]
    segments: list[Segment]
    gaps: tuple[Gap, ...]


async def export(  # noqa: PLR0917  as one says it: who hands over which hold, by which permit, under which seal
    node: Node, by: Actor, archive: Archive, hold: str, permit: str, seal: Seal
) -> Path:
    """Writes the zip file below `exports/` in the data folder and returns its path; whoever sends it deletes it.

    Raises NotAllowed without a granted permit, NotFound, Conflict for a released hold, Unavailable, OSError.
    """
    kept = await one(node.database, hold)
    about = await find_incident(node, kept.incident)
    allow(by, Action.EXPORT, bureau=about.bureau)
    leave = await require_permit(node, by, "export", hold, permit=permit)
    if kept.released_ms is not None:
        raise Conflict("This hold was released; hold the footage again before it is handed over.")
    found = segments(archive, kept.camera, kept.from_ms, kept.to_ms)
    if not found:
        raise NotFound("There is no footage of this camera in the span that is held.")
    await _tell(node, by, kept, leave)
    case = await _gather(node, by, archive, kept, about, leave, found, seal)
    return await asyncio.to_thread(_write, archive, case, seal)


async def _tell(node: Node, by: Actor, kept: Hold, leave: Permit) -> None:
    async def work(change: Change) -> None:
        change.tell(
            EvidenceExported(
                incident=kept.incident,
                hold=kept.id,
                camera=kept.camera,
                permit=leave.id,
                granted_by=leave.granted_by or "",
            )
        )

    await node.change(by, work)


async def _gather(  # noqa: PLR0917  the parts of one case
    node: Node,
    by: Actor,
    archive: Archive,
    kept: Hold,
    about: Incident,
    leave: Permit,
    found: list[Segment],
    seal: Seal,
) -> _Case:
    subjects = [f"incident:{about.id}", f"hold:{kept.id}", f"permit:{leave.id}"]
    facts = await read_about(node.database, [*subjects, *(f"alert:{each}" for each in about.alerts)])
    checkpoint = await seal.vouch(node, facts[-1].seq)
    size = read_checkpoint(checkpoint.partition("\n\n")[0] + "\n").size
    proofs = {
        each.seq: proof_text(each.seq - 1, await seal.prove(node, each.seq, size), checkpoint)
        for each in facts
    }
    return _Case(
        node=node.name,
        moment=node.clock.now(),
        hold=kept,
        incident=about,
        camera=await find_camera(node, kept.camera),
        permit=leave,
        called=await names(node, {by.id, kept.held_by, *([leave.granted_by] if leave.granted_by else [])}),
        by=by.id,
        facts=facts,
        steps=await history(node, about.id),
        checkpoint=checkpoint,
        proofs=proofs,
        segments=found,
        gaps=timeline(archive, kept.camera, kept.from_ms, kept.to_ms).gaps,
    )


def _write(archive: Archive, case: _Case, seal: Seal) -> Path:
    """Writes the zip file beside its place and renames it there, whole."""
    folder = archive.data / "exports"
    folder.mkdir(exist_ok=True)
    _sweep(folder, case.moment)
    name = re.sub(r"[^A-Za-z0-9-]+", "-", f"{case.incident.reference}-{case.hold.id}")
    path = folder / f"{name}-{case.moment:%Y%m%dT%H%M%S}-{case.permit.id[-6:]}.zip"
    part = path.with_suffix(".part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED, allowZip64=True) as file:
            _fill(Bag(file, name, case.moment), archive, case, seal)
        make_durable(part)
        part.replace(path)
    except (EOFError, FileNotFoundError) as error:
        raise Unavailable(
            f"A file of the footage is not as the index says ({error}); rebuild the index."
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return path


def _fill(bag: Bag, archive: Archive, case: _Case, seal: Seal) -> None:
    placed: list[tuple[str, Segment]] = []
    for each in case.segments:
        inside = f"data/footage/{_stamp(each.start_ms)}.mp4"
        bag.add_file(inside, archive.file(each), each.bytes)
        placed.append((inside, each))
    bag.add_text("data/footage.json", _footage(case, placed))
    bag.add_text(
        "data/history.txt", "".join(f"{each.at:%Y-%m-%d %H:%M:%S} UTC  {each.text}\n" for each in case.steps)
    )
    bag.add_text("data/facts.jsonl", "".join(f"{fact_line(each)}\n" for each in case.facts))
    bag.add_text("data/log/checkpoint", case.checkpoint)
    for seq, text in case.proofs.items():
        bag.add_text(f"data/log/{seq}.tlog-proof", text)
    bag.add_text("bagit.txt", DECLARATION)
    bag.add_text("bag-info.txt", _outside(bag, case, seal))
    bag.add_text("README.txt", _readme(case, seal))
    bag.add_text(MANIFEST, bag.manifest())
    bag.add_text(SEAL, seal.sign(bag.seal_text()))
    bag.add_text(TAG_MANIFEST, lines(bag.tags))


def fact_line(entry: Entry) -> str:
    """A journal entry as one line of JSON, with all that its commitment is made of."""
    columns = {
        "seq": entry.seq,
        "id": entry.id,
        "node": entry.node,
        "at_ms": entry.at_ms,
        "type": entry.type,
        "subject": entry.subject,
        "actor": entry.actor,
        "purpose": entry.purpose,
        "body": entry.body,
        "salt": entry.salt.hex(),
        "commitment": entry.commitment.hex(),
    }
    return json.dumps(columns, ensure_ascii=False)


def _footage(case: _Case, placed: Sequence[tuple[str, Segment]]) -> str:
    camera, kept = case.camera, case.hold
    return json.dumps(
        {
            "camera": {
                "id": camera.id,
                "name": camera.name,
                "bureau": camera.bureau,
                "controller": camera.controller,
                "regime": str(camera.regime),
                "place": {"lat": camera.place.lat, "lon": camera.place.lon},
                "bearing_deg": camera.bearing_deg,
            },
            "held": {"from": _iso(kept.from_ms), "to": _iso(kept.to_ms), "reason": kept.reason},
            "files": [
                {
                    "path": path,
                    "from": _iso(each.start_ms),
                    "to": _iso(each.end_ms),
                    "pictures": each.pictures,
                }
                for path, each in placed
            ],
            "missing": [
                {
                    "from": _iso(gap.start_ms),
                    "to": None if gap.end_ms is None else _iso(gap.end_ms),
                    "cause": str(gap.cause),
                    "words": gap.words,
                }
                for gap in case.gaps
            ],
        },
        indent=1,
        ensure_ascii=False,
    )


def _outside(bag: Bag, case: _Case, seal: Seal) -> str:
    """bag-info.txt (RFC 8493 2.2.2)."""
    said = {
        "Source-Organization": seal.public.name,
        "External-Identifier": case.incident.reference,
        "External-Description": f"Footage of the camera {_one_line(case.camera.name)}, and the facts about it",
        "Bagging-Date": f"{case.moment:%Y-%m-%d}",
        "Payload-Oxum": f"{bag.bytes}.{len(bag.payload)}",
        "Hold": case.hold.id,
        "Permit": case.permit.id,
        "Handed-Over-By": f"{_one_line(case.called[case.by])} ({case.by})",
        "Granted-By": f"{_one_line(_granter(case))} ({case.permit.granted_by})",
        "Log-Key": seal.public.text,
    }
    return "".join(f"{name}: {words}\n" for name, words in said.items())


def _readme(case: _Case, seal: Seal) -> str:
    text = (files("safecity.evidence") / "readme.txt").read_text(encoding="utf-8")
    return text.format(
        name=seal.public.name,
        reference=case.incident.reference,
        camera=_one_line(case.camera.name),
        start=_iso(case.hold.from_ms),
        end=_iso(case.hold.to_ms),
        now=_iso(to_ms(case.moment)),
        by=_one_line(case.called[case.by]),
        granted_by=_one_line(_granter(case)),
        key=seal.public.text,
    )


def _granter(case: _Case) -> str:
    return case.called.get(case.permit.granted_by or "", "someone")


def _sweep(folder: Path, now: datetime) -> None:
    """Deletes exports that nobody fetched, and pieces that a crash left."""
    for old in [*folder.glob("*.zip"), *folder.glob("*.part")]:
        if old.stat().st_mtime < now.timestamp() - KEPT_S:
            old.unlink(missing_ok=True)


def _iso(milliseconds: int) -> str:
    return from_ms(milliseconds).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _stamp(milliseconds: int) -> str:
    moment = from_ms(milliseconds).astimezone(UTC)
    return f"{moment:%Y%m%dT%H%M%S}.{milliseconds % 1000:03}Z"


def _one_line(text: str) -> str:
    return " ".join(text.split())
