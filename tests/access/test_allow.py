"""The policy, asked as people ask it."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import cedarpy
import pytest

from safecity.access import Action, Role, allow, decide, may
from safecity.base import NODE, PUBLIC, Actor, NotAllowed


def someone(*roles: str, bureau: str | None = "CEN") -> Actor:
    return Actor(id="person:someone", roles=frozenset(roles), bureau=bureau)


CONTROL = {"operator", "desk"}
# Who may do it at best: in their own bureau, with their own unit.
TABLE: dict[Action, set[str]] = {
    Action.READ_CONSOLE: CONTROL,
    Action.READ_HISTORY: CONTROL | {"auditor"},
    Action.READ_CAMERAS: CONTROL | {"auditor", "administrator"},
    Action.READ_TIMES: CONTROL | {"auditor", "administrator"},
    Action.READ_LOOKS: CONTROL | {"auditor"},
    Action.READ_LOG: CONTROL | {"auditor", "administrator"},
    Action.READ_FIELD: {"officer"},
    Action.RAISE_ALERT: CONTROL | {"node", "device"},
    Action.ACKNOWLEDGE: CONTROL,
    Action.DISMISS: CONTROL,
    Action.PANIC: CONTROL | {"officer", "device"},
    Action.REPORT: {"public"},
    Action.DECLARE: CONTROL,
    Action.MOVE_INCIDENT: CONTROL | {"officer"},
    Action.NOTE: CONTROL | {"officer"},
    Action.LINK: CONTROL,
    Action.MERGE: CONTROL,
    Action.ASSIGN: CONTROL,
    Action.MOVE_ASSIGNMENT: CONTROL | {"officer"},
    Action.MESSAGE: CONTROL | {"officer"},
    Action.SHIFT: CONTROL | {"officer"},
    Action.POSITION: {"officer", "device"},
    Action.HOLD: CONTROL,
    Action.RELEASE: CONTROL,
    Action.EXPORT: CONTROL,
    Action.LOOK: CONTROL,
    Action.ASK_PERMIT: CONTROL,
    Action.GRANT_PERMIT: CONTROL,
    Action.REPORT_HEALTH: {"node", "device"},
    Action.ACCEPT_SIGHTING: {"node"},
    Action.MANAGE_CAMERAS: {"administrator", "node"},
    Action.MANAGE_PEOPLE: {"administrator", "node"},
    Action.MANAGE_BUREAUS: {"administrator", "node"},
    Action.MANAGE_UNITS: {"administrator", "node"},
    Action.MANAGE_DEVICES: {"administrator", "node"},
    Action.MANAGE_SETTINGS: {"administrator", "node"},
    Action.ERASE_ENTRY: {"administrator"},
}


def test_the_table_speaks_of_every_action():
    assert set(TABLE) == set(Action)


@pytest.mark.parametrize("action", Action)
def test_who_may_at_best(action: Action):
    able = {
        str(role)
        for role in Role
        if decide(frozenset({str(role)}), action, home="CEN", bureau="CEN", own=True).allowed
    }
    assert able == TABLE[action]


def test_the_policy_fits_its_schema():
    folder = files("safecity.access")
    answer = cedarpy.validate_policies(
        (folder / "policy.cedar").read_text(encoding="utf-8"),
        (folder / "schema.cedar").read_text(encoding="utf-8"),
    )
    assert [each.error for each in answer.errors] == []
    assert answer.validation_passed


REFUSALS = [
    (
        someone("auditor"),
        Action.ASSIGN,
        "An auditor may not dispatch units; an operator or desk officer may.",
    ),
    (
        someone("officer"),
        Action.LOOK,
        "An officer may not look at pictures; an operator or desk officer may.",
    ),
    (
        someone("administrator", "operator"),
        Action.LOOK,
        "Whoever is an administrator may not look at pictures, whatever else they are.",
    ),
    (
        someone("officer"),
        Action.SHIFT,
        "An officer may start or end shifts only for their own unit; an operator or desk officer may.",
    ),
    (PUBLIC, Action.DECLARE, "Please sign in: only an operator or desk officer may declare incidents."),
    (NODE, Action.DECLARE, "The system may not declare incidents; an operator or desk officer may."),
    (
        someone(),
        Action.LOOK,
        "Someone without a role may not look at pictures; an operator or desk officer may.",
    ),
]


@pytest.mark.parametrize(("by", "action", "sentence"), REFUSALS)
def test_a_refusal_says_who_may(by: Actor, action: Action, sentence: str):
    with pytest.raises(NotAllowed) as refused:
        allow(by, action)
    assert refused.value.sentence == sentence


def test_a_desk_officer_dispatches_at_home_only():
    desk = someone("desk")
    allow(desk, Action.ASSIGN, bureau="CEN")
    with pytest.raises(NotAllowed, match=r"only in their own bureau \(CEN\); an operator may\."):
        allow(desk, Action.ASSIGN, bureau="WES")
    with pytest.raises(NotAllowed, match="only in their own bureau"):
        allow(desk, Action.ASSIGN)
    with pytest.raises(NotAllowed, match="and has none"):
        allow(someone("desk", bureau=None), Action.HOLD, bureau="CEN")


def test_an_operator_dispatches_everywhere():
    for bureau in ("CEN", "WES", None):
        allow(someone("operator", bureau=None), Action.ASSIGN, bureau=bureau)


def test_an_officer_moves_the_own_assignment_only():
    officer = someone("officer")
    assert may(officer, Action.MOVE_ASSIGNMENT, own=True)
    assert not may(officer, Action.MOVE_ASSIGNMENT, own=False)


def test_an_unknown_role_is_nobody():
    assert not any(may(someone("superuser"), action, bureau="CEN", own=True) for action in Action)


def test_a_forbid_names_its_rule():
    answer = decide(frozenset({"administrator", "operator"}), Action.LOOK, home=None, bureau=None, own=False)
    assert not answer.allowed
    assert answer.rules == ("administrator-sees-no-pictures",)


def test_no_role_that_sees_pictures_hands_out_rights():
    for roles in ({"administrator", "operator"}, {"administrator", "desk"}, {"administrator", "auditor"}):
        assert not may(someone(*roles), Action.LOOK)
        assert not may(someone(*roles), Action.EXPORT, bureau="CEN")


def cell(action: Action, role: Role) -> str:
    def asked(home: str | None, bureau: str | None, own: bool) -> bool:
        return decide(frozenset({str(role)}), action, home=home, bureau=bureau, own=own).allowed

    if asked(None, None, False):
        return "yes"
    if asked("A", "A", False):
        return "own bureau"
    if asked(None, None, True):
        return "own unit"
    barred = decide(frozenset({str(role)}), action, home="A", bureau="A", own=True).rules
    return "**never**" if barred else ""


@pytest.mark.parametrize("action", Action)
def test_the_table_in_the_rooms_page_is_what_the_policy_says(action: Action):
    page = (Path(__file__).parents[2] / "docs" / "rooms" / "00-access.md").read_text()
    heading = next(line for line in page.splitlines() if line.startswith("| may |"))
    roles = [Role(each.strip()) for each in heading.split("|")[2:-1]]
    assert set(roles) == set(Role)
    assert f"| {action.words} | {' | '.join(cell(action, role) for role in roles)} |" in page
