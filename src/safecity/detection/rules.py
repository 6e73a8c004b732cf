"""The story of one camera's motion: what each look saw goes in, sightings come out as commands.

A look is one keyframe, once a second or so. One look with a thing in it starts a sighting, because an arrival must be
known within three seconds; two looks without one, and at least `end_after_ms`, end it. A picture that changed as a
whole (a lamp, a cloud, the camera's own exposure) is no thing: such a look tells nothing.

A street that is never empty makes a sighting each `longest_ms`. What stays without moving for `still_after_ms` ends
its sighting too, and is remembered as settled: it starts no other one until it moves. It stays hidden in pictures all
the same; hiding is the masks' matter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from safecity.detection.model import Box


@dataclass(frozen=True, slots=True)
class Blob:
    """A connected part of the picture where something is.

    `area` is its share of the picture, `moving` the share of itself that changed since the look before.
    """

    box: Box
    area: float
    moving: float


@dataclass(frozen=True, slots=True)
class Look:
    """What one picture showed. `changed` is the share of it that differs from the empty scene, light evened out."""

    at_ms: int
    blobs: tuple[Blob, ...]
    changed: float


@dataclass(frozen=True)
class StartSighting:
    """A sighting begins."""

    at_ms: int
    box: Box


@dataclass(frozen=True)
class ExtendSighting:
    """The sighting goes on; `box` is everything seen so far."""

    at_ms: int
    box: Box


@dataclass(frozen=True)
class EndSighting:
    """The sighting is over; `stayed` when something was left that does not move."""

    at_ms: int
    box: Box
    stayed: bool


Command = StartSighting | ExtendSighting | EndSighting


@dataclass(frozen=True)
class Limits:
    """When a blob is a thing, and when a sighting is over. Areas are shares of the picture."""

    min_area: float = 0.0015
    moving: float = 0.02
    whole: float = 0.6
    end_after_ms: int = 1_500  # two looks a second apart are never exactly two seconds apart
    end_after_looks: int = 2
    still_after_ms: int = 60_000
    longest_ms: int = 600_000
    forget_settled_ms: int = 10_000


@dataclass
class _Open:
    box: Box
    started_ms: int
    seen_ms: int
    moved_ms: int
    missed: int = 0


@dataclass
class _Settled:
    box: Box
    seen_ms: int


@dataclass
class Story:
    """Follows one camera. Feed it looks in order of time."""

    limits: Limits = Limits()
    _open: _Open | None = None
    _settled: list[_Settled] = field(default_factory=list[_Settled])

    @property
    def lasts(self) -> bool:
        """Whether a sighting is going on."""
        return self._open is not None

    def hear(self, look: Look) -> list[Command]:
        """What follows from a look: nothing, or one command, or an end."""
        if look.changed > self.limits.whole:
            return []
        large = [blob for blob in look.blobs if blob.area >= self.limits.min_area]
        things = [blob for blob in large if not self._is_settled(blob, look.at_ms)]
        self._settled = [
            each for each in self._settled if look.at_ms - each.seen_ms <= self.limits.forget_settled_ms
        ]
        if self._open is None:
            return self._start(things, look.at_ms)
        if things:
            return self._go_on(self._open, things, look.at_ms)
        return self._miss(self._open, look.at_ms)

    def stop(self) -> list[Command]:
        """The pictures end: a sighting that lasts ends where something was last seen."""
        seen, self._open = self._open, None
        self._settled.clear()
        return [EndSighting(seen.seen_ms, seen.box, stayed=False)] if seen else []

    def _start(self, things: list[Blob], at_ms: int) -> list[Command]:
        if not things:
            return []
        box = _around(things)
        self._open = _Open(box, at_ms, at_ms, at_ms)
        return [StartSighting(at_ms, box)]

    def _go_on(self, seen: _Open, things: list[Blob], at_ms: int) -> list[Command]:
        seen.box = seen.box.united(_around(things))
        seen.seen_ms, seen.missed = at_ms, 0
        if any(thing.moving >= self.limits.moving for thing in things):
            seen.moved_ms = at_ms
        if at_ms - seen.started_ms >= self.limits.longest_ms:
            self._open = None
            return [EndSighting(at_ms, seen.box, stayed=False)]
        if at_ms - seen.moved_ms < self.limits.still_after_ms:
            return [ExtendSighting(at_ms, seen.box)]
        self._settled += [_Settled(thing.box, at_ms) for thing in things]
        self._open = None
        return [EndSighting(at_ms, seen.box, stayed=True)]

    def _miss(self, seen: _Open, at_ms: int) -> list[Command]:
        seen.missed += 1
        if seen.missed < self.limits.end_after_looks or at_ms - seen.seen_ms < self.limits.end_after_ms:
            return []
        self._open = None
        return [EndSighting(seen.seen_ms, seen.box, stayed=False)]

    def _is_settled(self, blob: Blob, at_ms: int) -> bool:
        """Whether a blob is something that stopped here long ago and has not moved since."""
        if blob.moving >= self.limits.moving:
            return False
        for each in self._settled:
            if blob.box.share_in(each.box) > 0.6:
                each.seen_ms = at_ms
                return True
        return False


def _around(things: Iterable[Blob]) -> Box:
    first, *rest = (thing.box for thing in things)
    for box in rest:
        first = first.united(box)
    return first
