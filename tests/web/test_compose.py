"""Views are made from nouns: names in place of references, moments in place of milliseconds, and no address."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from safecity.access import Permit, PermitState
from safecity.base import Place
from safecity.cameras import Camera, Health, HealthState, Regime
from safecity.dispatch import Fix, Unit, UnitKind, UnitStatus
from safecity.web.compose import camera_view, iso, moment, permit_view, reference_of, unit_view

HERE = Place(-1.2850001234, 36.82)


def test_a_moment_is_written_as_browsers_read_it():
    at = datetime(2026, 11, 22, 21, 47, 6, 123_456, tzinfo=UTC)
    assert iso(at) == "2026-11-22T21:47:06.123Z"
    assert moment(None) is None
    assert moment(0) == datetime(1970, 1, 1, tzinfo=UTC)


def test_a_camera_is_shown_without_its_address():
    camera = Camera(
        id="c1",
        name="Market",
        url="rtsp://viewer:secret@10.0.0.9/1",
        bureau="CEN",
        place=HERE,
        controller="City police",
        regime=Regime.POLICE,
    )
    health = Health(camera="c1", state=HealthState.LOST, reason="Nothing answers.", since_ms=1000)
    text = msgspec.json.encode(camera_view(camera, health)).decode()
    assert "secret" not in text
    assert "10.0.0.9" not in text
    assert '"place":{"lat":-1.285,"lon":36.82}' in text
    assert '"state":"lost","reason":"Nothing answers.","since":"1970-01-01T00:00:01Z"' in text


def test_a_unit_is_shown_with_its_crew_by_name_and_without_a_place_it_has_not():
    unit = Unit(
        id="u1",
        number=7,
        call_sign="CAR-1",
        kind=UnitKind.CAR,
        bureau="CEN",
        status=UnitStatus.AVAILABLE,
        crew=("person:p1", "person:p2"),
    )
    view = unit_view(unit, {"person:p1": "Amina"}, None)
    assert [(each.id, each.name) for each in view.officers] == [("p1", "Amina"), ("p2", "person:p2")]
    assert (view.place, view.seen_at, view.on_shift) == (None, None, True)
    seen = unit_view(unit, {}, Fix(unit="u1", place=HERE, at_ms=5000))
    assert seen.place is not None
    assert seen.seen_at == moment(5000)


def test_a_person_is_referred_to_in_one_way():
    assert reference_of("p1") == reference_of("person:p1") == "person:p1"


def test_a_permit_names_both_persons():
    permit = Permit(
        id="x",
        kind="export",
        subject="h1",
        reason_code="court_order",
        reason="Case 7",
        state=PermitState.GRANTED,
        asked_by="person:a",
        asked_at=datetime(2030, 1, 1, tzinfo=UTC),
        decided_by="person:b",
        expires_at=None,
    )
    view = permit_view(permit, {"person:a": "Amina", "person:b": "Brian"})
    assert (view.asked_by, view.granted_by, view.state) == ("Amina", "Brian", "granted")
