"""What everyone may see: how fast help came, how often pictures were looked at, and the log's checkpoint."""

from __future__ import annotations

from safecity.base import Node
from safecity.oversight.looks import looks
from safecity.oversight.model import PublicReport
from safecity.oversight.rules import SMALLEST_PUBLIC, public_cells
from safecity.oversight.store import newest
from safecity.oversight.times import response_times

NOTES = (
    "Times are exact: all incidents are counted, and the value in the middle (or nine tenths up) is taken.",
    f"Figures over fewer than {SMALLEST_PUBLIC} incidents are withheld, so that nobody can be recognised.",
    "Pictures are masked unless a court's request was granted by a second person; every look is counted here.",
    "The checkpoint commits the police to their whole record: keep it, and they can change nothing unseen.",
)


async def public_report(node: Node, *, from_ms: int, to_ms: int) -> PublicReport:
    """The public report of a span. Raises BadInput."""
    city, bureaus = public_cells(await response_times(node, from_ms=from_ms, to_ms=to_ms))
    row = await newest(node.database)
    return PublicReport(
        from_ms=from_ms,
        to_ms=to_ms,
        city=city,
        bureaus=bureaus,
        looks=tuple(await looks(node, from_ms=from_ms, to_ms=to_ms)),
        notes=NOTES,
        checkpoint=row.note if row else None,
    )
