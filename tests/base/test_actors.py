"""Who acts: one reference, and a purpose that changes without changing who it is."""

from dataclasses import FrozenInstanceError

import pytest

from safecity.base import NODE, PUBLIC, Actor


def test_somebody_acts_on_duty_without_a_role_or_a_bureau_unless_they_are_given():
    actor = Actor(id="person:ada")
    assert (actor.roles, actor.bureau, actor.purpose) == (frozenset(), None, "duty")


def test_another_purpose_changes_nothing_else_and_not_the_actor_it_was_asked_of(officer: Actor):
    reviewing = officer.for_purpose("review")
    assert reviewing.purpose == "review"
    assert (reviewing.id, reviewing.roles, reviewing.bureau) == (officer.id, officer.roles, officer.bureau)
    assert officer.purpose == "duty"
    assert reviewing.for_purpose("duty") == officer


def test_nobody_gains_a_role_on_the_way(officer: Actor):
    with pytest.raises(FrozenInstanceError):
        officer.roles = frozenset({"administrator"})  # pyright: ignore[reportAttributeAccessIssue]  the story
    assert officer.roles == {"officer"}


def test_the_node_and_the_public_are_two_that_share_no_role():
    assert NODE.id != PUBLIC.id
    assert NODE.roles & PUBLIC.roles == frozenset()
    assert (NODE.purpose, PUBLIC.purpose) == ("operation", "report")
