"""The recorder: a process that hears its cameras and keeps what they send, whatever else on the node is dead.

It needs a data folder only: `plan/recorder-N.json` says what to do, `footage/` takes the files (and a reserve, where
there is one), `index/recorder-N.db` lists them, `holds/` says what must stay. It waits for no database, no control
process, no listener and no disk.
Once a second it reads the plan if it changed, looks at its storage folders, has files synced that have grown for 4 s,
lists them, and tells what began and ended. Every 30 s it forgets what has been kept long enough.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from safecity.base import Clock, Supervisor, Unreadable, to_ms
from safecity.cameras import Wire
from safecity.footage.append import AppendAtOnce
from safecity.footage.attend import Attendance, Hiding, Means
from safecity.footage.catch_up import CatchUp
from safecity.footage.folders import RESERVE, Folder, Folders
from safecity.footage.forget import choose, remove, rules_of, strike_off
from safecity.footage.hold import read_holds
from safecity.footage.model import Cause, ForgottenNotice, PlannedCamera, RecorderLimits, RecorderPlan
from safecity.footage.note import Notebook
from safecity.footage.own_clock import watch_own_clock
from safecity.footage.plan import plan_file, read_plan
from safecity.footage.ports import Index, IndexAway, Listener, Writer
from safecity.footage.record import Recording
from safecity.footage.rules import Coverage
from safecity.footage.storage import CHECKED_WORDS, Storage
from safecity.footage.sync import Syncing

log = logging.getLogger(__name__)
TICK_S = 1.0
FORGET_EVERY_S = 30.0
FIRST_LOOK_S = 5.0
BORN = "born"
KEPT: dict[str, Any] = {  # what does not concern the stream
    "record": True, "retention": "", "keep_days": None, "keep_bytes": None,
}  # fmt: skip
STALL_S = 2.0
STOOD_WORDS = "The recorder stood still for {:.0f} s: this machine is overloaded."
SET_WORDS = "The clock of this machine was set."
DOWN_WORDS = "The recorder was not running."
OFF_WORDS = "This camera is switched off."
NOT_RECORDED_WORDS = "Recording of this camera is switched off."


class Recorder:
    """Hears and records the cameras of its plan until it is cancelled. Fills `footage.Live`."""

    def __init__(  # noqa: PLR0917  what a recorder needs, in the order of the flow
        self,
        number: int,
        data: Path,
        index: Index,
        wires: Callable[[str], Wire],
        clock: Clock,
        chance: Random,
        limits: RecorderLimits | None = None,
        *,
        reserve: Path | None = None,
        writer: Writer | None = None,
        hiding: Hiding | None = None,
    ) -> None:
        """`wires` gives a wire for an address, or raises BadInput; `reserve` is a second storage folder.

        `hiding` makes of a wire one that leaves areas of the picture out; without it, cameras with areas that must not
        be recorded are not recorded.
        """
        self.number = number
        self.data = data
        self.index = index
        self.clock = clock
        self.limits = limits or RecorderLimits()
        self.hiding = hiding
        places = [Folder("", data / "footage"), *([Folder(RESERVE, reserve)] if reserve else [])]
        self._folders = Folders(places)
        self._writer = writer or AppendAtOnce()
        self._notebook = Notebook(index)
        self._syncing = Syncing(self._notebook, self._writer)
        self._supervisor = Supervisor(clock)
        self._storage = Storage(self._folders, index, self._notebook, self._writer, clock)
        self._catch_up = CatchUp(index, self._notebook, self._writer, clock, self._supervisor)
        self._means = Means(
            wires, clock, chance, self.limits, self._notebook, self._supervisor, lambda: self.hiding
        )
        self._attended: dict[str, Attendance] = {}
        self._waiting: dict[str, list[tuple[Listener, bool]]] = {}
        self._plan_stamp: tuple[int, int] | None = None
        self._plan = RecorderPlan()
        self._started_ms = 0

    async def run(self) -> None:
        """Works until cancelled; then writes out what it has. Raises IndexAway if it cannot even start."""
        self._started_ms = self._now_ms()
        if self.index.mark(BORN) is None:
            self.index.set_mark(BORN, secrets.token_hex(8))
        self._notebook.notice(self._started_ms, "", "recorder_started", {})
        try:
            await self._first_look()
            self._supervisor.start("forget", self._keep_forgetting)
            self._supervisor.start("own clock", lambda: watch_own_clock(self.clock, self._excuse))
            while True:
                await self._follow_plan()
                await self._settle()
                await self._pause()
        finally:
            await self._close()

    def join(self, camera: str, listener: Listener, *, sub: bool = False) -> None:
        """As `footage.Live`: a camera that is not attended to yet may be later."""
        self._waiting.setdefault(camera, []).append((listener, sub))
        if camera in self._attended:
            self._attended[camera].join(listener, sub=sub)

    def leave(self, camera: str, listener: Listener) -> None:
        """As `footage.Live`."""
        left = [each for each in self._waiting.get(camera, []) if each[0] is not listener]
        if left:
            self._waiting[camera] = left
        else:
            self._waiting.pop(camera, None)
        if camera in self._attended:
            self._attended[camera].leave(listener)

    async def _first_look(self) -> None:
        """Waits a little for the storage folders; one that does not answer is not waited for."""
        until_s = self.clock.monotonic() + FIRST_LOOK_S
        self._storage.look()
        while not self._storage.is_answered() and self.clock.monotonic() < until_s:
            await self.clock.sleep(0.05)
        for folder in self._storage.unmended():
            self._storage.mended(folder)  # no camera is attended to yet: each is checked when it is taken on
        await self._clear_garbage()

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
        self._plan_stamp, self._plan = stamp, plan
        wanted = {each.id: each for each in plan.cameras if each.id.replace("-", "").isalnum()}
        for camera in self._attended.keys() - wanted.keys():
            self._dismiss(camera)
        for order, planned in enumerate(wanted.values()):
            known = self._attended.get(planned.id)
            if known is None:
                await self._take_on(planned, order, is_first=is_first)
            elif known.planned != planned:
                self._change(known, planned)

    async def _take_on(self, planned: PlannedCamera, order: int, *, is_first: bool) -> None:
        folders = self._storage.confirmed()
        since_ms, is_mended = await self._catch_up.find_end(planned.id, folders, self._now_ms())
        recording = Recording(
            planned.id,
            self._folders,
            Coverage(planned.id, since_ms),
            lambda: self._seen(planned.id),
            segment_ms=self.limits.segment_ms,
            writer=self._writer,
        )
        attended = Attendance(planned, recording, order, self._means, is_mended or not folders)
        recording.barred = None if attended.is_mended else CHECKED_WORDS
        self._attended[planned.id] = attended
        for listener, sub in self._waiting.get(planned.id, []):
            attended.join(listener, sub=sub)
        if is_first and since_ms < self._started_ms:
            recording.missing(Cause.RECORDER, DOWN_WORDS, self._now_ms())
        elif not is_first:
            recording.missing(
                Cause.PLANNED, "This recorder was not asked to record the camera.", self._now_ms()
            )
        self._set_going(attended)

    def _change(self, attended: Attendance, planned: PlannedCamera) -> None:
        was, attended.planned = attended.planned, planned
        is_same = replace(was, **KEPT) == replace(planned, **KEPT)
        if not is_same or was.record != planned.record:
            self._set_going(attended, same_stream=is_same and planned.enabled)

    def _set_going(self, attended: Attendance, *, same_stream: bool = False) -> None:
        planned, recording, now_ms = attended.planned, attended.recording, self._now_ms()
        keeps = planned.enabled and planned.record
        recording.switch(keeps, NOT_RECORDED_WORDS if planned.enabled else OFF_WORDS, now_ms)
        if not planned.enabled:
            attended.stop()
        elif not same_stream:
            attended.start()

    def _dismiss(self, camera: str) -> None:
        """The camera left the plan: its file is finished, its open gap ends here."""
        attended = self._attended.pop(camera)
        attended.stop()
        attended.recording.end()
        attended.recording.dismiss(self._now_ms())
        self._syncing.take(attended.recording)

    def _seen(self, camera: str) -> None:
        attended = self._attended.get(camera)
        if attended is not None:
            attended.seen()

    async def _settle(self) -> None:
        """Once a second: what grew is synced and listed, what happened is told."""
        self._storage.look()
        await self._mend_the_unmended()
        now_ms = self._now_ms()
        self._storage.tell(now_ms)
        for attended in list(self._attended.values()):
            attended.recording.barred = None if attended.is_mended else CHECKED_WORDS
            file = attended.recording.file
            if file is not None and file.part.folder.barred:
                attended.recording.cut()  # that disk is not there any more, or not ours
            attended.recording.tick(now_ms)
        await self._syncing.settle([each.recording for each in self._attended.values()], now_ms)
        self._notebook.write(self._now_ms())

    async def _mend_the_unmended(self) -> None:
        """What could not be checked at first is checked now: a camera's last files, or a folder that came later."""
        for attended in list(self._attended.values()):
            if not attended.is_mended and (folders := self._storage.confirmed()):
                attended.is_mended = await self._catch_up.mend(attended.planned.id, folders)
        for folder in self._storage.unmended():
            checked = [await self._catch_up.mend(each, [folder]) for each in list(self._attended)]
            if all(checked):
                self._storage.mended(folder)

    def _excuse(self, words: str, now_ms: int) -> None:
        log.warning("%s", words)
        for each in self._attended.values():
            each.recording.excuse(words, now_ms)

    async def _keep_forgetting(self) -> None:
        last_s = self.clock.monotonic()
        while True:
            await self.clock.sleep(TICK_S)
            if self._storage.is_short() or self.clock.monotonic() - last_s >= FORGET_EVERY_S:
                last_s = self.clock.monotonic()
                try:
                    await self._forget()
                except (OSError, IndexAway, Unreadable) as error:
                    log.warning("Nothing is forgotten just now: %s", error)

    async def _forget(self) -> None:
        """Strikes off what is to go and deletes it. A folder in which nothing can be deleted keeps its rows."""
        now_ms = self._now_ms()
        folders = await self._clear_garbage()
        writing = {place for each in self._attended.values() for place in each.recording.places()}
        rules = rules_of(self._plan, self.limits, writing | self._syncing.places())
        least = self.limits.min_free_bytes
        free_bytes = {each.name: each.free_bytes - max(0, each.least_bytes - least) for each in folders}
        going = choose(self.index, read_holds(self.data), rules, now_ms, free_bytes)
        if going.segments:
            strike_off(self.index, going, rules, now_ms)
            body = ForgottenNotice(segments=len(going.segments), bytes=going.bytes, until_ms=going.until_ms)
            self._notebook.notice(now_ms, "", "forgotten", body)
            await self._clear_garbage()
            self._storage.relieved(going.segments)

    async def _clear_garbage(self) -> list[Folder]:
        """Deletes files that were struck off; returns the folders in which nothing of them is left."""
        today, cleared = f"{self.clock.now():%Y%m%d}", list[Folder]()
        for folder in self._storage.confirmed():
            try:
                while files := self.index.garbage(store=folder.name):
                    gone = await self._catch_up.beside(
                        folder, lambda f=folder, g=files: remove(f.root, g, today)
                    )
                    self.index.cleared(gone)
                    if len(gone) < len(files):
                        break
                else:
                    cleared.append(folder)
            except OSError as error:
                log.warning("Nothing is deleted in %s just now: %s", folder.root, error)
        return cleared

    async def _close(self) -> None:
        await self._supervisor.close()
        for attended in self._attended.values():
            attended.recording.end()
        recordings = [each.recording for each in self._attended.values()]
        await self._syncing.settle(recordings, self._now_ms(), last=True)
        for recording in recordings:
            self._notebook.gaps(recording.told, self._now_ms())
        self._notebook.write(self._now_ms())

    async def _pause(self) -> None:
        """Waits for the next tick; where the process stood still, or its clock was set, that excuses a hole."""
        before_s, before_ms = self.clock.monotonic(), self._now_ms()
        await self.clock.sleep(TICK_S)
        late_s = self.clock.monotonic() - before_s - TICK_S
        set_s = (self._now_ms() - before_ms) / 1000 - TICK_S - late_s
        words = STOOD_WORDS.format(late_s) if late_s > STALL_S else SET_WORDS if abs(set_s) > STALL_S else ""
        if words:
            for attended in self._attended.values():
                attended.recording.excuse(words, self._now_ms())

    def _now_ms(self) -> int:
        return to_ms(self.clock.now())
