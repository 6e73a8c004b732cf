"""Retention, forecast and storage folders at the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from safecity.app import index_of
from safecity.cli import run
from safecity.footage import Keep, Segment
from safecity.footage.retain import settle_retention
from safecity.settings import Settings, load_settings
from safecity.shell import at_shell


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"data": str(tmp_path / "data"), "reserve": str(tmp_path / "reserve")}, None, None)[
        0
    ]


def command(settings: Settings, *words: str) -> int:
    return run(["footage", *words, "--data", str(settings.data), "--reserve", settings.reserve])


def settle(settings: Settings, city: Keep) -> None:
    import asyncio

    asyncio.run(at_shell(settings, lambda node, _: settle_retention(node, city)))


def test_a_class_is_set_and_a_shorter_rule_is_shown_as_waiting(
    settings: Settings, capsys: pytest.CaptureFixture[str]
):
    settings.data.mkdir()
    assert command(settings, "class", "traffic", "--days", "3", "--gigabytes", "500") == 0
    settle(settings, Keep(days=14))
    settle(settings, Keep(days=7))
    capsys.readouterr()
    assert command(settings, "retention") == 0
    out = capsys.readouterr().out
    assert "city: 14 days; waits: 7 days, from" in out
    assert "not agreed yet" in out
    assert "class:traffic: 3 days, at most 500 GB" in out


def test_a_forecast_without_footage_says_so(settings: Settings, capsys: pytest.CaptureFixture[str]):
    settings.data.mkdir()
    assert command(settings, "forecast") == 0
    assert "nothing to foresee" in capsys.readouterr().out


def test_storage_folders_are_listed_and_one_that_is_away_is_an_error(
    settings: Settings, capsys: pytest.CaptureFixture[str]
):
    (settings.data / "footage").mkdir(parents=True)
    index = index_of(settings, "recorder-0", writable=True)
    index.add_segment(
        Segment(camera="a", start_ms=0, end_ms=1, path="x", bytes=5 * 10**9, pictures=1, store="reserve")
    )
    index.close()
    assert command(settings, "storage") == 1
    assert "5.0 GB of footage, cannot be read" in capsys.readouterr().out
    Path(settings.reserve).mkdir()
    assert command(settings, "storage") == 0
    out = capsys.readouterr().out
    assert out.count("GB free") == 2
