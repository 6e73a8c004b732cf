"""What a person decided is happening, from the declaration to the closed paper.

In: a person's decision, alerts, what units do.   Out: incidents, their history, and facts about them.
Promise: no machine declares an incident; no incident is ever in a state that the table does not allow.
"""

from safecity.incidents.declare import declare
from safecity.incidents.draw import drawn
from safecity.incidents.events import (
    AlertLinked,
    CameraLinked,
    IncidentAbsorbed,
    IncidentDeclared,
    IncidentMoved,
    IncidentNoted,
)
from safecity.incidents.find import incident, incident_within, incidents, incidents_between, incidents_by_id
from safecity.incidents.link import link_alert, link_camera
from safecity.incidents.merge import merge
from safecity.incidents.model import LIVE, NEXT, Incident, Move, Note, State, Step
from safecity.incidents.move import move, move_within
from safecity.incidents.note import keep_note, note
from safecity.incidents.recount import history

__all__ = [
    "LIVE",
    "NEXT",
    "AlertLinked",
    "CameraLinked",
    "Incident",
    "IncidentAbsorbed",
    "IncidentDeclared",
    "IncidentMoved",
    "IncidentNoted",
    "Move",
    "Note",
    "State",
    "Step",
    "declare",
    "drawn",
    "history",
    "incident",
    "incident_within",
    "incidents",
    "incidents_between",
    "incidents_by_id",
    "keep_note",
    "link_alert",
    "link_camera",
    "merge",
    "move",
    "move_within",
    "note",
]
