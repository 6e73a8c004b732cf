"""The port by which rooms and clients hear of facts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from safecity.base.events import Fact


class Bus(Protocol):
    """Carries facts from the journal to whoever listens.

    Promise: every fact after `since` comes once per subscription, in order of its sequence number; a subscriber that
    comes back with the last number it handled misses nothing. Delivery to handlers is at least once.
    """

    def subscribe(self, since: int) -> AsyncIterator[Fact]:
        """All facts after the sequence number `since`: first those of the journal, then new ones as they come."""
        ...
