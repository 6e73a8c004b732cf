"""The tables of assignments and of units' statuses."""

from __future__ import annotations

import pytest

from safecity.dispatch.model import ACTIVE, NEXT, SIGNALS, STATUS, Move, Signal, State, UnitStatus


def test_every_state_and_status_is_reached():
    assert {State.ASSIGNED, *NEXT.values()} == set(State)
    assert {UnitStatus.OUT_OF_SERVICE, *STATUS.values()} == set(UnitStatus)


def test_what_is_over_stays_over():
    assert {before for before, _ in NEXT} == set(ACTIVE)


def test_a_unit_can_always_be_called_off():
    withdrawn = {before for before, move in NEXT if move is Move.WITHDRAW}
    assert withdrawn == set(ACTIVE)


def test_a_busy_unit_cannot_be_sent_or_go_home():
    for signal in (Signal.ASSIGN, Signal.END_SHIFT):
        assert [before for before, each in STATUS if each is signal] == [UnitStatus.AVAILABLE]


PATHS = {State.ASSIGNED: UnitStatus.DISPATCHED, State.ACCEPTED: UnitStatus.DISPATCHED,
         State.EN_ROUTE: UnitStatus.EN_ROUTE, State.ON_SCENE: UnitStatus.ON_SCENE}  # fmt: skip


@pytest.mark.parametrize(("state", "move"), NEXT, ids=str)
def test_the_two_tables_agree(state: State, move: Move):
    """Whatever the assignment does, the unit's table allows it and ends where the assignment says."""
    status = PATHS[state]
    for signal in SIGNALS[move]:
        status = STATUS[status, signal]
    assert status == PATHS.get(NEXT[state, move], UnitStatus.AVAILABLE)
