"""Offline proofs of journal entries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safecity.evidence import (
    BadNote,
    BadProof,
    Checkpoint,
    Edge,
    Signer,
    check_proof,
    inclusion,
    leaf_hash,
    proof_text,
)
from safecity.evidence.prove import read_proof

SIGNER = Signer("safecity/hub", bytes(range(32)))
DATA = [bytes([n]) * 32 for n in range(7)]
LEAVES = [leaf_hash(data) for data in DATA]


def node(height: int, index: int) -> bytes:
    edge = Edge()
    for leaf in LEAVES[index << height : (index + 1) << height]:
        edge.append(leaf)
    return edge.root()


def checkpoint() -> str:
    edge = Edge()
    for leaf in LEAVES:
        edge.append(leaf)
    return SIGNER.sign(Checkpoint("safecity/hub", 7, edge.root()).text())


def proof(entry: int) -> str:
    return proof_text(entry - 1, inclusion(entry - 1, 7, node), checkpoint())


@pytest.mark.parametrize("entry", range(1, 8))
def test_a_proof_shows_its_entry(entry: int):
    check_proof(proof(entry), entry, DATA[entry - 1], SIGNER.public)


def test_a_proof_is_in_the_published_form():
    lines = proof(3).split("\n")
    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 2"]
    assert lines[5:7] == ["", "safecity/hub"]


def test_a_proof_shows_nothing_else():
    with pytest.raises(BadProof, match="is for entry 3, not 4"):
        check_proof(proof(3), 4, DATA[3], SIGNER.public)
    with pytest.raises(BadProof, match="does not show entry 3"):
        check_proof(proof(3), 3, DATA[3], SIGNER.public)
    with pytest.raises(BadNote, match="not signed by"):
        check_proof(proof(3), 3, DATA[2], Signer("safecity/other", bytes(32)).public)


@given(st.integers(0, len(proof(3)) - 1), st.characters(codec="ascii"))
def test_no_character_of_a_proof_can_be_changed(at: int, other: str):
    text = proof(3)
    changed = text[:at] + other + text[at + 1 :]
    if changed != text:
        with pytest.raises((BadProof, BadNote)):
            check_proof(changed, 3, DATA[2], SIGNER.public)


@given(st.text())
def test_no_text_breaks_the_reader(text: str):
    with pytest.raises(BadProof):
        read_proof(text)
    with pytest.raises((BadProof, BadNote)):
        check_proof(f"c2sp.org/tlog-proof@v1\nindex 0\n\n{text}", 1, DATA[0], SIGNER.public)
