"""What evidence needs from outside: the node's key, and the log that stands behind it."""

from __future__ import annotations

from typing import Protocol

from safecity.base import Node
from safecity.evidence.sign import PublicKey


class Seal(Protocol):
    """Signs in the node's name, and proves journal entries."""

    public: PublicKey

    def sign(self, text: str) -> str:
        """The text as a signed note."""
        ...

    async def vouch(self, node: Node, entry: int) -> str:
        """A signed checkpoint of the log that covers a journal entry."""
        ...

    async def prove(self, node: Node, entry: int, size: int) -> list[bytes]:
        """The proof (RFC 6962 2.1.1) that an entry is in the log of that size."""
        ...
