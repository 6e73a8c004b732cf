"""What is wrong with storage folders just now, as recorders keep it with their indexes.

A recorder that starts writes it anew, so what is read is what the recorder knew when it was last alive.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from safecity.footage.folders import RESERVE
from safecity.footage.note import Notebook
from safecity.footage.play import Archive


@dataclass(frozen=True, kw_only=True)
class FolderTrouble:
    """A recorder cannot write to a storage folder, since when and why.

    `store` is empty for the first folder; `goes_on` says whether the recorder writes to another one meanwhile.
    """

    recorder: str
    store: str
    words: str
    since_ms: int
    goes_on: bool


@dataclass(frozen=True, kw_only=True)
class _Kept:
    """The mark; no words where all is well."""

    words: str
    since_ms: int
    goes_on: bool


def keep_trouble(notebook: Notebook, store: str, words: str, since_ms: int, goes_on: bool) -> None:
    """Keeps how a folder is with the index; no words where it is well."""
    body = _Kept(words=words, since_ms=since_ms, goes_on=goes_on)
    notebook.mark(_mark_of(store), msgspec.json.encode(body).decode())


def folder_troubles(archive: Archive) -> list[FolderTrouble]:
    """What is wrong now, the first folder first. Raises IndexAway."""
    found: list[FolderTrouble] = []
    for store in ("", RESERVE):
        for recorder, index in archive.indexes.items():
            text = index.mark(_mark_of(store))
            kept = None if text is None else msgspec.json.decode(text, type=_Kept)
            if kept is not None and kept.words:
                found.append(
                    FolderTrouble(
                        recorder=recorder, store=store, words=kept.words, since_ms=kept.since_ms,
                        goes_on=kept.goes_on,
                    )
                )  # fmt: skip
    return found


def _mark_of(store: str) -> str:
    return f"trouble {store}".strip()
