"""Nouns of access."""

from __future__ import annotations

from safecity.access import Action, PermitState, Person, Role
from safecity.access.model import Permit
from safecity.base import from_ms


def test_every_role_and_action_has_words():
    assert all(role.words for role in Role)
    assert all(action.words for action in Action)


def test_a_person_acts_by_reference():
    person = Person(id="1", name="A. Officer", sign_in="a", roles=frozenset({Role.OFFICER}), bureau="CEN")
    actor = person.actor
    assert (actor.id, actor.roles, actor.bureau) == ("person:1", frozenset({"officer"}), "CEN")
    assert "Officer" not in repr(actor)


def test_a_refused_permit_was_granted_by_nobody():
    def permit(state: PermitState) -> Permit:
        return Permit(
            id="p", kind="export", subject="h", reason_code="court", reason="r", state=state, asked_by="person:1",
            asked_at=from_ms(0), decided_by="person:2", expires_at=None,
        )  # fmt: skip

    assert permit(PermitState.GRANTED).granted_by == "person:2"
    assert permit(PermitState.REFUSED).granted_by is None
