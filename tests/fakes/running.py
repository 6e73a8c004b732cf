"""A real node as a child process, and the people who call it; for tests that go the whole way."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx

T = TypeVar("T")


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


async def until(condition: Callable[[], Awaitable[T]], seconds: float, what: str) -> T:
    """Asks again and again until the answer is true; fails after `seconds` naming what was awaited."""
    try:
        async with asyncio.timeout(seconds):
            while True:
                if answer := await condition():
                    return answer
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"waited {seconds} s in vain for: {what}") from None


class Person:
    """Someone signed in, calling the API as a browser would: `async with Person(base, link) as operator`."""

    def __init__(self, base: str, link: str) -> None:
        self.client = httpx.AsyncClient(
            base_url=base, follow_redirects=True, headers={"Origin": base}, timeout=20
        )
        self.link = link
        self.me: dict[str, Any] = {}

    async def __aenter__(self) -> Person:
        if self.link:
            answer = await self.client.get(self.link)
            assert answer.status_code == 200, answer.text
        self.me = (await self.get("/api/console"))["me"]
        self.client.headers["X-CSRF"] = self.me["csrf"]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()

    async def get(self, path: str, **query: Any) -> Any:
        answer = await self.client.get(path, params=query)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def post(self, path: str, body: Any = None) -> Any:
        answer = await self.client.post(path, json=body or {})
        assert answer.status_code < 300, f"{path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


class RunningNode:
    """`safecity serve` on a data folder and a free port of this machine."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, *words: str) -> str:
        """Runs a subcommand on this node's data folder; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "safecity", *words, "--data", str(self.data), "--port", str(self.port)],
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, f"{words}: {done.stderr}"
        return done.stdout.strip()

    def start(self) -> None:
        with (self.data / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "safecity", "serve", "--data", str(self.data), "--port", str(self.port),
                 "--learn-seconds", "6"],
                stdout=log, stderr=log,
            )  # fmt: skip

    async def answers(self) -> None:
        async def asked() -> bool:
            try:
                async with httpx.AsyncClient() as client:
                    return (await client.get(f"{self.base}/public")).status_code == 200
            except httpx.TransportError:
                return False

        await until(
            asked, 60, f"the node to answer; its log: {(self.data / 'serve.log').read_text()[-2000:]}"
        )

    def pid(self, name: str) -> int:
        """Process id of one of its children: control, recorder-0, eye-0."""
        return int((self.data / "run" / f"{name}.pid").read_text())

    def kill(self, name: str) -> int:
        pid = self.pid(name)
        os.kill(pid, signal.SIGKILL)
        return pid

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


@contextmanager
def running_node(data: Path) -> Generator[RunningNode]:
    """A node that is stopped at the end, whatever happens."""
    data.mkdir(parents=True, exist_ok=True)
    node = RunningNode(data)
    try:
        yield node
    finally:
        if node.process is not None and node.process.poll() is None:
            node.stop()


@contextmanager
def gstreamer_camera(file: Path, *options: str) -> Generator[str]:
    """GStreamer's RTSP server playing a file; yields its address."""
    program = Path(__file__).with_name("gst_camera.py")
    server = subprocess.Popen(
        ["/usr/bin/python3", str(program), str(file), *options], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    try:
        for line in server.stdout:
            if line.startswith("serving "):
                yield line.split()[1]
                break
        else:
            raise AssertionError("GStreamer's RTSP server did not start")
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()
