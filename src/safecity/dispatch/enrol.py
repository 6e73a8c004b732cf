"""Sets up units and names their officers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from safecity.access import Action, allow, bureaus
from safecity.base import Actor, BadInput, Change, Conflict, Node
from safecity.dispatch.events import CrewChanged, UnitAdded
from safecity.dispatch.model import Unit, UnitKind, UnitStatus
from safecity.dispatch.store import SQL, Number, UnitId, one_unit

_CALL_SIGN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./-]{0,19}")
MAX_CREW = 12


async def add_unit(
    node: Node, by: Actor, *, call_sign: str, kind: UnitKind, bureau: str, crew: Sequence[str] = ()
) -> Unit:
    """Adds a unit, off shift. `crew` are people's ids. Raises NotAllowed, BadInput, and Conflict for a taken name."""
    allow(by, Action.MANAGE_UNITS)
    call_sign = call_sign.strip()
    if not _CALL_SIGN.fullmatch(call_sign):
        raise BadInput("A call sign is 1 to 20 letters, digits, blanks, dots, dashes or slashes.")
    if bureau not in {each.code for each in await bureaus(node)}:
        raise BadInput(f"There is no bureau {bureau}; add the bureau first.")
    people = references(crew)

    async def work(change: Change) -> Unit:
        if await change.fetch(UnitId, SQL["by_call_sign"], call_sign=call_sign):
            raise Conflict(f"The call sign {call_sign} is taken; choose another.")
        last = await change.fetch(Number, SQL["last_number"])
        unit, number = change.new_id(), last[0].last + 1
        await change.execute(
            SQL["add_unit"],
            id=unit,
            number=number,
            call_sign=call_sign,
            kind=kind,
            bureau=bureau,
            status=UnitStatus.OUT_OF_SERVICE,
        )
        change.tell(UnitAdded(unit=unit, number=number, call_sign=call_sign, unit_kind=kind, bureau=bureau))
        if people:
            await _man(change, unit, people)
        return await one_unit(change, unit)

    return await node.change(by, work)


async def set_crew(node: Node, by: Actor, unit: str, crew: Sequence[str]) -> Unit:
    """Names the officers of a unit; they leave the unit they were in. The same crew again changes nothing.

    Raises Conflict while either unit is on an assignment.
    """
    allow(by, Action.MANAGE_UNITS)
    people = references(crew)

    async def work(change: Change) -> Unit:
        found = await one_unit(change, unit)
        if found.crew == people:
            return found
        _check_idle(found)
        await _man(change, unit, people)
        return await one_unit(change, unit)

    return await node.change(by, work)


def references(crew: Sequence[str]) -> tuple[str, ...]:
    """People as they stand in facts: `person:…`; a bare id is a person's. Raises BadInput."""
    found = tuple(dict.fromkeys(each if ":" in each else f"person:{each}" for each in crew))
    if len(found) > MAX_CREW:
        raise BadInput(f"A unit has at most {MAX_CREW} officers.")
    return found


def _check_idle(unit: Unit) -> None:
    if unit.assignment is not None:
        raise Conflict(f"{unit.call_sign} is on an assignment; change its crew when that is over.")


async def _man(change: Change, unit: str, people: tuple[str, ...]) -> None:
    before = await one_unit(change, unit)
    for person in people:
        for other in await change.fetch(UnitId, SQL["unit_of"], person=person):
            if other.unit != before.id:
                left = await one_unit(change, other.unit)
                _check_idle(left)
                await change.execute(SQL["leave_unit"], person=person)
                rest = tuple(each for each in left.crew if each != person)
                change.tell(CrewChanged(unit=left.id, crew=rest))
    await change.execute(SQL["leave_crew"], unit=unit)
    for place, person in enumerate(people):
        await change.execute(SQL["join_crew"], person=person, unit=unit, place=place)
    change.tell(CrewChanged(unit=unit, crew=people))
