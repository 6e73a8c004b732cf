"""Attends to one camera: calls it again and again, hears it while it can be heard; its small stream when asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from safecity.base import BadInput, Clock, Supervisor, to_ms
from safecity.cameras import CameraGone, Command, Dial, NotVideo, Reach, Shape, Sink, Wire, WireError
from safecity.footage.model import Cause, HealthNotice, PlannedCamera, RecorderLimits
from safecity.footage.note import Notebook
from safecity.footage.ports import Listener
from safecity.footage.record import Recording
from safecity.footage.relay import Relay

Hiding = Callable[[Wire, tuple[Shape, ...]], Wire]
HIDE_AGAIN_S = 1.0
LINGER_S = 30.0  # for so long the small stream is heard after the last listener left


@dataclass(frozen=True)
class Means:
    """What attending to cameras takes."""

    wires: Callable[[str], Wire]  # a wire for an address; raises BadInput where there is none for its scheme
    clock: Clock
    chance: Random
    limits: RecorderLimits
    notebook: Notebook
    supervisor: Supervisor
    hiding: Callable[[], Hiding | None]

    def now_ms(self) -> int:
        """The wall clock."""
        return to_ms(self.clock.now())


@dataclass(eq=False)
class Attendance:
    """A camera that a recorder attends to. `order` is its place among the recorder's cameras."""

    planned: PlannedCamera
    recording: Recording
    order: int
    means: Means
    is_mended: bool = True
    relay: Relay = field(default_factory=Relay)
    has_small: bool = True  # False while the small stream cannot be had

    def __post_init__(self) -> None:
        self._reach = Reach(order=self.order, chance=self.means.chance)
        self._is_small_on = False

    def start(self) -> None:
        """Calls the camera from now on, or anew."""
        self.means.supervisor.start(self.planned.id, self._attend)
        self._stop_small()
        if self.relay.listeners:
            self._start_small()

    def stop(self) -> None:
        """Leaves the camera alone."""
        self.means.supervisor.stop(self.planned.id)
        self._stop_small()

    def seen(self) -> None:
        """A first picture came."""
        self._say(self._reach.seen(self.means.clock.monotonic()))

    def join(self, listener: Listener, *, sub: bool) -> None:
        """As `footage.Live.join`."""
        if sub and self.planned.sub_url is not None and self.has_small and self.planned.enabled:
            self.relay.join(listener)
            self._start_small()
        else:
            self.recording.join(listener)

    def leave(self, listener: Listener) -> None:
        """As `footage.Live.leave`."""
        self.recording.leave(listener)
        self.relay.leave(listener)

    async def _attend(self) -> None:
        recording, means = self.recording, self.means
        commands = self._reach.start()
        while True:
            await self._obey(commands)
            while self.planned.hide and means.hiding() is None:
                words = f"This recorder cannot leave {len(self.planned.hide)} private areas out, so it records nothing."
                recording.missing(Cause.RECORDER, words, means.now_ms())
                await means.clock.sleep(HIDE_AGAIN_S)
            error: WireError | None = None
            try:
                await self._watch(self.planned.url, recording, audio=self.planned.audio)
                error = CameraGone()
            except WireError as ended:
                error = ended
            finally:
                recording.end()
                if error is None:
                    recording.missing(
                        Cause.RECORDER, "The recorder stopped hearing this camera.", means.now_ms()
                    )
            recording.lost(error, means.now_ms())
            commands = self._reach.ended(error, means.clock.monotonic())

    async def _watch(self, url: str, sink: Sink, *, audio: bool) -> None:
        limits = self.means.limits
        try:
            wire = self.means.wires(url)
        except BadInput as error:
            raise NotVideo(error.sentence) from error
        hiding = self.means.hiding()
        if sink is self.recording and self.planned.hide and hiding is not None:
            wire = hiding(wire, self.planned.hide)
        await wire.watch(
            url,
            sink,
            answer_s=limits.answer_s,
            silent_s=limits.silent_s,
            transport=self.planned.transport,
            audio=audio,
        )

    async def _obey(self, commands: list[Command]) -> None:
        self._say(commands)
        for command in commands:
            if isinstance(command, Dial):
                await self.means.clock.sleep(command.after_s)

    def _say(self, commands: list[Command]) -> None:
        for command in commands:
            if not isinstance(command, Dial):
                body = HealthNotice(signal=command.signal.value, reason=command.reason)
                self.means.notebook.notice(self.means.now_ms(), self.planned.id, "health", body)

    def _start_small(self) -> None:
        if not self._is_small_on:
            self._is_small_on = True
            self.means.supervisor.start(f"{self.planned.id} small", self._relay_small)
            self.means.supervisor.start(f"{self.planned.id} small wanted", self._watch_small_wanted)

    def _stop_small(self) -> None:
        self.has_small = True
        if self._is_small_on:
            self._is_small_on = False
            self.means.supervisor.stop(f"{self.planned.id} small")
            self.means.supervisor.stop(f"{self.planned.id} small wanted")

    async def _relay_small(self) -> None:
        """Hears the small stream again and again. Its troubles are told to nobody but those who listen."""
        means, reach = self.means, Reach(order=0, chance=self.means.chance)
        while True:
            error: WireError = CameraGone()
            try:
                await self._watch(self.planned.sub_url or "", self.relay, audio=False)
            except WireError as ended:
                error = ended
            finally:
                self.has_small = self.relay.is_live
                self._pass_on()
            for command in reach.ended(error, means.clock.monotonic()):
                if isinstance(command, Dial):
                    await means.clock.sleep(command.after_s)

    async def _watch_small_wanted(self) -> None:
        """Ends the small stream once nobody has listened for a while."""
        idle_s = 0.0
        while idle_s < LINGER_S:
            await self.means.clock.sleep(1.0)
            idle_s = 0.0 if self.relay.listeners else idle_s + 1.0
        self._stop_small()

    def _pass_on(self) -> None:
        """The small stream is over: those who heard it call anew, those who waited for it hear the main one."""
        waited = [] if self.relay.is_live else list(self.relay.listeners)
        self.relay.end()
        for listener in waited:
            self.relay.leave(listener)
            self.recording.join(listener)
