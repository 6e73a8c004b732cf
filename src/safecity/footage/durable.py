"""Writes small files that another process reads: whole or not at all, and on the disk when it returns."""

from __future__ import annotations

import os
from pathlib import Path

from safecity.footage.folders import sync_folder


def write_durably(file: Path, data: bytes) -> None:
    """Replaces a file's content by rename. Only the owner may read it. Raises OSError."""
    file.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(
        fd, "wb"
    ) as file_aside:  # writes all of it, where os.write may stop short on a disk that fills
        file_aside.write(data)
        file_aside.flush()
        os.fsync(fd)
    draft.replace(file)
    sync_folder(file.parent)


def remove_durably(file: Path) -> None:
    """Deletes a file; one that is not there is no error. Raises OSError."""
    file.unlink(missing_ok=True)
    if file.parent.is_dir():
        sync_folder(file.parent)
