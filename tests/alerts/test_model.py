"""The table of an alert's states."""

from __future__ import annotations

from safecity.alerts.model import NEXT, OPEN, Move, State


def test_nothing_leaves_a_settled_state():
    assert {before for before, _ in NEXT} == set(OPEN)


def test_every_state_is_reached():
    assert {State.RAISED, *NEXT.values()} == set(State)


def test_only_a_persons_moves_settle_an_alert():
    settled = {move for (_, move), after in NEXT.items() if after not in OPEN}
    assert settled == {Move.DECLARE, Move.DISMISS}
