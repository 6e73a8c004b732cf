import asyncio
import shutil
import socket
from pathlib import Path

import pytest

from fakes.short_film import short_film
from safecity.base import RealClock
from safecity.simulator.cameras_main import serve_cameras
from safecity.simulator.city import plan_city
from safecity.simulator.rtsp import BadReel
from safecity.simulator.scenes.draw import film_path


def free_port() -> int:
    """A port that is free, and so is the next."""
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        port = first.getsockname()[1]
        try:
            second.bind(("127.0.0.1", port + 1))
        except OSError:
            return free_port()
        return port


async def first_line(url: str, port: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"DESCRIBE {url} RTSP/1.0\r\nCSeq: 1\r\n\r\n".encode())
    line = await reader.readline()
    writer.close()
    return line


async def test_the_whole_city_is_served_on_two_ports(tmp_path: Path):
    film = short_film(tmp_path / "film.mp4", seconds=1)
    for camera in plan_city().cameras:
        for small in {False, camera.small}:
            shutil.copy(film, film_path(tmp_path, camera.number, small=small))
    port, ready = free_port(), asyncio.Event()
    serving = asyncio.get_running_loop().create_task(
        serve_cameras(tmp_path, port, RealClock(), ready=ready.set)
    )
    await ready.wait()
    for camera in plan_city().cameras:
        said = await first_line(f"rtsp://127.0.0.1/{camera.path}", port + camera.own_port)
        assert said.startswith(b"RTSP/1.0 401"), camera.name
        if small := camera.small_url("127.0.0.1", port):
            said = await first_line(small, port + camera.own_port)
            assert said.startswith(b"RTSP/1.0 401"), camera.name
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_a_film_that_is_missing_is_told_of(tmp_path: Path):
    with pytest.raises(BadReel, match=r"01\.mp4"):
        await serve_cameras(tmp_path, 0, RealClock())
