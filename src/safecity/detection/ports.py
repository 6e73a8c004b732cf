"""What detection needs from outside: the notices that an eye leaves, whether or not anyone listens just now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from safecity.footage import Notice


class Outbox(Protocol):
    """An eye's own list of what it has to tell. One eye writes, the control process reads.

    Promise: numbers only grow; a notice that was listed is on disk and stays until long after it was read.
    """

    def tell(self, at_ms: int, camera: str, kind: str, body: str) -> None:
        """Leaves a notice."""
        ...

    def notices(self, since: int, limit: int = 500) -> Sequence[Notice]:
        """Notices after a number, in order."""
        ...
