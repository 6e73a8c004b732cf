"""Response times: from the first sign to the answer, and from the declaration to sending, arriving and settling.

Exact: every value is sorted and the nearest rank is taken; nothing is estimated. Incidents that were merged into
another are counted there. A reopened incident keeps its first arrival and takes its last settling.
"""

from __future__ import annotations

from safecity.base import BadInput, Node
from safecity.oversight.model import Response, Times
from safecity.oversight.rules import times
from safecity.oversight.store import SQL


async def response_times(node: Node, *, from_ms: int, to_ms: int) -> Times:
    """Figures of the incidents declared in a span (its end not included). Raises BadInput."""
    if from_ms >= to_ms:
        raise BadInput("The span of time ends before it begins.")
    rows = await node.database.fetch(Response, SQL["responses"], from_ms=from_ms, to_ms=to_ms)
    return times(rows, from_ms=from_ms, to_ms=to_ms)
