"""Signed notes: ours, other people's, and broken ones."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safecity.evidence.sign import (
    BadNote,
    Checkpoint,
    PublicKey,
    Signer,
    open_checkpoint,
    open_note,
    read_checkpoint,
)

# From the documentation of golang.org/x/mod/sumdb/note.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# From the specification c2sp.org/signed-note.
SPEC_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"

KEYS = Signer("safecity/hub", bytes(range(32)))
CHECKPOINT = Checkpoint("safecity/hub", 1234, bytes(32))
NOTE = KEYS.sign(CHECKPOINT.text())


def test_a_note_that_go_signed_opens():
    assert open_note(GO_NOTE, PublicKey.read(GO_KEY)).endswith("problem is.\n")


def test_published_keys_read_and_write_the_same():
    for text in (GO_KEY, SPEC_KEY, KEYS.public.text):
        assert PublicKey.read(text).text == text


@pytest.mark.parametrize(
    "text", ["", "name", "name+00000000+AAAA", GO_KEY[:-4], GO_KEY.replace("c74f", "c74e"), "a b+1+2"]
)
def test_a_mistyped_key_is_refused(text: str):
    with pytest.raises(BadNote):
        PublicKey.read(text)


def test_a_checkpoint_comes_back_as_it_was_signed():
    assert NOTE.startswith("safecity/hub\n1234\nAAAA")
    assert open_checkpoint(NOTE, KEYS.public) == CHECKPOINT


@settings(max_examples=60)
@given(st.integers(0, len(NOTE) - 1), st.characters(codec="utf-8"))
def test_no_character_of_a_note_can_be_changed(at: int, other: str):
    changed = NOTE[:at] + other + NOTE[at + 1 :]
    if changed != NOTE:
        with pytest.raises(BadNote):
            open_checkpoint(changed, KEYS.public)


@given(st.text())
def test_no_text_breaks_the_reader(text: str):
    for attempt in (
        lambda: open_note(text, KEYS.public),
        lambda: read_checkpoint(text),
        lambda: PublicKey.read(text),
    ):
        with pytest.raises(BadNote):
            attempt()


def test_witnesses_may_sign_too():
    witness = Signer("witness.example", bytes(32))
    line = witness.sign(CHECKPOINT.text()).splitlines()[-1]
    both = f"{NOTE}{line}\n"
    assert open_checkpoint(both, KEYS.public) == CHECKPOINT
    assert open_note(both, witness.public) == CHECKPOINT.text()


BROKEN = {
    "no signature": CHECKPOINT.text(),
    "signed by another": Signer("safecity/other", bytes(32)).sign(CHECKPOINT.text()),
    "another key of the same name": Signer("safecity/hub", bytes(32)).sign(CHECKPOINT.text()),
    "no line break at the end": NOTE[:-1],
    "too long": "x" * 70_000,
    "another origin": KEYS.sign(Checkpoint("safecity/other", 1, bytes(32)).text()),
    "no checkpoint": KEYS.sign("hello\n"),
    "a size with a leading zero": KEYS.sign(CHECKPOINT.text().replace("1234", "01234")),
    "a short root": KEYS.sign("safecity/hub\n1\nAAAA\n"),
}


@pytest.mark.parametrize("note", BROKEN.values(), ids=BROKEN.keys())
def test_broken_notes_are_refused(note: str):
    with pytest.raises(BadNote):
        open_checkpoint(note, KEYS.public)


def test_a_private_key_comes_back_as_it_was_written():
    assert Signer.read(KEYS.private_text()).public == KEYS.public
    # From the documentation of golang.org/x/mod/sumdb/note.
    go = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
    assert Signer.read(go).public.text == GO_KEY
    assert Signer.read(go).sign(GO_NOTE.partition("\n\n")[0] + "\n") == GO_NOTE
    for broken in ("", "nonsense", go[:-4], go.replace("c74f", "c74e")):
        with pytest.raises(BadNote):
            Signer.read(broken)


def test_a_name_with_spaces_makes_no_key():
    with pytest.raises(ValueError, match="no spaces"):
        Signer("two words", bytes(32))
