"""A camera's timeline at the command line: lines for people, JSON for programs."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from fakes.recorded_gate import FROM_MS, explain, recorded_gate, settings_in
from safecity.app import archive_of
from safecity.base import Actor, Node
from safecity.cli import run
from safecity.footage import Hold, hold
from safecity.settings import Settings
from safecity.shell import at_shell


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


@pytest.fixture
def gate(settings: Settings) -> str:
    """Recorded, its gap explained, and a minute of it held."""
    camera = recorded_gate(settings)
    explain(settings, camera)
    minute = Hold(id="h-1", camera=camera, start_ms=FROM_MS + 60_000, end_ms=FROM_MS + 120_000)

    async def work(node: Node, by: Actor) -> str:
        await hold(node, by, archive=archive_of(settings), hold=minute)
        return camera

    return asyncio.run(at_shell(settings, work))


def timeline(settings: Settings, *words: str, until: str = "2026-01-01T00:20Z") -> int:
    return run(
        ["footage", "timeline", "--data", str(settings.data), *words, "Gate", "2026-01-01T00:00Z", until]
    )


def test_people_get_lines_in_order_of_time(settings: Settings, gate: str, capsys: pytest.CaptureFixture[str]):
    assert timeline(settings) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[4] for line in lines[:-1]] == ["footage", "held", "gap", "footage"]
    assert lines[2].endswith("network: Packets were lost.")
    assert lines[-1] == "Gate: 996 s of footage, 1 gaps, 0 sightings, 1 spans held, 6 damaged pictures."


def test_programs_get_milliseconds(settings: Settings, gate: str, capsys: pytest.CaptureFixture[str]):
    assert timeline(settings, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["camera"], found["from_ms"], found["damaged"]) == ("Gate", FROM_MS, 6)
    gap = next(each for each in found["lines"] if each["what"] == "gap")
    assert (gap["from_ms"], gap["to_ms"], gap["cause"]) == (FROM_MS + 600_000, FROM_MS + 604_000, "network")
    assert next(each["id"] for each in found["lines"] if each["what"] == "held") == "h-1"


def test_a_span_that_is_none_and_a_camera_that_is_none_are_told(
    settings: Settings, gate: str, capsys: pytest.CaptureFixture[str]
):
    assert timeline(settings, until="2025-12-31T00:00Z") != 0
    assert "A span begins before it ends" in capsys.readouterr().err
    assert run(["footage", "timeline", "--data", str(settings.data), "Lake", "2026-01-01", "2026-01-02"]) != 0
    assert "no camera called 'Lake'" in capsys.readouterr().err
