"""The recorder: a process that hears its cameras and keeps what they send, whatever else on the node is dead.

It needs a data folder only: `plan/recorder-N.json` says what to do, `footage/` takes the files, `index/recorder-N.db`
lists them, `holds/` says what must stay. It waits for no database, no control process and no listener.
Once a second it reads the plan if it changed, looks whether the footage disk is the right one, syncs files that have
grown for 4 s, lists them, and tells what began and ended. Every 30 s it forgets what has been kept long enough.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from safecity.base import BadInput, Clock, Supervisor, Unreadable, to_ms
from safecity.cameras import CameraGone, Command, Dial, NotVideo, Reach, Wire, WireError
from safecity.footage.forget import Rules, choose, remove, room_left, strike_off
from safecity.footage.hold import read_holds
from safecity.footage.identify import WrongDisk, identify
from safecity.footage.mend import files_of, mend
from safecity.footage.model import (
    Cause,
    ForgottenNotice,
    HealthNotice,
    PlannedCamera,
    RecorderLimits,
    Segment,
)
from safecity.footage.note import ALIVE, Notebook
from safecity.footage.plan import plan_file, read_plan
from safecity.footage.ports import Index, IndexAway, Listener
from safecity.footage.record import Recording
from safecity.footage.rules import Coverage
from safecity.footage.sync import Syncing
from safecity.footage.write import disk_words

log = logging.getLogger(__name__)
TICK_S = 1.0
FORGET_EVERY_S = 30.0
FEW_FILES = 100  # listed before a camera is recorded, when the index has lost all others
BORN = "born"
DOWN_WORDS = "The recorder was not running."
OFF_WORDS = "This camera is switched off."
NOT_RECORDED_WORDS = "Recording of this camera is switched off."


@dataclass
class Attended:
    """A camera that this recorder attends to."""

    planned: PlannedCamera
    recording: Recording
    reach: Reach
    is_mended: bool


@dataclass
class Recorder:
    """Hears and records the cameras of its plan until it is cancelled. Fills `footage.Live`."""

    number: int
    data: Path
    index: Index
    wires: Callable[[str], Wire]  # a wire for an address; raises BadInput where there is none for its scheme
    clock: Clock
    chance: Random
    limits: RecorderLimits = field(default_factory=RecorderLimits)

    def __post_init__(self) -> None:
        self._root = self.data / "footage"
        self._notebook = Notebook(self.index)
        self._syncing = Syncing(self._notebook)
        self._supervisor = Supervisor(self.clock)
        self._attended: dict[str, Attended] = {}
        self._waiting: dict[str, list[Listener]] = {}
        self._plan_stamp: tuple[int, int] | None = None
        self._barred: str | None = None
        self._started_ms = 0
        self._keep_days: dict[str, int | None] = {}

    async def run(self) -> None:
        """Works until cancelled; then writes out what it has. Raises IndexAway if it cannot even start."""
        self._started_ms = self._now_ms()
        if self.index.mark(BORN) is None:
            self.index.set_mark(BORN, secrets.token_hex(8))
        self._notebook.notice(self._started_ms, "", "recorder_started", {})
        self._look_at_disk()
        if self._barred is None:
            await self._clear_garbage()
        try:
            self._supervisor.start("forget", self._keep_forgetting)
            while True:
                await self._follow_plan()
                await self._settle()
                await self.clock.sleep(TICK_S)
        finally:
            await self._close()

    def join(self, camera: str, listener: Listener, *, sub: bool = False) -> None:
        """As `footage.Live`: a camera that is not attended to yet may be later."""
        self._waiting.setdefault(camera, []).append(listener)
        if camera in self._attended:
            self._attended[camera].recording.join(listener)

    def leave(self, camera: str, listener: Listener) -> None:
        """As `footage.Live`."""
        listeners = self._waiting.get(camera, [])
        if listener in listeners:
            listeners.remove(listener)
        if camera in self._attended:
            self._attended[camera].recording.leave(listener)

    async def _follow_plan(self) -> None:
        """Reads the plan if it changed. One that cannot be read changes nothing."""
        file = plan_file(self.data, self.number)
        try:
            found = file.stat()
            stamp = (found.st_mtime_ns, found.st_ino)
            if stamp == self._plan_stamp:
                return
            plan = read_plan(file)
        except FileNotFoundError:
            return
        except (Unreadable, OSError) as error:
            log.warning("%s The recorder goes on with the plan it has.", error)
            return
        is_first = self._plan_stamp is None
        self._plan_stamp = stamp
        wanted = {each.id: each for each in plan.cameras if each.id.replace("-", "").isalnum()}
        for camera in self._attended.keys() - wanted.keys():
            self._dismiss(camera)
        for order, planned in enumerate(wanted.values()):
            known = self._attended.get(planned.id)
            if known is None:
                await self._take_on(planned, order, is_first=is_first)
            elif known.planned != planned:
                self._change(known, planned)
        self._keep_days = {each.id: each.keep_days for each in plan.cameras}

    async def _take_on(self, planned: PlannedCamera, order: int, *, is_first: bool) -> None:
        since_ms, is_mended = await self._find_end(planned.id)
        coverage = Coverage(planned.id, since_ms)
        recording = Recording(
            planned.id,
            self._root,
            coverage,
            lambda: self._seen(planned.id),
            segment_ms=self.limits.segment_ms,
        )
        recording.barred = self._barred
        attended = Attended(planned, recording, Reach(order=order, chance=self.chance), is_mended)
        self._attended[planned.id] = attended
        for listener in self._waiting.get(planned.id, []):
            recording.join(listener)
        if is_first and since_ms < self._started_ms:
            recording.missing(Cause.RECORDER, DOWN_WORDS, self._now_ms())
        elif not is_first:
            recording.missing(
                Cause.PLANNED, "This recorder was not asked to record the camera.", self._now_ms()
            )
        self._set_going(attended)

    def _change(self, attended: Attended, planned: PlannedCamera) -> None:
        was, attended.planned = attended.planned, planned
        if (was.url, was.enabled, was.record) != (planned.url, planned.enabled, planned.record):
            self._set_going(attended, same_stream=was.url == planned.url and was.enabled and planned.enabled)

    def _set_going(self, attended: Attended, *, same_stream: bool = False) -> None:
        planned, recording, now_ms = attended.planned, attended.recording, self._now_ms()
        keeps = planned.enabled and planned.record
        recording.switch(keeps, NOT_RECORDED_WORDS if planned.enabled else OFF_WORDS, now_ms)
        if not planned.enabled:
            self._supervisor.stop(planned.id)
        elif not same_stream:
            self._supervisor.start(planned.id, lambda: self._attend(attended))

    def _dismiss(self, camera: str) -> None:
        """The camera left the plan: its file is finished, its open gap ends here."""
        self._supervisor.stop(camera)
        recording = self._attended.pop(camera).recording
        recording.end()
        recording.dismiss(self._now_ms())
        self._syncing.take(recording, self._now_ms())

    async def _attend(self, attended: Attended) -> None:
        """Calls the camera again and again, and hears it while it can be heard."""
        recording, url = attended.recording, attended.planned.url
        commands = attended.reach.start()
        while True:
            await self._obey(attended.planned.id, commands)
            error: WireError | None = None
            try:
                await self._watch(url, recording)
                error = CameraGone()
            except WireError as ended:
                error = ended
            finally:
                recording.end()
                if error is None:
                    recording.missing(
                        Cause.RECORDER, "The recorder stopped hearing this camera.", self._now_ms()
                    )
            recording.lost(error, self._now_ms())
            commands = attended.reach.ended(error, self.clock.monotonic())

    async def _watch(self, url: str, recording: Recording) -> None:
        try:
            wire = self.wires(url)
        except BadInput as error:
            raise NotVideo(error.sentence) from error
        await wire.watch(url, recording, answer_s=self.limits.answer_s, silent_s=self.limits.silent_s)

    def _seen(self, camera: str) -> None:
        attended = self._attended.get(camera)
        if attended is not None:
            self._say(camera, attended.reach.seen(self.clock.monotonic()))

    async def _obey(self, camera: str, commands: list[Command]) -> None:
        self._say(camera, commands)
        for command in commands:
            if isinstance(command, Dial):
                await self.clock.sleep(command.after_s)

    def _say(self, camera: str, commands: list[Command]) -> None:
        for command in commands:
            if not isinstance(command, Dial):
                body = HealthNotice(signal=command.signal.value, reason=command.reason)
                self._notebook.notice(self._now_ms(), camera, "health", body)

    async def _find_end(self, camera: str) -> tuple[int, bool]:
        """Where this camera's explained past ends, after its last files were mended; and whether they could be."""
        now_ms = self._now_ms()
        try:
            newest = self.index.newest(camera)
            gap = next((each for each in self.index.open_gaps() if each.camera == camera), None)
            alive_ms = int(self.index.mark(ALIVE) or now_ms)
        except IndexAway:
            return now_ms, False
        end_ms = newest.end_ms if newest else None
        is_mended = self._barred is None and await self._mend(camera)
        if is_mended:
            mended = self.index.newest(camera)
            end_ms = mended.end_ms if mended else None
        if gap is not None:  # nobody ended it, because the recorder died: it lasted as long as that was alive
            gap_end_ms = max(alive_ms, gap.start_ms)
            self._notebook.end_gap(gap, gap_end_ms, now_ms)
            end_ms = max(gap_end_ms, end_ms or 0)
        return (now_ms if end_ms is None else end_ms), is_mended

    async def _mend(self, camera: str) -> bool:
        """Brings the index up to what the camera's last files hold. False where that could not be done yet."""
        try:
            newest = self.index.newest(camera)
            if newest is None:
                await self._list_unlisted(camera)
            else:
                self._list(await asyncio.to_thread(mend, self._root, camera, newest))
        except (OSError, IndexAway) as error:
            log.warning("The last files of camera %s cannot be checked yet: %s", camera, error)
            return False
        return True

    async def _list_unlisted(self, camera: str) -> None:
        """The index knows nothing of this camera: its last files are listed now, older ones while it is recorded."""
        paths = await asyncio.to_thread(lambda: list(files_of(self._root, camera)))
        first = paths[-FEW_FILES] if len(paths) > FEW_FILES else ""
        self._list(await asyncio.to_thread(mend, self._root, camera, None, since=first))
        if first:
            self._supervisor.start(f"relist {camera}", lambda: self._relist(camera, first))

    async def _relist(self, camera: str, before: str) -> None:
        """Lists a camera's files of before a path, newest first and a few at a time."""
        paths = await asyncio.to_thread(lambda: list(files_of(self._root, camera, before=before)))
        while paths:
            since = paths[-FEW_FILES:][0]
            self._list(await asyncio.to_thread(mend, self._root, camera, None, before, since=since))
            before = since
            del paths[-FEW_FILES:]
            await self.clock.sleep(0.1)  # recording comes first

    def _list(self, found: list[Segment]) -> None:
        struck_off = {each.path for each in self.index.garbage(1_000_000)}
        with self.index.together():
            for segment in found:
                if segment.path not in struck_off:
                    self.index.add_segment(segment)

    async def _settle(self) -> None:
        """Once a second: what grew is synced and listed, what happened is told."""
        self._look_at_disk()
        now_ms = self._now_ms()
        for attended in list(self._attended.values()):
            if self._barred is None and not attended.is_mended:
                attended.is_mended = await self._mend(attended.planned.id)
            attended.recording.barred = (
                self._barred if attended.is_mended else (self._barred or "Being checked.")
            )
            attended.recording.tick(now_ms)
        await self._syncing.settle([each.recording for each in self._attended.values()], now_ms)
        self._notebook.write(self._now_ms())

    def _look_at_disk(self) -> None:
        with contextlib.suppress(IndexAway):  # then the last answer holds
            try:
                identify(self._root, self.index)
                self._barred = None
            except WrongDisk as error:
                self._barred = error.sentence
            except OSError as error:
                self._barred = disk_words(error)

    async def _keep_forgetting(self) -> None:
        while True:
            await self.clock.sleep(FORGET_EVERY_S)
            if self._barred is None:
                try:
                    await self._forget()
                except (OSError, IndexAway, Unreadable) as error:
                    log.warning("Nothing is forgotten just now: %s", error)

    async def _forget(self) -> None:
        now_ms = self._now_ms()
        writing = frozenset(place for each in self._attended.values() for place in each.recording.places())
        rules = Rules(self.limits, self._keep_days, writing)
        going = choose(self.index, read_holds(self.data), rules, now_ms, room_left(self._root))
        if going.segments:
            strike_off(self.index, going, rules, now_ms)
            body = ForgottenNotice(segments=len(going.segments), bytes=going.bytes, until_ms=going.until_ms)
            self._notebook.notice(now_ms, "", "forgotten", body)
        await self._clear_garbage()

    async def _clear_garbage(self) -> None:
        while paths := self.index.garbage():
            today = f"{self.clock.now():%Y%m%d}"
            gone = await asyncio.to_thread(remove, self._root, paths, today)
            self.index.cleared(gone)
            if len(gone) < len(paths):
                return

    async def _close(self) -> None:
        await self._supervisor.close()
        for attended in self._attended.values():
            attended.recording.end()
        await self._syncing.settle(
            [each.recording for each in self._attended.values()], self._now_ms(), last=True
        )
        self._notebook.write(self._now_ms())

    def _now_ms(self) -> int:
        return to_ms(self.clock.now())
