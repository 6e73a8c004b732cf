"""A film's tables add up, whatever was recorded."""

from __future__ import annotations

import struct
from dataclasses import replace
from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from fakes.coded import ALAW
from fakes.stream import START_MS, TRACK
from safecity.footage.boxes import boxes, find
from safecity.footage.fmp4 import Sample, fragment
from safecity.footage.plain import MDAT_HEAD, FilmTables
from safecity.footage.sound import SoundSample
from safecity.footage.unfmp4 import Fragment, read_fragment

HOUR_MS = 3_600_000


def piece(
    wall_ms: int,
    pictures: int = 3,
    *,
    is_key: bool = True,
    lasts: int = 6000,
    shift: int = 0,
    sounds: tuple[SoundSample, ...] = (),
) -> Fragment:
    samples = [Sample([b"\x65pic"], lasts, is_key and n == 0, shift * (n % 2)) for n in range(pictures)]
    data = fragment(1, 0, samples, wall_ms=wall_ms, sounds=sounds)
    found = read_fragment(lambda at, n: data[at : at + n], 0, len(data))
    assert found is not None
    return found


def table(head: bytes, name: str, track: int = 0) -> list[int]:
    """The 32-bit numbers of a table of one of the tracks."""
    moov = find(head, "moov", 0, len(head))
    start, end = [(a, b) for kind, a, b in boxes(moov, 0, len(moov)) if kind == b"trak"][track]
    content = find(moov, f"mdia/minf/stbl/{name}", start, end)
    return [row[0] for row in struct.iter_unpack(">I", content[: len(content) // 4 * 4])]


def times(head: bytes) -> list[int]:
    """When each sample is decoded, and the end."""
    _, _, *rows = table(head, "stts")
    out = [0]
    for count, lasts in zip(rows[::2], rows[1::2], strict=True):
        for _ in range(count):
            out.append(out[-1] + lasts)
    return out


def test_groups_begin_at_their_wall_times_and_gaps_are_counted():
    film = FilmTables(TRACK, START_MS, START_MS + 60_000)
    for ms in (0, 203, 405, 10_000):
        assert film.add(piece(START_MS + ms))
    decoded = times(film.head())
    assert [decoded[n] // 90 for n in (0, 3, 6, 9)] == [0, 203, 405, 10_000]
    assert film.missing == [(START_MS + 605, START_MS + 10_000)]
    assert film.span == (START_MS, START_MS + 10_200)
    assert b"No footage from 00:00:00 to 00:00:10 UTC." in film.tail()


def test_what_overlaps_or_has_lost_its_beginning_has_no_place():
    film = FilmTables(TRACK, START_MS, START_MS + 60_000)
    assert not film.add(piece(START_MS, is_key=False))
    assert film.add(piece(START_MS))
    assert film.add(piece(START_MS + 200, is_key=False))
    assert not film.add(piece(START_MS + 5_000, is_key=False))
    assert film.add(piece(START_MS + 5_000))
    assert not film.add(piece(START_MS + 2_000))


def test_a_picture_is_held_for_half_a_day_at_most():
    film = FilmTables(TRACK, START_MS, START_MS + 99 * HOUR_MS)
    film.add(piece(START_MS))
    assert film.reaches(piece(START_MS + 11 * HOUR_MS))
    assert not film.reaches(piece(START_MS + 13 * HOUR_MS))


def test_a_hole_in_the_sound_is_the_same_silence_again_and_again():
    film = FilmTables(replace(TRACK, audio=ALAW), START_MS, START_MS + HOUR_MS)
    tone = tuple(SoundSample(b"t" * 160, 160, n * 160) for n in range(10))
    film.add(piece(START_MS, sounds=tone))
    film.add(piece(START_MS + 60_000, sounds=tone))
    assert len(film.tail()) < 81_000
    head = film.head()
    offsets = table(head, "stco", 1)[2:]
    assert len(set(offsets[1:-1])) == 1, "one place for every ten seconds"
    assert len(offsets) == 2 + 6
    assert table(head, "stts", 1)[2:] == [60 * 8000 + 1600, 1]


def test_a_film_that_is_too_large_for_32_bits_has_larger_offsets():
    film = FilmTables(TRACK, START_MS, START_MS + HOUR_MS)
    film.add(piece(START_MS))
    film.bytes = 5 << 30
    film.add(piece(START_MS + 200))
    assert table(film.head(), "stco") == []
    high, low = table(film.head(), "co64")[-2:]
    assert (high << 32) + low > 5 << 30


fragments = st.lists(
    st.tuples(
        st.integers(-5_000, 90_000),
        st.integers(1, 5),
        st.booleans(),
        st.integers(1, 90_000),
        st.integers(-50, 50),
    ),
    max_size=12,
)


@given(fragments)
def test_whatever_was_recorded_tables_agree_with_each_other(given_: list[tuple[int, int, bool, int, int]]):
    film = FilmTables(TRACK, START_MS, START_MS + 60_000)
    wanted = 0
    for ms, pictures, is_key, lasts, shift in given_:
        if film.add(piece(START_MS + ms, pictures, is_key=is_key, lasts=lasts, shift=shift)):
            wanted += pictures
    if not wanted:
        return
    head = film.head()
    mdat = head.rindex(b"mdat") - 4
    assert int.from_bytes(head[mdat + 8 : mdat + 16], "big") == MDAT_HEAD + film.bytes + len(film.tail())
    assert film.pictures == wanted == table(head, "stsz")[2]
    assert len(times(head)) == wanted + 1
    first, _, *rows = table(head, "stco")
    assert first == 0
    assert rows[0] == len(head)
    assert rows == sorted(rows)
    assert all(each < len(head) + film.bytes for each in rows)
    assert sum(1 for _ in groupby(times(head))) == wanted + 1, "no two pictures at one time"
