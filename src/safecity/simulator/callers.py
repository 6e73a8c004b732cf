"""What citizens report and when, and the one button that an officer presses. Pure, from a seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from safecity.base import Place, moved
from safecity.simulator.city import City

STORIES: tuple[tuple[str, str], ...] = (
    ("suspicious", "Somebody has been trying the doors of parked cars for ten minutes."),
    ("noise", "Very loud music from a car that has been standing here since nine."),
    ("hazard", "A street lamp hangs loose over the pavement, it sways in the wind."),
    ("medical", "An old man has fallen and cannot get up. He is awake."),
    ("collision", "Two cars touched at the crossing, nobody seems hurt, but the road is blocked."),
    ("theft", "My bicycle was taken from the rack a moment ago."),
    ("damage", "The glass of the bus shelter has been broken."),
    ("missing_person", "A boy of six with a red jacket has lost his parents here."),
    ("violence", "Two men are shouting and pushing each other in front of the shop."),
)
BETWEEN_S = 80.0
PANIC_AT_S, PANIC_EVERY_S = 200.0, 1500.0


@dataclass(frozen=True)
class Call:
    """A citizen's report."""

    at_s: float
    kind: str
    details: str
    place: Place
    place_name: str


@dataclass(frozen=True)
class Panic:
    """An officer of this unit presses the button."""

    at_s: float
    call_sign: str


def calls(city: City, chance: Random, pace: float) -> Iterator[Call | Panic]:
    """Everything that is reported, in order of time, without end. The first comes soon, and so does the button's."""
    at_s, panic_s, first = 4.0 / pace, PANIC_AT_S / pace, True
    while True:
        if panic_s <= at_s:
            yield Panic(panic_s, chance.choice(city.units).call_sign)
            panic_s += PANIC_EVERY_S / pace
            continue
        crossing = chance.choice(city.crossings)
        kind, details = ("medical", STORIES[3][1]) if first else chance.choice(STORIES)
        first = False
        place = moved(crossing.place, chance.uniform(0, 360), chance.uniform(5, 70))
        yield Call(at_s, kind, details, place, crossing.name)
        at_s += max(chance.uniform(0.6, 1.4) * BETWEEN_S / pace, 6.0)
