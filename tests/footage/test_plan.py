"""Plans: each camera has one recorder, and few move when the number of recorders changes."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from safecity.base import Place, Unreadable
from safecity.cameras import Camera, Regime
from safecity.footage.model import RecorderPlan
from safecity.footage.plan import plan_file, plans, read_plan, recorder_of, write_plans


def camera(name: str, *, record: bool = True, enabled: bool = True) -> Camera:
    return Camera(
        id=name, name=name, url=f"rtsp://u:secret@{name}/", bureau="CEN", place=Place(lat=0, lon=0),
        controller="City police", regime=Regime.POLICE, record=record, enabled=enabled,
    )  # fmt: skip


def test_cameras_are_shared_out_evenly_and_for_ever():
    names = [f"camera-{n}" for n in range(1800)]
    shares = [sum(recorder_of(name, 6) == each for name in names) for each in range(6)]
    assert min(shares) > 250
    assert recorder_of("camera-0", 6) == recorder_of("camera-0", 6)


def test_only_the_cameras_of_a_new_recorder_move():
    names = [f"camera-{n}" for n in range(700)]
    moved = [name for name in names if recorder_of(name, 6) != recorder_of(name, 7)]
    assert all(recorder_of(name, 7) == 6 for name in moved)


def test_a_plan_says_what_its_recorder_needs_and_hides_the_address(tmp_path: Path):
    write_plans(tmp_path, [camera("a", record=False), camera("b", enabled=False)], 1)
    plan = read_plan(plan_file(tmp_path, 0))
    assert [(each.id, each.record, each.enabled) for each in plan.cameras] == [
        ("a", False, True),
        ("b", True, False),
    ]
    assert "secret" not in repr(plan)
    assert stat.S_IMODE(plan_file(tmp_path, 0).stat().st_mode) == 0o600


def test_a_plan_that_did_not_change_is_not_written(tmp_path: Path):
    write_plans(tmp_path, [camera("a")], 2)
    before = [plan_file(tmp_path, n).stat().st_ino for n in range(2)]
    write_plans(tmp_path, [camera("a")], 2)
    assert [plan_file(tmp_path, n).stat().st_ino for n in range(2)] == before


def test_the_plan_of_a_recorder_that_is_no_more_goes(tmp_path: Path):
    every = [camera(f"c{n}") for n in range(20)]
    write_plans(tmp_path, every, 3)
    write_plans(tmp_path, every, 1)
    assert len(read_plan(plan_file(tmp_path, 0)).cameras) == 20
    assert not plan_file(tmp_path, 2).exists()
    assert sum(len(each.cameras) for each in plans(every, 3)) == 20


def test_a_plan_that_is_not_there_is_empty_and_a_broken_one_is_refused(tmp_path: Path):
    assert read_plan(tmp_path / "none.json") == RecorderPlan()
    (tmp_path / "x.json").write_text('{"cameras": 5}')
    with pytest.raises(Unreadable, match="cannot be read"):
        read_plan(tmp_path / "x.json")
