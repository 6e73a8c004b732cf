"""What everyone may see and say: figures, a form for reports, and how far a report has come. No script is needed."""

from __future__ import annotations

from typing import Annotated

import msgspec
from starlette.responses import Response

from safecity.alerts import REPORT_KINDS, Source, State, alert_by_reference
from safecity.base import NotFound, from_ms
from safecity.cameras import HealthState, health
from safecity.web.api.oversee import DaysQuery, report_of
from safecity.web.api.reports import Report, Reports
from safecity.web.ask import Ask, Who
from safecity.web.count import Counting
from safecity.web.given import Kind, Text, Title
from safecity.web.pages import PageDoor, Paint
from safecity.web.sentences import shown

KINDS = tuple((code, words) for code, (words, _) in REPORT_KINDS.items())
STATE_WORDS = {
    State.RAISED: "We have your report. Nobody has looked at it yet.",
    State.ACKNOWLEDGED: "Someone is looking at your report.",
    State.DECLARED: "Your report belongs to an incident that is being handled.",
    State.DISMISSED: "Your report was looked at, and nothing more will be done.",
}


class ReportForm(msgspec.Struct):
    """The form."""

    kind: Kind
    details: Text
    place_name: Title = ""
    contact: Annotated[str, msgspec.Meta(max_length=200)] = ""


class FiguresPage:
    """The public figures; how complete footage is, is counted for all pages alike."""

    def __init__(self, counting: Counting) -> None:
        self._counting = counting

    async def show(self, ask: Ask, paint: Paint, given: DaysQuery) -> Response:
        """The figures, and the form."""
        well = await health(ask.house.node)
        report = await report_of(ask, given.days)
        return paint.page(
            "public.html",
            ask,
            days=given.days,
            report=report,
            looks=sum(each.looks for each in report.looks),
            cameras=len(well),
            cameras_live=sum(each.state is HealthState.LIVE for each in well.values()),
            footage=(await self._counting.of_days(1)).city,
            kinds=KINDS,
        )

    def pages(self) -> tuple[PageDoor, ...]:
        """The door."""
        return (PageDoor("GET", "/public", self.show, Who.ANYONE),)


async def report_page(ask: Ask, paint: Paint) -> Response:
    """The form alone."""
    return paint.page("report.html", ask, kinds=KINDS)


async def status_page(ask: Ask, paint: Paint) -> Response:
    """How far a report has come; nothing of what was written in it."""
    reference = str(ask.request.path_params["reference"])
    found = await alert_by_reference(ask.house.node, reference)
    if found is None or found.source is not Source.REPORT:
        raise NotFound(f"There is no report with the reference {shown(reference)}.")
    return paint.page(
        "report_status.html",
        ask,
        reference=found.reference,
        words=STATE_WORDS[found.state],
        raised_at=from_ms(found.raised_ms),
        kind=REPORT_KINDS[found.kind][0] if found.kind in REPORT_KINDS else found.kind,
    )


class ReportPages:
    """The form's other side."""

    def __init__(self, reports: Reports) -> None:
        self._reports = reports

    async def take(self, ask: Ask, paint: Paint, given: ReportForm) -> Response:
        """Takes a report and says thanks."""
        report = Report(
            kind=given.kind, details=given.details, place_name=given.place_name, contact=given.contact
        )
        alert = await self._reports.keep(ask, report)
        return paint.page("reported.html", ask, status=201, reference=alert.reference)

    def pages(self) -> tuple[PageDoor, ...]:
        """The door."""
        return (PageDoor("POST", "/report", self.take, Who.ANYONE),)


PAGES = (
    PageDoor("GET", "/report", report_page, Who.ANYONE),
    PageDoor("GET", "/report/{reference}", status_page, Who.ANYONE),
)
