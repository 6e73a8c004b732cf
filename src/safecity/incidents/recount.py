"""Recounts what happened in an incident, from the journal's facts, in sentences.

A fact stands in the history when its subject is the incident, one merged into it, or one of its alerts. A later room
adds to it by telling facts about the incident that know their own sentence; this room never hears of units.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from safecity.access import names
from safecity.alerts import AlertAttached, AlertGrouped
from safecity.base import Entry, Event, Fact, Node, from_ms, read_about
from safecity.cameras import camera
from safecity.incidents.model import Incident, Step
from safecity.incidents.store import SQL, Linked, one

ERASED = "This entry was erased."


@runtime_checkable
class Told(Protocol):
    """A fact that knows its line in a history."""

    def sentence(self, who: str) -> str:
        """An English sentence; `who` is the name of the actor."""
        ...


@runtime_checkable
class _Noted(Protocol):
    @property
    def note(self) -> str | None: ...


@runtime_checkable
class _Seen(Protocol):
    @property
    def camera(self) -> str | None: ...


@dataclass(frozen=True)
class _Words:
    """What references stand for."""

    people: dict[str, str]
    notes: dict[str, str]
    cameras: dict[str, str]


async def history(node: Node, incident: str) -> list[Step]:
    """What happened, in order. Raises NotFound."""
    found = await one(node.database, incident)
    parts = await node.database.fetch(Linked, SQL["parts"], ids=json.dumps([incident]))
    subjects = [f"incident:{each.thing}" for each in parts] + [f"alert:{each}" for each in found.alerts]
    entries = _calm(await read_about(node.database, subjects))
    words = await _words(node, found, entries)
    return [_step(entry, words) for entry in entries]


async def _words(node: Node, incident: Incident, entries: Sequence[Entry]) -> _Words:
    people = await names(node, {entry.actor for entry in entries})
    facts = [entry.fact().event for entry in entries if entry.body]
    seen = {event.camera for event in facts if isinstance(event, _Seen) and event.camera}
    called = {each: (await camera(node, each, even_removed=True)).name for each in seen}
    return _Words(people, {note.id: note.text for note in incident.notes}, called)


def _calm(entries: list[Entry]) -> list[Entry]:
    """Without repetitions: of signs that follow each other only the last, and no link that is told twice."""
    kept: list[Entry] = []
    for entry in entries:
        if entry.type == AlertAttached.kind():
            continue
        if kept and entry.type == AlertGrouped.kind() == kept[-1].type and kept[-1].subject == entry.subject:
            kept.pop()
        kept.append(entry)
    return kept


def _step(entry: Entry, words: _Words) -> Step:
    who = words.people.get(entry.actor, "someone")
    text = _text(entry.fact(), who, words) if entry.body else ERASED
    return Step(
        seq=entry.seq,
        at=from_ms(entry.at_ms),
        type=entry.type.partition("/")[0],
        text=text[:1].upper() + text[1:],
        actor=who,
    )


def _text(fact: Fact, who: str, words: _Words) -> str:
    event = fact.event
    if not isinstance(event, Told):
        return _first_sentence(event)
    text = event.sentence(who)
    more = ""
    if isinstance(event, _Noted) and event.note:
        more = words.notes.get(event.note, "")
    elif isinstance(event, _Seen) and event.camera:
        name = words.cameras.get(event.camera, "")
        more = f"{name}." if name else ""
    return f"{text[:-1]}: {more}" if more else text


def _first_sentence(event: Event) -> str:
    """What a fact of a room that writes no sentences says of itself."""
    return (type(event).__doc__ or type(event).__name__).strip().partition(". ")[0].rstrip(".") + "."
