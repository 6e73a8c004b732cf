"""Whoever changes an export is found, and so is what they changed. Whoever sends something else gets a sentence."""

# ruff: noqa: E501  the table of deeds reads line by line

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.court import Sitting, open_court
from fakes.intruder import KEYS
from fakes.shelf import Shelf, shelf
from safecity.base import Actor, Node
from safecity.evidence import Signer, check
from safecity.evidence.bag import SEALED, lines

KEY = KEYS.public.text
Files = dict[str, bytes]


@pytest.fixture
def shelves(tmp_path: Path) -> Iterator[Shelf]:
    made = shelf(tmp_path / "data")
    yield made
    made.index.close()


@pytest.fixture
def sitting(node: Node, operator: Actor, desk: Actor, shelves: Shelf) -> Sitting:
    """Opens the court when it is called: the operator holds and hands over, the desk officer grants."""
    return partial(open_court, node, operator, desk, shelves)


def read(path: Path) -> Files:
    """Files by their path in the bag."""
    with zipfile.ZipFile(path) as file:
        return {name.partition("/")[2]: file.read(name) for name in file.namelist()}


def write(path: Path, files: Files, top: str) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name, data in files.items():
            file.writestr(f"{top}/{name}", data)
    return path


def top_of(path: Path) -> str:
    with zipfile.ZipFile(path) as file:
        return file.namelist()[0].partition("/")[0]


def first(files: Files, start: str) -> str:
    return next(name for name in files if name.startswith(start))


def flipped(data: bytes) -> bytes:
    return data[:-2] + bytes([data[-2] ^ 1]) + data[-1:]


def reseal(files: Files, top: str, signer: Signer = KEYS) -> None:
    """Makes manifests and seal fit again, as whoever has the key could."""
    from hashlib import sha256

    payload = {name: sha256(data).hexdigest() for name, data in files.items() if name.startswith("data/")}
    files["manifest-sha256.txt"] = lines(payload).encode()
    sealed = {name: sha256(files[name]).hexdigest() for name in SEALED}
    files["manifest-sha256.txt.note"] = signer.sign(f"safecity evidence\n{top}\n{lines(sealed)}").encode()
    tags = {
        name: sha256(data).hexdigest()
        for name, data in files.items()
        if not name.startswith(("data/", "tagmanifest"))
    }
    files["tagmanifest-sha256.txt"] = lines(tags).encode()


async def test_an_untouched_export_holds(sitting: Sitting):
    path = await (await sitting()).export()
    verdict = check(path, KEY)
    assert verdict.ok
    assert verdict.sentence.startswith(f"Nothing is missing, added or changed in {verdict.files} files since")
    assert verdict.sealed_by == KEY
    without = check(path)
    assert without.ok
    assert without.sentence.endswith("Compare that key with the one the police have published.")


@dataclass(frozen=True)
class Deed:
    """What is done to the files, and the words of the verdict."""

    do: Callable[[Files, str], object]
    words: str


def change(start: str) -> Callable[[Files, str], object]:
    def do(files: Files, _top: str) -> None:
        name = first(files, start)
        files[name] = flipped(files[name])

    return do


def and_manifest(files: Files, _top: str) -> None:
    """Changes footage and its line in the manifest, as someone does who knows BagIt but has no key."""
    from hashlib import sha256

    name = first(files, "data/footage/")
    old = sha256(files[name]).hexdigest()
    files[name] = flipped(files[name])
    new = sha256(files[name]).hexdigest()
    files["manifest-sha256.txt"] = files["manifest-sha256.txt"].replace(old.encode(), new.encode())


def forged(files: Files, top: str) -> None:
    files[first(files, "data/footage/")] += b"!"
    reseal(files, top, Signer(KEYS.name, bytes(32)))


def rewritten(files: Files, top: str) -> None:
    files["data/facts.jsonl"] = files["data/facts.jsonl"].replace(b"person:operator", b"person:scapegoat", 1)
    reseal(files, top)


def unlogged(files: Files, top: str) -> None:
    proofs = [name for name in files if name.endswith(".tlog-proof")]
    files[proofs[0]] = files[proofs[1]]
    reseal(files, top)


def unproven(files: Files, top: str) -> None:
    del files[first(files, "data/log/1")]
    reseal(files, top)


def nonsense(files: Files, top: str) -> None:
    files["data/facts.jsonl"] += b"[1, 2]\n"
    reseal(files, top)


def other_log(files: Files, top: str) -> None:
    other = Signer(KEYS.name, bytes(32))
    text = files["data/log/checkpoint"].decode().partition("\n\n")[0] + "\n"
    files["data/log/checkpoint"] = other.sign(text).encode()
    reseal(files, top)


DEEDS = {
    "footage changed": Deed(change("data/footage/"), "mp4 was changed."),
    "footage changed, and the manifest": Deed(and_manifest, "manifest-sha256.txt was changed after it was sealed."),
    "footage missing": Deed(lambda files, _: files.pop(first(files, "data/footage/")), "mp4 is missing."),
    "footage added": Deed(lambda files, _: files.update({"data/footage/0.mp4": b"x"}), "data/footage/0.mp4 was added."),
    "a file added outside": Deed(lambda files, _: files.update({"play-me.exe": b"x"}), "play-me.exe was added."),
    "facts changed": Deed(change("data/facts.jsonl"), "data/facts.jsonl was changed."),
    "the history changed": Deed(change("data/history.txt"), "data/history.txt was changed."),
    "the words for the court changed": Deed(change("README.txt"), "README.txt was changed after it was sealed."),
    "the outside changed": Deed(change("bag-info.txt"), "bag-info.txt was changed after it was sealed."),
    "the declaration changed": Deed(change("bagit.txt"), "bagit.txt was changed"),
    "the manifest changed": Deed(change("manifest-sha256.txt"), "manifest-sha256.txt was changed"),
    "the tag manifest changed": Deed(change("tagmanifest-sha256.txt"), "tagmanifest-sha256.txt was changed."),
    "the seal changed": Deed(change("manifest-sha256.txt.note"), "The seal does not fit"),
    "the seal missing": Deed(lambda files, _: files.pop("manifest-sha256.txt.note"), "manifest-sha256.txt.note is missing."),
    "the manifest missing": Deed(lambda files, _: files.pop("manifest-sha256.txt"), "manifest-sha256.txt is missing."),
    "the readme missing": Deed(lambda files, _: files.pop("README.txt"), "README.txt is missing."),
    "a seal of one's own": Deed(forged, "The seal does not fit: The note is not signed by safecity/hub."),
    "with the key, a fact rewritten": Deed(rewritten, "in data/facts.jsonl was changed after it was written."),
    "with the key, another entry's proof": Deed(unlogged, "is not in the log: The proof is for entry"),
    "with the key, a proof left out": Deed(unproven, ".tlog-proof is missing."),
    "with the key, nonsense among the facts": Deed(nonsense, "A line of data/facts.jsonl is no journal entry."),
    "another log's checkpoint": Deed(other_log, "The log's checkpoint does not fit"),
}  # fmt: skip


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS.keys())
async def test_every_deed_is_found_and_named(sitting: Sitting, tmp_path: Path, deed: Deed):
    path = await (await sitting()).export()
    files, top = read(path), top_of(path)
    deed.do(files, top)
    verdict = check(write(tmp_path / "changed.zip", files, top), KEY)
    assert not verdict.ok
    assert deed.words in verdict.sentence
    assert verdict.file is not None


async def test_another_export_under_this_name_does_not_hold(sitting: Sitting, tmp_path: Path):
    path = await (await sitting()).export()
    verdict = check(write(tmp_path / "renamed.zip", read(path), "case-8"), KEY)
    assert verdict.sentence == f"The seal is of another export, {top_of(path)}."


async def test_someone_elses_key_does_not_fit(sitting: Sitting):
    path = await (await sitting()).export()
    other = Signer("safecity/other", bytes(32)).public.text
    assert "not signed by safecity/other" in check(path, other).sentence
    assert check(path, "mistyped").sentence.startswith("The key cannot be used")


async def test_five_hundred_flipped_bytes_are_all_found(sitting: Sitting, tmp_path: Path):
    path = await (await sitting()).export()
    files, top = read(path), top_of(path)
    chance = random.Random(11)
    unseen: list[str] = []
    for _ in range(500):
        name = chance.choice(list(files))
        whole = files[name]
        at = chance.randrange(len(whole))
        files[name] = whole[:at] + bytes([whole[at] ^ (1 << chance.randrange(8))]) + whole[at + 1 :]
        if check(write(tmp_path / "flipped.zip", files, top), KEY).ok:
            unseen.append(f"{name} at {at}")
        files[name] = whole
    assert unseen == []


async def test_a_zip_file_cut_short_is_no_whole_zip_file(sitting: Sitting, tmp_path: Path):
    data = (await (await sitting()).export()).read_bytes()
    cut = tmp_path / "cut.zip"
    for length in (0, 1, 100, len(data) // 2, len(data) - 1):
        cut.write_bytes(data[:length])
        assert check(cut, KEY).sentence.startswith("cut.zip is no whole zip file")


async def test_a_byte_flipped_in_the_zip_file_itself_is_never_passed_over_in_footage(
    sitting: Sitting, tmp_path: Path
):
    path = await (await sitting()).export()
    data = path.read_bytes()
    changed = tmp_path / "changed.zip"
    at = data.index(b"\x02" * 5000) + 17
    changed.write_bytes(data[:at] + b"\xff" + data[at + 1 :])
    assert check(changed, KEY).sentence.endswith("mp4 was changed.")


def odd(
    path: Path, *entries: tuple[str, bytes], mode: int = 0o100644, method: int = zipfile.ZIP_STORED
) -> Path:
    with zipfile.ZipFile(path, "w", method) as file:
        for name, data in entries:
            info = zipfile.ZipInfo(name)
            info.external_attr, info.compress_type = mode << 16, method
            file.writestr(info, data)
    return path


@pytest.mark.parametrize(
    "name",
    [
        "case/../../etc/passwd",
        "/etc/passwd",
        "case//x",
        "case/./x",
        "case/a\\b",
        "case/C:/x",
        "other/x",
        "case/\x07",
    ],
)
def test_a_name_that_climbs_out_is_refused(tmp_path: Path, name: str):
    path = odd(tmp_path / "odd.zip", ("case/bagit.txt", b""), (name, b"x"))
    assert "a name that evidence never has" in check(path, KEY).sentence


def test_a_link_is_refused(tmp_path: Path):
    path = odd(tmp_path / "odd.zip", ("case/x", b"/etc/passwd"), mode=0o120777)
    assert "a name that evidence never has" in check(path, KEY).sentence


def test_a_zip_bomb_is_refused_unopened(tmp_path: Path):
    path = odd(tmp_path / "bomb.zip", ("case/bagit.txt", b"\0" * 50_000_000), method=zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 100_000
    assert check(path, KEY).sentence == "bagit.txt is packed or locked; evidence is stored as it is."


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_is_there_twice_is_refused(tmp_path: Path):
    path = odd(tmp_path / "twice.zip", ("case/a", b"1"), ("case/a", b"2"))
    assert check(path, KEY).sentence == "a is there twice."


def test_files_that_lie_in_each_other_are_refused(tmp_path: Path):
    path = odd(tmp_path / "quine.zip", *((f"case/{n}", b"x" * 1000) for n in range(3)))
    data = path.read_bytes()
    directory = data.rindex(b"PK\x01\x02", 0, data.index(b"PK\x01\x02") + 4)
    entry = data[directory : data.index(b"PK\x01\x02", directory + 4)]
    end = data[data.index(b"PK\x05\x06") :]
    many = b"".join(entry.replace(b"case/0", b"case/%c" % (97 + n)) for n in range(20))
    count, size = (20).to_bytes(2, "little"), len(many).to_bytes(4, "little")
    path.write_bytes(data[:directory] + many + end[:8] + count * 2 + size + end[16:])
    assert "claims more than it holds" in check(path, KEY).sentence


def test_what_is_no_zip_file_gets_a_sentence(tmp_path: Path):
    path = tmp_path / "words.zip"
    path.write_text("no zip file")
    assert check(path, KEY).sentence == "words.zip is no whole zip file: File is not a zip file."
    assert (
        check(tmp_path / "nothing.zip", KEY).sentence
        == "nothing.zip cannot be read: No such file or directory."
    )
    assert check(odd(tmp_path / "empty.zip"), KEY).sentence == "This is no evidence: it holds 0 files."
    assert check(odd(tmp_path / "other.zip", ("case/x", b"")), KEY).sentence == "bagit.txt is missing."


@given(st.binary(max_size=300))
def test_no_bytes_break_the_check(tmp_path_factory: pytest.TempPathFactory, data: bytes):
    path = tmp_path_factory.getbasetemp() / "any.zip"
    path.write_bytes(data)
    assert not check(path, KEY).ok
    path.write_bytes(data + b"PK\x05\x06" + bytes(18))
    assert not check(path, KEY).ok
