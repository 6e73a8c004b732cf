"""Completeness at the command line: figures for people and for programs, and an exit code that tells of silent gaps."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from safecity import access, cameras
from safecity.app import index_of
from safecity.base import Actor, Node, Place
from safecity.cli import run
from safecity.footage import Cause, Gap, Segment
from safecity.settings import Settings, load_settings
from safecity.shell import at_shell

FROM_MS = 1_767_225_600_000  # 2026-01-01T00:00Z
SQUARE = [Place(-1, -1), Place(-1, 1), Place(1, 1), Place(1, -1)]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"data": str(tmp_path)}, None, None)[0]


@pytest.fixture
def gate(settings: Settings) -> str:
    async def work(node: Node, by: Actor) -> str:
        await access.add_bureau(node, by, code="CEN", name="Central", polygon=SQUARE)
        added = await cameras.add(
            node, by, name="Gate", url="rtsp://10.0.0.7/", bureau="CEN", place=Place(0, 0),
            controller="City police", regime=cameras.Regime.POLICE,
        )  # fmt: skip
        return added.id

    camera = asyncio.run(at_shell(settings, work))
    index = index_of(settings, "recorder-0", writable=True)
    for start_s, end_s in ((0, 600), (604, 1_000)):
        start_ms, end_ms = FROM_MS + start_s * 1000, FROM_MS + end_s * 1000
        path = f"{camera}/{start_s}.mp4"
        index.add_segment(
            Segment(
                camera=camera, start_ms=start_ms, end_ms=end_ms, path=path, bytes=1, pictures=1, damaged=6
            )
        )
    index.set_mark("alive_ms", str(FROM_MS + 1_000_000))
    index.close()
    return camera


def explain(settings: Settings, camera: str) -> None:
    index = index_of(settings, "recorder-0", writable=True)
    gap = Gap(
        camera=camera,
        start_ms=FROM_MS + 600_000,
        end_ms=FROM_MS + 604_000,
        cause=Cause.NETWORK,
        words="Lost.",
    )
    index.open_gap(gap)
    index.close()


def completeness(settings: Settings, *more: str) -> int:
    return run([
        "footage", "completeness", "--data", str(settings.data), "--from", "2026-01-01T00:00Z",
        "--to", "2026-01-01T00:16:40Z", *more,
    ])  # fmt: skip


def test_a_programme_gets_milliseconds(settings: Settings, gate: str, capsys: pytest.CaptureFixture[str]):
    explain(settings, gate)
    assert completeness(settings, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["cameras"][0]["camera"] == "Gate"
    assert found["city"]["share"] == pytest.approx(0.996)
    assert found["city"]["lost_ms"] == {"network": 4_000}
    assert found["city"]["damaged"] == 12
    assert found["to_ms"] - found["from_ms"] == found["city"]["span_ms"] == 1_000_000


def test_people_get_a_table(settings: Settings, gate: str, capsys: pytest.CaptureFixture[str]):
    explain(settings, gate)
    assert completeness(settings, "--camera", "Gate") == 0
    shown = capsys.readouterr().out
    assert "Gate" in shown
    assert "99.600%" in shown


def test_a_silent_gap_is_an_exit_code(settings: Settings, gate: str, capsys: pytest.CaptureFixture[str]):
    assert completeness(settings, "--json") == 1
    assert json.loads(capsys.readouterr().out)["city"]["unexplained_ms"] == 4_000


def test_what_cannot_be_answered_is_said(settings: Settings, gate: str, capsys: pytest.CaptureFixture[str]):
    assert completeness(settings, "--camera", "Nowhere") != 0
    assert "no camera called 'Nowhere'" in capsys.readouterr().err
    assert completeness(settings, "--from", "yesterday") != 0
    assert "is no moment" in capsys.readouterr().err
