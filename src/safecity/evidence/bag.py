"""BagIt 1.0 (RFC 8493) in a zip file: writing one piece by piece, and the words on its outside.

Files are stored as they are, never compressed, so that a court can take the footage out with any tool. Nothing is
held in memory but one piece at a time and the list of names.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

PIECE = 1 << 20
DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
SEAL = "manifest-sha256.txt.note"
SEALED = ("README.txt", "bag-info.txt", "bagit.txt", MANIFEST)
"""The files whose hashes the seal's text gives; the manifest gives those of all the rest."""


@dataclass
class Bag:
    """A bag being written. `name` is the one folder that everything lies in."""

    file: zipfile.ZipFile
    name: str
    moment: datetime
    payload: dict[str, str] = field(default_factory=dict[str, str])
    tags: dict[str, str] = field(default_factory=dict[str, str])
    bytes: int = 0

    def add_text(self, path: str, text: str) -> None:
        """A file from text."""
        self._add(path, [text.encode()])

    def add_file(self, path: str, source: Path, length: int) -> None:
        """The first `length` bytes of a file on disk. Raises OSError, and EOFError where it is shorter."""
        self._add(path, _pieces(source, length))

    def _add(self, path: str, pieces: Iterable[bytes]) -> None:
        digest = hashlib.sha256()
        entry = zipfile.ZipInfo(f"{self.name}/{path}", self.moment.timetuple()[:6])
        entry.external_attr = 0o100644 << 16
        count = 0
        with self.file.open(entry, "w", force_zip64=True) as out:
            for piece in pieces:
                digest.update(piece)
                out.write(piece)
                count += len(piece)
        if path.startswith("data/"):
            self.payload[path] = digest.hexdigest()
            self.bytes += count
        else:
            self.tags[path] = digest.hexdigest()

    def manifest(self) -> str:
        """The text of the payload's manifest (RFC 8493 2.1.3)."""
        return lines(self.payload)

    def seal_text(self) -> str:
        """What is signed: the bag's name and the hashes of the files that vouch for everything else."""
        return f"safecity evidence\n{self.name}\n{lines({path: self.tags[path] for path in SEALED})}"


def lines(hashes: dict[str, str]) -> str:
    """A manifest's lines."""
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(hashes.items()))


def make_durable(path: Path) -> None:
    """Returns once a file's bytes are on disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _pieces(source: Path, length: int) -> Iterable[bytes]:
    left = length
    with source.open("rb") as file:
        while left:
            piece = file.read(min(PIECE, left))
            if not piece:
                message = f"{source.name} is shorter than the index says"
                raise EOFError(message)
            left -= len(piece)
            yield piece
