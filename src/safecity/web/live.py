"""The live stream: one task hears the journal, makes each message once and passes it to the few sockets concerned.

Sockets are kept by seat, by bureau and by person, so that a message to one officer among thousands costs what it
costs among ten. A socket whose client reads too slowly is closed; the client comes back with the last number it saw.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

import msgspec

from safecity.access import session
from safecity.alerts import load
from safecity.base import Fact, UnknownFact, last_seq, read_entries, to_ms
from safecity.web.compose import iso
from safecity.web.frames import Frames
from safecity.web.house import House
from safecity.web.tell import Seat, Telling, telling_of

SIGNED_OUT, TOO_SLOW, TOO_FAR = 4401, 4408, 4409
FAR_BEHIND = 20_000
KEPT_TELLINGS = 1024
FIELD_BEATS = 2  # officers' phones hear every second heartbeat
LEAVING = frozenset({"SignedOut", "PersonRemoved", "PersonChanged", "PasswordSet"})
Said = str | bytes


@dataclass(eq=False)
class Ear:
    """One socket's side: who listens, and what still has to be sent. `token` is the session's."""

    seat: Seat
    bureau: str | None
    person: str
    token: str
    most: int
    waiting: deque[Said] = field(default_factory=deque[Said])
    closed_with: int | None = None
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def offer(self, said: Said) -> None:
        """Queues a message; where too many wait already, the socket is closed instead."""
        if self.closed_with is not None:
            return
        if len(self.waiting) >= self.most:
            self.close(TOO_SLOW)
            return
        self.waiting.append(said)
        self._wake.set()

    def close(self, code: int) -> None:
        """Ends it with a code; what still waits is dropped."""
        self.closed_with = code
        self.waiting.clear()
        self._wake.set()

    async def pump(self, send: Callable[[Said], Awaitable[None]]) -> int:
        """Sends what comes, until the ear is closed; returns the code."""
        while self.closed_with is None:
            await self._wake.wait()
            self._wake.clear()
            while self.waiting and self.closed_with is None:
                await send(self.waiting.popleft())
        return self.closed_with


class Hub:
    """All ears of this process. `run` is its task; `join` and `leave` are called by sockets."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._ears: set[Ear] = set()
        self._seats: defaultdict[Seat, set[Ear]] = defaultdict(set)
        self._desks: defaultdict[str | None, set[Ear]] = defaultdict(set)
        self._people: defaultdict[str, set[Ear]] = defaultdict(set)
        self._kept: OrderedDict[int, Telling | None] = OrderedDict()
        self._frames = Frames(house)
        self._load_changed = False
        self._lag_ms = 0
        self._tried = 0
        self.seq = 0

    def __len__(self) -> int:
        return len(self._ears)

    async def join(self, ear: Ear, since: int) -> None:
        """Gives an ear everything after `since` and then what comes. Closes it where that is too much or impossible."""
        newest = max(self.seq, await last_seq(self._house.node.database))
        if since > newest or newest - since > FAR_BEHIND:
            ear.close(TOO_FAR)
            return
        while since < self.seq:
            since = await self._catch_up(ear, since)
        # Nothing is awaited from the test above to here, so that no fact falls between.
        self._ears.add(ear)
        self._seats[ear.seat].add(ear)
        self._people[ear.person].add(ear)
        if ear.seat is Seat.BUREAU:
            self._desks[ear.bureau].add(ear)
        ear.offer(self._beat())
        for frame in self._frames.all_units(ear.seat, ear.bureau):
            ear.offer(frame)

    def leave(self, ear: Ear) -> None:
        """Forgets an ear."""
        self._ears.discard(ear)
        self._seats[ear.seat].discard(ear)
        self._desks[ear.bureau].discard(ear)
        self._people[ear.person].discard(ear)
        if not self._people[ear.person]:
            del self._people[ear.person]

    async def listen(self) -> None:
        """Hears the journal from now on. Runs for ever."""
        node = self._house.node
        self.seq = self.seq or await last_seq(node.database)
        async for fact in node.bus.subscribe(self.seq):
            # A fact that made us fail is passed over when we are started again, so that one cannot silence all.
            if self._ears and fact.seq != self._tried:
                self._tried = fact.seq
                await self._pass_on(fact)
            self.seq = fact.seq
            self._lag_ms = max(0, to_ms(node.clock.now()) - to_ms(fact.at))

    async def beat(self) -> None:
        """Says every two seconds that the line is alive, and the load when it changed. Runs for ever."""
        count = 0
        while True:
            await self._house.node.clock.sleep(self._house.settings.heartbeat_s)
            count += 1
            text = self._beat()
            for ear in tuple(self._ears):
                if ear.seat is not Seat.FIELD or count % FIELD_BEATS == 0:
                    ear.offer(text)
            if self._load_changed and (self._seats[Seat.CITY] or self._seats[Seat.BUREAU]):
                self._load_changed = False
                now = await load(self._house.node)
                told = {"load": {"per_10_min": now.per_10_min, "buckets": list(now.buckets)}}
                self._offer((*self._seats[Seat.CITY], *self._seats[Seat.BUREAU]), _text(told))

    async def move(self) -> None:
        """Sends, once a second, the units that moved. Runs for ever."""
        while True:
            await self._house.node.clock.sleep(self._house.settings.positions_s)
            if not (self._seats[Seat.CITY] or self._seats[Seat.BUREAU]):
                continue
            await self._frames.refresh()
            self._offer(self._seats[Seat.CITY], *self._frames.moved(None))
            for bureau, ears in tuple(self._desks.items()):
                if ears:
                    self._offer(ears, *self._frames.moved(bureau))

    def _offer(self, ears: Iterable[Ear], *said: Said) -> None:
        for ear in tuple(ears):
            for each in said:
                ear.offer(each)

    def _beat(self) -> str:
        now = iso(self._house.node.clock.now())
        return _text({"now": now, "lag_ms": self._lag_ms, "seq": self.seq})

    async def _telling(self, fact: Fact) -> Telling | None:
        if fact.seq not in self._kept:
            self._kept[fact.seq] = await telling_of(self._house, fact)
            while len(self._kept) > KEPT_TELLINGS:
                self._kept.popitem(last=False)
        return self._kept[fact.seq]

    async def _pass_on(self, fact: Fact) -> None:
        self._load_changed |= fact.name.startswith("Alert")
        if fact.name in LEAVING:
            await self._look_at_sessions(fact.subject)
            return
        telling = await self._telling(fact)
        if telling is None:
            return
        self._offer(self._concerned(telling), telling.text)

    def _concerned(self, telling: Telling) -> set[Ear]:
        """The sockets that a message is for, found through the index."""
        ears = set(self._seats[Seat.CITY])
        if telling.about == "camera":
            ears |= self._seats[Seat.BUREAU] | self._seats[Seat.AUDIT] | self._seats[Seat.CARE]
        elif telling.bureau is None:
            ears |= self._seats[Seat.BUREAU]
        else:
            ears |= self._desks[telling.bureau]
        if telling.about in {"alert", "incident"}:
            ears |= self._seats[Seat.AUDIT]
        for person in telling.people:
            ears |= self._people.get(person, set())
        return ears

    async def _catch_up(self, ear: Ear, since: int) -> int:
        """Offers the next facts that were missed, the latest about each thing; returns how far it came."""
        entries = await read_entries(self._house.node.database, since, limit=500)
        latest: dict[str, Telling] = {}
        for entry in entries:
            try:
                telling = await self._telling(entry.fact())
            except (UnknownFact, msgspec.DecodeError):
                continue  # of a newer version, or erased
            if telling is not None and telling.is_for(ear.seat, ear.bureau, ear.person):
                latest.pop(telling.subject, None)
                latest[telling.subject] = telling
        for telling in latest.values():
            ear.offer(telling.text)
        return entries[-1].seq if entries else self.seq

    async def _look_at_sessions(self, person: str) -> None:
        """Someone signed out or was let go: their sockets end, those of other sessions of theirs stay."""
        for ear in tuple(self._people.get(person, ())):
            if await session(self._house.node, ear.token, limits=self._house.settings.limits) is None:
                ear.close(SIGNED_OUT)


def _text(message: object) -> str:
    return msgspec.json.encode(message).decode()
