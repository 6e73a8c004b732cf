"""The Merkle tree of RFC 6962 section 2.1, in tiles of 256 hashes (C2SP tlog-tiles). Pure: hashes in, hashes out.

A leaf is SHA-256(0x00 || data), a node SHA-256(0x01 || left || right), the empty tree SHA-256(""). The tile (level,
number) holds up to 256 hashes of complete subtrees of 256^level leaves; the last tile of each level may be partial.
Indexes count from 0, sizes are numbers of leaves.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

WIDTH = 256
HASH = 32
EMPTY = hashlib.sha256().digest()
_PATH = re.compile(r"(\d|entries)((?:/x\d{3})*/\d{3})(?:\.p/([1-9]\d{0,2}))?")

NodeHash = Callable[[int, int], bytes]
"""The hash of the complete subtree (height, index), of 2^height leaves."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node with two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over a row of hashes; the last may stand for a smaller, incomplete subtree."""
    row = list(hashes)
    if not row:
        return EMPTY
    sha256 = hashlib.sha256  # as node_hash; spelled out because most of a check's time goes here
    while len(row) > 1:
        pairs = [sha256(b"\x01" + row[i] + row[i + 1]).digest() for i in range(0, len(row) - 1, 2)]
        row = pairs + row[len(pairs) * 2 :]
    return row[0]


@dataclass(frozen=True)
class Tile:
    """Up to 256 hashes of one level, end to end."""

    level: int
    number: int
    hashes: bytes

    @property
    def width(self) -> int:
        """How many hashes it holds."""
        return len(self.hashes) // HASH

    def row(self) -> list[bytes]:
        """The hashes one by one."""
        return [self.hashes[at : at + HASH] for at in range(0, len(self.hashes), HASH)]


class Edge:
    """The right edge of a growing tree: all that is needed to append and to know the root."""

    def __init__(self, size: int = 0, rows: Sequence[Sequence[bytes]] = ()) -> None:
        self.size = size
        self._rows = [list(row) for row in rows] or [[]]

    @classmethod
    def from_tiles(cls, size: int, tiles: Sequence[Tile]) -> Edge:
        """The edge of a tree whose partial tiles (`edge_tiles`) are given. Raises ValueError where one is too short."""
        found = {(tile.level, tile.number): tile for tile in tiles}
        rows: list[list[bytes]] = []
        for level, number, width in edge_tiles(size):
            tile = found.get((level, number))
            row = tile.row()[:width] if tile else []
            if len(row) != width:
                message = f"the tile {tile_path(level, number, width)} holds {len(row)} of {width} hashes"
                raise ValueError(message)
            rows.append(row)
        return cls(size, rows)

    def append(self, leaf: bytes) -> list[Tile]:
        """Adds a leaf's hash; returns the tiles that became full by it, lowest level first."""
        full: list[Tile] = []
        carried = leaf
        for level in range(len(self._rows) + 1):
            if level == len(self._rows):
                self._rows.append([])
            row = self._rows[level]
            row.append(carried)
            if len(row) < WIDTH:
                break
            full.append(Tile(level, (self.size >> 8 * level) // WIDTH, b"".join(row)))
            carried = fold(row)
            self._rows[level] = []
        self.size += 1
        return full

    def partial(self) -> list[Tile]:
        """The tiles at the edge that are begun but not full."""
        return [
            Tile(level, (self.size >> 8 * level) // WIDTH, b"".join(row))
            for level, row in enumerate(self._rows)
            if row
        ]

    def root(self) -> bytes:
        """The root of the tree of this size."""
        rest: list[bytes] = []
        for row in self._rows:
            if row or rest:
                rest = [fold([*row, *rest])]
        return rest[0] if rest else EMPTY


def edge_tiles(size: int) -> Iterator[tuple[int, int, int]]:
    """The tiles at the edge of a tree as (level, number, width); a width of 0 means that none is begun."""
    level = 0
    while level == 0 or size >> 8 * level:
        count = size >> 8 * level
        yield level, count // WIDTH, count % WIDTH
        level += 1


def tile_path(level: int, number: int, width: int = WIDTH) -> str:
    """Where a tile is served, e.g. `0/x001/x234/067.p/8` (after `tile/`)."""
    digits = f"{number:03}"
    digits = digits.rjust(-(-len(digits) // 3) * 3, "0")
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    path = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return f"{level}/{path}" + (f".p/{width}" if width < WIDTH else "")


def read_path(path: str) -> tuple[int | None, int, int] | None:
    """What a tile's path asks for, as (level, number, width); level None means the entries. None: no such path."""
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    number = int(match[2].replace("/x", "").replace("/", ""))
    level = None if match[1] == "entries" else int(match[1])
    width = int(match[3]) if match[3] else WIDTH
    if width > WIDTH or (match[3] and width == WIDTH) or tile_path(0, number)[1:] != match[2]:
        return None
    return level, number, width


def subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The complete subtrees (height, index) that make up the leaves from start to end, as the tree splits them.

    `start` must lie where the tree itself splits: at 0, or at a multiple of a power of two that is at least the length.
    """
    while start < end:
        height = (end - start).bit_length() - 1
        yield height, start >> height
        start += 1 << height


def range_hash(start: int, end: int, node: NodeHash) -> bytes:
    """The hash over a range of leaves that is a subtree of the tree."""
    parts = [node(height, index) for height, index in subtrees(start, end)]
    hashed = parts.pop()
    while parts:
        hashed = node_hash(parts.pop(), hashed)
    return hashed


def root_at(size: int, node: NodeHash) -> bytes:
    """The root of the tree at a size."""
    return range_hash(0, size, node) if size else EMPTY


def inclusion(index: int, size: int, node: NodeHash) -> list[bytes]:
    """The proof that the leaf `index` is in the tree of that size (RFC 6962 2.1.1). Raises ValueError out of range."""
    if not 0 <= index < size:
        message = f"there is no leaf {index} in a tree of {size}"
        raise ValueError(message)
    path: list[tuple[int, int]] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return [range_hash(*each, node) for each in reversed(path)]


def consistency(old: int, new: int, node: NodeHash) -> list[bytes]:
    """The proof that the tree of `new` leaves begins with that of `old` (RFC 6962 2.1.2). Raises ValueError."""
    if not 0 < old <= new:
        message = f"a tree of {new} does not go on from one of {old}"
        raise ValueError(message)
    path: list[tuple[int, int]] = []
    start, end, whole = 0, new, True
    while old != end:
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        if old <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start, whole = middle, False
    if not whole:
        path.append((start, end))
    return [range_hash(*each, node) for each in reversed(path)]


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a proof shows a leaf's hash in the tree with this root (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size or any(len(each) != HASH for each in (leaf, root, *proof)):
        return False
    place, last, hashed = index, size - 1, leaf
    for each in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            hashed = node_hash(each, hashed)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            hashed = node_hash(hashed, each)
        place, last = place >> 1, last >> 1
    return last == 0 and hashed == root


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that the newer tree begins with the older one (RFC 9162 2.1.4.2)."""
    if not 0 < old <= new or any(len(each) != HASH for each in (old_root, new_root, *proof)):
        return False
    if old == new:
        return not proof and old_root == new_root
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    older = newer = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            older, newer = node_hash(each, older), node_hash(each, newer)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            newer = node_hash(newer, each)
        place, last = place >> 1, last >> 1
    return last == 0 and older == old_root and newer == new_root
