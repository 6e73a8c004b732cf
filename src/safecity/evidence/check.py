"""Checks an export without the node that made it, and names the first file that is missing, added or changed.

Takes nothing in the file on trust: not its names, not its sizes, not how far it unpacks. Needs no database, no network
and no clock. Reads the footage piece by piece.
"""

from __future__ import annotations

import hashlib
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from safecity.base import Entry, SafeCityError
from safecity.evidence.bag import DECLARATION, MANIFEST, PIECE, SEAL, SEALED, TAG_MANIFEST
from safecity.evidence.model import Verdict
from safecity.evidence.prove import check_proof
from safecity.evidence.sign import BadNote, PublicKey, open_checkpoint, open_note

MOST_FILES = 100_000
LARGEST_TEXT = 64 << 20  # of a file that is read as a whole
_LINE = re.compile(r"([0-9a-f]{64})  ([^\r\n]+)")
_KEY = re.compile(r"^Log-Key: (\S+)$", re.MULTILINE)


class DoesNotHold(SafeCityError):
    """The export does not hold."""

    def __init__(self, sentence: str, file: str | None = None) -> None:
        super().__init__(sentence)
        self.file = file


@dataclass(frozen=True)
class _Bag:
    """An opened zip file: its one folder, and what lies in it by path."""

    zip: zipfile.ZipFile
    name: str
    files: dict[str, zipfile.ZipInfo]

    def pieces(self, path: str) -> Iterator[bytes]:
        """The bytes of a file, piece by piece; no more than it declares."""
        try:
            with self.zip.open(self.files[path]) as source:
                while piece := source.read(PIECE):
                    yield piece
        except zipfile.BadZipFile:  # the zip file's own checksum, which a careless hand forgets
            raise DoesNotHold(f"{path} was changed.", path) from None

    def sha256(self, path: str) -> str:
        digest = hashlib.sha256()
        for piece in self.pieces(path):
            digest.update(piece)
        return digest.hexdigest()

    def text(self, path: str) -> str:
        if path not in self.files:
            raise DoesNotHold(f"{path} is missing.", path)
        if self.files[path].file_size > LARGEST_TEXT:
            raise DoesNotHold(f"{path} is larger than any file of its kind.", path)
        try:
            return b"".join(self.pieces(path)).decode()
        except UnicodeDecodeError:
            raise DoesNotHold(f"{path} was changed: it is no text any more.", path) from None


def check(path: Path, key: str | None = None) -> Verdict:
    """Checks an exported zip file, with the log's public key as the police published it, or else with the bag's own.

    Never raises for what the file holds: the Verdict says it.
    """
    try:
        public = PublicKey.read(key) if key is not None else None
        with zipfile.ZipFile(path) as file:
            return _check(_opened(file, path.stat().st_size), public)
    except DoesNotHold as fault:
        return Verdict(ok=False, sentence=fault.sentence, file=fault.file)
    except BadNote as fault:
        return Verdict(ok=False, sentence=f"The key cannot be used: {fault}")
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        zlib.error,
        EOFError,
        RuntimeError,
    ) as error:
        return Verdict(
            ok=False, sentence=f"{path.name} is no whole zip file: {str(error) or 'it ends too early'}."
        )
    except OSError as error:
        return Verdict(ok=False, sentence=f"{path.name} cannot be read: {error.strerror or error}.")


def _check(bag: _Bag, key: PublicKey | None) -> Verdict:
    if bag.text("bagit.txt") != DECLARATION:
        raise DoesNotHold("bagit.txt was changed: this is no bag of version 1.0.", "bagit.txt")
    sealed_by = _check_seal(bag, key)
    payload = _manifest(bag, MANIFEST)
    inside = {path for path in bag.files if path.startswith("data/")}
    _compare(bag, payload, inside)
    tags = {path: bag.sha256(path) for path in (*SEALED, SEAL)}
    for path in sorted(bag.files.keys() - inside - tags.keys() - {TAG_MANIFEST}):
        raise DoesNotHold(f"{path} was added.", path)
    if _manifest(bag, TAG_MANIFEST) != tags:
        raise DoesNotHold(f"{TAG_MANIFEST} was changed.", TAG_MANIFEST)
    facts = _check_facts(bag, sealed_by)
    whose = "" if key is not None else " Compare that key with the one the police have published."
    return Verdict(
        ok=True,
        sentence=(
            f"Nothing is missing, added or changed in {len(payload)} files since they were sealed by {sealed_by.text}; "
            f"{facts} entries are in the log it signed.{whose}"
        ),
        files=len(payload),
        facts=facts,
        sealed_by=sealed_by.text,
    )


def _opened(file: zipfile.ZipFile, size: int) -> _Bag:
    """The bag in a zip file. Refuses what a bag of ours never has: odd names, links, secrets, files in each other."""
    infos = [info for info in file.infolist() if not info.is_dir()]
    if not infos or len(infos) > MOST_FILES:
        raise DoesNotHold(f"This is no evidence: it holds {len(infos)} files.")
    if sum(info.compress_size for info in infos) > size:
        raise DoesNotHold("This zip file claims more than it holds: its files lie in each other.")
    name = infos[0].filename.partition("/")[0]
    files: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        top, _, path = info.filename.partition("/")
        if top != name or not _is_plain(path) or stat.S_ISLNK(info.external_attr >> 16):
            raise DoesNotHold(
                f"This zip file holds a name that evidence never has: {info.filename!r}.", info.filename
            )
        if (
            info.compress_type != zipfile.ZIP_STORED
            or info.file_size != info.compress_size
            or info.flag_bits & 0x1
        ):
            raise DoesNotHold(f"{path} is packed or locked; evidence is stored as it is.", path)
        if path in files:
            raise DoesNotHold(f"{path} is there twice.", path)
        files[path] = info
    return _Bag(file, name, files)


def _is_plain(path: str) -> bool:
    parts = path.split("/")
    return path.isprintable() and "\\" not in path and ":" not in path and not {"", ".", ".."} & set(parts)


def _manifest(bag: _Bag, path: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, line in enumerate(bag.text(path).removesuffix("\n").split("\n"), start=1):
        match = _LINE.fullmatch(line)
        if match is None or match[2] in found:
            raise DoesNotHold(f"{path} was changed: its line {number} is no line of a manifest.", path)
        found[match[2]] = match[1]
    return found


def _check_seal(bag: _Bag, key: PublicKey | None) -> PublicKey:
    """The key that signed, once the signature and the hashes it covers are found to fit."""
    own = key or _own_key(bag)
    try:
        text = open_note(bag.text(SEAL), own)
    except BadNote as error:
        raise DoesNotHold(f"The seal does not fit: {error}", SEAL) from error
    head = text.split("\n")
    rows = [match for row in head[2:-1] if (match := _LINE.fullmatch(row))]
    sealed: dict[str, str] = {match[2]: match[1] for match in rows}
    whole = len(head) == len(SEALED) + 3 and sealed.keys() == set(SEALED)
    if not whole or head[0] != "safecity evidence":
        raise DoesNotHold("The seal is of something else.", SEAL)
    if head[1] != bag.name:
        raise DoesNotHold(f"The seal is of another export, {head[1]}.", SEAL)
    for path, digest in sealed.items():
        if path not in bag.files:
            raise DoesNotHold(f"{path} is missing.", path)
        if bag.sha256(path) != digest:
            raise DoesNotHold(f"{path} was changed after it was sealed.", path)
    return own


def _own_key(bag: _Bag) -> PublicKey:
    match = _KEY.search(bag.text("bag-info.txt"))
    if match is None:
        raise DoesNotHold("bag-info.txt was changed: it names no key.", "bag-info.txt")
    try:
        return PublicKey.read(match[1])
    except BadNote as error:
        raise DoesNotHold(f"bag-info.txt was changed: {error}", "bag-info.txt") from error


def _compare(bag: _Bag, wanted: dict[str, str], there: set[str]) -> None:
    for path in sorted(wanted.keys() | there):
        if path not in there:
            raise DoesNotHold(f"{path} is missing.", path)
        if path not in wanted:
            raise DoesNotHold(f"{path} was added.", path)
        if bag.sha256(path) != wanted[path]:
            raise DoesNotHold(f"{path} was changed.", path)


def _check_facts(bag: _Bag, key: PublicKey) -> int:
    """Each entry's commitment from its columns, and its proof; returns how many there are."""
    path = "data/facts.jsonl"
    try:
        open_checkpoint(bag.text("data/log/checkpoint"), key)
    except BadNote as error:
        raise DoesNotHold(f"The log's checkpoint does not fit: {error}", "data/log/checkpoint") from error
    entries = [_entry(line, path) for line in bag.text(path).split("\n")[:-1]]
    for entry in entries:
        if (entry.salt or entry.body) and entry.expected_commitment() != entry.commitment:
            raise DoesNotHold(f"Entry {entry.seq} in {path} was changed after it was written.", path)
        proof = f"data/log/{entry.seq}.tlog-proof"
        try:
            check_proof(bag.text(proof), entry.seq, entry.commitment, key)
        except DoesNotHold:
            raise
        except SafeCityError as error:
            raise DoesNotHold(f"Entry {entry.seq} in {path} is not in the log: {error}", proof) from error
    return len(entries)


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    """An entry as a line of JSON; salt and commitment in hexadecimal."""

    seq: int
    id: str
    node: str
    at_ms: int
    type: str
    subject: str
    actor: str
    purpose: str
    body: str
    salt: str
    commitment: str


def _entry(line: str, path: str) -> Entry:
    try:
        read = msgspec.json.decode(line, type=_Line)
        columns = msgspec.structs.asdict(read)
        columns |= {"salt": bytes.fromhex(read.salt), "commitment": bytes.fromhex(read.commitment)}
        return Entry(**columns)
    except (ValueError, msgspec.MsgspecError):
        raise DoesNotHold(f"A line of {path} is no journal entry.", path) from None
