"""Evidence is handed over whole, sealed, and by two persons."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from fakes.coded import AAC, aac_sounds, hevc_stream
from fakes.court import FOOTAGE, Sitting, open_court
from fakes.ffmpeg import complaints
from fakes.intruder import KEYS
from fakes.kept import keep, steady
from fakes.precinct import MARKET, add_camera
from fakes.shelf import Shelf, shelf
from fakes.stream import needs
from safecity.access import ask_permit, grant_permit
from safecity.base import (
    Actor,
    Conflict,
    Node,
    NotAllowed,
    NotFound,
    SetClock,
    Unavailable,
    from_ms,
    read_entries,
)
from safecity.evidence import EvidenceExported, check, export, hold, open_checkpoint, open_note, release


@pytest.fixture
def shelves(tmp_path: Path) -> Iterator[Shelf]:
    made = shelf(tmp_path / "data")
    yield made
    made.index.close()


@pytest.fixture
def sitting(node: Node, operator: Actor, desk: Actor, shelves: Shelf) -> Sitting:
    """Opens the court when it is called: the operator holds and hands over, the desk officer grants."""
    return partial(open_court, node, operator, desk, shelves)


def unpacked(path: Path, into: Path) -> Path:
    with zipfile.ZipFile(path) as file:
        file.extractall(into)
    (folder,) = into.iterdir()
    return folder


async def test_the_footage_is_the_cameras_own_bytes_whole(sitting: Sitting, tmp_path: Path):
    court = await sitting()
    bag = unpacked(await court.export(), tmp_path / "out")
    files = sorted((bag / "data" / "footage").iterdir())
    assert [file.read_bytes() for file in files] == FOOTAGE[1:], (
        "whole segments that touch the span; only listed bytes"
    )
    start = from_ms(court.hold.from_ms - 1000)
    assert files[0].name == f"{start:%Y%m%dT%H%M%S}.000Z.mp4"


async def test_any_machine_checks_the_footage_with_sha256sum(sitting: Sitting, tmp_path: Path):
    court = await sitting()
    bag = unpacked(await court.export(), tmp_path / "out")
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        done = subprocess.run(
            ["sha256sum", "--strict", "-c", manifest], cwd=bag, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
    assert (bag / "bagit.txt").read_text() == "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    info = dict(line.split(": ", 1) for line in (bag / "bag-info.txt").read_text().splitlines())
    payload = [file for file in (bag / "data").rglob("*") if file.is_file()]
    assert info["Payload-Oxum"] == f"{sum(file.stat().st_size for file in payload)}.{len(payload)}"
    assert info["Log-Key"] == KEYS.public.text


async def test_the_seal_covers_every_file_outside_the_payload(sitting: Sitting, tmp_path: Path):
    court = await sitting()
    bag = unpacked(await court.export(), tmp_path / "out")
    text = open_note((bag / "manifest-sha256.txt.note").read_text(), KEYS.public)
    assert text.splitlines()[:2] == ["safecity evidence", bag.name]
    for name in ("README.txt", "bag-info.txt", "bagit.txt", "manifest-sha256.txt"):
        assert f"{hashlib.sha256((bag / name).read_bytes()).hexdigest()}  {name}" in text.splitlines()


async def test_the_facts_come_with_their_proofs(sitting: Sitting, tmp_path: Path):
    court = await sitting()
    bag = unpacked(await court.export(), tmp_path / "out")
    facts = [json.loads(line) for line in (bag / "data" / "facts.jsonl").read_text().splitlines()]
    told = {fact["type"].partition("/")[0] for fact in facts}
    assert {
        "AlertRaised",
        "IncidentDeclared",
        "EvidenceHeld",
        "FootageHeld",
        "PermitAsked",
        "PermitGranted",
    } <= told
    assert "EvidenceExported" in told, "that it was handed over stands in what is handed over"
    assert "BureauAdded" not in told
    assert {int(file.stem) for file in (bag / "data" / "log").glob("*.tlog-proof")} == {
        fact["seq"] for fact in facts
    }
    newest = open_checkpoint((bag / "data" / "log" / "checkpoint").read_text(), KEYS.public)
    assert newest.size >= max(fact["seq"] for fact in facts)
    assert "red coat" in (bag / "data" / "history.txt").read_text()


async def test_what_is_missing_is_said(sitting: Sitting, tmp_path: Path):
    court = await sitting()
    bag = unpacked(await court.export(), tmp_path / "out")
    told = json.loads((bag / "data" / "footage.json").read_text())
    assert told["camera"]["name"] == "Market St, east"
    assert [each["cause"] for each in told["missing"]] == ["network"]
    readme = (bag / "README.txt").read_text()
    assert court.incident.reference in readme
    assert KEYS.public.text in readme
    assert not re.search(r"[{}]", readme)


async def test_the_whole_checks_without_the_node(sitting: Sitting):
    court = await sitting()
    verdict = check(await court.export(), KEYS.public.text)
    assert verdict.ok, verdict.sentence
    assert verdict.facts >= 8


async def test_handing_over_is_on_record_before_a_byte_leaves(sitting: Sitting):
    court = await sitting()
    for file in court.shelf.archive.root.rglob("*.mp4"):
        file.write_bytes(b"")
    with pytest.raises(Unavailable, match="not as the index says"):
        await court.export()
    told = [entry.fact().event for entry in await read_entries(court.node.database, 0)]
    assert any(isinstance(each, EvidenceExported) and each.granted_by == court.second.id for each in told)
    assert list((court.shelf.archive.data / "exports").iterdir()) == [], "nothing half-made is left"


async def test_one_person_alone_hands_nothing_over(sitting: Sitting):
    court = await sitting()

    async def hand_over(by: Actor, permit: str) -> Path:
        return await export(court.node, by, court.shelf.archive, court.hold.id, permit, KEYS)

    with pytest.raises(NotAllowed, match="takes a permit"):
        await hand_over(court.by, "nothing")
    asked = await ask_permit(court.node, court.by, "export", court.hold.id, "court_order", "Case 7")
    with pytest.raises(NotAllowed, match="has not been granted yet"):
        await hand_over(court.by, asked.id)
    with pytest.raises(NotAllowed, match="second person"):
        await grant_permit(court.node, court.by, asked.id)
    await grant_permit(court.node, court.second, asked.id)
    with pytest.raises(NotAllowed, match="takes a permit"):
        await hand_over(court.second, asked.id)
    assert not (court.shelf.archive.data / "exports").exists()
    assert (await hand_over(court.by, asked.id)).exists()


async def test_an_expired_permit_opens_nothing(sitting: Sitting, clock: SetClock):
    court = await sitting()
    permit = await court.permit()
    clock.pass_(minutes=61)
    with pytest.raises(NotAllowed, match="has expired"):
        await export(court.node, court.by, court.shelf.archive, court.hold.id, permit.id, KEYS)


async def test_administrators_auditors_and_strangers_hand_nothing_over(
    sitting: Sitting, administrator: Actor, auditor: Actor, officer: Actor
):
    court = await sitting()
    permit = await court.permit()
    for by in (
        administrator,
        auditor,
        officer,
        Actor(id=court.by.id, roles=frozenset({"desk"}), bureau="EAS"),
    ):
        with pytest.raises(NotAllowed):
            await export(court.node, by, court.shelf.archive, court.hold.id, permit.id, KEYS)


async def test_what_was_released_is_not_handed_over(sitting: Sitting):
    court = await sitting()
    permit = await court.permit()
    await release(court.node, court.by, court.shelf.archive, court.hold.id, "The case was dropped")
    with pytest.raises(Conflict, match="was released"):
        await export(court.node, court.by, court.shelf.archive, court.hold.id, permit.id, KEYS)
    with pytest.raises(NotFound):
        await export(court.node, court.by, court.shelf.archive, "nothing", permit.id, KEYS)


async def test_exports_that_nobody_fetched_are_deleted(sitting: Sitting):
    court = await sitting()
    first = await court.export()
    old = court.node.clock.now().timestamp() - 90_000
    os.utime(first, (old, old))
    second = await court.export()
    assert second.exists()
    assert not first.exists()


@pytest.mark.skipif(bool(needs("ffmpeg")), reason=needs("ffmpeg"))
async def test_h265_with_sound_of_several_cameras_is_handed_over_playable_and_checks(
    sitting: Sitting, tmp_path: Path
):
    court = await sitting()
    track, pictures = hevc_stream(tmp_path)
    sounding = replace(track, audio=AAC)
    other = await add_camera(court.node, "Bank St, west", MARKET)
    start_ms = court.hold.from_ms - 600_000
    for number, camera in enumerate((court.hold.camera, other.id)):
        keep(
            court.shelf,
            camera,
            sounding,
            steady(pictures, from_ms=start_ms),
            aac_sounds(tmp_path, start_ms=start_ms),
        )
        kept = await hold(
            court.node, court.by, court.shelf.archive, incident=court.incident.id, camera=camera,
            from_ms=start_ms, to_ms=start_ms + 4_000, reason="Case 7",
        )  # fmt: skip
        asked = await ask_permit(court.node, court.by, "export", kept.id, "court_order", "Case 7")
        permit = await grant_permit(court.node, court.second, asked.id)
        path = await export(court.node, court.by, court.shelf.archive, kept.id, permit.id, KEYS)
        verdict = check(path, KEYS.public.text)
        assert verdict.ok, verdict.sentence
        films = sorted((unpacked(path, tmp_path / f"out-{number}") / "data" / "footage").glob("*.mp4"))
        assert len(films) == 2
        assert [complaints(film) for film in films] == ["", ""]
