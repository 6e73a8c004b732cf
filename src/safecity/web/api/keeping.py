"""How footage is kept, over HTTP: completeness, storage folders, the forecast, classes and shorter rules that wait."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec

from safecity.access import Action, allow, names
from safecity.base import from_ms
from safecity.cameras import cameras
from safecity.footage import (
    RESERVE,
    FolderTrouble,
    Forecast,
    Keep,
    Keeping,
    agree_shortening,
    classes,
    folder_troubles,
    forecast,
    retention,
    room_left,
    set_class,
)
from safecity.web.ask import Ask
from safecity.web.compose import moment
from safecity.web.count import CompletenessView, Counting
from safecity.web.doors import Door, get, post
from safecity.web.given import whole

FIRST = "the first folder"
RESERVE_WORDS = "the reserve folder"


class SpanQuery(msgspec.Struct, forbid_unknown_fields=True):
    """How many days back."""

    days: Annotated[int, msgspec.Meta(ge=1, le=31)] = 1


class TroubleView(msgspec.Struct):
    """A recorder cannot write to a folder: why, since when, and what it does about it."""

    recorder: str
    words: str
    since: datetime
    does: str


class FolderView(msgspec.Struct):
    """A storage folder; `words` says why it takes no footage, empty while it does; `troubles` is what recorders say."""

    name: str
    free_bytes: int | None
    kept_bytes: int
    words: str
    troubles: list[TroubleView] = []


class ForecastView(msgspec.Struct):
    """What will become of the room for footage; `sentence` says it to a person."""

    bytes_per_day: int
    kept_bytes: int
    free_bytes: int
    held_bytes: int
    full_at: datetime | None
    reach_days: float | None
    short_at: datetime | None
    sentence: str


class RuleView(msgspec.Struct):
    """For how long and up to how many bytes footage is kept; empty leaves it to the next wider rule."""

    keep_days: float | None
    keep_bytes: int | None
    retention: str


class WaitingView(msgspec.Struct):
    """A rule that would keep less: it waits until `due_at` and for a second person."""

    rule: RuleView
    asked_at: datetime
    due_at: datetime
    agreed_by: str | None


class KeepingView(msgspec.Struct):
    """What stands for a subject (`city`, `class:NAME`, `camera:ID`), and what waits."""

    subject: str
    name: str
    rule: RuleView
    since: datetime
    waiting: WaitingView | None


class ClassView(msgspec.Struct):
    """A class of footage as people want it."""

    name: str
    keep_days: float | None
    keep_bytes: int | None
    cameras: int


class StorageView(msgspec.Struct):
    """All about the room for footage."""

    folders: list[FolderView]
    forecast: ForecastView
    classes: list[ClassView]
    rules: list[KeepingView]


class ClassGiven(msgspec.Struct, forbid_unknown_fields=True):
    """A class to make or to change."""

    name: Annotated[str, whole("[A-Za-z0-9_-]{1,40}")]
    keep_days: Annotated[float, msgspec.Meta(ge=1, le=3650)] | None = None
    keep_bytes: Annotated[int, msgspec.Meta(ge=1_000_000, le=1 << 50)] | None = None


class AgreeGiven(msgspec.Struct, forbid_unknown_fields=True):
    """Which shorter rule."""

    subject: Annotated[str, whole("city|class:[A-Za-z0-9_-]{1,40}|camera:[0-9a-f-]{36}")]


class KeepingDoors:
    """The doors; the count is shared with the pages."""

    def __init__(self, counting: Counting) -> None:
        self._counting = counting

    async def completeness(self, ask: Ask, given: SpanQuery) -> CompletenessView:
        """How complete footage is, per camera and for the city, counted half a minute to ten minutes ago at most."""
        allow(ask.by, Action.READ_CAMERAS)
        return await self._counting.of_days(given.days)

    def doors(self) -> tuple[Door, ...]:
        """All of them."""
        return (
            get("/api/completeness", self.completeness),
            get("/api/storage", show_storage),
            post("/api/retention", change_class),
            post("/api/retention/agree", agree),
        )


async def show_storage(ask: Ask) -> StorageView:
    """Storage folders, the forecast, classes of footage, and the rules that stand or wait."""
    allow(ask.by, Action.READ_CAMERAS)
    return await storage_of(ask)


async def change_class(ask: Ask, given: ClassGiven) -> StorageView:
    """Makes or changes a class of footage; what keeps less waits a day and for a second person."""
    await set_class(
        ask.house.node, ask.by, name=given.name, keep_days=given.keep_days, keep_bytes=given.keep_bytes
    )
    return await storage_of(ask)


async def agree(ask: Ask, given: AgreeGiven) -> StorageView:
    """Takes two persons' word that a shorter rule may hold once its day is over; the permit was granted before."""
    await agree_shortening(ask.house.node, ask.by, given.subject)
    return await storage_of(ask)


async def storage_of(ask: Ask) -> StorageView:
    """All about the room for footage. Raises IndexAway, OSError."""
    house = ask.house
    seen = await forecast(house.node, house.archive, min_free_bytes=house.min_free_bytes)
    every = await cameras(house.node)
    called = {each.id: each.name for each in every}
    return StorageView(
        folders=await _folders(ask),
        forecast=_forecast(seen),
        classes=[
            ClassView(
                each.name, each.keep_days, each.keep_bytes, sum(c.retention == each.name for c in every)
            )
            for each in await classes(house.node)
        ],
        rules=await _rules(ask, called),
    )


async def _folders(ask: Ask) -> list[FolderView]:
    archive, kept = ask.house.archive, dict[str, int]()
    for index in archive.indexes.values():
        for store, count in index.stores().items():
            kept[store] = kept.get(store, 0) + count
    there = [("", FIRST, archive.root, kept.get("", 0))]
    if archive.reserve is not None:
        rest = sum(count for store, count in kept.items() if store)
        there.append((RESERVE, RESERVE_WORDS, archive.reserve, rest))
    told = folder_troubles(archive)
    views: list[FolderView] = []
    for store, name, root, count in there:
        view = await asyncio.to_thread(_folder, name, root, count, ask.house.min_free_bytes)
        view.troubles = [_trouble(each) for each in told if each.store == store]
        views.append(view)
    return views


def _trouble(each: FolderTrouble) -> TroubleView:
    other = FIRST if each.store else RESERVE_WORDS
    does = (
        f"It writes to {other} meanwhile." if each.goes_on else "Nothing is recorded until it is put right."
    )
    return TroubleView(each.recorder, each.words, from_ms(each.since_ms), does)


def _folder(name: str, root: Path, kept: int, min_free: int) -> FolderView:
    try:
        free = room_left(root)
    except OSError as error:
        return FolderView(
            name, None, kept, f"It cannot be read ({error.strerror or error}); is its disk there?"
        )
    words = "" if free > min_free else "It is full; the oldest footage goes to make room."
    return FolderView(name, free, kept, words)


def _forecast(seen: Forecast) -> ForecastView:
    return ForecastView(
        bytes_per_day=seen.bytes_per_day,
        kept_bytes=seen.kept_bytes,
        free_bytes=seen.free_bytes,
        held_bytes=seen.held_bytes,
        full_at=_when(seen.full_ms),
        reach_days=seen.reach_days,
        short_at=_when(seen.short_ms),
        sentence=seen.sentence(),
    )


def _when(milliseconds: int | None) -> datetime | None:
    """A moment to come; one that is further off than a hundred years is none worth telling."""
    return None if milliseconds is None or milliseconds > 5_000_000_000_000 else moment(milliseconds)


async def _rules(ask: Ask, called: dict[str, str]) -> list[KeepingView]:
    found = await retention(ask.house.node)
    people = {each.waiting.agreed_by for each in found if each.waiting and each.waiting.agreed_by}
    by = await names(ask.house.node, people)
    return [_rule(each, called, by) for each in sorted(found, key=lambda each: each.subject)]


def _rule(each: Keeping, called: dict[str, str], by: dict[str, str]) -> KeepingView:
    kind, _, name = each.subject.partition(":")
    words = {"city": "The city", "class": f"Class “{name}”"}.get(kind, called.get(name, "A camera that left"))
    waits = each.waiting
    return KeepingView(
        subject=each.subject,
        name=words,
        rule=_keep(each.keep),
        since=from_ms(each.since_ms),
        waiting=WaitingView(
            rule=_keep(waits.keep),
            asked_at=from_ms(waits.asked_ms),
            due_at=from_ms(waits.due_ms),
            agreed_by=by.get(waits.agreed_by, "") if waits.agreed_by else None,
        )
        if waits
        else None,
    )


def _keep(keep: Keep) -> RuleView:
    return RuleView(keep_days=keep.days, keep_bytes=keep.bytes, retention=keep.of)
