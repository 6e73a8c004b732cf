"""How pictures reach a real browser: sixteen pretended cameras, the program's own processes, and the page of the wall.

Run as a program, this file is the cameras.
"""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Page, async_playwright

from _node import process
from _processes import cpu_s
from _town import Town, control, set_up
from safecity.base import RealClock
from safecity.serve import free_port
from safecity.simulator.rtsp import CameraServer, Mount, load_reel

TILES = 16
CLIP = Path(__file__).parents[2] / "shared" / "data" / "vtest-first40s.mp4"
CHROMIUM = "/usr/bin/chromium"
READY_S = 90.0
HD, QHD = (1920, 1080), (2560, 1440)  # screens on which sixteen tiles stand 476 and 636 pixels wide
WATCH = """
async () => {
  const { players } = await import("/static/js/player.js");
  const { video } = await import("/static/js/video.js");
  globalThis.shown = [];
  globalThis.since = performance.now();
  for (const player of players) {
    const tell = (now, frame) => {
      player.element.requestVideoFrameCallback(tell);
      if (!player.clock) return;
      const taken = player.clock.wall + frame.mediaTime * 1000 - player.clock.media;
      const delay = video.now() + frame.expectedDisplayTime - performance.now() - taken;
      shown.push([delay, frame.presentedFrames, player.channel]);
    };
    player.element.requestVideoFrameCallback(tell);
  }
}
"""
SEEN = """() => {
  const { videoWidth, videoHeight } = document.querySelector("video");
  return { shown, passed_s: (performance.now() - since) / 1000, size: `${videoWidth}x${videoHeight}` };
}"""
PLAYING = "() => [...document.querySelectorAll('video')].filter((each) => each.currentTime > 1).length"
WHY = "() => [...document.querySelectorAll('.veil:not([hidden])')].map((each) => each.textContent).join(' ')"
FIRST = """
async () => {
  const { players } = await import("/static/js/player.js");
  while (![...players][0]?.askedAt) await new Promise((go) => setTimeout(go, 5));
  const [player] = players;
  const since = () => performance.now() - player.askedAt;
  return await new Promise((told) => player.element.requestVideoFrameCallback(() => told(since())));
}
"""


def make_clip(target: Path, fps: int, seconds: int) -> None:
    """A street with people, 640x360, a keyframe a second; bars where there is no clip."""
    source = ["-i", str(CLIP)] if CLIP.exists() else ["-f", "lavfi", "-i", "smptebars=s=640x360:r=10"]
    shape = [
        "-vf",
        f"scale=640:360,fps={fps}",
        "-c:v",
        "libx264",
        "-preset",
        "veryfast",
        "-tune",
        "zerolatency",
    ]
    keys = ["-g", str(fps), "-bf", "0", "-b:v", "700k", "-an", "-t", str(seconds), str(target)]
    subprocess.run(["ffmpeg", "-v", "error", "-y", *source, *shape, *keys], check=True)


async def serve_cameras(clip: Path, port: int) -> None:
    """Sixteen cameras that show the clip, each from another moment on."""
    reel = load_reel(clip)
    mounts = [Mount(name=f"street{number}", reel=reel, phase_s=number / TILES) for number in range(TILES)]
    await CameraServer(mounts, RealClock(), random.Random(1)).serve(port)
    await asyncio.Event().wait()


@dataclass(frozen=True)
class Form:
    """How much is done: seconds of watching and of the clip, cameras opened one by one, how far back in recordings."""

    watch_s: float
    clip_s: int
    firsts: int
    back_s: float


FULL, QUICK = Form(15, 40, 5, 20), Form(2, 10, 2, 4)


@dataclass(frozen=True)
class Wall:
    """Delays (ms) of the frames displayed, their share of those sent, and what it took.

    `first_ms` and `seek_ms` are the worst first frame live and of a recording, `size` is that of the tiles' pictures.
    """

    delays: list[float]
    share: float
    first_ms: float
    seek_ms: float
    cores: dict[str, float]
    size: str


async def look(
    town: Town, fps: int, form: Form, screen: tuple[int, int], pids: Mapping[str, Sequence[int]]
) -> Wall:
    """Opens some cameras one by one and then the wall in a browser, and watches it. `pids` are the node's processes."""
    base = f"http://localhost:{town.port}"
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = await browser.new_context(viewport={"width": screen[0], "height": screen[1]})
        await context.add_cookies([{"name": "safecity", "value": town.token, "url": base}])
        page = await context.new_page()
        await page.goto(f"{base}/cameras/{town.cameras[0]}")
        await until_playing(page, 1)
        opened = [f"{base}/cameras/{camera}" for camera in town.cameras[1 : 1 + form.firsts]]
        first_ms = await worst_first(page, opened)
        await page.evaluate("localStorage.setItem('safecity.wall', '16')")
        await page.goto(f"{base}/wall")
        await page.select_option("#size", "16")
        await until_playing(page, TILES)
        await page.wait_for_timeout(min(3, form.watch_s) * 1000)
        await page.evaluate(WATCH)
        before, since = {name: cpu_s(each) for name, each in pids.items()}, time.monotonic()
        await page.wait_for_timeout(form.watch_s * 1000)
        seen = await page.evaluate(SEEN)
        passed_s = time.monotonic() - since
        cores = {name: (cpu_s(each) - before[name]) / passed_s for name, each in pids.items()}
        back = RealClock().now() - timedelta(seconds=form.back_s)
        seek_ms = await worst_first(page, [f"{each}?at={back:%Y-%m-%dT%H:%M:%S}" for each in opened])
        await browser.close()
    frames: dict[int, list[int]] = {}
    for _, count, tile in seen["shown"]:
        frames.setdefault(tile, []).append(count)
    displayed = sum(max(each) - min(each) + 1 for each in frames.values())
    sent = TILES * fps * seen["passed_s"]  # by the browser's own clock: to fetch the list takes a while
    delays = [delay for delay, _, _ in seen["shown"]]
    return Wall(delays, displayed / sent, first_ms, seek_ms, cores, seen["size"])


async def worst_first(page: Page, addresses: Sequence[str]) -> float:
    """Opens pages of cameras one by one; the longest time (ms) from asking for a picture to the first displayed."""
    found: list[float] = []
    for address in addresses:
        await page.goto(address)
        found.append(await page.evaluate(FIRST))
    return max(found)


async def until_playing(page: Page, tiles: int) -> None:
    """Waits until so many tiles play. Ends the benchmark where that takes too long."""
    until_s = time.monotonic() + READY_S
    while await page.evaluate(PLAYING) < tiles:
        if time.monotonic() > until_s:
            raise SystemExit(f"{tiles} tiles did not play within {READY_S:.0f} s: {await page.evaluate(WHY)}")
        await asyncio.sleep(0.2)


def begin(stack: ExitStack, kind: str, number: int, data: Path, *more: str) -> subprocess.Popen[str]:
    """A recorder or an eye, which waits for its plan as it starts."""
    own = ["--parent", str(os.getpid()), "--data", str(data), "--free-gigabytes", "1"]
    return stack.enter_context(process(kind, str(number), *own, *more))


def watch_wall(fps: int, form: Form, screen: tuple[int, int] = HD) -> Wall:
    """The whole way, from cameras to a browser on a screen of that size (pixels)."""
    with tempfile.TemporaryDirectory(prefix="safecity-") as folder, ExitStack() as stack:
        clip, port, data = Path(folder) / "clip.mp4", free_port(), Path(folder) / "data"
        make_clip(clip, fps, form.clip_s)
        cameras = stack.enter_context(process(__file__, str(clip), str(port), module=""))
        urls = [f"rtsp://127.0.0.1:{port}/street{number}" for number in range(TILES)]
        town = asyncio.run(set_up(data, urls))
        recorder = begin(stack, "recorder", 0, data)
        learn = ("--eyes", "2", "--learn-seconds", "6")
        eyes = [begin(stack, "eye", number, data, *learn) for number in range(2)]
        node = control(town, stack)
        pids = {"cameras": [cameras.pid], "recorder": [recorder.pid], "eyes": [each.pid for each in eyes]}
        return asyncio.run(look(town, fps, form, screen, {**pids, "control": [node.pid]}))


if __name__ == "__main__":
    asyncio.run(serve_cameras(Path(sys.argv[1]), int(sys.argv[2])))
