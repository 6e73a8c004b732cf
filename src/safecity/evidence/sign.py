"""Signed notes and checkpoints (C2SP signed-note and tlog-checkpoint), with Ed25519 (RFC 8032).

A checkpoint's text is three lines: origin, size in decimal, root in base64. A note is a text, an empty line, and
signature lines `— name base64(key id || signature)`. Keys are written as Go's sumdb/note does, so that other
people's tools can check ours: `name+id+base64(0x01 || public key)`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from safecity.base import Unreadable

ED25519 = b"\x01"
LONGEST = 64 * 1024
_NAME = re.compile(r"[^\s+]{1,200}")
_SIZE = re.compile(r"0|[1-9]\d{0,18}")
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")


class BadNote(Unreadable):
    """This is no note signed with the key at hand."""


@dataclass(frozen=True)
class Checkpoint:
    """How large the log was, and its root, as the node signed it."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True)
class PublicKey:
    """A key that checks notes. `text` is the form to hand out."""

    name: str
    raw: bytes

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys apart."""
        return _key_id(self.name, self.raw)

    @property
    def text(self) -> str:
        """`name+id+key`, on one line."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(ED25519 + self.raw).decode()}"

    @classmethod
    def read(cls, text: str) -> PublicKey:
        """A key from its text. Raises BadNote."""
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        blob = unbase64(encoded)
        if blob is None or len(blob) != 33 or blob[:1] != ED25519 or not _NAME.fullmatch(name):
            raise BadNote("This is no public key of a log; it reads name+id+key.")
        key = cls(name, blob[1:])
        if key.id.hex() != key_id:
            raise BadNote("This public key was mistyped: its id does not fit.")
        return key


class Signer:
    """A key that signs notes."""

    def __init__(self, name: str, seed: bytes) -> None:
        if not _NAME.fullmatch(name):
            message = f"a key's name has no spaces and no plus sign: {name!r}"
            raise ValueError(message)
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = PublicKey(name, self._private.public_key().public_bytes_raw())

    @classmethod
    def read(cls, text: str) -> Self:
        """A key from its text, as `private_text` writes it. Raises BadNote."""
        match = re.fullmatch(r"PRIVATE\+KEY\+([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})", text.strip())
        seed = unbase64(match[3]) if match else None
        if match is None or seed is None or len(seed) != 33 or seed[:1] != ED25519:
            raise BadNote("This is no signing key.")
        signer = cls(match[1], seed[1:])
        if signer.public.id.hex() != match[2]:
            raise BadNote("This signing key is damaged: its id does not fit.")
        return signer

    @property
    def name(self) -> str:
        """The key's name, which is the log's origin."""
        return self.public.name

    def private_text(self) -> str:
        """`PRIVATE+KEY+name+id+key`, on one line. Whoever has it can sign in this name."""
        seed = base64.b64encode(ED25519 + self._private.private_bytes_raw()).decode()
        return f"PRIVATE+KEY+{self.name}+{self.public.id.hex()}+{seed}"

    def sign(self, text: str) -> str:
        """The text as a signed note. The text must end with a line break."""
        signature = base64.b64encode(self.public.id + self._private.sign(text.encode())).decode()
        return f"{text}\n— {self.name} {signature}\n"


def open_note(note: str, key: PublicKey) -> str:
    """The text of a note that `key` signed. Raises BadNote. Lines signed by others are passed over."""
    text, gap, lines = note.rpartition("\n\n")
    if not gap or len(note) > LONGEST or not lines.endswith("\n"):
        raise BadNote("This is no signed note.")
    text += "\n"
    signed = False
    for line in lines[:-1].split("\n"):
        match = _SIGNATURE.fullmatch(line)
        blob = unbase64(match[2]) if match else None
        if match is None or blob is None or len(blob) < 5:
            raise BadNote("A signature line of the note is damaged.")
        if match[1] != key.name or blob[:4] != key.id:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(key.raw).verify(
                blob[4:], text.encode("utf-8", "surrogatepass")
            )
        except InvalidSignature:
            raise BadNote("The signature does not fit the text of the note.") from None
        signed = True
    if not signed:
        raise BadNote(f"The note is not signed by {key.name}.")
    return text


def read_checkpoint(text: str) -> Checkpoint:
    """A checkpoint from its text. Raises BadNote."""
    lines = text.split("\n")
    root = unbase64(lines[2]) if len(lines) == 4 and not lines[3] else None
    if root is None or len(root) != 32 or not lines[0] or not _SIZE.fullmatch(lines[1]):
        raise BadNote("This is no checkpoint: it needs an origin, a size and a root.")
    return Checkpoint(lines[0], int(lines[1]), root)


def open_checkpoint(note: str, key: PublicKey) -> Checkpoint:
    """A checkpoint that `key` signed for the log of its own name. Raises BadNote."""
    checkpoint = read_checkpoint(open_note(note, key))
    if checkpoint.origin != key.name:
        raise BadNote(f"The checkpoint is of the log {checkpoint.origin}, not of {key.name}.")
    return checkpoint


def _key_id(name: str, raw: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + raw).digest()[:4]


def unbase64(text: str) -> bytes | None:
    """Bytes from base64 in its one right form, or None."""
    try:
        blob = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return blob if base64.b64encode(blob).decode() == text else None
