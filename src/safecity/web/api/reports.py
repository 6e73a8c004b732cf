"""What citizens say, without signing in and without giving a name. Limited per address."""

from __future__ import annotations

from typing import Annotated

import msgspec

from safecity.alerts import Alert, Source, raise_alert
from safecity.base import PUBLIC, BadInput, Place
from safecity.web.ask import Ask, Who
from safecity.web.doors import Door
from safecity.web.given import Kind, PlaceGiven, Text, Title, place_of
from safecity.web.house import House
from safecity.web.throttle import Throttle


class Report(msgspec.Struct, forbid_unknown_fields=True):
    """A citizen's report: what kind, what was seen, and where, as a point or in words."""

    kind: Kind
    details: Text
    place: PlaceGiven | None = None
    place_name: Title = ""
    contact: Annotated[str, msgspec.Meta(max_length=200)] = ""


class ReportedView(msgspec.Struct):
    """The reference with which one can ask how far it has come."""

    reference: str


class Reports:
    """Takes reports, from the API and from the form; both count against the same limit."""

    def __init__(self, house: House) -> None:
        settings = house.settings
        self._throttle = Throttle(
            burst=settings.report_burst,
            per_minute=settings.reports_per_minute,
            sentence="There were many reports from your address; please wait a minute, or call.",
        )

    async def take(self, ask: Ask, given: Report) -> ReportedView:
        """Takes a citizen's report."""
        return ReportedView((await self.keep(ask, given)).reference)

    async def keep(self, ask: Ask, given: Report) -> Alert:
        """Raises the alert. Raises TooMany, BadInput."""
        node = ask.house.node
        self._throttle.take(ask.address, node.clock.monotonic())
        if not given.details.strip():
            raise BadInput("Please say what you have seen.")
        if given.place is None and not given.place_name.strip():
            raise BadInput("Please say where it is.")
        return await raise_alert(
            node,
            PUBLIC,
            kind=given.kind,
            source=Source.REPORT,
            place=place_of(given.place) or known_place(ask.house, given.place_name),
            place_name=given.place_name,
            details=given.details,
            contact=given.contact,
        )

    def doors(self) -> tuple[Door, ...]:
        """The door."""
        return (Door("POST", "/api/reports", self.take, Who.ANYONE, 201),)


def known_place(house: House, words: str) -> Place:
    """Where a place in words is: a name the city knows, or else the middle of the city until someone has asked back."""
    wanted = " ".join(words.casefold().split())
    for name, place in house.city.places.items():
        if name.casefold() in wanted or wanted == name.casefold():
            return place
    lon, lat = house.city.center
    return Place(lat, lon)
