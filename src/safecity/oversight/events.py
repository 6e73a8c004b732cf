"""Facts of oversight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from safecity.base import Event


@dataclass(frozen=True, kw_only=True)
class EntryErased(Event):
    """The body of a journal entry was erased; what remains of it is repeated here. Heard by: the log's check."""

    about: ClassVar[str] = "entry"
    entry: int
    reason_code: str
    at_ms: int
    type: str
    of: str
    actor: str
    why: str
