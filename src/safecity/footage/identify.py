"""Makes sure that a storage folder is the disk that the index describes, so that a wrong or absent one is noticed.

Nothing is written to a folder that is not ours, and nothing is struck off because it cannot be seen there.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from safecity.base import Unavailable
from safecity.footage.folders import sync_folder
from safecity.footage.ports import Index

FILE = "storage.id"
AWAY = f"The footage disk is away: {{root}} has no file {FILE}. Mount the disk; recording goes on by itself."
OTHER = (
    "Another disk is mounted at {root} than this recorder knows. Mount the right one, or rebuild the index."
)


class WrongDisk(Unavailable):
    """The footage folder is not the disk that this recorder knows."""


def mark_of(store: str) -> str:
    """Under which name an index keeps the identity of a storage folder."""
    return f"storage {store}".strip()


def identify(root: Path, index: Index, *, store: str = "", adopt: bool = False) -> None:
    """Compares `storage.id` in a storage folder with the index; a first start makes both.

    `adopt` takes the disk as it is, for an index that is made anew. Raises WrongDisk, OSError, IndexAway.
    """
    known = index.mark(mark_of(store))
    if known is None or adopt:
        index.set_mark(mark_of(store), claim(root))
        return
    found = _read(root / FILE)
    if found is None:
        raise WrongDisk(AWAY.format(root=root))
    if found != known:
        raise WrongDisk(OTHER.format(root=root))


def claim(root: Path) -> str:
    """The identity of a folder that is used for the first time; made where it has none. Raises OSError."""
    root.mkdir(mode=0o750, parents=True, exist_ok=True)
    return _read(root / FILE) or _make(root)


def _read(file: Path) -> str | None:
    try:
        return file.read_text(encoding="ascii").strip() or None
    except FileNotFoundError:
        return None


def _make(root: Path) -> str:
    """Writes a new identity; if another recorder is quicker, its identity holds."""
    draft = root / f".{FILE}.{os.getpid()}"
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o640)
    try:
        os.write(fd, secrets.token_hex(16).encode("ascii"))
        os.fsync(fd)
    finally:
        os.close(fd)
    try:
        os.link(draft, root / FILE)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    sync_folder(root)
    return (root / FILE).read_text(encoding="ascii").strip()
