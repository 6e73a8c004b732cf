"""Each fault as our own wire meets it; and ffmpeg, who did not write us, reads a fleet without faults."""

import asyncio
import csv
import io
import shutil
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest

from safecity.adapters.devices.choose import AnyWire
from safecity.base import RealClock
from safecity.cameras import CameraAbsent, CameraGone, CameraRefused, CameraSilent, NotVideo, WireError
from safecity.cameras.import_csv import COLUMNS
from safecity.cameras.ports import Picture, Sound, Track
from safecity.simulator.fleet.plan import FleetCamera
from safecity.simulator.fleet.reels import Look, Reels, make_reels
from safecity.simulator.fleet.serve import Fleet, run_fleet, serve_fleet
from safecity.simulator.fleet.truth import CameraTruth
from safecity.simulator.rtsp import Fault, FaultKind, SdpForm, VoiceCodec
from safecity.simulator.rtsp.describe import BORNE

needs_ffmpeg = pytest.mark.skipif(shutil.which("ffprobe") is None, reason="Debian's ffmpeg is not here")
LOOK = Look(width=320, height=180, fps=10, kbit_s=200, group_s=1, seconds=2)


@pytest.fixture(scope="module")
def reels() -> Reels:
    return make_reels(LOOK)


class Heard:
    """What our own wire passed on, over all its calls, and why each call ended."""

    def __init__(self) -> None:
        self.tracks: list[Track] = []
        self.pictures: list[Picture] = []
        self.sounds: list[Sound] = []
        self.lost = 0
        self.errors: list[WireError] = []

    def on_track(self, track: Track) -> None:
        self.tracks.append(track)

    def on_picture(self, picture: Picture) -> None:
        self.pictures.append(picture)

    def on_sound(self, sound: Sound) -> None:
        self.sounds.append(sound)

    def on_loss(self, packets: int) -> None:
        self.lost += packets

    def ended_by(self, *kinds: type[WireError]) -> bool:
        return set(kinds) <= {type(error) for error in self.errors}


@asynccontextmanager
async def fleet_of(reels: Reels, camera: FleetCamera) -> AsyncGenerator[Fleet]:
    async with serve_fleet([camera], reels, RealClock()) as fleet:
        yield fleet


async def call_until(url: str, enough: Callable[[Heard], bool], *, audio: bool = False) -> Heard:
    """Calls the camera, and again whenever the call ended, until it is enough."""
    heard, wire = Heard(), AnyWire(RealClock())

    async def call() -> None:
        while True:
            try:
                await wire.watch(url, heard, answer_s=5, silent_s=1.5, audio=audio)
            except WireError as error:
                heard.errors.append(error)
            await asyncio.sleep(0.02)

    calling = asyncio.get_running_loop().create_task(call())
    try:
        async with asyncio.timeout(20):
            while not enough(heard):
                await asyncio.sleep(0.02)
    finally:
        calling.cancel()
        await asyncio.gather(calling, return_exceptions=True)
    return heard


async def story(
    reels: Reels,
    *faults: Fault,
    enough: Callable[[Heard], bool],
    is_udp: bool = False,
    has_password: bool = False,
) -> tuple[Heard, CameraTruth]:
    """One camera with these faults, heard until it is enough; and its own truth."""
    async with fleet_of(
        reels, FleetCamera(number=1, faults=faults, is_udp=is_udp, has_password=has_password)
    ) as fleet:
        heard = await call_until(fleet.urls()[0], enough)
        return heard, fleet.truth()[0]


def pictures(count: int) -> Callable[[Heard], bool]:
    return lambda heard: len(heard.pictures) >= count


def damaged(heard: Heard) -> bool:
    """Whether pictures came that are built upon one that was lost."""
    return any(picture.is_damaged for picture in heard.pictures)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind=FaultKind.LOSS, value=0.05),
        Fault(kind=FaultKind.JITTER, value=50),
        Fault(kind=FaultKind.DUPLICATE, value=0.3),
        Fault(kind=FaultKind.REORDER, value=0.3),
    ],
    ids=lambda fault: fault.kind,
)
async def test_what_a_network_does_to_tcp_costs_time_and_no_pictures(reels: Reels, fault: Fault):
    heard, _ = await story(reels, fault, enough=pictures(12))
    assert (heard.lost, heard.errors) == (0, [])
    assert {later.time - earlier.time for earlier, later in pairwise(heard.pictures)} == {9000}


async def test_holes_in_the_stream_are_counted_and_the_truth_knows_them(reels: Reels):
    holes = Fault(kind=FaultKind.HOLES, value=0.03)
    _, truth = await story(reels, holes, enough=damaged)
    assert sum(span.broken for span in truth.sent) >= 1


async def test_a_narrow_line_lets_no_more_through_than_it_can(reels: Reels):
    slow = Fault(kind=FaultKind.TRICKLE, value=150)
    begun = asyncio.get_running_loop().time()
    heard, _ = await story(reels, slow, enough=pictures(4))
    took_s = asyncio.get_running_loop().time() - begun
    assert sum(picture.size for picture in heard.pictures) * 8 / 1000 <= 150 * took_s


@pytest.mark.parametrize(
    ("fault", "kinds"),
    [
        (Fault(kind=FaultKind.STALL, from_s=0.5), (CameraSilent,)),
        (Fault(kind=FaultKind.RESET, from_s=0.5, until_s=0.7), (CameraGone,)),
        (Fault(kind=FaultKind.OFFLINE, from_s=0.5, until_s=1.2), (CameraGone, CameraAbsent)),
        (Fault(kind=FaultKind.BYE, from_s=0.7), (CameraGone,)),
        (Fault(kind=FaultKind.TEARDOWN, from_s=0.7), (CameraGone,)),
        (Fault(kind=FaultKind.FORGET, from_s=0.7), (CameraSilent,)),
        (Fault(kind=FaultKind.PASSWORD, from_s=0.6), (CameraGone, CameraRefused)),
        (Fault(kind=FaultKind.REFUSE), (CameraRefused,)),
    ],
    ids=lambda each: each.kind if isinstance(each, Fault) else "",
)
async def test_a_camera_that_goes_says_goodbye_in_its_own_way(
    reels: Reels, fault: Fault, kinds: tuple[type[WireError], ...]
):
    await story(reels, fault, enough=lambda heard: heard.ended_by(*kinds), has_password=True)


async def test_a_camera_that_rebooted_comes_back_and_its_truth_has_two_spans(reels: Reels):
    reboot = Fault(kind=FaultKind.OFFLINE, from_s=1.0, until_s=1.6)
    heard, truth = await story(
        reels,
        reboot,
        enough=lambda heard: (
            heard.ended_by(CameraAbsent) and len(heard.tracks) > 1 and heard.pictures[-1].is_key
        ),
    )
    (_, first_end), (second_start, _) = truth.online
    assert second_start - first_end == 600
    assert [span.until_ms <= second_start for span in truth.sent] == [True, False]
    assert heard.pictures[-1].time != heard.pictures[0].time


@pytest.mark.parametrize("form", SdpForm)
async def test_a_wrong_description_is_borne_where_sense_can_be_made_of_it(reels: Reels, form: SdpForm):
    wrong = Fault(kind=FaultKind.SDP, form=form)
    is_borne = form in BORNE
    heard, truth = await story(
        reels, wrong, enough=pictures(3) if is_borne else lambda heard: heard.ended_by(NotVideo)
    )
    assert bool(heard.errors) != is_borne
    assert bool(truth.online) == is_borne
    if is_borne:
        assert (heard.tracks[0].width, heard.tracks[0].height) == (320, 180)


async def test_parameter_sets_that_change_are_told_within_the_stream(reels: Reels):
    resized = Fault(kind=FaultKind.RESIZE, form="small", from_s=1.0)
    heard, _ = await story(reels, resized, enough=lambda heard: len(heard.tracks) == 2)
    assert [track.width for track in heard.tracks] == [320, 160]
    assert heard.errors == []


async def test_a_clock_that_jumps_is_passed_on_as_it_is(reels: Reels):
    jump = Fault(kind=FaultKind.JUMP, value=60, from_s=1.0)
    heard, _ = await story(reels, jump, enough=pictures(15))
    steps = [later.time - earlier.time for earlier, later in pairwise(heard.pictures)]
    assert sorted(set(steps)) == [9000, 9000 + 60 * 90_000]


async def test_a_camera_that_codes_otherwise_breaks_off_and_is_heard_again(reels: Reels):
    recoded = Fault(kind=FaultKind.CODEC, form="h265", from_s=1.0)
    heard, _ = await story(reels, recoded, enough=lambda heard: len(heard.tracks) == 2)
    assert [track.codec for track in heard.tracks] == ["h264", "h265"]
    assert heard.ended_by(CameraGone)


@pytest.mark.parametrize("voice", [VoiceCodec.AAC, VoiceCodec.PCMA])
async def test_sound_is_heard_where_it_is_asked_for(reels: Reels, voice: VoiceCodec):
    async with fleet_of(reels, FleetCamera(number=1, voice=voice)) as fleet:
        heard = await call_until(fleet.urls()[0], lambda heard: len(heard.sounds) > 9, audio=True)
    assert heard.tracks[0].audio is not None
    assert heard.tracks[0].audio.clock_hz == reels.voices[voice].clock_hz
    assert {later.time - earlier.time for earlier, later in pairwise(heard.sounds)} == {
        reels.voices[voice].samples
    }


async def test_a_camera_of_udp_only_is_heard_and_what_the_network_loses_is_lost(reels: Reels):
    loss = Fault(kind=FaultKind.LOSS, value=0.03)
    _, truth = await story(reels, loss, enough=damaged, is_udp=True)
    assert sum(span.broken for span in truth.sent) >= 1


async def test_the_register_takes_the_addresses_of_a_fleet(reels: Reels):
    async with fleet_of(reels, FleetCamera(number=1, has_password=True)) as fleet:
        (row,) = csv.DictReader(io.StringIO(fleet.as_csv("01")))
    assert tuple(row) == COLUMNS
    assert row["url"].startswith("rtsp://fleet:fleet@127.0.0.1:")
    assert (row["bureau"], row["regime"]) == ("01", "city")


def test_the_command_says_addresses_first_and_the_truth_last():
    said: list[str] = []
    assert run_fleet(2, None, seconds=0.2, as_lines=True, say=said.append) == 0
    assert ["addresses" in said[0], "truth" in said[1]] == [True, True]


async def ffprobe(url: str, transport: str) -> tuple[list[str], str]:
    process = await asyncio.create_subprocess_exec(
        "ffprobe", "-v", "warning", "-rtsp_transport", transport, "-show_entries", "stream=codec_name",
        "-of", "csv=p=0", url, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, errors = await process.communicate()
    return out.decode().split(), errors.decode()


@needs_ffmpeg
async def test_ffmpeg_reads_a_fleet_without_faults_and_complains_of_nothing(reels: Reels):
    cameras = [
        FleetCamera(number=1, voice=VoiceCodec.AAC),
        FleetCamera(number=2, is_h265=True),
        FleetCamera(number=3, voice=VoiceCodec.PCMU, has_password=True),
    ]
    async with serve_fleet(cameras, reels, RealClock()) as fleet:
        urls = [*fleet.urls(), fleet.urls()[0].replace("/main", "/sub")]
        calls = [ffprobe(url, transport) for transport in ("tcp", "udp") for url in urls]
        found = await asyncio.gather(*calls)
    assert [names for names, _ in found] == 2 * [["h264", "aac"], ["hevc"], ["h264", "pcm_mulaw"], ["h264"]]
    assert [errors for _, errors in found] == [""] * 8


async def test_a_port_that_is_taken_is_said_at_once(reels: Reels):
    async with fleet_of(reels, FleetCamera(number=1)) as fleet:
        port = int(fleet.urls()[0].split(":")[2].split("/")[0])
        with pytest.raises(OSError, match=str(port)):
            async with serve_fleet([FleetCamera(number=2)], reels, RealClock(), port=port):
                pass
