"""What a person decided is happening, from the declaration to the closed paper.

In: a person's decision, alerts, what units do.   Out: incidents, their history, and facts about them.
Promise: no machine declares an incident; no incident is ever in a state that the table does not allow.
"""

from safecity.incidents.events import (
    AlertLinked,
    CameraLinked,
    IncidentAbsorbed,
    IncidentDeclared,
    IncidentMoved,
    IncidentNoted,
)
from safecity.incidents.model import NEXT, Incident, Move, Note, State, Step

__all__ = [
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
]
