"""The table of an incident's states."""

from __future__ import annotations

from safecity.incidents.model import LIVE, NEXT, Move, State


def test_every_state_is_reached():
    assert {State.DECLARED, *NEXT.values()} == set(State)


def test_a_merged_incident_goes_nowhere():
    assert [move for before, move in NEXT if before is State.MERGED] == []


def test_every_move_leads_to_one_state_only():
    leads = {move: {after for (_, each), after in NEXT.items() if each is move} for move in Move}
    assert {move: len(states) for move, states in leads.items()} == dict.fromkeys(Move, 1)


def test_nothing_is_closed_that_was_not_resolved():
    assert [before for (before, move) in NEXT if move is Move.CLOSE] == [State.RESOLVED]


def test_every_live_incident_can_be_resolved():
    assert all((state, Move.RESOLVE) in NEXT for state in LIVE)
