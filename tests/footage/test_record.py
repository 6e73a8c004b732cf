"""One camera's recording: from pictures to files, spans and gaps."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from fakes.stream import START_MS, TRACK, picture, pictures
from safecity.cameras import AudioCodec, AudioTrack, CameraAbsent, Codec, Picture, Sound, Track
from safecity.footage.append import AppendAtOnce
from safecity.footage.folders import SILENT_WORDS
from safecity.footage.mend import scan
from safecity.footage.model import Cause, Segment
from safecity.footage.record import LARGEST_GROUP, UNANSWERED_S, Recording
from safecity.footage.rules import Coverage, GapCloses, GapOpens
from safecity.footage.skew import ClockSeen
from safecity.footage.unfmp4 import read_fragments, read_init
from safecity.footage.write import SegmentFile


class Heard:
    """A listener that keeps what it hears."""

    def __init__(self) -> None:
        self.told: list[Track | Picture | None] = []

    def on_track(self, track: Track) -> None:
        self.told.append(track)

    def on_picture(self, picture: Picture) -> None:
        self.told.append(picture)

    def on_end(self) -> None:
        self.told.append(None)


@pytest.fixture
def seen() -> list[int]:
    return []


@pytest.fixture
def recording(tmp_path: Path, seen: list[int]) -> Recording:
    return Recording("gate", tmp_path, Coverage("gate", START_MS), lambda: seen.append(1))


def play(recording: Recording, *stream: Picture) -> None:
    for each in stream:
        recording.on_picture(each)


def files(recording: Recording) -> list[Segment]:
    every = [*recording.finished, *([recording.file] if recording.file else [])]
    return [each.segment for each in every]


def gaps(recording: Recording) -> list[tuple[int, int, Cause]]:
    """Closed gaps as seconds after the start."""
    opened = {each.gap.start_ms: each.gap for each in recording.told if isinstance(each, GapOpens)}
    return [
        (
            round((each.start_ms - START_MS) / 1000),
            round((each.end_ms - START_MS) / 1000),
            opened[each.start_ms].cause,
        )
        for each in recording.told
        if isinstance(each, GapCloses)
    ]


def test_three_minutes_become_three_files_without_a_seam(
    recording: Recording, tmp_path: Path, seen: list[int]
):
    recording.on_track(TRACK)
    play(recording, *pictures(15 * 180 + 1))
    found = files(recording)
    assert [each.start_ms - START_MS for each in found] == [0, 60_000, 120_000]
    assert [each.end_ms - START_MS for each in found] == [60_000, 120_000, 180_000]
    assert [each.pictures for each in found] == [900, 900, 900]
    assert seen == [1]
    for each in found:
        on_disk = scan(tmp_path / each.path)
        assert on_disk is not None
        assert (on_disk.start_ms, on_disk.end_ms, on_disk.pictures) == (each.start_ms, each.end_ms, 900)
        assert on_disk.good_bytes == on_disk.bytes == each.bytes


def test_a_group_is_on_the_disk_as_soon_as_it_is_whole(recording: Recording):
    recording.on_track(TRACK)
    play(recording, *pictures(30))
    assert files(recording) == []
    play(recording, picture(30))
    assert files(recording)[0].pictures == 30


def test_what_there_is_of_the_last_group_is_kept_when_the_stream_ends(recording: Recording):
    recording.on_track(TRACK)
    play(recording, *pictures(40))
    recording.end()
    assert [each.pictures for each in files(recording)] == [40]
    assert files(recording)[0].end_ms - START_MS == pytest.approx(40_000 / 15, abs=2)


class LateDisk(AppendAtOnce):
    """A writer that writes at once and answers when it is asked to."""

    def __init__(self) -> None:
        self.answers: list[Callable[[], None]] = []
        self.is_full = False

    def append(
        self,
        file: SegmentFile,
        data: bytes,
        end_ms: int,
        pictures: int,
        done: Callable[[OSError | None], None],
    ) -> None:
        error = OSError(errno.ENOSPC, "No space left on device") if self.is_full else None
        if error is None:
            file.append(data, end_ms, pictures)
        self.answers.append(lambda: done(error))

    async def drained(self) -> None:
        for answer in self.answers:
            answer()


def test_a_group_for_which_the_disk_does_not_answer_is_a_gap_until_it_does(tmp_path: Path):
    disk = LateDisk()
    recording = Recording("gate", tmp_path, Coverage("gate", START_MS), lambda: None, writer=disk)
    recording.on_track(TRACK)
    stream = pictures(15 * 12)
    for second in range(12):
        play(recording, *stream[second * 15 : second * 15 + 15])
        recording.tick(START_MS + 1_000 + second * 1_000)
        assert bool(recording.told) == (second >= 2 + UNANSWERED_S), second
    (opens,) = recording.told
    assert isinstance(opens, GapOpens)
    assert (opens.gap.cause, opens.gap.start_ms, opens.gap.words) == (Cause.DISK, START_MS, SILENT_WORDS)
    for answer in disk.answers:
        answer()
    assert recording.told == [opens, GapCloses("gate", START_MS, START_MS)], (
        "a gap that lasts no time is none"
    )


def test_pictures_before_the_first_keyframe_are_not_kept(recording: Recording):
    recording.on_track(TRACK)
    play(recording, *pictures(35, first=20))
    recording.end()
    assert files(recording)[0].pictures == 25


def test_another_form_of_picture_begins_another_file(recording: Recording):
    recording.on_track(TRACK)
    play(recording, *pictures(30))
    recording.on_track(TRACK)
    assert files(recording) == []
    recording.on_track(Track(Codec.H264, TRACK.sps, (TRACK.pps[0] + b"\1",), 640, 360))
    play(recording, *pictures(31, first=30))
    assert [each.pictures for each in files(recording)] == [30, 30]


def test_a_lost_link_makes_a_gap_with_its_cause(recording: Recording):
    recording.on_track(TRACK)
    play(recording, *pictures(31))
    recording.end()
    recording.lost(CameraAbsent("Nothing answers at 10.0.0.7."), START_MS + 2_100)
    recording.tick(START_MS + 5_000)
    recording.on_track(TRACK)
    play(recording, *pictures(31, first=300))
    assert gaps(recording) == [(2, 20, Cause.NETWORK)]


def test_lost_packets_make_a_gap_of_the_network(recording: Recording):
    recording.on_track(TRACK)
    play(recording, *pictures(35))
    recording.on_loss(12)
    play(recording, *pictures(31, first=90))
    assert gaps(recording) == [(2, 6, Cause.NETWORK)]


def test_damaged_pictures_are_recorded_as_such_and_shown_to_nobody(recording: Recording, tmp_path: Path):
    early, late = Heard(), Heard()
    recording.join(early)
    recording.on_track(TRACK)
    stream = pictures(35)
    recording.on_loss(1)
    missing = stream.pop(10)
    for each in stream[10:20]:
        each.is_damaged = True
    play(recording, *stream[:25])
    recording.join(late)
    play(recording, *stream[25:])
    recording.end()
    (segment,) = files(recording)
    assert (segment.pictures, segment.damaged) == (34, 10)
    assert gaps(recording) == []
    data = (tmp_path / segment.path).read_bytes()
    _, start = read_init(lambda at, size: data[at : at + size])
    first, _ = read_fragments(lambda at, size: data[at : at + size], start, len(data))
    marks = [sample.is_damaged for sample in first.samples()]
    assert marks == [False] * 10 + [True] * 10 + [False] * 9
    assert first.samples()[9].duration == 2 * 6000, "the one before the missing one lasts longer"
    for heard in (early, late):
        shown = [each for each in heard.told if isinstance(each, Picture)]
        assert shown == [each for each in stream if not each.is_damaged]
        assert missing not in shown


def test_a_picture_that_stands_for_long_is_a_gap_of_the_camera(recording: Recording):
    recording.on_track(TRACK)
    play(recording, *pictures(10), *pictures(20, first=55), picture(90))
    assert gaps(recording) == [(1, 4, Cause.CAMERA)]
    assert files(recording)[0].end_ms == START_MS + 6_000


def test_our_clock_that_jumps_ahead_cuts_and_leaves_no_hour_of_footage(recording: Recording):
    recording.on_track(TRACK)
    play(recording, *pictures(60))
    recording.excuse("The recorder's clock was set ahead by 3600 s.", START_MS + 3_604_000)
    play(recording, *pictures(181, first=60, start_ms=START_MS + 3_600_000))
    found = files(recording)
    assert [each.end_ms - each.start_ms for each in found] == pytest.approx([8_000, 8_000], abs=20)
    assert found[1].start_ms == pytest.approx(START_MS + 3_608_000, abs=20)
    assert gaps(recording) == [(8, 3608, Cause.RECORDER)]


def test_a_clock_that_is_set_back_never_makes_spans_overlap(recording: Recording):
    recording.on_track(TRACK)
    play(recording, *pictures(15 * 100), *pictures(15 * 100, first=15 * 100, start_ms=START_MS - 50_000))
    recording.end()
    found = files(recording)
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(found))
    assert all(each.start_ms < each.end_ms for each in found)


def test_a_stream_that_comes_again_never_begins_before_the_last_ended(recording: Recording):
    recording.on_track(TRACK)
    play(recording, *pictures(31))
    recording.end()
    recording.on_track(TRACK)
    play(recording, *pictures(31, start_ms=START_MS - 3_600_000))
    first, second = files(recording)
    assert second.start_ms == first.end_ms


def test_a_group_without_end_is_written_in_parts(recording: Recording):
    recording.on_track(TRACK)
    play(recording, *pictures(15 * 35, group=100_000))
    assert files(recording)[0].end_ms >= START_MS + 30_000
    recording.end()
    assert files(recording)[0].pictures == 15 * 35


def test_a_group_that_is_too_large_is_not_kept_in_memory_nor_for_late_joiners(recording: Recording):
    recording.on_track(TRACK)
    play(recording, *[picture(n, group=1000, size=LARGEST_GROUP // 4) for n in range(20)])
    late = Heard()
    recording.join(late)
    assert late.told == [TRACK]
    assert files(recording)[0].bytes > 2 * LARGEST_GROUP


def test_a_late_joiner_hears_the_current_group_from_its_keyframe(recording: Recording):
    recording.on_track(TRACK)
    stream = pictures(40)
    play(recording, *stream)
    late = Heard()
    recording.join(late)
    assert late.told == [TRACK, *stream[30:]]
    recording.end()
    assert late.told[-1] is None
    recording.leave(late)
    recording.on_track(TRACK)
    assert late.told[-1] is None


def test_live_pictures_come_while_recording_is_switched_off(recording: Recording):
    recording.switch(False, "Recording of this camera is switched off.", START_MS)
    heard = Heard()
    recording.join(heard)
    recording.on_track(TRACK)
    play(recording, *pictures(61))
    recording.lost(CameraAbsent("Nothing answers."), START_MS + 5_000)
    recording.tick(START_MS + 5_000)
    assert len(heard.told) == 62
    assert files(recording) == []
    assert [each.gap.cause for each in recording.told if isinstance(each, GapOpens)] == [Cause.PLANNED]
    recording.switch(True, "", START_MS + 6_000)
    play(recording, *pictures(60, first=61))
    assert gaps(recording) == [(0, 4, Cause.PLANNED)]


def test_a_disk_that_is_away_is_a_gap_and_recording_goes_on_by_itself(recording: Recording, tmp_path: Path):
    recording.on_track(TRACK)
    play(recording, *pictures(61))
    recording.barred = "The footage disk is away."
    play(recording, *pictures(60, first=61))
    recording.barred = None
    play(recording, *pictures(60, first=121))
    assert gaps(recording) == [(4, 8, Cause.DISK)]
    assert len(files(recording)) == 2


def test_a_disk_that_refuses_costs_the_groups_it_refused_and_no_more(recording: Recording, tmp_path: Path):
    recording.on_track(TRACK)
    play(recording, *pictures(31))
    (tmp_path / "gate").rename(tmp_path / "elsewhere")
    (tmp_path / "gate").write_text("in the way")
    recording.cut()
    play(recording, *pictures(60, first=31))
    (tmp_path / "gate").unlink()
    play(recording, *pictures(60, first=91))
    assert gaps(recording) == [(2, 6, Cause.DISK)]


async def test_a_disk_that_answers_late_changes_no_story(tmp_path: Path):
    disk = LateDisk()
    recording = Recording("gate", tmp_path, Coverage("gate", START_MS), lambda: None, writer=disk)
    recording.on_track(TRACK)
    play(recording, *pictures(61))
    disk.is_full = True
    play(recording, *pictures(60, first=61))
    recording.end()
    recording.lost(CameraAbsent("Nothing answers."), START_MS + 8_100)
    recording.tick(START_MS + 20_000)
    assert recording.told == []
    assert recording.finished == []
    assert len(recording.places()) > 0
    await disk.drained()
    recording.tick(START_MS + 20_000)
    assert gaps(recording) == [(4, 8, Cause.DISK)]
    assert [each.gap.cause for each in recording.told if isinstance(each, GapOpens)] == [
        Cause.DISK,
        Cause.NETWORK,
    ]
    assert files(recording)[0].pictures == 60


def test_a_stall_of_the_recorder_itself_is_its_own_fault(recording: Recording):
    recording.on_track(TRACK)
    play(recording, *pictures(35))
    recording.on_loss(12)
    recording.excuse("The recorder was held up for 4 s; this machine has too much to do.", START_MS + 6_000)
    play(recording, *pictures(31, first=90))
    assert gaps(recording) == [(2, 6, Cause.RECORDER)]


def test_a_camera_that_is_frozen_is_recorded_and_a_gap_over_it_tells(recording: Recording):
    recording.on_track(TRACK)
    stream = [
        replace(each, nals=[b"\x65" * 5_000] if each.is_key else [b"\x41"]) for each in pictures(15 * 30)
    ]
    play(recording, *[replace(each, size=len(each.nals[0])) for each in stream])
    play(recording, *pictures(31, first=15 * 30))
    ((start_s, end_s, cause),) = gaps(recording)
    assert (start_s, cause) == (12, Cause.CAMERA)
    assert end_s == 30
    assert files(recording)[-1].end_ms >= START_MS + 30_000


def test_the_cameras_own_time_is_kept_beside_ours(recording: Recording, tmp_path: Path):
    recording.on_track(TRACK)
    ahead = [replace(each, camera_ms=each.received_ms + 3_600_000) for each in pictures(15 * 20)]
    play(recording, *ahead)
    recording.end()
    (found,) = files(recording)
    assert (found.camera_ms, found.offset_ms) == (START_MS + 3_600_000, 3_600_000)
    assert ClockSeen("gate", True, 3_600_000) in recording.told
    data = (tmp_path / found.path).read_bytes()
    _, start = read_init(lambda at, size: data[at : at + size])
    first = next(iter(read_fragments(lambda at, size: data[at : at + size], start, len(data))))
    assert (first.camera_ms, first.received_ms) == (START_MS + 3_600_000, START_MS)


def test_sound_is_written_with_the_pictures_it_was_heard_with(recording: Recording, tmp_path: Path):
    spoken = Track(Codec.H264, TRACK.sps, TRACK.pps, 1280, 720, audio=AudioTrack(AudioCodec.PCMA, 8_000, 1))
    recording.on_track(spoken)
    for each in pictures(46):
        recording.on_picture(each)
        sound = Sound(b"\xd5" * 533, each.time * 8 // 90, 533, each.received_ms)
        recording.on_sound(sound)
    recording.end()
    (found,) = files(recording)
    data = (tmp_path / found.path).read_bytes()
    track, start = read_init(lambda at, size: data[at : at + size])
    assert track.audio == AudioTrack(AudioCodec.PCMA, 8_000, 1)
    fragments = list(read_fragments(lambda at, size: data[at : at + size], start, len(data)))
    assert all(each.sound_rows for each in fragments)


def test_sound_without_leave_is_not_kept(recording: Recording):
    recording.on_track(TRACK)
    play(recording, *pictures(10))
    recording.on_sound(Sound(b"\xd5" * 160, 0, 160, START_MS))
    recording.end()
    assert files(recording)[0].bytes < 10 * 300 + 1_500
