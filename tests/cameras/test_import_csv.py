"""Many cameras by a file: good rows are taken together, bad ones named with their line, and strange files refused."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.camera_city import found, gate, journal, told
from safecity.base import NODE, Actor, BadInput, Node, NotAllowed, TooLarge, Unreadable
from safecity.cameras import CameraAdded, CameraChanged, Regime, cameras, import_csv
from safecity.cameras.import_csv import COLUMNS, MAX_BYTES, RefusedRow, read_rows

HEADER = ",".join(COLUMNS)
GATE = "Gate 3,rtsp://admin:s3cret@10.0.0.5/live,-1.28,36.82,90,70,80,CEN,City police,police,yes"
MOLE = "Mole,rtsp://10.0.0.6/live,-1.29,36.83,,,,WEST,City of Lumora,city,no"


def file(*rows: str, header: str = HEADER) -> bytes:
    return "\r\n".join([header, *rows, ""]).encode()


async def test_good_rows_are_added(node: Node, administrator: Actor):
    await found(node)
    done = await import_csv(node, administrator, b"\xef\xbb\xbf" + file(GATE, MOLE))
    assert (done.added, done.changed, done.refused) == (2, 0, ())
    gate3, mole = await cameras(node)
    assert (gate3.name, gate3.bearing_deg, gate3.view_deg, gate3.range_m) == ("Gate 3", 90, 70, 80)
    assert (mole.regime, mole.record, mole.view_deg, mole.bureau) == (Regime.CITY, False, 90, "WEST")
    assert len(await told(node, CameraAdded)) == 2
    assert "s3cret" not in await journal(node)


async def test_a_row_about_a_known_camera_changes_it_and_the_same_row_again_does_not(node: Node):
    await found(node)
    old = await gate(node, zones=(((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)),), keep_days=9)
    done = await import_csv(node, NODE, file(GATE))
    assert (done.added, done.changed) == (0, 1)
    (new,) = await cameras(node)
    assert (new.id, new.zones, new.keep_days, new.bearing_deg) == (old.id, old.zones, 9, 90)
    again = await import_csv(node, NODE, file(GATE))
    assert (again.added, again.changed) == (0, 0)
    assert len(await told(node, CameraChanged)) == 1


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("name", "", "name is 1 to 80"),
        ("url", "ftp://admin:s3cret@h/", "begins with rtsp"),
        ("url", "file:///etc/passwd", "begins with rtsp"),
        ("lat", "north", "lat is a number such as 36.82, not 'north'"),
        ("lat", "", "lat is a number"),
        ("lon", "190", "not on the earth"),
        ("bearing_deg", "nan", "bearing lies between"),
        ("view_deg", "0", "angle of view lies between"),
        ("bureau", "NORTH", "no bureau 'NORTH'; known are CEN, WEST"),
        ("controller", "", "controller is 1 to 120"),
        ("regime", "army", "regime is police or city, not 'army'"),
        ("record", "maybe", "record is yes or no, not 'maybe'"),
    ],
)
async def test_a_bad_row_is_named_and_the_good_ones_are_taken(node: Node, column: str, cell: str, words: str):
    await found(node)
    cells: list[str] = [*GATE.split(",")]
    cells[COLUMNS.index(column)] = cell
    done = await import_csv(node, NODE, file(",".join(cells), MOLE))
    assert done.added == 1
    (refused,) = done.refused
    assert (refused.line, words in refused.error) == (2, True)
    assert "s3cret" not in refused.error
    assert [each.name for each in await cameras(node)] == ["Mole"]


async def test_lines_are_counted_as_an_editor_counts_them(node: Node):
    await found(node)
    broken = MOLE.replace("Mole", '"Mo\r\nle"')
    done = await import_csv(node, NODE, file(GATE, broken, MOLE, MOLE, GATE + ",more"))
    assert done.added == 2
    assert [(each.line, each.error.split(";")[0]) for each in done.refused] == [
        (4, "A camera's name is 1 to 80 characters, without blanks at its ends."),
        (6, "Line 5 is about Mole already."),
        (7, "The row has more than 11 cells"),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "must name the columns"),
        (file(GATE, header="name,url"), "missing are lat, lon"),
        (file(GATE, header=HEADER + ",colour"), "unknown are 'colour'"),
        (file(GATE, header=HEADER + ",name"), "one comes twice"),
        (file(GATE).replace(b"Gate", b"G\xe4te"), "not UTF-8"),
        (file('"unclosed'), "the file is no CSV"),
        (file(GATE, 'a"b"c,"d"e'), "After line 2 the file is no CSV"),
    ],
)
async def test_a_file_that_is_not_one_of_cameras_is_refused_whole(node: Node, content: bytes, words: str):
    await found(node)
    with pytest.raises(Unreadable, match=words):
        await import_csv(node, NODE, content)
    assert await cameras(node) == []


async def test_a_file_that_is_too_large_is_refused(node: Node):
    with pytest.raises(TooLarge, match="at most 5,000,000"):
        await import_csv(node, NODE, b"x" * (MAX_BYTES + 1))


async def test_an_operator_may_not(node: Node, operator: Actor):
    with pytest.raises(NotAllowed):
        await import_csv(node, operator, file(GATE))


async def test_eighteen_hundred_cameras_at_once(node: Node):
    await found(node)
    rows = [MOLE.replace("Mole", f"Mole {place}") for place in range(1800)]
    done = await import_csv(node, NODE, file(*rows))
    assert (done.added, done.refused, len(await cameras(node))) == (1800, (), 1800)


def test_columns_may_come_in_any_order():
    header = ",".join(reversed(COLUMNS))
    row = ",".join(reversed(GATE.split(",")))
    assert read_rows(file(row, header=header))[0][1] == read_rows(file(GATE))[0][1]


@given(st.binary(max_size=300) | st.text(max_size=300).map(file))
def test_arbitrary_files_are_read_or_refused(content: bytes):
    with contextlib.suppress(BadInput):
        for line, row in read_rows(content):
            assert line >= 2
            assert set(row) >= set(COLUMNS)


def test_a_refused_row_says_where_and_why():
    assert RefusedRow(7, "No.").line == 7
