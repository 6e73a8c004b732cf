"""How pictures reach people: their delay and how many arrive in a real browser, and what one more viewer costs.

First the fan-out: the program's own control process, sixty screens of one person, masked and then with leave to see the
camera unmasked, and an eye that shows finished fragments (so that decoding and encoding, once for all, are not
counted). The processor time of both, less what they need with nobody there, is divided by the viewers' seconds. The
peer is the limit: a bare asyncio server that writes the same bytes to sixty TCP connections. Then the picture: sixteen
pretended cameras, recorder, eyes and control as `safecity serve` starts them, and Debian's chromium without a screen
on the page of the wall: one browser with sixteen tiles, which decodes in software on the same cores. The cameras send
640x360, as small streams do, at ten pictures a second and then at five (`--fps` names one rate only). On a screen of
1920x1080 a wall asks for narrow pictures, on one of 2560x1440 for all that the cameras send: each is measured, the
second at the first rate. For each displayed frame the browser tells when it is shown; the fragment told when the
camera's picture came.
"""

from __future__ import annotations

import sys
from statistics import quantiles

from _crowd import FPS, VIEWERS, fan_out
from _report import Measure, arguments, report
from _wall import FULL, HD, QHD, QUICK, TILES, Form, Wall, watch_wall

RATES = (10, 5)  # pictures a second that small streams of cameras are usually set to


def main() -> int:
    """Measures and reports."""
    parser = arguments(__doc__ or "")
    parser.add_argument(
        "--fps", type=int, help="pictures a second that the cameras send, instead of both rates"
    )
    options = parser.parse_args()
    form = QUICK if options.quick else FULL
    masked, unmasked, limit = fan_out(form.watch_s)
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
        f"{VIEWERS} viewers of one tile at {FPS} pictures a second; walls of {TILES} masked cameras of 640x360"
    ]
    rates = (options.fps,) if options.fps else RATES[:1] if options.quick else RATES
    walls = [(fps, HD) for fps in rates] + ([] if options.quick else [(rates[0], QHD)])
    for fps, screen in walls:
        wall = watch_wall(fps, form, screen)
        at = f"{wall.size}, {fps} a second"
        measures += measures_of(wall, at, form)
        spent = ", ".join(f"{name} {cores:.2f}" for name, cores in wall.cores.items())
        notes.append(f"{at}: a screen of {screen[0]}x{screen[1]}; cores, the browser's not counted: {spent}")
    return report("live", measures, as_json=options.json, notes=notes)


def measures_of(wall: Wall, at: str, form: Form) -> list[Measure]:
    """What a wall came to. `at` is the size of its pictures and the rate at which its cameras sent."""
    cuts = quantiles(wall.delays, n=100)
    return [
        Measure(name=f"received to displayed, p95, {at}", figure=cuts[94], unit="ms", target=300, less_is_better=True),
        Measure(name=f"received to displayed, p50, {at}", figure=cuts[49], unit="ms", less_is_better=True),
        Measure(
            name=f"first frame, worst of {form.firsts}, {at}", figure=wall.first_ms, unit="ms", target=1000,
            less_is_better=True,
        ),
        Measure(
            name=f"first picture of a recording, worst of {form.firsts}, {at}", figure=wall.seek_ms, unit="ms",
            target=1000, less_is_better=True,
        ),
        Measure(name=f"frames displayed on {TILES} tiles, {at}", figure=wall.share * 100, unit="%", target=97),
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
