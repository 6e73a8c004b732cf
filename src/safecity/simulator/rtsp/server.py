"""The RTSP server itself: many cameras on one port, one timer and one write a picture for each (RFC 2326).

H.264 or H.265, and sound, over the RTSP connection (interleaved) or UDP unicast; sender reports every 5 s by the
camera's own clock. A viewer who reads too slowly loses pictures up to the next keyframe, as with a real camera.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Protocol

from safecity.base import Clock, to_ms
from safecity.simulator.rtsp.challenge import Challenge
from safecity.simulator.rtsp.connection import Connection
from safecity.simulator.rtsp.describe import SdpForm
from safecity.simulator.rtsp.mount import BREAKING, MOMENTS, Fault, FaultKind, Mount, weather_of
from safecity.simulator.rtsp.reel import Reel
from safecity.simulator.rtsp.viewer import Viewer
from safecity.simulator.rtsp.weather import CLEAR

REPORT_S = 5.0
LOOK_S = 0.2  # how often the script of faults is looked at


class Ledger(Protocol):
    """Writes down what was really sent."""

    def sent(self, mount: str, at_s: float, *, lost: int, frozen: bool, is_key: bool) -> None:
        """A picture went to at least one viewer at this moment since the start; so many of its packets are lost."""
        ...

    def recalled(self, mount: str, pictures: int) -> None:
        """So many of the last pictures were still under way when the connection broke: they never arrive."""
        ...


class CameraServer:
    """Serves mounts on one port. When every camera of it is offline, the port is closed, too."""

    def __init__(
        self,
        mounts: Sequence[Mount],
        clock: Clock,
        chance: Random,
        *,
        host: str = "127.0.0.1",
        ledger: Ledger | None = None,
    ) -> None:
        self.mounts: Mapping[str, Mount] = {mount.name: mount for mount in mounts}
        self.clock = clock
        self.chance = chance
        self.connections: set[Connection] = set()
        self._viewers: defaultdict[str, set[Viewer]] = defaultdict(set)
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._shown: dict[str, Fault | None] = {}  # whose pictures were shown last
        self._nonces: defaultdict[str, int] = defaultdict(int)
        self._looked_s = 0.0
        self._host = host
        self._port = 0
        self._started_s = 0.0
        self._listener: asyncio.Server | None = None
        self._ledger = ledger

    @property
    def port(self) -> int:
        """The port, once `serve` has bound it."""
        return self._port

    def url(self, name: str) -> str:
        """Where a camera of this server is, with its credentials."""
        challenge = self.mounts[name].challenge
        who = f"{challenge.user}:{challenge.password}@" if challenge else ""
        return f"rtsp://{who}{self._host}:{self._port}/{name}"

    def since_start_s(self) -> float:
        """Seconds since the server was started; the scripts of faults count from there."""
        return asyncio.get_running_loop().time() - self._started_s

    def fault(self, name: str) -> FaultKind | None:
        """What is wrong with a camera now."""
        return self.mounts[name].fault(self.since_start_s())

    def challenge(self, name: str) -> Challenge | None:
        """What a camera demands now: its password may have been changed, its nonce may be a new one."""
        mount = self.mounts[name]
        if mount.challenge is None:
            return None
        standing = mount.standing(self.since_start_s())
        changed = any(each.kind is FaultKind.PASSWORD for each in standing)
        number = self._nonces[name]
        return replace(
            mount.challenge,
            password=f"{mount.challenge.password} changed" if changed else mount.challenge.password,
            nonce=f"{mount.challenge.nonce}.{number}" if number else mount.challenge.nonce,
            says_stale=not any(
                each.kind is FaultKind.NONCE and each.form == "silent" for each in mount.faults
            ),
        )

    def describing(self, name: str) -> tuple[Reel, SdpForm]:
        """What a camera shows now, and how it describes that."""
        mount, at_s = self.mounts[name], self.since_start_s()
        return mount.showing(mount.standing(at_s))[0], mount.sdp(at_s)

    async def serve(self, port: int = 0, ready: asyncio.Event | None = None) -> None:
        """Serves until cancelled. Raises OSError when the port is taken."""
        self._started_s = asyncio.get_running_loop().time()
        self._port = port
        await self._listen()
        if ready is not None:
            ready.set()
        try:
            while True:
                await self.clock.sleep(LOOK_S)
                await self._follow_script()
        finally:
            self._close()

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(lambda: Connection(self), self._host, self._port)
        self._port = self._listener.sockets[0].getsockname()[1]

    async def _follow_script(self) -> None:
        before_s, self._looked_s = self._looked_s, self.since_start_s()
        for mount in self.mounts.values():
            for fault in mount.faults:
                if fault.kind in MOMENTS and fault.began(self._looked_s) > fault.began(before_s):
                    self._happen(mount, fault)
                elif fault.kind in BREAKING and fault.there(self._looked_s) != fault.there(before_s):
                    for viewer in list(self._viewers[mount.name]):
                        viewer.line.abort()
        away = all(self.fault(name) is FaultKind.OFFLINE for name in self.mounts)
        if away and self._listener is not None:
            self._listener.close()
            self._listener = None
            self._abort_all()
        elif not away and self._listener is None:
            await self._listen()

    def _happen(self, mount: Mount, fault: Fault) -> None:
        """What happens at one moment."""
        viewers = list(self._viewers[mount.name])
        match fault.kind:
            case FaultKind.NONCE:
                self._nonces[mount.name] += 1
            case FaultKind.BYE:
                for viewer in viewers:
                    viewer.bid_farewell()
                    self.leave(viewer)
            case FaultKind.TEARDOWN:
                for viewer in viewers:
                    viewer.line.tear_down()
            case _:
                for viewer in viewers:
                    viewer.line.forget()

    def _abort_all(self) -> None:
        for connection in list(self.connections):
            connection.abort()

    def _close(self) -> None:
        if self._listener is not None:
            self._listener.close()
        for timer in self._timers.values():
            timer.cancel()
        self._abort_all()

    def join(self, viewer: Viewer) -> None:
        """A viewer begins to watch; its first picture is the next keyframe."""
        self._viewers[viewer.mount.name].add(viewer)
        if viewer.mount.name not in self._timers:
            self._arm(viewer.mount, viewer.mount.tick_at(self.since_start_s()))

    def leave(self, viewer: Viewer) -> None:
        """A viewer has gone; one who was not there is no error."""
        viewers = self._viewers[viewer.mount.name]
        if viewer in viewers:
            viewers.discard(viewer)
            if self._ledger is not None and not viewers and (under_way := viewer.under_way()):
                self._ledger.recalled(viewer.mount.name, under_way)

    def _arm(self, mount: Mount, tick: int) -> None:
        loop = asyncio.get_running_loop()
        due_s = self._started_s + mount.due_s(tick)
        self._timers[mount.name] = loop.call_at(due_s, self._show, mount, tick)

    def _show(self, mount: Mount, tick: int) -> None:
        """Sends the picture that is due to everyone who watches this camera."""
        viewers = self._viewers[mount.name]
        if not viewers:
            del self._timers[mount.name]
            return
        # A process that was held up skips ahead, so that the pictures stay live.
        late = mount.tick_at(self.since_start_s()) - tick
        if late > 2 * mount.reel.fps:
            tick += late
        at_s = mount.due_s(tick)
        match mount.fault(at_s):
            case FaultKind.OFFLINE | FaultKind.RESET:
                for viewer in list(viewers):
                    viewer.line.abort()
            case FaultKind.STALL:
                pass
            case FaultKind.FROZEN if tick % max(1, round(mount.reel.fps)):
                pass
            case fault:
                self._send(mount, tick, viewers, frozen=fault is FaultKind.FROZEN)
        self._arm(mount, tick + 1)

    def _send(self, mount: Mount, tick: int, viewers: set[Viewer], *, frozen: bool) -> None:
        at_s = mount.due_s(tick)
        standing = mount.standing(at_s)
        reel, blamed = mount.showing(standing)
        changed, self._shown[mount.name] = self._shown.get(mount.name) != blamed, blamed
        if frozen:
            number = 0
        elif blamed is None:
            number = mount.picture(tick)
        else:  # another reel begins with its keyframe when it is put on
            number = (tick - mount.tick_at(at_s - (at_s - blamed.from_s) % (blamed.every_s or 1e9))) % len(
                reel.pictures
            )
        weather = weather_of(standing) if standing else CLEAR
        media_s = mount.media_s(at_s)
        arrived: list[int] = []
        for viewer in viewers:
            viewer.waits = viewer.waits or changed
            lost = viewer.send(reel.pictures[number], round(media_s * 90_000), weather)
            if lost is not None:
                arrived.append(lost)
            if mount.voice is not None:
                viewer.sound(mount.voice, media_s, weather)
            if viewer.report_due_s <= at_s and not viewer.waits:
                viewer.report_due_s = at_s + REPORT_S
                viewer.report(to_ms(self.clock.now()) + round(mount.wall_off_ms(at_s)), media_s)
        if arrived and self._ledger is not None:
            is_key = reel.pictures[number].is_key
            self._ledger.sent(mount.name, at_s, lost=min(arrived), frozen=frozen, is_key=is_key)
