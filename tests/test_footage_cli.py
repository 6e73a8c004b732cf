"""Completeness at the command line: figures for people and for programs, and an exit code that tells of silent gaps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakes.recorded_gate import explain, recorded_gate, settings_in
from safecity.cli import run
from safecity.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


@pytest.fixture
def gate(settings: Settings) -> str:
    return recorded_gate(settings)


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
    assert found["city"]["damaged"] == 6
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
