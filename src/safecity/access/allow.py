"""Asks the policy. `policy.cedar` (Cedar language, https://www.cedarpolicy.com) is parsed once; answers are kept,
because a decision depends on nothing but its inputs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from safecity.access.model import PERSONAL_ROLES, Action, Role
from safecity.base import Actor, NotAllowed

if TYPE_CHECKING:
    from cedarpy import Entities, PolicySet


@dataclass(frozen=True)
class Decision:
    """The policy's answer, with the ids of the rules that decided it. Refused without a rule means: not permitted."""

    allowed: bool
    rules: tuple[str, ...]


def allow(by: Actor, action: Action, *, bureau: str | None = None, own: bool = False) -> None:
    """Returns if `by` may do `action`; else raises NotAllowed with a sentence that says who may.

    `bureau` is the bureau that the thing belongs to. `own` says that it is the actor's own unit, assignment or
    position; whoever calls has checked that.
    """
    if not may(by, action, bureau=bureau, own=own):
        raise NotAllowed(_sentence(by, action, bureau=bureau, own=own))


def may(by: Actor, action: Action, *, bureau: str | None = None, own: bool = False) -> bool:
    """Whether `by` may do `action`, for pages that show only what can be done."""
    return decide(by.roles, action, home=by.bureau, bureau=bureau, own=own).allowed


@lru_cache(maxsize=8192)
def decide(
    roles: frozenset[str], action: Action, *, home: str | None, bureau: str | None, own: bool
) -> Decision:
    """The policy's decision for someone in these roles."""
    import cedarpy

    context: dict[str, str | bool] = {"own": own}
    if bureau is not None:
        context["bureau"] = bureau
    if home is not None:
        context["home"] = home
    request: dict[str, object] = {
        "principal": {"type": "Actor", "id": "someone"},
        "action": {"type": "Action", "id": str(action)},
        "resource": {"type": "City", "id": "city"},
        "context": context,
    }
    answer = cedarpy.is_authorized(request, _policies(), _entities(roles))
    names = answer.diagnostics.id_annotations_by_reason
    return Decision(answer.allowed, tuple(sorted(names[each] for each in answer.diagnostics.reasons)))


@cache
def _policies() -> PolicySet:
    from cedarpy import PolicySet

    return PolicySet.from_str((files("safecity.access") / "policy.cedar").read_text(encoding="utf-8"))


@lru_cache(maxsize=512)
def _entities(roles: frozenset[str]) -> Entities:
    from cedarpy import Entities

    parents = [{"type": "Role", "id": role} for role in sorted(roles)]
    someone = {"uid": {"type": "Actor", "id": "someone"}, "attrs": {}, "parents": parents}
    rest: list[object] = [{"uid": parent, "attrs": {}, "parents": []} for parent in parents]
    return Entities.from_json_str(json.dumps([someone, *rest]))


def _sentence(by: Actor, action: Action, *, bureau: str | None, own: bool) -> str:
    """Why not, and who may: read out of the policy itself by asking it about each role."""
    roles = [role for role in Role if str(role) in by.roles]
    able = [role for role in Role if role in PERSONAL_ROLES and _at_best(frozenset({str(role)}), action)]
    others = _listed([role for role in able if role not in roles], "or")
    rest = f"; {others} may" if others else ""
    if not roles:
        return f"Someone without a role may not {action.words}{rest}."
    if roles == [Role.PUBLIC] and others:
        return f"Please sign in: only {others} may {action.words}."
    barring = [role for role in roles if _is_barred(role, action)]
    if barring and len(roles) > 1:
        return f"Whoever is {_listed(barring, 'or')} may not {action.words}, whatever else they are."
    who = _capital(_listed(roles, "and"))
    if not _at_best(by.roles, action):
        return f"{who} may not {action.words}{rest}."
    if not own and decide(by.roles, action, home=by.bureau, bureau=bureau, own=True).allowed:
        return f"{who} may {action.words} only for their own unit{rest}."
    home = f"their own bureau ({by.bureau})" if by.bureau else "their own bureau, and has none"
    return f"{who} may {action.words} only in {home}{rest}."


def _at_best(roles: frozenset[str], action: Action) -> bool:
    return decide(roles, action, home="any", bureau="any", own=True).allowed


def _is_barred(role: Role, action: Action) -> bool:
    """Whether a forbidding rule names this role, as opposed to no rule permitting it."""
    answer = decide(frozenset({str(role)}), action, home="any", bureau="any", own=True)
    return not answer.allowed and bool(answer.rules)


def _listed(roles: list[Role], joint: str) -> str:
    """Roles as a sentence has them: "an operator, auditor or desk officer"."""
    if not roles:
        return ""
    words = [roles[0].words, *(role.words.partition(" ")[2] for role in roles[1:])]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {joint} {words[-1]}"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
