from dataclasses import fields, replace
from datetime import UTC, datetime

import msgspec
import pytest

from safecity.simulator.report import LABELS, GapSeen, Summary, as_json, as_text, missing

WHOLE = Summary(
    at=datetime(2030, 1, 1, tzinfo=UTC),
    cameras=24,
    cameras_live=22,
    seconds_recorded=1210.5,
    sightings=9,
    alerts=12,
    alerts_answered=11,
    incidents_opened=4,
    incidents_closed=2,
    units_sent=4,
    units_arrived=3,
    holds=2,
    log_entries=400,
    log_verified=True,
    gaps=(GapSeen(camera="Harbour 23", cause="network", words="Nothing answers at its address."),),
)


def test_a_whole_story_misses_nothing():
    assert missing(WHOLE) == []
    assert "Every step of the way happened." in as_text(WHOLE, [])
    assert "Gap: Harbour 23: Nothing answers at its address. (network)" in as_text(WHOLE, [])


@pytest.mark.parametrize(
    "name",
    [each.name for each in fields(Summary) if each.name not in ("at", "cameras", "gaps", "log_verified")],
)
def test_each_step_that_did_not_happen_is_named(name: str):
    (sentence,) = missing(replace(WHOLE, **{name: 0}))
    assert sentence.endswith(".")
    assert f"Missing: {sentence}" in as_text(WHOLE, [sentence])


@pytest.mark.parametrize("verified", [None, False])
def test_a_log_that_was_not_checked_or_was_changed_is_missed(verified: bool | None):
    assert missing(replace(WHOLE, log_verified=verified)) == ["The log was not found unchanged."]


def test_a_gap_without_a_cause_is_missed():
    gap = GapSeen(camera="Harbour 23", cause="", words="")
    assert missing(replace(WHOLE, gaps=(gap,))) == ["A gap in the footage has no cause."]


def test_the_summary_is_json_for_programs():
    data = msgspec.json.decode(as_json(WHOLE, ["No unit was sent."]))
    assert data["sightings"] == 9
    assert data["gaps"][0]["cause"] == "network"
    assert data["missing"] == ["No unit was sent."]


def test_every_figure_has_a_label():
    assert {each.name for each in fields(Summary)} - {"at", "gaps"} == set(LABELS)
