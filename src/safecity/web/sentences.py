"""Turns msgspec's findings into sentences that a person can act on.

The words name the field as it stands in the JSON, never a class of ours.
"""

from __future__ import annotations

import re

KINDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "null": "empty",
    "object": "an object",
    "array": "a list",
    "datetime": "a time",
}
_WHERE = re.compile(r"^(?P<what>.*?)(?: - at `(?P<path>[^`]*)`)?$", re.DOTALL)
_MISSING = re.compile(r"^Object missing required field `(?P<name>[^`]*)`")
_UNKNOWN = re.compile(r"^Object contains unknown field `(?P<name>[^`]*)`")
_KIND = re.compile(r"^Expected `(?P<wanted>[^`]*)`, got `(?P<got>[^`]*)`")
_LENGTH = re.compile(r"^Expected `(?P<kind>str|array|object|bytes)` of length (?P<op><=|>=) (?P<bound>\d+)")
_BOUND = re.compile(r"^Expected `(?:int|float)` (?P<op><=|>=|<|>) (?P<bound>[-0-9.e]+)")
_CHOICE = re.compile(r"^Invalid enum value (?P<value>.*)$", re.DOTALL)


def validation_sentence(finding: str) -> str:
    """The sentence for a message of `msgspec.ValidationError`."""
    match = _WHERE.match(finding)
    what, path = (match["what"], match["path"] or "") if match else (finding, "")
    if found := _MISSING.match(what):
        return f"The field {_field(path, found['name'])} is missing."
    if found := _UNKNOWN.match(what):
        return f"The field {_field(path, found['name'])} is not known here; please leave it out."
    name = f"The field {_field(path)}" if _field(path) else "What was sent"
    if found := _LENGTH.match(what):
        return _length_sentence(name, found["kind"], found["op"], int(found["bound"]))
    if found := _BOUND.match(what):
        side = "at least" if found["op"].startswith(">") else "at most"
        return f"{name} must be {side} {found['bound'].removesuffix('.0')}."
    if found := _KIND.match(what):
        return f"{name} must be {_kinds(found['wanted'])}, not {_kinds(found['got'])}."
    if found := _CHOICE.match(what):
        return f"{name} cannot be {shown(found['value'].strip(chr(39)))}."
    if "datetime" in what or "RFC3339" in what or "timezone" in what:
        return f"{name} must be a time such as 2026-11-22T21:47:06Z."
    if "regex" in what:
        return f"{name} is not written as it must be."
    return f"{name} cannot be used as it is."


def decode_sentence(finding: str) -> str:
    """The sentence for a message of `msgspec.DecodeError` that is no validation error."""
    where = re.search(r"\(byte (\d+)\)", finding)
    return f"This is no valid JSON (byte {where[1]})." if where else "This is no valid JSON."


def shown(text: str, most: int = 40) -> str:
    """A piece of someone's input in quotes, short and printable, so that a sentence stays one."""
    clean = "".join(each if each.isprintable() else "?" for each in text[:most])
    return f"“{clean}{'…' if len(text) > most else ''}”"


def _field(path: str, name: str = "") -> str:
    steps = [step for step in (path.removeprefix("$").strip("."), name) if step and step != "[...]"]
    return shown(".".join(steps).replace("[...]", " (one of them)")) if steps else ""


def _kinds(text: str) -> str:
    return " or ".join(KINDS.get(each.strip(), "something else") for each in text.split("|"))


def _length_sentence(name: str, kind: str, op: str, bound: int) -> str:
    unit = "characters" if kind == "str" else "entries"
    if op == ">=":
        return f"{name} must not be empty." if bound == 1 else f"{name} needs at least {bound} {unit}."
    return f"{name} is too long: at most {bound} {unit}."
