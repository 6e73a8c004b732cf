"""Ground floor: time, ids, errors, places, and the ports that every room stands on.

In: nothing.   Out: the words of the house.   Promise: no I/O here; time and chance are parameters.
"""

from safecity.base.actors import NODE, PUBLIC, Actor
from safecity.base.blobs import BlobMissing, Blobs
from safecity.base.bus import Bus
from safecity.base.clock import Clock, RealClock, SetClock, from_ms, to_ms
from safecity.base.database import Database, Migration, Transaction, Value
from safecity.base.errors import (
    BadInput,
    Conflict,
    NotAllowed,
    NotFound,
    NotSignedIn,
    SafeCityError,
    TooLarge,
    TooMany,
    Unavailable,
    Unreadable,
)
from safecity.base.events import EVENTS, Event, Fact
from safecity.base.ids import is_id, uuid7
from safecity.base.journal import Change, Entry, UnknownFact, last_seq, read_about, read_entries
from safecity.base.node import Node
from safecity.base.places import Grid, Place, Polygon, bearing_deg, contains, distance_m, moved
from safecity.base.sql import load_migrations, load_queries
from safecity.base.tasks import Outcome, Supervisor, attempt

__all__ = [
    "EVENTS",
    "NODE",
    "PUBLIC",
    "Actor",
    "BadInput",
    "BlobMissing",
    "Blobs",
    "Bus",
    "Change",
    "Clock",
    "Conflict",
    "Database",
    "Entry",
    "Event",
    "Fact",
    "Grid",
    "Migration",
    "Node",
    "NotAllowed",
    "NotFound",
    "NotSignedIn",
    "Outcome",
    "Place",
    "Polygon",
    "RealClock",
    "SafeCityError",
    "SetClock",
    "Supervisor",
    "TooLarge",
    "TooMany",
    "Transaction",
    "Unavailable",
    "UnknownFact",
    "Unreadable",
    "Value",
    "attempt",
    "bearing_deg",
    "contains",
    "distance_m",
    "from_ms",
    "is_id",
    "last_seq",
    "load_migrations",
    "load_queries",
    "moved",
    "read_about",
    "read_entries",
    "to_ms",
    "uuid7",
]
