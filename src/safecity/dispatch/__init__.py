"""Who goes: units, shifts, positions, assignments, messages.

In: a person's order, what crews say, where phones are.   Out: assignments, and facts about them.
Promise: no machine sends a unit; a unit has at most one assignment; what a crew says twice counts once.
"""

from safecity.dispatch.assign import assign, withdraw
from safecity.dispatch.enrol import add_unit, set_crew
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
from safecity.dispatch.find import assignment, assignments, unit, unit_of, units
from safecity.dispatch.locate import Positions, forget_tracks, positions_at, recall, report_position, track
from safecity.dispatch.model import (
    NEXT,
    STATUS,
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
from safecity.dispatch.move import move_assignment
from safecity.dispatch.offer import nearest
from safecity.dispatch.send import message, messages, send_message
from safecity.dispatch.shift import end_shift, start_shift

__all__ = [
    "NEXT",
    "STATUS",
    "Assignment",
    "AssignmentMoved",
    "Candidate",
    "CrewChanged",
    "Fix",
    "Message",
    "MessageSent",
    "Move",
    "Positions",
    "ShiftEnded",
    "ShiftStarted",
    "State",
    "Unit",
    "UnitAdded",
    "UnitAssigned",
    "UnitKind",
    "UnitStatus",
    "UnitStatusChanged",
    "add_unit",
    "assign",
    "assignment",
    "assignments",
    "end_shift",
    "forget_tracks",
    "message",
    "messages",
    "move_assignment",
    "nearest",
    "positions_at",
    "recall",
    "report_position",
    "send_message",
    "set_crew",
    "start_shift",
    "track",
    "unit",
    "unit_of",
    "units",
    "withdraw",
]
