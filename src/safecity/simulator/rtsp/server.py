"""The RTSP server itself: many cameras on one port, one timer and one write a picture for each (RFC 2326).

H.264 over the RTSP connection (interleaved) or UDP unicast; sender reports every 5 s. A viewer who reads too slowly
loses pictures up to the next keyframe, as with a real camera.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from random import Random

from safecity.base import Clock, to_ms
from safecity.simulator.rtsp.connection import Connection
from safecity.simulator.rtsp.mount import FaultKind, Mount
from safecity.simulator.rtsp.viewer import Viewer

REPORT_S = 5.0
LOOK_S = 0.2  # how often the script of faults is looked at


class CameraServer:
    """Serves mounts on one port. When every camera of it is offline, the port is closed, too."""

    def __init__(
        self, mounts: Sequence[Mount], clock: Clock, chance: Random, *, host: str = "127.0.0.1"
    ) -> None:
        self.mounts: Mapping[str, Mount] = {mount.name: mount for mount in mounts}
        self.clock = clock
        self.chance = chance
        self.connections: set[Connection] = set()
        self._viewers: defaultdict[str, set[Viewer]] = defaultdict(set)
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._host = host
        self._port = 0
        self._started_s = 0.0
        self._listener: asyncio.Server | None = None

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
        away = all(self.fault(name) is FaultKind.OFFLINE for name in self.mounts)
        if away and self._listener is not None:
            self._listener.close()
            self._listener = None
            self._abort_all()
        elif not away and self._listener is None:
            await self._listen()

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
        self._viewers[viewer.mount.name].discard(viewer)

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
        match mount.fault(mount.due_s(tick)):
            case FaultKind.OFFLINE | FaultKind.RESET:
                for viewer in list(viewers):
                    viewer.line.abort()
            case FaultKind.STALL:
                pass
            case FaultKind.FROZEN:
                self._send_frozen(mount, tick, viewers)
            case _:
                self._send(mount, tick, mount.picture(tick), viewers)
        self._arm(mount, tick + 1)

    def _send_frozen(self, mount: Mount, tick: int, viewers: set[Viewer]) -> None:
        if tick % max(1, round(mount.reel.fps)) == 0:
            self._send(mount, tick, 0, viewers)

    def _send(self, mount: Mount, tick: int, number: int, viewers: set[Viewer]) -> None:
        picture = mount.reel.pictures[number]
        time = round(tick * 90_000 / mount.reel.fps)
        for viewer in viewers:
            viewer.send(picture, time)
            if viewer.report_due_s <= mount.due_s(tick) and not viewer.waits:
                viewer.report_due_s = mount.due_s(tick) + REPORT_S
                viewer.report(to_ms(self.clock.now()), time)
