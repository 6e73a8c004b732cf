"""Lets the demo city's people act: over HTTP and WebSockets, as their browsers and phones would.

Officers and callers always act; operators and desk officers only where nobody sits at the console (`headless`).
Whatever the house refuses is its right: it is logged and life goes on. Everything ends at once when cancelled.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from safecity.base import Clock
from safecity.simulator.browser import Browser, Refused, Unreachable
from safecity.simulator.callers import Call, calls
from safecity.simulator.chance import chance_of
from safecity.simulator.city import City, PlannedPerson, PlannedUnit
from safecity.simulator.people import (
    Acknowledge,
    Declare,
    Deed,
    DeskOfficer,
    Dismiss,
    HoldFootage,
    Move,
    Note,
    Operator,
    Patrol,
    SendNearest,
    Settle,
)
from safecity.simulator.roads import Roads
from safecity.simulator.seen import Candidates, Console, Errand, Field, Unit

log = logging.getLogger(__name__)

STEP_S = 1.0
LOOK_AGAIN_S = 15.0  # a phone asks anew this often, in case the live stream told it nothing
BEFORE_S, AFTER_S = 30, 10  # the footage that is held around an alert


@dataclass(frozen=True)
class Plot:
    """What drives the city: where the house is, and who may sign in; `tokens` are of one-time links, by name."""

    base_url: str
    tokens: Mapping[str, str]
    city: City
    clock: Clock
    pace: float = 1.0
    headless: bool = False
    seed: int = 1


async def drive_people(plot: Plot) -> None:
    """Lets everybody act until cancelled. People without a token stay at home."""
    roads = Roads(plot.city.roads)
    async with asyncio.TaskGroup() as group:
        # The control room first: where many sign in at once, the last have to wait.
        if plot.headless:
            here = [person for person in plot.city.people if person.sign_in in plot.tokens]
            desks = [person for person in here if person.roles == ("desk",)]
            # One operator: two would send two units to everything, since they do not talk to each other.
            for person in [*[each for each in here if each.roles == ("operator",)][:1], *desks]:
                group.create_task(_work(plot, person))
        phones = {
            unit.call_sign: Phone(plot, unit, roads)
            for unit in plot.city.units
            if unit.crew[0] in plot.tokens
        }
        for phone in phones.values():
            group.create_task(phone.live())
        group.create_task(_call(plot, phones))


@dataclass
class Phone:
    """The phone of a unit's first officer: position, errand, and the panic button."""

    plot: Plot
    unit: PlannedUnit
    roads: Roads
    panics: asyncio.Event = field(default_factory=asyncio.Event)
    _errand: Errand | None = None
    _stale: bool = True
    _looked_s: float = 0.0

    async def live(self) -> None:
        """Signs in, starts the shift, and goes on until cancelled."""
        plot = self.plot
        async with Browser(plot.base_url, plot.clock) as browser:
            try:
                begin = await self._begin(browser)
            except (Refused, Unreachable) as error:
                log.warning("%s stays at home: %s", self.unit.call_sign, error)
                return
            if begin.unit is None:
                log.warning("%s stays at home: %s has no unit.", self.unit.call_sign, self.unit.crew[0])
                return
            patrol = Patrol(self.unit, self.roads, chance_of(plot.seed, self.unit.call_sign), plot.pace)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._hear(browser, begin.seq))
                group.create_task(self._walk(browser, begin.unit, patrol))

    async def _begin(self, browser: Browser) -> Field:
        await browser.sign_in(self.plot.tokens[self.unit.crew[0]], "/api/field")
        begin = await browser.get("/api/field", Field)
        if begin.unit is not None and not begin.unit.on_shift:
            await browser.post(f"/api/units/{begin.unit.id}/shift", {"action": "start"})
        return begin

    async def _hear(self, browser: Browser, since: int) -> None:
        """The live stream is a nudge to look; where it ends, it is opened again."""
        while True:
            try:
                async for message in browser.hear(since):
                    if '"put"' in message:
                        self._stale = True
                since = (await browser.get("/api/field", Field)).seq
            except (Refused, Unreachable) as error:
                log.info("%s: %s", self.unit.call_sign, error)
            self._stale = True
            await self.plot.clock.sleep(5)

    async def _walk(self, browser: Browser, unit: Unit, patrol: Patrol) -> None:
        clock = self.plot.clock
        # Each unit has its own moment within the second, so that requests do not come in volleys.
        await clock.sleep(patrol.chance.random() * STEP_S)
        while True:
            now_s = clock.monotonic()
            try:
                await self._look(browser, now_s)
                for act in patrol.step(now_s, self._errand):
                    if isinstance(act, Move):
                        await self._move(browser, act)
                    else:
                        where = {"lat": act.place.lat, "lon": act.place.lon, "heading_deg": act.heading_deg}
                        await browser.post(f"/api/units/{unit.id}/position", where | {"accuracy_m": 6.0})
                if self.panics.is_set():
                    self.panics.clear()
                    await browser.post(
                        "/api/panic", {"place": {"lat": patrol.place.lat, "lon": patrol.place.lon}}
                    )
            except (Refused, Unreachable) as error:
                log.info("%s: %s", self.unit.call_sign, error)
                self._stale = True
            await clock.sleep(max(0.05, STEP_S - (clock.monotonic() - now_s)))

    async def _look(self, browser: Browser, now_s: float) -> None:
        if not (self._stale or now_s - self._looked_s > LOOK_AGAIN_S):
            return
        self._stale, self._looked_s = False, now_s
        errand = (await browser.get("/api/field", Field)).assignment
        self._errand = Errand(errand.id, errand.state, errand.incident.place.place) if errand else None

    async def _move(self, browser: Browser, act: Move) -> None:
        self._stale = True
        await browser.post(
            f"/api/assignments/{act.assignment}/move", {"move": act.move, "outcome": act.outcome}
        )


async def _call(plot: Plot, phones: Mapping[str, Phone]) -> None:
    """Citizens report what they see, and an officer presses the button, each at its time."""
    begun_s = plot.clock.monotonic()
    async with Browser(plot.base_url, plot.clock) as browser:
        for call in calls(plot.city, chance_of(plot.seed, "callers"), plot.pace):
            await plot.clock.sleep(call.at_s - (plot.clock.monotonic() - begun_s))
            if not isinstance(call, Call):
                if call.call_sign in phones:
                    phones[call.call_sign].panics.set()
                continue
            said = {"kind": call.kind, "details": call.details, "place_name": call.place_name}
            where = {"place": {"lat": call.place.lat, "lon": call.place.lon}}
            try:
                await browser.post("/api/reports", said | where)
            except (Refused, Unreachable) as error:
                log.info("A caller: %s", error)


async def _work(plot: Plot, person: PlannedPerson) -> None:
    """An operator or a desk officer at the console, one deed at a time."""
    mind = Operator(plot.pace) if person.bureau is None else DeskOfficer(person.bureau)
    async with Browser(plot.base_url, plot.clock) as browser:
        try:
            await browser.sign_in(plot.tokens[person.sign_in], "/api/console")
        except (Refused, Unreachable) as error:
            log.warning("%s stays at home: %s", person.sign_in, error)
            return
        while True:
            deed = None
            try:
                console = await browser.get("/api/console", Console)
                deed = mind.decide(plot.clock.monotonic(), console)
                if deed is not None:
                    await _do(browser, deed, console)
            except (Refused, Unreachable) as error:
                log.info("%s: %s", person.sign_in, error)
            # Who works looks again at once; who waits looks each second, a bureau's desk less often.
            await plot.clock.sleep(0.2 / plot.pace if deed else mind.looks_every_s)


async def _do(browser: Browser, deed: Deed, console: Console) -> None:
    """One deed, as the console's buttons do it."""
    match deed:
        case Acknowledge():
            await browser.post(f"/api/alerts/{deed.alert}/acknowledge", {})
        case Dismiss():
            await browser.post(f"/api/alerts/{deed.alert}/dismiss", {"reason": deed.reason})
        case Declare():
            await browser.post("/api/incidents", {"alerts": [deed.alert]})
        case SendNearest():
            near = (await browser.get(f"/api/incidents/{deed.incident}/units", Candidates)).units
            if near:
                await browser.post(f"/api/incidents/{deed.incident}/assign", {"unit": near[0].unit.id})
        case HoldFootage():
            incident = next(each for each in console.incidents if each.id == deed.incident)
            start = incident.declared_at - timedelta(seconds=BEFORE_S)
            end = min(console.now, incident.declared_at + timedelta(seconds=AFTER_S))
            span = {"camera": deed.camera, "from": start.isoformat(), "to": end.isoformat()}
            await browser.post("/api/holds", {"incident": deed.incident, "reason": "What led to it.", **span})
        case Settle():
            await browser.post(
                f"/api/incidents/{deed.incident}/move", {"move": deed.move, "reason": deed.reason}
            )
        case Note():
            await browser.post(f"/api/incidents/{deed.incident}/notes", {"text": deed.text})
