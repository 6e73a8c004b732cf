"""The truth of a fleet: when each camera could be had, and what it really sent. Pure.

This is what a recorder's completeness is measured against: it comes from the cameras, not from the recorder.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from safecity.simulator.fleet.plan import FleetCamera

Span = tuple[int, int]  # milliseconds since 1970, the end not included
MAIN = "main"


@dataclass
class Sent:
    """A span in which a camera sent its main stream without a pause; of its pictures so many lost packets for good."""

    from_ms: int
    until_ms: int
    pictures: int = 0
    broken: int = 0


@dataclass(frozen=True, kw_only=True)
class CameraTruth:
    """One camera: `online` is when it could be had and would have sent intact pictures to anybody who asked."""

    name: str
    url: str
    online: Sequence[Span]
    sent: Sequence[Sent]

    @property
    def online_s(self) -> float:
        """Seconds in which it could be had."""
        return sum(end - start for start, end in self.online) / 1000

    @property
    def sent_s(self) -> float:
        """Seconds of pictures that it sent."""
        return sum(each.until_ms - each.from_ms for each in self.sent) / 1000


@dataclass
class Truth:
    """Keeps the account of one camera. Fills `rtsp.Ledger`."""

    camera: FleetCamera
    url: str
    fps: float
    start_ms: int = 0
    _sent: list[Sent] = field(default_factory=list[Sent])

    def sent(self, mount: str, at_s: float, *, lost: int, frozen: bool, is_key: bool) -> None:
        """As `rtsp.Ledger`. Frozen pictures show nothing, and pictures of the sub stream are not recorded.

        A span begins with a keyframe that arrived whole: before, nobody could have seen anything.
        """
        if mount != MAIN or frozen:
            return
        picture_ms = 1000 / self.fps
        at_ms = self.start_ms + round(at_s * 1000)
        if not self._sent or at_ms - self._sent[-1].until_ms > picture_ms / 2:
            if lost or not is_key:
                return
            self._sent.append(Sent(at_ms, at_ms))
        span = self._sent[-1]
        span.until_ms = round(at_ms + picture_ms)
        span.pictures += 1
        span.broken += lost > 0

    def recalled(self, mount: str, pictures: int) -> None:
        """As `rtsp.Ledger`."""
        if mount != MAIN or not self._sent:
            return
        span = self._sent[-1]
        pictures = min(pictures, span.pictures)
        span.pictures -= pictures
        span.until_ms -= round(pictures * 1000 / self.fps)

    def told(self, until_s: float) -> CameraTruth:
        """The account up to a moment after the start."""
        online: list[Span] = []
        from_s = 0.0
        for start, end in [*self.camera.dark(until_s), (until_s, until_s)]:
            if start > from_s:
                online.append((self.start_ms + round(from_s * 1000), self.start_ms + round(start * 1000)))
            from_s = max(from_s, end)
        return CameraTruth(name=self.camera.name, url=self.url, online=online, sent=list(self._sent))


def as_json(truths: Sequence[CameraTruth]) -> str:
    """One object a camera, with addresses and spans."""
    return json.dumps({"truth": [asdict(each) for each in truths]})


def as_text(truths: Sequence[CameraTruth]) -> str:
    """A line a camera, and one of all."""
    lines = [f"{'camera':<12}{'online s':>10}{'sent s':>10}{'pictures':>10}{'broken':>8}{'spans':>7}"]
    for each in truths:
        pictures, broken = (sum(getattr(span, name) for span in each.sent) for name in ("pictures", "broken"))
        counts = f"{pictures:>10}{broken:>8}{len(each.sent):>7}"
        lines.append(f"{each.name:<12}{each.online_s:>10.1f}{each.sent_s:>10.1f}{counts}")
    online_s, sent_s = sum(each.online_s for each in truths), sum(each.sent_s for each in truths)
    return "\n".join([*lines, f"{'all':<12}{online_s:>10.1f}{sent_s:>10.1f}"])
