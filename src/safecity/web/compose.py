"""Makes the JSON views from the rooms' nouns. Pure: names, health and positions come as parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from safecity.access import Bureau, Permit, Session
from safecity.alerts import Alert
from safecity.base import from_ms
from safecity.cameras import Camera, Health
from safecity.dispatch import Assignment, Candidate, Fix, Message, Unit
from safecity.incidents import Incident, Step
from safecity.web.views import (
    AlertView,
    AssignmentView,
    BureauView,
    CameraView,
    CandidateView,
    IncidentUnitView,
    IncidentView,
    MessageView,
    MeView,
    NoteView,
    OfficerView,
    PermitView,
    StepView,
    UnitView,
    place_view,
)

Names = Mapping[str, str]


def moment(milliseconds: int | None) -> datetime | None:
    """A moment, if there is one."""
    return None if milliseconds is None else from_ms(milliseconds)


def iso(at: datetime) -> str:
    """A moment as browsers and our own API write it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def me_view(session: Session) -> MeView:
    """Whoever is signed in."""
    person = session.person
    roles = sorted(str(role) for role in person.roles)
    return MeView(id=person.id, name=person.name, roles=roles, bureau=person.bureau, csrf=session.csrf)


def bureau_view(bureau: Bureau) -> BureauView:
    """A bureau."""
    polygon = [(corner.lon, corner.lat) for corner in bureau.polygon]
    return BureauView(code=bureau.code, name=bureau.name, polygon=polygon)


def camera_view(camera: Camera, health: Health) -> CameraView:
    """A camera, without its address."""
    return CameraView(
        id=camera.id,
        name=camera.name,
        bureau=camera.bureau,
        place=place_view(camera.place),
        bearing_deg=camera.bearing_deg,
        view_deg=camera.view_deg,
        range_m=camera.range_m,
        state=health.state,
        reason=health.reason,
        since=moment(health.since_ms),
    )


def alert_view(alert: Alert, names: Names) -> AlertView:
    """An alert."""
    return AlertView(
        id=alert.id,
        reference=alert.reference,
        kind=alert.kind,
        title=alert.title,
        priority=alert.priority,
        state=alert.state,
        source=alert.source,
        camera=alert.camera,
        cameras=list(alert.cameras),
        place=place_view(alert.place),
        place_name=alert.place_name,
        bureau=alert.bureau,
        count=alert.count,
        raised_at=from_ms(alert.raised_ms),
        last_at=from_ms(alert.last_ms),
        due_at=from_ms(alert.due_ms),
        acknowledged_by=names.get(alert.acknowledged_by) if alert.acknowledged_by else None,
        acknowledged_at=moment(alert.acknowledged_ms),
        dismissed_reason=alert.dismissed_reason,
        incident=alert.incident,
        snapshot=f"/api/snapshots/{alert.sighting}.jpg" if alert.sighting else None,
        details=alert.details,
    )


def incident_view(incident: Incident, names: Names, assignments: Sequence[Assignment]) -> IncidentView:
    """An incident with the units that are bound by it, or were."""
    return IncidentView(
        id=incident.id,
        reference=incident.reference,
        kind=incident.kind,
        title=incident.title,
        priority=incident.priority,
        state=incident.state,
        place=place_view(incident.place),
        place_name=incident.place_name,
        bureau=incident.bureau,
        declared_at=from_ms(incident.declared_ms),
        dispatched_at=moment(incident.dispatched_ms),
        on_scene_at=moment(incident.on_scene_ms),
        resolved_at=moment(incident.resolved_ms),
        closed_at=moment(incident.closed_ms),
        owner=names.get(incident.owner, incident.owner),
        alerts=list(incident.alerts),
        cameras=list(incident.cameras),
        units=[IncidentUnitView(each.unit, each.call_sign, each.state) for each in assignments],
        notes=[
            NoteView(at=from_ms(note.at_ms), by=names.get(note.by, note.by), text=note.text)
            for note in incident.notes
        ],
        moves=[str(move) for move in incident.moves],
        merged_into=incident.merged_into,
    )


def unit_view(unit: Unit, names: Names, fix: Fix | None) -> UnitView:
    """A unit, with its latest position where one may be told."""
    return UnitView(
        id=unit.id,
        number=unit.number,
        call_sign=unit.call_sign,
        kind=unit.kind,
        bureau=unit.bureau,
        status=unit.status,
        place=place_view(fix.place) if fix else None,
        seen_at=from_ms(fix.at_ms) if fix else None,
        officers=[
            OfficerView(each.removeprefix("person:"), names.get(reference_of(each), each))
            for each in unit.crew
        ],
        assignment=unit.assignment,
        incident=unit.incident,
        on_shift=unit.on_shift,
    )


def reference_of(person: str) -> str:
    """The reference of a person, whether the id or the reference is given."""
    return person if person.startswith("person:") else f"person:{person}"


def step_view(step: Step) -> StepView:
    """A line of a history."""
    return StepView(seq=step.seq, at=step.at, type=step.type, text=step.text, actor=step.actor)


def candidate_view(candidate: Candidate, unit: UnitView) -> CandidateView:
    """A unit that could go."""
    return CandidateView(unit=unit, distance_m=candidate.distance_m, reason=candidate.reason)


def assignment_view(assignment: Assignment) -> AssignmentView:
    """A unit's errand."""
    return AssignmentView(
        id=assignment.id,
        incident=assignment.incident,
        unit=assignment.unit,
        call_sign=assignment.call_sign,
        state=assignment.state,
        assigned_at=from_ms(assignment.assigned_ms),
        ended_at=moment(assignment.ended_ms),
    )


def message_view(message: Message, names: Names) -> MessageView:
    """A message, with its sender's name."""
    sender = names.get(message.by, message.by)
    return MessageView(
        id=message.id, unit=message.unit, text=message.text, at=from_ms(message.at_ms), sender=sender
    )


def permit_view(permit: Permit, names: Names) -> PermitView:
    """A permit, with the names of the two persons."""
    return PermitView(
        id=permit.id,
        kind=permit.kind,
        subject=permit.subject,
        asked_by=names.get(permit.asked_by, permit.asked_by),
        reason_code=permit.reason_code,
        reason=permit.reason,
        state=permit.state,
        granted_by=names.get(permit.granted_by, permit.granted_by) if permit.granted_by else None,
        expires_at=permit.expires_at,
        asked_at=permit.asked_at,
        minutes=permit.for_s // 60,
    )
