"""Blobs as files in a folder: written aside, synced, then renamed into place."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from safecity.base import BadInput, BlobMissing
from safecity.footage import write_durably

_KEY = re.compile(r"^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$")


class FileBlobs:
    """Fills the port `Blobs` with a folder. Keys are relative paths; none leads out of the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def put(self, key: str, data: bytes) -> None:
        """Writes the file whole: a crash leaves the old one or the new one."""
        await asyncio.to_thread(write_durably, self._path(key), data)

    async def get(self, key: str) -> bytes:
        """The file's bytes. Raises BlobMissing."""
        try:
            return await asyncio.to_thread(self._path(key).read_bytes)
        except (FileNotFoundError, IsADirectoryError) as error:
            raise BlobMissing(f"There is no file {key} in the store.") from error

    async def delete(self, key: str) -> None:
        """Removes the file, if it is there."""
        await asyncio.to_thread(self._path(key).unlink, missing_ok=True)

    def _path(self, key: str) -> Path:
        if not _KEY.match(key):
            raise BadInput("That is no name of a stored file.")
        return self._folder / key
