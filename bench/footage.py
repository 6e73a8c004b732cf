"""How complete footage is when cameras and networks misbehave: a fleet, real recorders, and the fleet's own truth.

`safecity fleet` pretends the cameras, each on a port of its own; `safecity recorder` records them as a node does. The
network loses 0.5 % of all packets: over UDP they are gone, over TCP they come late, as TCP makes it (40 ms where later
packets tell of the loss, else 200 ms and twice as long each time). Every camera reboots once or twice, some clocks
drift or step, some connections break off. Then what was recorded is held against what the cameras really sent.
"""

from __future__ import annotations

import json
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from _node import camera_id, plan_recorders, process, stop, worker
from _processes import cpu_s, rss_mb
from _report import Measure, arguments, report
from safecity.adapters.stores.footage_index import FootageIndex
from safecity.base import RealClock, to_ms
from safecity.footage.completeness import Completeness, complete, summed
from safecity.footage.model import Gap, Span
from safecity.footage.plan import recorder_of
from safecity.footage.rules import joined, without

TARGET = 99.95
GROUP_MS = 2000
HOUR_S = 3600
SCRIPT = """
seed = 11

[fleet]
udp = 0.2
h265 = 0.1
password = 0.3

[[fault]]
kind = "loss"
rate = 0.005

[[fault]]
kind = "jitter"
cameras = "20%"
ms = 40

[[fault]]
kind = "offline"
at_s = {first}
spread_s = {spread}
for_s = {down}

[[fault]]
kind = "offline"
cameras = "50%"
at_s = {second}
spread_s = {spread_2}
for_s = {down}

[[fault]]
kind = "reset"
cameras = "10%"
at_s = {first}
spread_s = {spread}
for_s = 0.5

[[fault]]
kind = "drift"
cameras = "10%"
ppm = 300

[[fault]]
kind = "drift"
cameras = "10%"
ppm = -150

[[fault]]
kind = "step"
cameras = "5%"
at_s = {second}
ms = 5000
"""


@dataclass
class Told:
    """What the fleet says of one camera, within the window that is measured."""

    sent: list[Span]
    online: list[Span]
    whole: int
    broken: int


@dataclass
class Kept:
    """What the recorders' index says of it."""

    recorded: list[Span]
    gaps: list[Gap]
    pictures: int
    sums: Completeness
    back_s: list[float] = field(default_factory=list[float])  # from being online again to footage


def script_for(seconds: float) -> str:
    """The faults, compressed into so many seconds."""
    times = {"first": 0.15, "spread": 0.35, "second": 0.6, "spread_2": 0.25}
    down_s = max(3.0, seconds / 60)
    return SCRIPT.format(down=down_s, **{name: share * seconds for name, share in times.items()})


def within(spans: Sequence[Sequence[int]], from_ms: int, to_ms: int) -> list[Span]:
    """The parts of spans that lie in a window."""
    cut = [(max(each[0], from_ms), min(each[1], to_ms)) for each in spans]
    return [each for each in cut if each[0] < each[1]]


def length_ms(spans: Sequence[Span]) -> int:
    """How long spans are together."""
    return sum(end - start for start, end in spans)


def read_kept(data: Path, recorders: int, camera: str, window: Span) -> Kept:
    """What was recorded of a camera, out of the index of its recorder."""
    index = FootageIndex(data / "index" / f"recorder-{recorder_of(camera, recorders)}.db")
    try:
        segments, gaps = index.segments(camera, 0, 1 << 60), index.gaps(camera, 0, 1 << 60)
    finally:
        index.close()
    spans = joined([(each.start_ms, each.end_ms) for each in segments])
    holes = [(gap.start_ms, gap.end_ms or 1 << 60) for gap in gaps]
    sums = complete(spans, gaps, *window)
    return Kept(without(spans, holes), list(gaps), sum(each.pictures for each in segments), sums)


def compare(told: Sequence[Told], kept: Sequence[Kept]) -> tuple[float, float, float, list[float]]:
    """Per cent of pictures, of seconds sent and of seconds online; and how long each return took, in seconds."""
    pictures = sum(
        min(mine.pictures, each.whole + each.broken) for each, mine in zip(told, kept, strict=True)
    )
    sent_ms = online_ms = kept_ms = kept_online_ms = 0
    back: list[float] = []
    for each, mine in zip(told, kept, strict=True):
        sent_ms += length_ms(each.sent)
        kept_ms += length_ms(each.sent) - length_ms(without(each.sent, mine.recorded))
        online_ms += length_ms(each.online)
        kept_online_ms += length_ms(each.online) - length_ms(without(each.online, mine.recorded))
        for start_ms, end_ms in each.online[1:]:
            first = next((max(0, span[0] - start_ms) for span in mine.recorded if span[1] > start_ms), None)
            back.append((end_ms - start_ms if first is None else min(first, end_ms - start_ms)) / 1000)
    whole = sum(each.whole for each in told)
    return 100 * pictures / whole, 100 * kept_ms / sent_ms, 100 * kept_online_ms / online_ms, back


def run(folder: Path, count: int, seconds: float, recorders: int) -> tuple[list[Measure], list[str]]:
    """One run; what was measured and noted."""
    (folder / "script.toml").write_text(script_for(seconds))
    data, clock = folder / "data", RealClock()
    with ExitStack() as stack:
        workers = [
            stack.enter_context(worker("recorder", number, data, "--recorders", str(recorders)))
            for number in range(recorders)
        ]
        fleet = stack.enter_context(
            process("fleet", "--cameras", str(count), "--script", str(folder / "script.toml"), "--json")
        )
        assert fleet.stdout is not None
        urls = json.loads(fleet.stdout.readline())["addresses"]
        pids = [each.pid for each in workers]
        idle_mb = rss_mb(pids)
        plan_recorders(data, urls, recorders)
        begun_ms = to_ms(clock.now())
        time.sleep(seconds / 4)
        cpu, since = cpu_s(pids), time.monotonic()
        time.sleep(seconds * 3 / 4)
        cpu, took = cpu_s(pids) - cpu, time.monotonic() - since
        grown_mb, fleet_cpu = rss_mb(pids) - idle_mb, cpu_s([fleet.pid])
        fleet.send_signal(signal.SIGTERM)
        truths = json.loads(fleet.stdout.readline())["truth"]
        ended_ms = to_ms(clock.now())
        time.sleep(0.5)
        stop(*workers)
    # From the first picture of each camera on: the calls of many cameras are spread over seconds on purpose.
    told: list[Told] = []
    kept: list[Kept] = []
    for number, truth in enumerate(truths, 1):
        spans: list[list[int]] = [[each["from_ms"], each["until_ms"]] for each in truth["sent"]]
        window = (spans[0][0] if spans else begun_ms, ended_ms - GROUP_MS)
        whole = sum(each["pictures"] - each["broken"] for each in truth["sent"])
        broken = sum(each["broken"] for each in truth["sent"])
        told.append(Told(within(spans, *window), within(truth["online"], *window), whole, broken))
        kept.append(read_kept(data, recorders, camera_id(number), window))
    measures = judge(told, kept, cpu * 1000 / took / count, grown_mb / count)
    return measures, notes(told, kept, count, fleet_cpu / (seconds * count) * 1000)


def judge(told: Sequence[Told], kept: Sequence[Kept], cost_ms: float, grown_mb: float) -> list[Measure]:
    """The figures."""
    pictures, seconds, online, back = compare(told, kept)
    own = summed([each.sums for each in kept])
    lost_s = sum(back) / len(back) if back else 0.0
    return [
        Measure(name="pictures kept", figure=pictures, unit="% of those that arrived whole", target=TARGET),
        Measure(name="seconds kept", figure=seconds, unit="% of those that were sent", target=TARGET),
        Measure(name="completeness by the index", figure=100 * (own.share or 0), unit="% of camera-online seconds",
                target=TARGET),
        Measure(name="seconds online kept", figure=online, unit="% (with reboots every few minutes)"),
        Measure(name="the same with a reboot an hour", figure=100 * (1 - lost_s / HOUR_S), unit="%", target=TARGET),
        Measure(name="unexplained gaps", figure=own.unexplained_ms / 1000, unit="s", target=0, less_is_better=True),
        Measure(name="CPU a stream-second", figure=cost_ms, unit="ms"),
        Measure(name="memory a stream", figure=grown_mb, unit="MB", target=2, less_is_better=True),
    ]  # fmt: skip


def notes(told: Sequence[Told], kept: Sequence[Kept], count: int, fleet_ms: float) -> list[str]:
    """What helps to understand the figures."""
    back = sorted(compare(told, kept)[3])
    causes: dict[str, int] = {}
    for each in kept:
        for gap in each.gaps:
            causes[gap.cause] = causes.get(gap.cause, 0) + 1
    sent = sum(each.whole + each.broken for each in told)
    p95 = back[int(len(back) * 0.95)] if back else 0.0
    return [
        f"{count} cameras, {sum(length_ms(each.sent) for each in told) / 1000:,.0f} camera-seconds sent, {sent:,} "
        f"pictures, of which {sum(each.broken for each in told):,} lost a packet for good.",
        f"{len(back)} returns after reboots and resets; footage began {sum(back) / max(1, len(back)):.2f} s after the "
        f"camera could be had again (p95 {p95:.2f} s), with the wait for its next keyframe (2 s apart).",
        f"Gaps by cause: {', '.join(f'{name} {number}' for name, number in sorted(causes.items()))}.",
        f"The fleet itself took {fleet_ms:.2f} ms of CPU a stream-second.",
    ]


def main() -> int:
    """Runs the fleet once."""
    parser = arguments(__doc__ or "")
    parser.add_argument("--cameras", type=int, help="how many (60 if quick, else 300)")
    parser.add_argument("--seconds", type=float, help="for how long (25 if quick, else 600)")
    parser.add_argument("--recorders", type=int, help="processes (1 if quick, else 2)")
    options = parser.parse_args()
    count = options.cameras or (60 if options.quick else 300)
    seconds = options.seconds or (25.0 if options.quick else 600.0)
    with tempfile.TemporaryDirectory(prefix="bench-footage-", dir="/tmp") as name:
        measures, words = run(Path(name), count, seconds, options.recorders or (1 if options.quick else 2))
    return report("footage", measures, as_json=options.json, notes=words)


if __name__ == "__main__":
    sys.exit(main())
