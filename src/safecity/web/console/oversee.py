"""The pages of those who watch the police, and of those who keep the house: times, the log, people."""

from __future__ import annotations

from typing import Annotated

import msgspec
from starlette.responses import Response

from safecity.access import (
    Action,
    Role,
    add_person,
    allow,
    bureaus,
    issue_link,
    may,
    names,
    people,
    person,
    remove_person,
)
from safecity.base import NotFound, from_ms, last_seq, read_entries, to_ms
from safecity.oversight import LookCount, Span, checkpoint, looks
from safecity.web.api.oversee import DAY_MS, DaysQuery, times_of
from safecity.web.ask import Ask
from safecity.web.pages import PageDoor, Paint, back
from safecity.web.views import VerifiedView
from safecity.web.vouch import Vouch

ENTRIES = 50
SPANS = {
    Span.ANSWER: "First sign to answer",
    Span.ASSIGN: "Declared to sent",
    Span.ARRIVE: "Declared to on scene",
    Span.RESOLVE: "Declared to settled",
}
UNCHECKED = VerifiedView(ok=False, size=0, at=None, sentence="The log has not been checked yet.")


class LogQuery(msgspec.Struct):
    """Entries before a number."""

    before: Annotated[int, msgspec.Meta(ge=1, le=2**53)] | None = None


class PersonForm(msgspec.Struct):
    """Someone new."""

    name: Annotated[str, msgspec.Meta(max_length=100)]
    sign_in: Annotated[str, msgspec.Meta(max_length=100)]
    role: Role
    bureau: Annotated[str, msgspec.Meta(max_length=20)] = ""


class EntryLine(msgspec.Struct):
    """A line of the journal, with a name for whoever acted."""

    seq: int
    at: object
    type: str
    subject: str
    who: str
    purpose: str


async def times_page(ask: Ask, paint: Paint, given: DaysQuery) -> Response:
    """Response times."""
    allow(ask.by, Action.READ_TIMES)
    found = await times_of(ask, given.days)
    return paint.page("times.html", ask, days=given.days, times=found, spans=SPANS)


class LogPages:
    """The log: its checkpoint, whether it verifies, who looked, and the newest entries."""

    def __init__(self, vouch: Vouch) -> None:
        self._vouch = vouch

    async def log_page(self, ask: Ask, paint: Paint, given: LogQuery) -> Response:
        """The page."""
        allow(ask.by, Action.READ_LOG)
        node = ask.house.node
        try:
            signed = await checkpoint(node)
        except NotFound:
            signed = ""
        newest = await last_seq(node.database)
        before = min(given.before or newest + 1, newest + 1)
        lines = await entry_lines(ask, max(0, before - 1 - ENTRIES), before)
        return paint.page(
            "log.html",
            ask,
            verified=self._vouch.latest or UNCHECKED,
            checkpoint=signed,
            looks=await looks_of(ask) if may(ask.by, Action.READ_LOOKS) else None,
            entries=lines,
            oldest=lines[-1].seq if lines else 0,
        )

    async def verify(self, ask: Ask) -> Response:
        """Checks the whole log now."""
        allow(ask.by, Action.READ_LOG)
        await self._vouch.check()
        return back("/log")

    def pages(self) -> tuple[PageDoor, ...]:
        """The doors."""
        return (PageDoor("GET", "/log", self.log_page), PageDoor("POST", "/log/verify", self.verify))


async def entry_lines(ask: Ask, since: int, before: int) -> list[EntryLine]:
    """Journal entries between two numbers, newest first, without their bodies."""
    entries = await read_entries(ask.house.node.database, since, limit=ENTRIES)
    called = await names(ask.house.node, {each.actor for each in entries})
    return [
        EntryLine(
            seq=each.seq,
            at=from_ms(each.at_ms),
            type=each.type.partition("/")[0],
            subject=each.subject,
            who=called[each.actor],
            purpose=each.purpose,
        )
        for each in reversed(entries)
        if each.seq < before
    ]


async def looks_of(ask: Ask) -> list[LookCount]:
    """How often pictures were looked at in the last seven days, newest day first."""
    now_ms = to_ms(ask.house.node.clock.now())
    return (await looks(ask.house.node, from_ms=now_ms - 7 * DAY_MS, to_ms=now_ms + 1))[::-1]


async def people_page(ask: Ask, paint: Paint) -> Response:
    """Everyone on the staff."""
    allow(ask.by, Action.MANAGE_PEOPLE)
    return await _people(ask, paint)


async def _people(ask: Ask, paint: Paint, link: str = "", link_for: str = "") -> Response:
    node = ask.house.node
    return paint.page(
        "people.html",
        ask,
        people=await people(node),
        bureaus=await bureaus(node),
        link=link,
        link_for=link_for,
    )


async def add_one(ask: Ask, given: PersonForm) -> Response:
    """Adds someone, who then signs in by a link."""
    await add_person(
        ask.house.node,
        ask.by,
        name=given.name,
        sign_in=given.sign_in,
        roles=[str(given.role)],
        bureau=given.bureau or None,
    )
    return back("/people")


async def link_for_one(ask: Ask, paint: Paint) -> Response:
    """Makes a one-time link, shown once."""
    node = ask.house.node
    who = await person(node, ask.id())
    token = await issue_link(node, ask.by, who.id)
    scheme, host = ("https" if ask.house.settings.tls else "http"), ask.request.headers["host"]
    return await _people(ask, paint, f"{scheme}://{host}/signin/link/{token}", who.name)


async def remove_one(ask: Ask) -> Response:
    """Lets someone go."""
    await remove_person(ask.house.node, ask.by, ask.id())
    return back("/people")


PAGES = (
    PageDoor("GET", "/times", times_page),
    PageDoor("GET", "/people", people_page),
    PageDoor("POST", "/people", add_one),
    PageDoor("POST", "/people/{id}/link", link_for_one),
    PageDoor("POST", "/people/{id}/remove", remove_one),
)
