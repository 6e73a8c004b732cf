"""Serves a fleet: a port for each camera, so that one that reboots does not answer at all."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import signal
from collections.abc import Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from safecity.base import Clock, RealClock, to_ms
from safecity.simulator.chance import chance_of
from safecity.simulator.fleet.plan import FleetCamera, plan_fleet
from safecity.simulator.fleet.reels import Look, Reels, make_reels
from safecity.simulator.fleet.script import Script, read_script
from safecity.simulator.fleet.truth import MAIN, CameraTruth, Truth, as_json, as_text
from safecity.simulator.rtsp import CameraServer, Challenge, Mount

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

SUB = "sub"
USER, PASSWORD = "fleet", "fleet"
MIDDLE = (-1.2921, 36.8219)  # where the register shows them
COLUMNS = (
    "name", "url", "lat", "lon", "bearing_deg", "view_deg", "range_m", "bureau", "controller", "regime", "record",
)  # fmt: skip


@dataclass(frozen=True)
class Fleet:
    """A fleet that is being served."""

    cameras: Sequence[tuple[FleetCamera, CameraServer, Truth]]

    def urls(self) -> list[str]:
        """The main streams' addresses, with credentials; the sub stream of `…/main` is `…/sub`."""
        return [server.url(MAIN) for _, server, _ in self.cameras]

    def truth(self) -> list[CameraTruth]:
        """What has been true until now."""
        return [truth.told(server.since_start_s()) for _, server, truth in self.cameras]

    def as_csv(self, bureau: str = "") -> str:
        """For `safecity cameras import`."""
        out = io.StringIO()
        rows = csv.writer(out)
        rows.writerow(COLUMNS)
        for camera, server, _ in self.cameras:
            lat = MIDDLE[0] + camera.number % 20 * 0.002
            lon = MIDDLE[1] + camera.number // 20 * 0.002
            words = (f"{lat:.4f}", f"{lon:.4f}", "0", "90", "60", bureau, "Simulated city", "city", "yes")
            rows.writerow((camera.name, server.url(MAIN), *words))
        return out.getvalue()


@asynccontextmanager
async def serve_fleet(
    cameras: Sequence[FleetCamera],
    reels: Reels,
    clock: Clock,
    *,
    seed: int = 1,
    host: str = "127.0.0.1",
    port: int = 0,
) -> AsyncGenerator[Fleet]:
    """Serves while the block runs: at `port` and the next ones, or at free ports. Raises OSError."""
    served: list[tuple[FleetCamera, CameraServer, Truth]] = []
    tasks: list[asyncio.Task[None]] = []
    events: list[asyncio.Event] = []
    try:
        for place, camera in enumerate(cameras):
            truth, event = Truth(camera, "", reels.main.fps), asyncio.Event()
            chance = chance_of(seed * 100_003 + camera.number, "fleet rtsp")
            server = CameraServer(_mounts(camera, reels, seed), clock, chance, host=host, ledger=truth)
            task = asyncio.get_running_loop().create_task(server.serve(port + place if port else 0, event))
            tasks.append(task)
            task.add_done_callback(lambda _, event=event: event.set())
            served.append((camera, server, truth))
            events.append(event)
        for task, event in zip(tasks, events, strict=True):
            await event.wait()
            if task.done():
                await task  # it could not have its port
        for _, server, truth in served:
            truth.start_ms = to_ms(clock.now()) - round(server.since_start_s() * 1000)
            truth.url = server.url(MAIN)
        yield Fleet(served)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _mounts(camera: FleetCamera, reels: Reels, seed: int) -> list[Mount]:
    chance = chance_of(seed * 100_003 + camera.number, "fleet mount")
    challenge = (
        Challenge(user=USER, password=PASSWORD, nonce=f"{chance.getrandbits(128):032x}")
        if camera.has_password
        else None
    )
    phase_s = -chance.uniform(0, 2.0)  # so that keyframes do not come from all cameras at once

    def mount(name: str, reel_name: str) -> Mount:
        is_main = name == MAIN
        return Mount(
            name=name,
            reel=reels.h265 if reel_name == "h265" else reels.main if is_main else reels.sub,
            challenge=challenge,
            faults=camera.faults,
            phase_s=phase_s,
            voice=reels.voices.get(camera.voice) if camera.voice and is_main else None,
            reels={"small": reels.small, "h265": reels.h265, "h264": reels.main} if is_main else {},
            udp_only=camera.is_udp,
        )

    return [mount(MAIN, "h265" if camera.is_h265 else "h264"), mount(SUB, "sub")]


def run_fleet(
    count: int,
    script_file: Path | None,
    *,
    host: str = "127.0.0.1",
    first_port: int = 0,
    seconds: float | None = None,
    bureau: str = "",
    as_lines: bool = False,
    say: Callable[[str], None],
) -> int:
    """Serves a fleet for so long, or until it is told to end; says its addresses first, and its truth in the end."""
    import uvloop

    script = read_script(script_file) if script_file else Script()
    cameras = plan_fleet(count, script)

    async def work() -> None:
        over = asyncio.Event()
        for sign in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(sign, over.set)
        reels = await asyncio.to_thread(make_reels, Look(), script.seed)
        async with serve_fleet(
            cameras, reels, RealClock(), seed=script.seed, host=host, port=first_port
        ) as fleet:
            say(json.dumps({"addresses": fleet.urls()}) if as_lines else fleet.as_csv(bureau))
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await over.wait()
            truths = fleet.truth()
        say(as_json(truths) if as_lines else as_text(truths))

    uvloop.run(work())
    return 0
