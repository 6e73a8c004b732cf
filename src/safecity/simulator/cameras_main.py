"""The pretended cameras' process: RTSP servers for the whole city, on one port and the next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from safecity.base import Clock
from safecity.simulator.chance import chance_of
from safecity.simulator.city import CAMERA_PASSWORD, SMALL_PATH, PlannedCamera, plan_city
from safecity.simulator.programme import programme_of
from safecity.simulator.rtsp import (
    CameraServer,
    Challenge,
    Fault,
    Mount,
    Voice,
    VoiceCodec,
    load_reel,
    make_voice,
)
from safecity.simulator.scenes import FPS, chapters_of
from safecity.simulator.scenes.draw import film_path


async def serve_cameras(
    folder: Path,
    port: int,
    clock: Clock,
    *,
    pace: float = 1.0,
    host: str = "127.0.0.1",
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serves the city's cameras from the films in `folder` until cancelled.

    The cameras are at `port`, the one that gets lost at `port + 1`. With `pace` 5 everything in the script comes five
    times as often. Raises BadReel for a film that cannot be read, OSError for a port that is taken.
    """
    planned = plan_city().cameras
    voices = {each.voice: make_voice(each.voice) for each in planned if each.voice is not None}
    mounts = [(camera, mount) for camera in planned for mount in _mounts(folder, camera, pace, voices)]
    servers = [
        CameraServer(
            [mount for camera, mount in mounts if camera.own_port is own],
            clock,
            chance_of(own, "rtsp"),
            host=host,
        )
        for own in (False, True)
    ]
    events = [asyncio.Event() for _ in servers]
    async with asyncio.TaskGroup() as group:
        for own, (server, event) in enumerate(zip(servers, events, strict=True)):
            group.create_task(server.serve(port + own, event))
        for event in events:
            await event.wait()
        ready()


def _mounts(
    folder: Path, camera: PlannedCamera, pace: float, voices: Mapping[VoiceCodec, Voice]
) -> Iterator[Mount]:
    """A camera's stream, with its sound, and its small one where it has one; both show the same at the same time."""
    programme = programme_of(camera.number, chapters_of(camera.number), FPS, camera.between_s / pace)
    chance = chance_of(camera.number, "mount")
    main = Mount(
        name=camera.path,
        reel=load_reel(film_path(folder, camera.number)),
        challenge=Challenge(
            user=camera.user, password=CAMERA_PASSWORD, nonce=f"{chance.getrandbits(128):032x}"
        ),
        faults=tuple(_faster(fault, pace) for fault in camera.faults),
        phase_s=chance.random(),  # so that keyframes do not come from all cameras at once
        order=programme.picture,
        voice=None if camera.voice is None else voices[camera.voice],
    )
    yield main
    if camera.small:
        reel = load_reel(film_path(folder, camera.number, small=True))
        yield replace(main, name=f"{camera.path}{SMALL_PATH}", reel=reel, voice=None)


def _faster(fault: Fault, pace: float) -> Fault:
    return replace(
        fault,
        from_s=fault.from_s / pace,
        until_s=fault.until_s / pace,
        every_s=fault.every_s / pace if fault.every_s else None,
    )
