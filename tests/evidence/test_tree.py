"""The Merkle tree, against the definition of RFC 6962 written out plainly, and against its published vectors."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safecity.evidence.tree import (
    EMPTY,
    WIDTH,
    Edge,
    Tile,
    check_consistency,
    check_inclusion,
    consistency,
    edge_tiles,
    fold,
    inclusion,
    leaf_hash,
    node_hash,
    range_hash,
    read_path,
    root_at,
    subtrees,
    tile_path,
)

# Certificate Transparency's test vectors: eight leaves, and the root after each.
VECTOR_LEAVES = [
    bytes.fromhex(each)
    for each in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
VECTOR_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(str(n).encode()) for n in range(700)]


def naive(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 2.1, word for word, over leaf hashes."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + naive(leaves[:k]) + naive(leaves[k:])).digest()


def naive_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962 2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*naive_path(m, leaves[:k]), naive(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive(leaves[:k])]


def naive_subproof(m: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962 2.1.2, word for word."""
    if m == len(leaves):
        return [] if whole else [naive(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*naive_subproof(m, leaves[:k], whole), naive(leaves[k:])]
    return [*naive_subproof(m - k, leaves[k:], False), naive(leaves[:k])]


def node(height: int, index: int) -> bytes:
    return naive(LEAVES[index << height : (index + 1) << height])


def grown(size: int) -> tuple[Edge, dict[tuple[int, int], Tile]]:
    edge, tiles = Edge(), dict[tuple[int, int], Tile]()
    for leaf in LEAVES[:size]:
        tiles |= {(tile.level, tile.number): tile for tile in edge.append(leaf)}
    return edge, tiles | {(tile.level, tile.number): tile for tile in edge.partial()}


@pytest.mark.parametrize("size", range(1, 9))
def test_published_vectors(size: int):
    hashes = [leaf_hash(data) for data in VECTOR_LEAVES[:size]]
    assert fold(hashes).hex() == VECTOR_ROOTS[size - 1]


def test_the_empty_tree():
    assert naive([]) == EMPTY == fold([]) == Edge().root() == root_at(0, node)


@given(st.integers(1, 700))
def test_roots_are_those_of_the_definition(size: int):
    edge, _ = grown(size)
    assert edge.root() == naive(LEAVES[:size]) == root_at(size, node)


@given(st.integers(0, 640), st.integers(0, 60))
def test_an_edge_read_from_tiles_grows_on_as_if_it_had_never_stopped(size: int, more: int):
    _, tiles = grown(size)
    edge = Edge.from_tiles(size, list(tiles.values()))
    for leaf in LEAVES[size : size + more]:
        edge.append(leaf)
    assert edge.root() == naive(LEAVES[: size + more])
    assert edge.partial() == grown(size + more)[0].partial()


def test_an_edge_needs_its_tiles():
    _, tiles = grown(300)
    with pytest.raises(ValueError, match=r"0/001\.p/44 holds 0 of 44"):
        Edge.from_tiles(300, [tile for tile in tiles.values() if tile.level])


def test_tiles_hold_what_the_format_says():
    _, tiles = grown(700)
    assert sorted(tiles) == [(0, 0), (0, 1), (0, 2), (1, 0)]
    assert [tiles[0, n].width for n in range(3)] == [WIDTH, WIDTH, 188]
    assert tiles[0, 1].row() == LEAVES[256:512]
    assert tiles[1, 0].row() == [naive(LEAVES[:256]), naive(LEAVES[256:512])]
    assert list(edge_tiles(256)) == [(0, 1, 0), (1, 0, 1)]
    assert list(edge_tiles(0)) == [(0, 0, 0)]


@given(st.data(), st.integers(1, 700))
def test_inclusion_proofs_are_those_of_the_definition_and_hold(data: st.DataObject, size: int):
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion(index, size, node)
    root = naive(LEAVES[:size])
    assert proof == naive_path(index, LEAVES[:size])
    assert check_inclusion(LEAVES[index], index, size, proof, root)
    other = data.draw(st.integers(0, size - 1))
    assert check_inclusion(LEAVES[other], index, size, proof, root) == (other == index)
    assert not check_inclusion(LEAVES[index], index, size, [*proof, root], root)
    assert not check_inclusion(LEAVES[index], index, size, proof[:-1], root) or not proof


@given(st.data(), st.integers(1, 700))
def test_consistency_proofs_are_those_of_the_definition_and_hold(data: st.DataObject, new: int):
    old = data.draw(st.integers(1, new))
    proof = consistency(old, new, node)
    old_root, new_root = naive(LEAVES[:old]), naive(LEAVES[:new])
    assert proof == naive_subproof(old, LEAVES[:new], True)
    assert check_consistency(old, old_root, new, new_root, proof)
    assert not check_consistency(old, EMPTY, new, new_root, proof)
    assert not check_consistency(old, old_root, new, EMPTY, proof)
    assert not check_consistency(old, old_root, new, new_root, [*proof, EMPTY])


@given(st.data(), st.integers(2, 700))
def test_a_changed_hash_breaks_a_proof(data: st.DataObject, size: int):
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion(index, size, node)
    at = data.draw(st.integers(0, len(proof) - 1))
    proof[at] = node_hash(proof[at], proof[at])
    assert not check_inclusion(LEAVES[index], index, size, proof, naive(LEAVES[:size]))


def test_sizes_and_lengths_that_cannot_be_are_refused():
    root = naive(LEAVES[:8])
    assert not check_inclusion(b"", 0, 1, [], b"")
    assert not check_inclusion(LEAVES[0], 8, 8, [], root)
    assert not check_inclusion(LEAVES[0], -1, 8, [], root)
    assert not check_consistency(0, EMPTY, 8, root, [])
    assert not check_consistency(9, root, 8, root, [])
    assert not check_consistency(4, root, 8, root, [])
    assert not check_consistency(8, b"", 8, b"", [])
    assert not check_consistency(3, root, 8, root, [])
    for index, size in ((-1, 5), (5, 5), (0, 0)):
        with pytest.raises(ValueError, match="no leaf"):
            inclusion(index, size, node)
    for old, new in ((0, 5), (6, 5)):
        with pytest.raises(ValueError, match="does not go on"):
            consistency(old, new, node)


@given(st.integers(0, 2000))
def test_subtrees_cover_a_tree_without_overlap(size: int):
    covered = [index << height for height, index in subtrees(0, size)]
    lengths = [1 << height for height, _ in subtrees(0, size)]
    assert sum(lengths) == size
    assert covered == [sum(lengths[:at]) for at in range(len(lengths))]
    if 0 < size <= 700:
        assert range_hash(0, size, node) == naive(LEAVES[:size])


def test_paths_are_those_of_the_format():
    assert tile_path(0, 1234067) == "0/x001/x234/067"
    assert tile_path(1, 5, 8) == "1/005.p/8"
    assert read_path("entries/x001/x234/067") == (None, 1234067, WIDTH)


@given(st.integers(0, 7), st.integers(0, 10**10), st.integers(1, 256))
def test_paths_come_back_as_they_went(level: int, number: int, width: int):
    assert read_path(tile_path(level, number, width)) == (level, number, width)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "0",
        "0/1",
        "0/x001",
        "0/001.p/0",
        "0/001.p/256",
        "0/x000/001",
        "x/001",
        "0/001/002",
        "../key",
        "9/001.p",
    ],
)
def test_paths_that_are_none(path: str):
    assert read_path(path) is None


@given(st.text(max_size=40))
def test_no_path_breaks_the_reader(path: str):
    found = read_path(path)
    assert found is None or tile_path(found[0] or 0, *found[1:]).partition("/")[2] == path.partition("/")[2]
