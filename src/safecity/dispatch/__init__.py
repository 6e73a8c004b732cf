"""Who goes: units, shifts, positions, assignments, messages.

In: a person's order, what crews say, where phones are.   Out: assignments, and facts about them.
Promise: no machine sends a unit; a unit has at most one assignment; what a crew says twice counts once.
"""

from safecity.dispatch.events import (
    AssignmentMoved,
    CrewChanged,
    MessageSent,
    ShiftEnded,
    ShiftStarted,
    UnitAdded,
    UnitAssigned,
    UnitStatusChanged,
)
from safecity.dispatch.model import (
    Assignment,
    Candidate,
    Fix,
    Message,
    Move,
    State,
    Unit,
    UnitKind,
    UnitStatus,
)

__all__ = [
    "Assignment",
    "AssignmentMoved",
    "Candidate",
    "CrewChanged",
    "Fix",
    "Message",
    "MessageSent",
    "Move",
    "ShiftEnded",
    "ShiftStarted",
    "State",
    "Unit",
    "UnitAdded",
    "UnitAssigned",
    "UnitKind",
    "UnitStatus",
    "UnitStatusChanged",
]
