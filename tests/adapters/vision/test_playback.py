"""Playing footage that a recorder wrote: real files, real times, gaps with their cause."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from fakes.film import START_MS, Film, Visitor, shot
from fakes.maskers import GreyMasker, MoodyMasker
from safecity.adapters.stores.footage_index import FootageIndex
from safecity.adapters.vision.playback import (
    AS_FAST_AS_IT_GOES,
    BROKEN,
    LEAD_S,
    THE_END,
    UNREADABLE,
    Playback,
    find_fragments,
    read_pictures,
)
from safecity.base import SetClock
from safecity.cameras import Picture, Track
from safecity.footage import (
    Archive,
    Cause,
    Chunk,
    Ended,
    Gap,
    Masker,
    Sample,
    Segment,
    Shown,
    Started,
    Withheld,
    fragment,
    init_segment,
)

FILM = Film(seed=11, visitors=[Visitor(0, 9)])
ITEMS = shot(FILM, 6)


class Recorded:
    """Footage on disk as a recorder leaves it: one fragment a group of pictures."""

    def __init__(self, data: Path) -> None:
        self.index = FootageIndex(data / "index" / "recorder-0.db", writable=True)
        self.archive = Archive(data, {"recorder-0": self.index})

    def write(self, name: str, items: list[Track | Picture], shift_ms: int = 0) -> Segment:
        track = next(item for item in items if isinstance(item, Track))
        pictures = [item for item in items if isinstance(item, Picture)]
        groups = list[list[Picture]]()
        for picture in pictures:
            if picture.is_key:
                groups.append([])
            groups[-1].append(picture)
        data = init_segment(track)
        for number, group in enumerate(groups, start=1):
            samples = [Sample(each.nals, 9_000, each.is_key) for each in group]
            data += fragment(number, group[0].time, samples, wall_ms=group[0].received_ms + shift_ms)
        path = self.archive.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        start_ms = pictures[0].received_ms + shift_ms
        segment = Segment(
            camera="cam", start_ms=start_ms, end_ms=start_ms + 100 * len(pictures), path=name,
            bytes=len(data), pictures=len(pictures),
        )  # fmt: skip
        self.index.add_segment(segment)
        return segment


@pytest.fixture
def recorded(tmp_path: Path) -> Recorded:
    return Recorded(tmp_path)


def player(recorded: Recorded, clock: SetClock, masker: Masker | None = None) -> Playback:
    return Playback(
        "cam", recorded.archive, lambda _: masker or GreyMasker(), clock, width=640, patience_s=10
    )


async def all_of(playback: Playback, at_ms: int, clock: SetClock, *, rate: float = 1.0) -> list[Shown]:
    """Everything that is shown, the clock moving on whenever the player waits."""
    shown = list[Shown]()

    async def collect() -> None:
        async for each in playback.play(at_ms, rate=rate):
            shown.append(each)

    playing = asyncio.get_running_loop().create_task(collect())
    while not playing.done():
        clock.pass_(seconds=0.05)
        await asyncio.sleep(0)
    await playing
    return shown


def walls(shown: list[Shown]) -> list[int]:
    return [each.wall_ms - START_MS for each in shown if isinstance(each, Chunk)]


async def test_playing_begins_at_the_moment_asked_for_and_not_at_its_keyframe(recorded: Recorded):
    recorded.write("cam/a.mp4", ITEMS)
    clock = SetClock()
    shown = await all_of(player(recorded, clock), START_MS + 2_450, clock)
    assert isinstance(shown[0], Started)
    assert shown[0].wall_ms == START_MS + 2_500
    assert walls(shown) == list(range(2_500, 6_000, 100))
    assert shown[-1] == Ended(THE_END)


async def test_it_goes_on_from_file_to_file_without_a_break(recorded: Recorded):
    recorded.write("cam/a.mp4", ITEMS)
    recorded.write("cam/b.mp4", ITEMS, shift_ms=6_000)
    clock = SetClock()
    shown = await all_of(player(recorded, clock), START_MS, clock)
    assert walls(shown) == list(range(0, 12_000, 100))
    assert [type(each) for each in shown].count(Started) == 1


async def test_a_gap_is_told_with_its_cause_and_left_behind(recorded: Recorded):
    recorded.write("cam/a.mp4", ITEMS)
    recorded.write("cam/b.mp4", ITEMS, shift_ms=70_000)
    recorded.index.open_gap(
        Gap(
            camera="cam",
            start_ms=START_MS + 6_000,
            end_ms=START_MS + 70_000,
            cause=Cause.CAMERA,
            words="The camera did not answer.",
        )
    )
    clock = SetClock()
    shown = await all_of(player(recorded, clock), START_MS + 5_000, clock)
    reasons = [each.reason for each in shown if isinstance(each, Withheld)]
    assert reasons == ["No footage from 00:00:06 to 00:01:10: the camera did not answer."]
    assert walls(shown) == [*range(5_000, 6_000, 100), *range(70_000, 76_000, 100)]
    assert [type(each) for each in shown].count(Started) == 2


async def test_asked_for_a_moment_in_a_gap_it_says_so_first(recorded: Recorded):
    recorded.write("cam/a.mp4", ITEMS)
    clock = SetClock()
    shown = await all_of(player(recorded, clock), START_MS - 60_000, clock)
    assert shown[0] == Withheld("No footage from 23:59:00 to 00:00:00.")
    assert walls(shown)[0] == 0


async def test_pictures_come_at_the_pace_at_which_they_were_taken(recorded: Recorded):
    recorded.write("cam/a.mp4", ITEMS)
    for rate, seconds in ((1.0, 5.1), (2.0, 2.15)):
        clock = SetClock("2030-01-02T00:00:00+00:00")
        await all_of(player(recorded, clock), START_MS, clock, rate=rate)
        assert clock.monotonic() >= seconds


async def test_where_nothing_was_recorded_it_ends(recorded: Recorded):
    clock = SetClock("2030-01-02T00:00:00+00:00")
    assert await all_of(player(recorded, clock), START_MS, clock) == [Ended(THE_END)]


async def test_a_damaged_file_is_passed_over(recorded: Recorded, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.CRITICAL)
    (recorded.archive.root / recorded.write("cam/a.mp4", ITEMS).path).write_bytes(b"no footage")
    recorded.write("cam/b.mp4", ITEMS, shift_ms=6_000)
    clock = SetClock()
    shown = await all_of(player(recorded, clock), START_MS, clock)
    assert shown[0] == Withheld(UNREADABLE)
    assert walls(shown) == list(range(6_000, 12_000, 100))


async def test_what_is_withheld_is_said_and_then_goes_on(recorded: Recorded):
    recorded.write("cam/a.mp4", ITEMS)
    clock, masker = SetClock(), MoodyMasker("withholds")
    shown = await all_of(player(recorded, clock, masker), START_MS, clock)
    assert shown == [Withheld("The empty scene is not known yet."), Ended(THE_END)]


async def test_a_masker_that_breaks_shows_nothing(recorded: Recorded, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.CRITICAL)
    recorded.write("cam/a.mp4", ITEMS)
    clock = SetClock()
    shown = await all_of(player(recorded, clock, MoodyMasker("breaks")), START_MS, clock)
    assert shown == [Withheld(BROKEN), Ended(THE_END)]


def test_a_file_is_read_from_the_keyframe_before(recorded: Recorded):
    segment = recorded.write("cam/a.mp4", ITEMS)
    path = recorded.archive.root / segment.path
    track, fragments = find_fragments(path, segment.bytes, START_MS + 3_999)
    pictures = [each for fragment in fragments for each in read_pictures(path, fragment, track)]
    assert track == ITEMS[0]
    assert (pictures[0].received_ms, pictures[0].is_key) == (START_MS + 3_000, True)
    assert [each.nals for each in pictures] == [
        each.nals for each in ITEMS if isinstance(each, Picture) and each.time >= 270_000
    ]


@pytest.mark.parametrize(("rate", "apart"), [(0.5, 100), (1, 100), (2, 100), (4, 200)])
async def test_played_faster_no_more_pictures_are_shown_than_the_eye_follows(
    recorded: Recorded, rate: float, apart: int
):
    recorded.write("cam/a.mp4", ITEMS)
    clock = SetClock()
    began_s = clock.monotonic()
    shown = await all_of(player(recorded, clock), START_MS, clock, rate=rate)
    assert walls(shown) == list(range(0, 6_000, apart))
    assert clock.monotonic() - began_s >= (6_000 - apart) / 1000 / rate - LEAD_S


async def test_played_much_faster_only_keyframes_are_decoded(recorded: Recorded):
    recorded.write("cam/a.mp4", ITEMS)
    clock = SetClock()
    assert walls(await all_of(player(recorded, clock), START_MS, clock, rate=16)) == [
        0, 1_000, 2_000, 3_000, 4_000, 5_000,
    ]  # fmt: skip


async def test_as_fast_as_it_goes_waits_for_nothing_and_leaves_nothing_out(recorded: Recorded):
    recorded.write("cam/a.mp4", ITEMS)
    recorded.write("cam/b.mp4", ITEMS, shift_ms=70_000)
    clock = SetClock("2030-01-02T00:00:00+00:00")  # a day later
    began_s = clock.monotonic()
    playback = player(recorded, clock)
    shown = [
        each async for each in playback.play(START_MS, rate=AS_FAST_AS_IT_GOES) if isinstance(each, Chunk)
    ]
    assert len(shown) == 120
    assert clock.monotonic() == began_s


async def test_the_masker_is_that_of_the_moment(recorded: Recorded):
    recorded.write("cam/a.mp4", ITEMS)
    recorded.write("cam/b.mp4", ITEMS, shift_ms=70_000)
    clock, asked = SetClock(), list[int]()

    def make(at_ms: int) -> Masker:
        asked.append(at_ms - START_MS)
        return GreyMasker()

    playback = Playback("cam", recorded.archive, make, clock, width=640, patience_s=10)
    await all_of(playback, START_MS + 2_500, clock)
    assert asked == [2_500, 70_000]
