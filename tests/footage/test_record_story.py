"""Whatever befalls a recording, each moment is footage or a gap with a cause, but for holes of less than 2 s."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fakes.stream import START_MS, TRACK
from safecity.cameras import CameraAbsent, CameraGone, CameraSilent, Picture
from safecity.footage.append import AppendAtOnce
from safecity.footage.model import Cause, Gap, Span
from safecity.footage.record import Recording
from safecity.footage.rules import GAP_MS, Coverage, GapCloses, GapOpens, joined, without
from safecity.footage.unfmp4 import read_fragment
from safecity.footage.write import SegmentFile

HOUR_MS = 3_600_000
ERRORS = (CameraGone("It ended."), CameraAbsent("Nothing answers."), CameraSilent("It is silent."))


@dataclass
class SlowDisk(AppendAtOnce):
    """A writer that keeps what it is given until it is told how the disk answers; remembers what truly got there."""

    held: list[tuple[SegmentFile, Span, Callable[[OSError | None], None]]] = field(default_factory=list)
    written: list[Span] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)
    is_full: bool = False
    is_slow: bool = False

    def append(
        self,
        file: SegmentFile,
        data: bytes,
        end_ms: int,
        pictures: int,
        done: Callable[[OSError | None], None],
    ) -> None:
        found = read_fragment(lambda at, size: data[at : at + size], 0, len(data))
        assert found is not None
        self.held.append((file, (found.wall_ms, end_ms), done))
        if not self.is_slow:
            self.answer()

    def answer(self) -> None:
        """The disk answers for all that waits: with an error where it is full or failed for that file before."""
        while self.held:
            file, span, done = self.held.pop(0)
            if self.is_full or id(file) in self.refused:
                self.refused.add(id(file))
                done(OSError(errno.ENOSPC, "No space left on device"))
            else:
                self.written.append(span)
                done(None)

    async def drained(self) -> None:
        self.answer()


@dataclass
class Street:
    """A camera, a recording and two clocks, moved by a script."""

    recording: Recording
    disk: SlowDisk
    now_ms: int = START_MS
    ours_ms: int = 0
    time: int = 0
    count: int = 0
    in_group: int = 0
    is_on: bool = True
    is_linked: bool = False

    @property
    def wall_ms(self) -> int:
        return self.now_ms + self.ours_ms

    def pictures(self, count: int, step_ms: int = 200) -> None:
        if not self.is_linked:
            self.recording.on_track(TRACK)
            self.is_linked, self.in_group = True, 0
        for _ in range(count):
            self._send()
            self.in_group = (self.in_group + 1) % 5
            self.pass_(step_ms)

    def _send(self) -> None:
        self.count += 1
        data = bytes([0x65 if self.in_group == 0 else 0x41]) + self.count.to_bytes(4, "big")
        self.recording.on_picture(Picture([data], self.in_group == 0, self.time, self.wall_ms, len(data)))

    def pass_(self, ms: int) -> None:
        """The camera's clock and the world's go on together; the recorder ticks every second."""
        while ms > 0:
            step = min(ms, 1_000)
            self.now_ms += step
            self.time += step * 90
            ms -= step
            self.recording.tick(self.wall_ms)

    def lose(self, ms: int) -> None:
        """Packets are lost: no pictures up to the next keyframe."""
        if self.is_linked:
            self.pass_(ms)
            self.recording.on_loss(ms // 10 + 1)
            self.in_group = 0

    def fail(self, error: int) -> None:
        if self.is_linked:
            self.recording.end()
            self.recording.lost(ERRORS[error % len(ERRORS)], self.wall_ms)
            self.is_linked = False

    def switch(self) -> None:
        self.is_on = not self.is_on
        self.recording.switch(self.is_on, "Recording of this camera is switched off.", self.wall_ms)

    def jump(self, ms: int) -> None:
        """The camera's clock is set."""
        self.time += ms * 90

    def set_ours(self, ms: int) -> None:
        self.ours_ms += ms
        self.recording.excuse("The recorder's clock was set.", self.wall_ms)


Move = tuple[str, int]
Moves = st.lists(
    st.one_of(
        st.tuples(st.just("pictures"), st.integers(1, 60)),
        st.tuples(st.just("pass_"), st.integers(0, 9_000)),
        st.tuples(st.just("lose"), st.integers(0, 9_000)),
        st.tuples(st.just("fail"), st.integers(0, 2)),
        st.tuples(st.just("switch"), st.just(0)),
        st.tuples(st.just("full"), st.just(0)),
        st.tuples(st.just("slow"), st.just(0)),
        st.tuples(st.just("bar"), st.just(0)),
        st.tuples(st.just("jump"), st.sampled_from([HOUR_MS, -HOUR_MS, 3_000, -3_000, -((1 << 32) // 90)])),
        st.tuples(st.just("set_ours"), st.sampled_from([HOUR_MS, -20_000, 7_000, -700])),
    ),
    max_size=40,
)


def play(street: Street, what: str, amount: int) -> None:
    disk, recording = street.disk, street.recording
    if what == "full":
        disk.is_full = not disk.is_full
    elif what == "slow":
        disk.is_slow = not disk.is_slow
        disk.answer()
    elif what == "bar":
        recording.barred = None if recording.barred else "The footage disk is away."
    elif what == "switch":
        street.switch()
    else:
        getattr(street, what)(amount)


def gaps_of(recording: Recording) -> list[Gap]:
    found: list[Gap] = []
    for each in recording.told:
        if isinstance(each, GapOpens):
            found.append(each.gap)
        elif isinstance(each, GapCloses):
            last = next(n for n in reversed(range(len(found))) if found[n].start_ms == each.start_ms)
            found[last] = replace(found[last], end_ms=each.end_ms)
    return found


@example(moves=[("full", 0), ("pictures", 10), ("switch", 0), ("pass_", 2000)])
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=Moves)
def test_no_hole_of_two_seconds_is_silent(tmp_path: Path, moves: list[Move]):
    disk = SlowDisk()
    recording = Recording("gate", tmp_path, Coverage("gate", START_MS), lambda: None, writer=disk)
    street = Street(recording, disk)
    for what, amount in moves:
        play(street, what, amount)
    disk.is_full = disk.is_slow = False
    recording.barred = None
    disk.answer()
    if not street.is_on:
        street.switch()
    street.pictures(120)  # all is well again
    street.fail(0)
    assert disk.held == []

    gaps = gaps_of(recording)
    assert all(each.words and each.cause in Cause for each in gaps)
    assert all(a[1] <= b[0] for a, b in pairwise(sorted(disk.written)))
    assert all(start < end for start, end in disk.written)
    end_ms = max(end for _, end in disk.written)
    explained = [*disk.written, *((each.start_ms, each.end_ms or end_ms) for each in gaps)]
    silent = [
        each for each in without([(START_MS, end_ms)], joined(explained)) if each[1] - each[0] >= GAP_MS
    ]
    assert silent == []
