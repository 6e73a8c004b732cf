"""How pictures reach people: their delay and how many arrive in a real browser, and what one more viewer costs.

First the fan-out: the program's own control process, sixty screens of one person, masked and then with leave to see the
camera unmasked, and an eye that shows finished fragments (so that decoding and encoding, once for all, are not
counted). The processor time of both, less what they need with nobody there, is divided by the viewers' seconds. The
peer is the limit: a bare asyncio server that writes the same bytes to sixty TCP connections. Then the picture: sixteen
pretended cameras, recorder, eyes and control as `safecity serve` starts them, and Debian's chromium without a screen
on the page of the wall: one browser with sixteen tiles, which decodes in software on the same cores. The cameras send
640x360, as small streams do, at ten pictures a second and then at five (`--fps` names one rate only). For each
displayed frame the browser tells when it is shown; the fragment told when the camera's picture came.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

from playwright.async_api import Page, async_playwright

from _node import process, wait_until, worker
from _processes import cpu_s
from _report import Measure, arguments, report
from safecity.access import add_bureau, add_person, ask_permit, grant_permit, issue_link, redeem_link
from safecity.adapters.links.watch import WatchServer
from safecity.adapters.vision.encode import Encoder
from safecity.app import open_node
from safecity.base import NODE, Place, RealClock, to_ms
from safecity.cameras import Regime, add
from safecity.footage import Chunk, Pixels, Shown, Started, Unmasked
from safecity.serve import free_port
from safecity.settings import load_settings
from safecity.simulator.rtsp import CameraServer, Mount, load_reel

VIEWERS, TILES, FPS = 60, 16, 10
RATES = (10, 5)  # pictures a second that small streams of cameras are usually set to
CLIP = Path(__file__).parents[2] / "shared" / "data" / "vtest-first40s.mp4"
CHROMIUM = "/usr/bin/chromium"
READY_S = 90.0
SETTLE_S = 6.0  # until sixty have come in, and their looks are written and counted
WATCH = """
async () => {
  const { players } = await import("/static/js/player.js");
  const { video } = await import("/static/js/video.js");
  globalThis.shown = [];
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


@dataclass(frozen=True)
class Town:
    """A node that was set up, and how to come in."""

    data: Path
    port: int
    cameras: tuple[str, ...]
    token: str
    permit: str


async def set_up(data: Path, urls: Sequence[str]) -> Town:
    """Cameras, an operator who is signed in, and their permit for the first camera."""
    settings, _ = load_settings({"data": str(data)}, None, None)
    ground = [Place(0, 0), Place(0, 0.1), Place(0.1, 0.1), Place(0.1, 0)]
    async with open_node(settings) as node:
        await add_bureau(node, NODE, code="CEN", name="Central", polygon=ground)
        cameras = [
            await add(
                node, NODE, name=f"Street {number:02}", url=url, bureau="CEN", place=Place(0.05, 0.05),
                controller="City police", regime=Regime.POLICE,
            )
            for number, url in enumerate(urls, 1)
        ]  # fmt: skip
        operator, second = [
            await add_person(node, NODE, name=name, sign_in=name, roles=["operator"], bureau="CEN")
            for name in ("first", "second")
        ]
        asked = await ask_permit(
            node, operator.actor, "unmask", cameras[0].id, "maintenance", "A benchmark", for_s=3600
        )
        await grant_permit(node, second.actor, asked.id)
        session = await redeem_link(node, await issue_link(node, NODE, operator.id))
        ids = tuple(camera.id for camera in cameras)
        return Town(data, free_port(), ids, session.token, asked.id)


def control(town: Town, stack: ExitStack) -> subprocess.Popen[str]:
    """The control process, which answers."""
    own = ["--parent", str(os.getpid()), "--data", str(town.data), "--port", str(town.port)]
    started = stack.enter_context(process("control", *own, "--eyes", "2", "--recorders", "1"))
    wait_until(lambda: answers(town.port), "The control process did not answer", 30)
    return started


def answers(port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) == 0


# --- fan-out -----------------------------------------------------------------------------------------------------


def fragments() -> tuple[Started, list[bytes]]:
    """Two seconds of a picture 640 wide in which a little moves, as an eye encodes them."""
    import numpy as np

    chance, encoder = np.random.default_rng(7), Encoder(640, 360)
    ground = chance.integers(60, 180, (360, 640), dtype=np.uint8)
    grey = np.full((180, 320), 128, np.uint8)
    made: list[bytes] = []
    for number in range(2 * FPS):
        picture = ground.copy()
        picture[100:220, 20 * number : 20 * number + 60] = 30
        made.append(
            encoder.encode(Pixels(picture, grey, grey, 1000 + number * 100), key=number % FPS == 0).data
        )
    return Started(encoder.mime, encoder.init, 0), made


class FinishedEyes:
    """Shows finished fragments at the pace of a camera."""

    async def watch(
        self,
        camera: str,  # noqa: ARG002  every camera is the same one here
        *,
        at_ms: int | None,  # noqa: ARG002
        width: int,  # noqa: ARG002
        rate: float = 1.0,  # noqa: ARG002
        unmasked: Unmasked | None = None,  # noqa: ARG002
    ) -> AsyncGenerator[Shown, None]:
        """Without an end."""
        started, pieces = fragments()
        yield started
        begun_s, number = time.monotonic(), 0
        while True:
            await asyncio.sleep(begun_s + number / FPS - time.monotonic())
            now_ms = to_ms(RealClock().now())
            yield Chunk(pieces[number % len(pieces)], now_ms, number * 100, is_key=number % FPS == 0)
            number += 1

    async def snapshot(
        self,
        camera: str,  # noqa: ARG002
        *,
        width: int,  # noqa: ARG002
        at_ms: int | None = None,  # noqa: ARG002
        unmasked: Unmasked | None = None,  # noqa: ARG002
    ) -> bytes:
        """Nothing."""
        return b""


async def bare(port: int) -> None:
    """The limit: the same bytes to every connection, and nothing else."""
    _, pieces = fragments()
    writers: set[asyncio.StreamWriter] = set()

    async def take(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.add(writer)

    await asyncio.start_server(take, "127.0.0.1", port)
    number = 0
    while True:
        await asyncio.sleep(1 / FPS)
        for writer in writers:
            writer.write(pieces[number % len(pieces)])
        number += 1


async def screens(port: int, word: str, token: str) -> None:
    """Sixty that read all they are sent; the word is empty for bare connections."""
    from websockets.asyncio.client import connect

    async def one() -> None:
        if not word:
            reader, _ = await asyncio.open_connection("127.0.0.1", port)
            while await reader.read(1 << 20):
                pass
            return
        address = f"ws://localhost:{port}/ws/video"
        headers = {"cookie": f"safecity={token}"}
        async with connect(address, additional_headers=headers, origin=f"http://localhost:{port}") as socket:  # type: ignore[arg-type]
            await socket.send(word)
            async for said in socket:
                if isinstance(said, str) and json.loads(said)["kind"] in {"ended", "withheld"}:
                    raise SystemExit(said)

    async with asyncio.TaskGroup() as group:
        for _ in range(VIEWERS):
            group.create_task(one())


def role(stack: ExitStack, *words: str) -> subprocess.Popen[str]:
    """This file in another process, in one of its roles."""
    return stack.enter_context(process(__file__, "--role", *words, module=""))


def fan_out(seconds: float) -> tuple[float, float, float]:
    """Milliseconds of CPU a viewer-second: ours masked and unmasked, and the limit."""
    with tempfile.TemporaryDirectory(prefix="safecity-") as folder, ExitStack() as stack:
        town = asyncio.run(set_up(Path(folder), ["rtsp://127.0.0.1:9/none"]))
        eyes = [role(stack, "eye", str(town.data / "run" / f"eye-{number}.sock")) for number in range(2)]
        node = control(town, stack)
        pids = [node.pid, *(eye.pid for eye in eyes)]
        idle_ms = per_viewer(pids, seconds)
        ours: list[float] = []
        for permit in (None, town.permit):
            word = {"open": 1, "camera": town.cameras[0], "purpose": "wall", "permit": permit}
            with ExitStack() as screens_of_one:
                role(screens_of_one, "screens", str(town.port), json.dumps(word), town.token)
                ours.append(per_viewer(pids, seconds) - idle_ms)
    with ExitStack() as stack:
        port = free_port()
        limit = role(stack, "bare", str(port))
        wait_until(lambda: answers(port), "The bare server did not answer", 20)
        role(stack, "screens", str(port), "", "")
        return ours[0], ours[1], per_viewer([limit.pid], seconds)


def per_viewer(pids: Sequence[int], seconds: float) -> float:
    """Milliseconds of CPU that these processes need for a viewer's second, once all have begun."""
    time.sleep(SETTLE_S)
    before, since = cpu_s(pids), time.monotonic()
    time.sleep(seconds)
    return (cpu_s(pids) - before) * 1000 / (VIEWERS * (time.monotonic() - since))


# --- the picture -------------------------------------------------------------------------------------------------


def make_clip(target: Path, fps: int) -> None:
    """A street with people, 640x360, a keyframe a second; bars where there is no clip."""
    source = ["-i", str(CLIP)] if CLIP.exists() else ["-f", "lavfi", "-i", "smptebars=s=640x360:r=10:d=20"]
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
    keys = ["-g", str(fps), "-bf", "0", "-b:v", "700k", "-an", str(target)]
    subprocess.run(["ffmpeg", "-v", "error", "-y", *source, *shape, *keys], check=True)


async def serve_cameras(clip: Path, port: int) -> None:
    """Sixteen cameras that show the clip, each from another moment on."""
    reel = load_reel(clip)
    mounts = [Mount(name=f"street{number}", reel=reel, phase_s=number / TILES) for number in range(TILES)]
    await CameraServer(mounts, RealClock(), random.Random(1)).serve(port)
    await asyncio.Event().wait()


@dataclass(frozen=True)
class Wall:
    """Delays (ms) of the frames displayed, their share of those sent, the worst first frame (ms), and what it took."""

    delays: list[float]
    share: float
    first_ms: float
    cores: dict[str, float]


async def look(town: Town, fps: int, seconds: float, pids: Mapping[str, Sequence[int]]) -> Wall:
    """Opens five cameras and then the wall in a browser, and watches it. `pids` are the node's processes."""
    base = f"http://localhost:{town.port}"
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = await browser.new_context(viewport={"width": 1920, "height": 1080})
        await context.add_cookies([{"name": "safecity", "value": town.token, "url": base}])
        page = await context.new_page()
        await page.goto(f"{base}/cameras/{town.cameras[0]}")
        await until_playing(page, 1)
        firsts: list[float] = []
        for camera in town.cameras[1:6]:
            await page.goto(f"{base}/cameras/{camera}")
            firsts.append(await page.evaluate(FIRST))
        await page.evaluate("localStorage.setItem('safecity.wall', '16')")
        await page.goto(f"{base}/wall")
        await page.select_option("#size", "16")
        await until_playing(page, TILES)
        await page.wait_for_timeout(3000)
        await page.evaluate(WATCH)
        before, since = {name: cpu_s(each) for name, each in pids.items()}, time.monotonic()
        await page.wait_for_timeout(seconds * 1000)
        shown = await page.evaluate("shown")
        passed_s = time.monotonic() - since
        cores = {name: (cpu_s(each) - before[name]) / passed_s for name, each in pids.items()}
        await browser.close()
    frames: dict[int, list[int]] = {}
    for _, count, tile in shown:
        frames.setdefault(tile, []).append(count)
    displayed = sum(max(each) - min(each) + 1 for each in frames.values())
    return Wall([delay for delay, _, _ in shown], displayed / (TILES * fps * passed_s), max(firsts), cores)


async def until_playing(page: Page, tiles: int) -> None:
    """Waits until so many tiles play. Ends the benchmark where that takes too long."""
    until_s = time.monotonic() + READY_S
    while await page.evaluate(PLAYING) < tiles:
        if time.monotonic() > until_s:
            raise SystemExit(f"{tiles} tiles did not play within {READY_S:.0f} s: {await page.evaluate(WHY)}")
        await asyncio.sleep(0.2)


def watch_wall(fps: int, seconds: float) -> Wall:
    """The whole way, from cameras to a browser."""
    with tempfile.TemporaryDirectory(prefix="safecity-") as folder, ExitStack() as stack:
        clip, port, data = Path(folder) / "clip.mp4", free_port(), Path(folder) / "data"
        make_clip(clip, fps)
        cameras = role(stack, "cameras", str(clip), str(port))
        urls = [f"rtsp://127.0.0.1:{port}/street{number}" for number in range(TILES)]
        town = asyncio.run(set_up(data, urls))
        recorder = stack.enter_context(worker("recorder", 0, data))
        eyes = [
            stack.enter_context(worker("eye", number, data, "--eyes", "2", "--learn-seconds", "6"))
            for number in range(2)
        ]
        node = control(town, stack)
        pids = {"cameras": [cameras.pid], "recorder": [recorder.pid], "eyes": [each.pid for each in eyes]}
        return asyncio.run(look(town, fps, seconds, {**pids, "control": [node.pid]}))


def play(role_name: str, *words: str) -> None:
    """One of the other processes of this benchmark, until it is killed."""
    match role_name:
        case "eye":
            work = WatchServer(Path(words[0]), FinishedEyes()).serve()
        case "bare":
            work = bare(int(words[0]))
        case "screens":
            work = screens(int(words[0]), words[1], words[2])
        case _:
            work = serve_cameras(Path(words[0]), int(words[1]))
    asyncio.run(work)


def main() -> int:
    """Measures and reports."""
    parser = arguments(__doc__ or "")
    parser.add_argument(
        "--fps", type=int, help="pictures a second that the cameras send, instead of both rates"
    )
    options = parser.parse_args()
    seconds = 5.0 if options.quick else 15.0
    masked, unmasked, limit = fan_out(seconds)
    peer = "bare asyncio writer, the limit"
    measures = [
        Measure(
            name="one more viewer, CPU a second", figure=masked, unit="ms", target=0.5, less_is_better=True,
            peer=limit, peer_name=peer,
        ),
        Measure(
            name="one more viewer without the mask", figure=unmasked, unit="ms", target=0.5, less_is_better=True,
            peer=limit, peer_name=peer,
        ),
    ]  # fmt: skip
    notes = [
        f"{VIEWERS} viewers of one tile at {FPS} pictures a second; walls of {TILES} masked tiles 640x360"
    ]
    rates = (options.fps,) if options.fps else RATES[:1] if options.quick else RATES
    for fps in rates:
        wall = watch_wall(fps, seconds)
        measures += measures_of(wall, fps)
        spent = ", ".join(f"{name} {cores:.2f}" for name, cores in wall.cores.items())
        notes.append(f"cores at {fps} pictures a second, the browser's not counted: {spent}")
    return report("live", measures, as_json=options.json, notes=notes)


def measures_of(wall: Wall, fps: int) -> list[Measure]:
    """What a wall came to, with the rate at which its cameras sent."""
    cuts, at = quantiles(wall.delays, n=100), f"{fps} a second"
    return [
        Measure(name=f"received to displayed, p95, {at}", figure=cuts[94], unit="ms", target=300, less_is_better=True),
        Measure(name=f"received to displayed, p50, {at}", figure=cuts[49], unit="ms", less_is_better=True),
        Measure(
            name=f"first frame, worst of five, {at}", figure=wall.first_ms, unit="ms", target=1000,
            less_is_better=True,
        ),
        Measure(name=f"frames displayed on {TILES} tiles, {at}", figure=wall.share * 100, unit="%", target=97),
    ]  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:2] == ["--role"]:
        play(*sys.argv[2:])
    else:
        sys.exit(main())
