"""A mount: one pretended camera, what it shows when, and what goes wrong with it when. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from safecity.simulator.rtsp.challenge import Challenge
from safecity.simulator.rtsp.describe import BORNE, SdpForm
from safecity.simulator.rtsp.reel import Reel
from safecity.simulator.rtsp.sound import Voice
from safecity.simulator.rtsp.weather import CLEAR, Weather


class FaultKind(StrEnum):
    """What can go wrong with a camera, and with the network before it. `docs/operate/fleet.md` tells of each."""

    REFUSE = "refuse"  # no password is good enough
    STALL = "stall"  # connected, but no pictures come
    RESET = "reset"  # the connection breaks off
    OFFLINE = "offline"  # does not answer
    FROZEN = "frozen"  # shows the same picture again and again
    SDP = "sdp"  # describes itself wrongly; `form` says how
    RESIZE = "resize"  # shows pictures of another size, with other parameter sets; `form` names the reel
    CODEC = "codec"  # codes otherwise, after breaking off; `form` names the reel
    PASSWORD = "password"  # noqa: S105  its password was changed
    NONCE = "nonce"  # asks for the password anew; `form` "silent" forgets to say that only the nonce is old
    FORGET = "forget"  # forgets its sessions: sends nothing more and answers 454
    BYE = "bye"  # says goodbye by RTCP and sends nothing more
    TEARDOWN = "teardown"  # ends the sessions itself
    DRIFT = "drift"  # its clock runs fast by `value` millionths
    STEP = "step"  # its wall clock is wrong by `value` ms
    JUMP = "jump"  # its RTP timestamps jump by `value` s
    LOSS = "loss"  # the network loses a packet with the chance `value`; TCP sends it again, late
    HOLES = "holes"  # so does the camera itself, and nobody sends it again
    JITTER = "jitter"  # each picture is late by up to `value` ms
    REORDER = "reorder"  # a packet comes after the next one with the chance `value`; over UDP only
    DUPLICATE = "duplicate"  # it comes twice
    TRICKLE = "trickle"  # no more than `value` kbit a second get through


# Moments rather than spans.
MOMENTS = frozenset({FaultKind.NONCE, FaultKind.FORGET, FaultKind.BYE, FaultKind.TEARDOWN})
# What the network does, by its place in `Weather`.
ROADS = {
    FaultKind.LOSS: "loss",
    FaultKind.HOLES: "holes",
    FaultKind.JITTER: "jitter_ms",
    FaultKind.REORDER: "reorder",
    FaultKind.DUPLICATE: "duplicate",
    FaultKind.TRICKLE: "kbit_s",
}
# While one of these is there, nobody can have intact pictures of the camera.
DARK = frozenset(
    {
        FaultKind.REFUSE,
        FaultKind.STALL,
        FaultKind.RESET,
        FaultKind.OFFLINE,
        FaultKind.FROZEN,
        FaultKind.PASSWORD,
    }
)
# Where these begin and end, every connection breaks off.
BREAKING = frozenset({FaultKind.CODEC, FaultKind.PASSWORD, FaultKind.SDP})


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A fault and when it is there, in seconds after the start; with `every_s` it comes back."""

    kind: FaultKind
    from_s: float = 0.0
    until_s: float = float("inf")
    every_s: float | None = None
    value: float = 0.0
    form: str = ""

    def there(self, at_s: float) -> bool:
        """Whether the fault is there at this moment."""
        return self.from_s <= self._folded(at_s) < self.until_s

    def began(self, at_s: float) -> int:
        """How often the fault has begun until this moment."""
        if at_s < self.from_s:
            return 0
        return 1 if self.every_s is None else 1 + int((at_s - self.from_s) // self.every_s)

    def lasted_s(self, at_s: float) -> float:
        """For how long, in all, it has been there until this moment."""
        rounds, length_s = self.began(at_s), self.until_s - self.from_s
        if not rounds:
            return 0.0
        now_s = min(self._folded(at_s) - self.from_s, length_s)
        return now_s if rounds == 1 else (rounds - 1) * length_s + now_s

    def is_dark(self) -> bool:
        """Whether nobody can have intact pictures while it is there."""
        return self.kind in DARK or (self.kind is FaultKind.SDP and self.form not in BORNE)

    def _folded(self, at_s: float) -> float:
        if self.every_s is not None and at_s >= self.from_s:
            return self.from_s + (at_s - self.from_s) % self.every_s
        return at_s


@dataclass(frozen=True, kw_only=True)
class Mount:
    """One camera. `order` turns the count of pictures since the start into the number of a picture on the reel.

    `reels` are what it shows while a fault says so; `udp_only` cameras refuse TCP (461).
    """

    name: str
    reel: Reel
    challenge: Challenge | None = None
    faults: tuple[Fault, ...] = ()
    phase_s: float = 0.0
    order: Callable[[int], int] | None = field(default=None, repr=False)
    voice: Voice | None = field(default=None, repr=False)
    reels: Mapping[str, Reel] = field(default_factory=dict[str, Reel], repr=False)
    udp_only: bool = False
    session_s: int = 60

    def standing(self, at_s: float) -> list[Fault]:
        """What is wrong with the camera at this moment."""
        return [fault for fault in self.faults if fault.kind not in MOMENTS and fault.there(at_s)]

    def fault(self, at_s: float) -> FaultKind | None:
        """The first of what keeps the camera from showing its pictures at this moment, if anything."""
        return next((each.kind for each in self.standing(at_s) if each.kind in DARK), None)

    def sdp(self, at_s: float) -> SdpForm:
        """How the camera describes itself at this moment."""
        return next(
            (SdpForm(each.form) for each in self.standing(at_s) if each.kind is FaultKind.SDP), SdpForm.RIGHT
        )

    def showing(self, standing: Iterable[Fault]) -> tuple[Reel, Fault | None]:
        """The reel that is shown, and the fault to blame where it is not the usual one."""
        for each in standing:
            if each.kind in (FaultKind.RESIZE, FaultKind.CODEC) and each.form in self.reels:
                return self.reels[each.form], each
        return self.reel, None

    def ran_ahead_s(self, at_s: float) -> float:
        """By how much the camera's own clock has drifted ahead."""
        drifts = (each for each in self.faults if each.kind is FaultKind.DRIFT)
        return sum(each.value * 1e-6 * each.lasted_s(at_s) for each in drifts)

    def media_s(self, at_s: float) -> float:
        """Seconds on the clock of its RTP timestamps."""
        jumps = (each for each in self.faults if each.kind is FaultKind.JUMP)
        return at_s + self.ran_ahead_s(at_s) + sum(each.value * each.began(at_s) for each in jumps)

    def wall_off_ms(self, at_s: float) -> float:
        """By how much its wall clock is wrong, in milliseconds; ahead is positive."""
        steps = (each for each in self.faults if each.kind is FaultKind.STEP and each.there(at_s))
        return self.ran_ahead_s(at_s) * 1000 + sum(each.value for each in steps)

    def due_s(self, tick: int) -> float:
        """When a picture is due, in seconds after the start."""
        return self.phase_s + tick / self.reel.fps

    def tick_at(self, at_s: float) -> int:
        """The count of the first picture that is due at this moment or later."""
        # The small step keeps a picture's own due time from being rounded to the next one.
        return max(0, math.ceil((at_s - self.phase_s) * self.reel.fps - 1e-6))

    def picture(self, tick: int) -> int:
        """Which picture of the reel is shown."""
        count = len(self.reel.pictures)
        return (self.order(tick) if self.order else tick) % count


def weather_of(standing: Iterable[Fault]) -> Weather:
    """What the network does while these faults are there."""
    found = {ROADS[each.kind]: each.value for each in standing if each.kind in ROADS}
    return Weather(**found) if found else CLEAR
