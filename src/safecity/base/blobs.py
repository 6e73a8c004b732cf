"""The port to a store of whole files: snapshots, exports, log tiles."""

from __future__ import annotations

from typing import Protocol

from safecity.base.errors import NotFound


class BlobMissing(NotFound):
    """The file is not in the store."""


class Blobs(Protocol):
    """Keeps bytes under a key such as `snapshots/0192….jpg`. A put that returns has reached the disk."""

    async def put(self, key: str, data: bytes) -> None:
        """Stores or replaces a blob, whole or not at all."""
        ...

    async def get(self, key: str) -> bytes:
        """The blob's bytes. Raises BlobMissing; never returns part of a blob."""
        ...

    async def delete(self, key: str) -> None:
        """Forgets a blob; a key that is not there is no error."""
        ...
