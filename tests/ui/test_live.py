"""Pictures in a real browser: recordings of either codec play; leave to see unmasked is asked for, granted, ended."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.film import Film, shot
from fakes.maskers import GreyMasker
from fakes.running import until
from safecity.adapters.stores.footage_index import FootageIndex
from safecity.adapters.vision.playback import AS_FAST_AS_IT_GOES, Playback
from safecity.alerts import Source, raise_alert
from safecity.base import NODE, Node, RealClock, from_ms, to_ms
from safecity.cameras import Codec, Picture, Track
from safecity.footage import Archive, Sample, Segment, Shown, Withheld, fragment, init_segment
from safecity.web.compose import iso
from ui.stage import CHROMIUM, Screen, Stage, open_stage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(240),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is the browser"),
]
PLAYED = """() => { const video = document.querySelector("video");
  return video && video.getVideoPlaybackQuality().totalVideoFrames > 5 && video.currentTime > 0.3; }"""


def record(folder: Path, codec: Codec, start_ms: int) -> Archive:
    """Six seconds as a recorder leaves them, from a camera of that codec."""
    items = shot(Film(seed=3), 6, codec=codec)
    track = next(each for each in items if isinstance(each, Track))
    pictures = [each for each in items if isinstance(each, Picture)]
    data = init_segment(track)
    for number in range(6):
        group = pictures[number * 10 : number * 10 + 10]
        samples = [Sample(each.nals, 9_000, each.is_key) for each in group]
        data += fragment(number + 1, group[0].time, samples, wall_ms=start_ms + number * 1000)
    archive = Archive(folder, {"recorder-0": FootageIndex(folder / "index" / "recorder-0.db", writable=True)})
    file = archive.root / "cam" / "a.mp4"
    file.parent.mkdir(parents=True)
    file.write_bytes(data)
    archive.indexes["recorder-0"].add_segment(
        Segment(
            camera="cam", start_ms=start_ms, end_ms=start_ms + 6_000, path="cam/a.mp4", bytes=len(data), pictures=60
        )
    )  # fmt: skip
    return archive


async def played(archive: Archive, at_ms: int) -> list[Shown]:
    """What an eye shows of it."""
    playback = Playback("cam", archive, lambda _: GreyMasker(), RealClock(), width=640)
    return [each async for each in playback.play(at_ms, rate=AS_FAST_AS_IT_GOES)]


@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265])
async def test_a_recording_of_either_codec_plays(real_node: Node, tmp_path: Path, codec: Codec):
    start_ms = to_ms(real_node.clock.now()) - 60_000
    script = await played(record(tmp_path / "footage", codec, start_ms), start_ms)
    async with open_stage(real_node, tmp_path) as stage:
        stage.town.eyes.script = script[:-1]
        screen = await stage.screen("operator")
        await screen.show(f"/cameras/{stage.town.camera.id}?at={iso(from_ms(start_ms))[:19]}")

        async def plays() -> bool:
            return bool(await screen.page.evaluate(PLAYED))

        await until(plays, 30, "the recording to play")
        assert not screen.faults


async def words(stage: Stage, page_role: str) -> str:
    """What the page of permits says to someone."""
    screen = await stage.screen(page_role)
    await screen.show("/permits")
    return await screen.page.inner_text("main")


async def test_leave_is_asked_for_granted_by_another_and_ended(real_node: Node, tmp_path: Path):
    async with open_stage(real_node, tmp_path) as stage:
        stage.town.eyes.script = [Withheld("Not yet.")]
        mine, other = await stage.screen("operator"), await stage.screen("desk")
        await mine.show(f"/cameras/{stage.town.camera.id}")
        await mine.page.click("#unmask")
        await mine.page.check("input[value=missing_person]")
        await mine.page.fill("input[name=words]", "A girl of six in a red coat")
        await mine.page.fill("input[name=minutes]", "10")
        await mine.page.click("dialog button[type=submit]")
        await mine.page.wait_for_selector("text=waiting for a second person")
        await other.show("/permits")
        assert "A girl of six in a red coat" in await other.page.inner_text("main")
        await other.page.click("button:has-text('Grant to')")
        await mine.page.wait_for_selector("text=Not masked")
        await until(lambda: _is(stage.town.eyes.unmasked[-1] is not None), 10, "the eye to be told")
        await mine.page.click("#unmask")
        await until(lambda: _is(stage.town.eyes.unmasked[-1] is None), 10, "the mask to be back")
        assert "Nobody waits for a second person." in await words(stage, "desk")
        assert not mine.faults
        assert not await other.violations()


async def _is(what: bool) -> bool:
    return what


async def ask_and_grant(stage: Stage, mine: Screen) -> None:
    """One asks for leave in the tile on show, a desk officer grants it, and the eye is told."""
    other = await stage.screen("desk")
    await mine.page.click("button.unmask")
    await mine.page.check("input[value=missing_person]")
    await mine.page.fill("input[name=words]", "A girl of six in a red coat")
    await mine.page.click("dialog button[type=submit]")
    await mine.page.wait_for_selector("text=waiting for a second person")
    await other.show("/permits")
    await other.page.click("button:has-text('Grant to')")
    await mine.page.wait_for_selector("text=Not masked")
    await until(lambda: _is(stage.town.eyes.unmasked[-1] is not None), 10, "the eye to be told")


async def test_footage_offers_leave_in_its_tile_and_stills_stay_masked(real_node: Node, tmp_path: Path):
    async with open_stage(real_node, tmp_path) as stage:
        stage.town.eyes.script = [Withheld("Not yet.")]
        mine = await stage.screen("operator")
        await mine.show(f"/footage?map=paper&cams={stage.town.camera.id}")
        await mine.page.keyboard.press("l")
        await ask_and_grant(stage, mine)
        await mine.page.click("#play")
        await mine.page.wait_for_selector("text=Leave is given; it holds while it plays")
        await mine.page.click("button.unmask")
        await mine.page.wait_for_selector("text=See unmasked")
        assert not mine.faults


async def test_the_console_offers_leave_and_speed_in_its_large_tile(real_node: Node, tmp_path: Path):
    async with open_stage(real_node, tmp_path) as stage:
        town = stage.town
        town.record(minutes=10)
        town.eyes.script = [Withheld("Not yet.")]
        await raise_alert(
            town.node, NODE, kind="movement", source=Source.SIGHTING, camera=town.camera.id, title="Somebody"
        )
        mine = await stage.screen("operator")
        await mine.show("/console?map=paper")
        await mine.page.wait_for_selector("#hero button.unmask")
        assert not await mine.page.is_visible("#hero .speed"), "what is live has one speed"
        await ask_and_grant(stage, mine)
        await mine.page.focus("#timeline")
        await mine.page.keyboard.press("PageDown")
        await mine.page.wait_for_selector("#hero .speed")
        await mine.page.select_option("#hero .speed", "4")
        await until(lambda: _is(4.0 in town.eyes.rates), 10, "the eye to hurry")
        await mine.page.click("#go-live")
        await until(lambda: _is(town.eyes.rates[-1] == 1.0), 10, "live pictures at their own pace")
        await mine.page.click("#hero button.unmask")
        await mine.page.wait_for_selector("text=See unmasked")
        assert not mine.faults


async def test_a_cameras_page_plays_what_was_recorded_at_another_speed(real_node: Node, tmp_path: Path):
    async with open_stage(real_node, tmp_path) as stage:
        stage.town.eyes.script = [Withheld("Not yet.")]
        mine = await stage.screen("operator")
        await mine.show(f"/cameras/{stage.town.camera.id}")
        assert await mine.page.locator("select.speed").count() == 0
        await mine.show(f"/cameras/{stage.town.camera.id}?at=2026-11-22T06:00:00")
        await mine.page.select_option("select.speed", "0.5")
        await until(lambda: _is(stage.town.eyes.rates[-1] == 0.5), 10, "the eye to slow down")
        assert not await mine.violations()
        assert not mine.faults


async def test_a_wall_asks_for_pictures_as_wide_as_it_shows_them(real_node: Node, tmp_path: Path):
    async with open_stage(real_node, tmp_path) as stage:
        eyes, screen = stage.town.eyes, await stage.screen("operator")
        await screen.show("/wall")

        async def asked_for(width: int) -> bool:
            return eyes.open_now == 1 and eyes.watched[-1] == (stage.town.camera.id, None, width)

        await until(lambda: asked_for(640), 30, "a wide picture on a large tile")
        await screen.page.set_viewport_size({"width": 420, "height": 800})
        await until(lambda: asked_for(320), 30, "a narrow one on a small tile")
        assert not screen.faults
