"""The pages of keeping: how complete footage is, and what room there is for it."""

from __future__ import annotations

from typing import Annotated

import msgspec
from starlette.responses import Response

from safecity.access import TERMS, Action, allow, ask_permit, grant_permit, permits
from safecity.base import BadInput
from safecity.footage import agree_shortening, set_class
from safecity.web.api.evidence import permit_views
from safecity.web.api.keeping import storage_of
from safecity.web.ask import Ask
from safecity.web.console.camera_settings import bytes_of
from safecity.web.count import Counting
from safecity.web.given import Id, Words, whole
from safecity.web.pages import PageDoor, Paint, back
from safecity.web.sentences import shown

KIND = "shorten_retention"
Subject = Annotated[str, whole("city|class:[A-Za-z0-9_-]{1,40}|camera:[0-9a-f-]{36}")]


class DaysGiven(msgspec.Struct):
    """How many days back; a page passes over what else stands in its address."""

    days: Annotated[int, msgspec.Meta(ge=1, le=31)] = 1


class ClassForm(msgspec.Struct):
    """A class; empty fields leave it to the city's rule."""

    name: Annotated[str, msgspec.Meta(max_length=40)]
    keep_days: Annotated[str, msgspec.Meta(max_length=20)] = ""
    keep_gigabytes: Annotated[str, msgspec.Meta(max_length=20)] = ""


class AskForm(msgspec.Struct):
    """Why less is to be kept."""

    subject: Subject
    reason_code: Annotated[str, whole("[a-z][a-z0-9_]{0,39}")]
    reason: Words


class GrantForm(msgspec.Struct):
    """The permit that a second person grants."""

    permit: Id


class AgreeForm(msgspec.Struct):
    """The rule that both agreed to."""

    subject: Subject


class KeepingPages:
    """The pages; the count is shared with the API."""

    def __init__(self, counting: Counting) -> None:
        self._counting = counting

    async def completeness_page(self, ask: Ask, paint: Paint, given: DaysGiven) -> Response:
        """How complete footage is."""
        allow(ask.by, Action.READ_CAMERAS)
        return paint.page(
            "completeness.html", ask, days=given.days, found=await self._counting.of_days(given.days)
        )

    def pages(self) -> tuple[PageDoor, ...]:
        """The doors."""
        return (
            PageDoor("GET", "/completeness", self.completeness_page),
            PageDoor("GET", "/storage", storage_page),
            PageDoor("POST", "/storage/classes", change_class),
            PageDoor("POST", "/storage/ask", ask_for_less),
            PageDoor("POST", "/storage/grant", grant_less),
            PageDoor("POST", "/storage/agree", agree_to_less),
        )


async def storage_page(ask: Ask, paint: Paint) -> Response:
    """Room for footage, classes, and shorter rules that wait."""
    allow(ask.by, Action.READ_CAMERAS)
    found = await storage_of(ask)
    about = [
        each
        for rule in found.rules
        if rule.waiting
        for each in await permits(ask.house.node, subject=rule.subject)
    ]
    leave = await permit_views(ask, [each for each in about if each.kind == KIND])
    return paint.page(
        "storage.html",
        ask,
        storage=found,
        waiting=[
            (rule, [each for each in leave if each.subject == rule.subject])
            for rule in found.rules
            if rule.waiting
        ],
        asked_by_me={each.id for each in about if each.asked_by == ask.by.id},
        reasons=TERMS[KIND].reasons,
    )


async def change_class(ask: Ask, given: ClassForm) -> Response:
    """Makes or changes a class."""
    await set_class(
        ask.house.node,
        ask.by,
        name=given.name,
        keep_days=_days(given.keep_days),
        keep_bytes=bytes_of(given.keep_gigabytes),
    )
    return back("/storage")


async def ask_for_less(ask: Ask, given: AskForm) -> Response:
    """Asks a second person to agree that less be kept."""
    await ask_permit(ask.house.node, ask.by, KIND, given.subject, given.reason_code, given.reason)
    return back("/storage")


async def grant_less(ask: Ask, given: GrantForm) -> Response:
    """Agrees, as the second person."""
    await grant_permit(ask.house.node, ask.by, given.permit)
    return back("/storage")


async def agree_to_less(ask: Ask, given: AgreeForm) -> Response:
    """Lets the shorter rule hold once its day is over."""
    await agree_shortening(ask.house.node, ask.by, given.subject)
    return back("/storage")


def _days(text: str) -> float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise BadInput(f"The days to keep footage are a number, not {shown(text)}.") from None
