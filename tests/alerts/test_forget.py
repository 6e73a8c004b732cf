"""What citizens wrote about themselves goes when its time is over."""

from __future__ import annotations

import pytest

from fakes.precinct import MARKET, build_town, facts
from safecity.alerts import (
    Dismissal,
    Source,
    alert,
    contacts,
    dismiss,
    forget_reporters,
    raise_alert,
)
from safecity.base import PUBLIC, Actor, Node, NotAllowed, SetClock, last_seq, to_ms


async def test_contacts_and_details_are_forgotten_and_the_alert_stays(
    node: Node, clock: SetClock, operator: Actor, administrator: Actor
):
    await build_town(node)
    reported = await raise_alert(
        node,
        PUBLIC,
        kind="theft",
        source=Source.REPORT,
        place=MARKET,
        details="It was Joseph",
        contact="+254",
    )
    await dismiss(node, operator, reported.id, Dismissal.NOTHING_FOUND, "Seen to")
    clock.pass_(days=30)
    before_ms = to_ms(clock.now())
    since = await last_seq(node.database)
    with pytest.raises(NotAllowed):
        await forget_reporters(node, operator, before_ms=before_ms)
    assert await forget_reporters(node, administrator, before_ms=before_ms) == 2
    assert await forget_reporters(node, administrator, before_ms=before_ms) == 0
    assert await facts(node, since) == ["ReportersForgotten"]
    assert await contacts(node, operator, reported.id) == []
    assert (await alert(node, reported.id)).details == ""
