"""Writes and reads offline proofs of journal entries (C2SP tlog-proof, version 1).

A proof is a text: the format's name, `index N`, the hashes of the inclusion proof in base64 one a line, an empty line,
and the checkpoint's note.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from safecity.base import Unreadable
from safecity.evidence.sign import PublicKey, open_checkpoint, unbase64
from safecity.evidence.tree import HASH, check_inclusion, leaf_hash

FORMAT = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9]\d{0,18})")


class BadProof(Unreadable):
    """This is no proof that an entry is in the log."""


@dataclass(frozen=True)
class Proof:
    """That the leaf `index` is in the log whose checkpoint this is."""

    index: int
    hashes: list[bytes]
    checkpoint: str


def proof_text(index: int, hashes: Sequence[bytes], checkpoint: str) -> str:
    """A proof as it is handed out. `index` counts from 0: an entry's sequence number less one."""
    body = "".join(f"{base64.b64encode(each).decode()}\n" for each in hashes)
    return f"{FORMAT}\nindex {index}\n{body}\n{checkpoint}"


def read_proof(text: str) -> Proof:
    """A proof from its text. Raises BadProof."""
    head, gap, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    match = _INDEX.fullmatch(lines[1]) if len(lines) > 1 else None
    if not gap or lines[0] != FORMAT or match is None or len(lines) > 66:
        raise BadProof("This is no proof in the form tlog-proof.")
    hashes = [unbase64(line) or b"" for line in lines[2:]]
    if any(len(each) != HASH for each in hashes):
        raise BadProof("A hash of the proof is damaged.")
    return Proof(int(match[1]), hashes, checkpoint)


def check_proof(text: str, entry: int, commitment: bytes, key: PublicKey) -> None:
    """Returns where the proof shows a journal entry (by number and commitment) in the log. Raises BadProof, BadNote."""
    proof = read_proof(text)
    checkpoint = open_checkpoint(proof.checkpoint, key)
    if proof.index != entry - 1:
        raise BadProof(f"The proof is for entry {proof.index + 1}, not {entry}.")
    leaf = leaf_hash(commitment)
    if not check_inclusion(leaf, proof.index, checkpoint.size, proof.hashes, checkpoint.root):
        raise BadProof(f"The proof does not show entry {entry} in the log.")
