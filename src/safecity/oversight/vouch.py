"""The node's key, and what it vouches for: it signs the log's checkpoints and seals evidence."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from safecity.base import Conflict, Node, Unreadable
from safecity.evidence import BadNote, Signer
from safecity.oversight.extend import append_new
from safecity.oversight.prove import prove_entry
from safecity.oversight.store import newest


class Keys(Signer):
    """The node's signing key. Fills the port `Seal` of evidence."""

    async def vouch(self, node: Node, entry: int) -> str:
        """A checkpoint's note that covers a journal entry; signed now if the newest one does not. Raises LogBroken."""
        while (row := await newest(node.database)) is None or row.size < entry:
            with suppress(Conflict):  # the task that extends the log was quicker; it is there now
                await append_new(node, self)
        return row.note

    async def prove(self, node: Node, entry: int, size: int) -> list[bytes]:
        """The proof that an entry is in the log of that size. Raises NotFound, Unavailable."""
        return await prove_entry(node.database, entry, size)


def load_keys(path: Path, node: str) -> Keys:
    """The node's key, from a file that only its owner reads; made at the first call. Raises Unreadable.

    A copy of the file belongs in a safe: whoever has it can sign in the node's name, and with a new key, what was
    signed before needs the old public key.
    """
    if not path.exists():
        _write(path, Keys(f"safecity/{node}", secrets.token_bytes(32)).private_text())
    try:
        return Keys.read(path.read_text(encoding="ascii"))
    except (BadNote, UnicodeDecodeError) as error:
        raise Unreadable(
            f"The log's key {path.name} is damaged; put the copy from your safe in its place."
        ) from error


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"{text}\n")
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
