"""The OpenAPI 3.1 description of the API, made from the doors and the shapes they take and give."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from safecity.web.answer import ErrorView
from safecity.web.ask import Who
from safecity.web.doors import Door, Media, Nothing

REF = "#/components/schemas/{name}"
REFUSALS = {
    "400": "What was sent cannot be used.",
    "401": "Please sign in first.",
    "403": "Your role does not allow this.",
    "404": "There is no such thing here.",
    "409": "This cannot be done in the present state.",
    "429": "That was asked too often.",
}
SECURITY: dict[Who, list[dict[str, list[str]]]] = {
    Who.ANYONE: [],
    Who.PEOPLE: [{"session": []}],
    Who.PEOPLE_OR_DEVICES: [{"session": []}, {"device": []}],
    Who.DEVICES: [{"device": []}],
}


@dataclass(frozen=True)
class Shapes:
    """The schemas of all shapes; names that two rooms both use are told apart here."""

    of: Mapping[Any, dict[str, Any]]
    components: Mapping[str, Any]

    @classmethod
    def gather(cls, doors: Iterable[Door]) -> Shapes:
        """All that go in or come out of these doors."""
        shapes: list[Any] = [ErrorView]
        for door in doors:
            shapes += [each for each in (door.given, door.answer if is_shape(door) else None) if each]
        found, components = msgspec.json.schema_components(shapes, ref_template=REF)
        return cls(dict(zip(shapes, found, strict=True)), components)

    def whole(self, shape: Any) -> dict[str, Any]:
        """A shape's own schema, without a detour over its name."""
        schema = self.of[shape]
        return self.components[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def describe(doors: Iterable[Door], version: str) -> dict[str, Any]:
    """The whole document, ready to be written as JSON."""
    table = list(doors)
    shapes = Shapes.gather(table)
    paths: dict[str, dict[str, Any]] = {}
    for door in table:
        paths.setdefault(door.path, {})[door.method.lower()] = _operation(door, shapes)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Safe City",
            "version": version,
            "description": "Every refusal is an object with one field, `error`: a sentence a person can act on.",
        },
        "paths": paths,
        "components": {"schemas": shapes.components, "securitySchemes": _schemes()},
    }


def is_shape(door: Door) -> bool:
    """Whether a door answers with a JSON object we can describe."""
    return (
        door.media is Media.JSON and isinstance(door.answer, type) and issubclass(door.answer, msgspec.Struct)
    )


def _operation(door: Door, shapes: Shapes) -> dict[str, Any]:
    refused = {"application/json": {"schema": shapes.of[ErrorView]}}
    operation: dict[str, Any] = {
        "operationId": f"{door.handler.__module__.rpartition('.')[2]}_{door.handler.__name__}",
        "summary": door.about,
        "security": SECURITY[door.who],
        "parameters": [_path_parameter(name) for name in re.findall(r"\{(\w+)(?::\w+)?\}", door.path)],
        "responses": {str(door.status): _answer(door, shapes)}
        | {status: {"description": words, "content": refused} for status, words in REFUSALS.items()},
    }
    if door.method == "GET":
        operation["parameters"] += _query_parameters(shapes.whole(door.given))
    elif door.csv:
        operation["requestBody"] = {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}
    else:
        operation["requestBody"] = {
            "required": door.given is not Nothing,
            "content": {"application/json": {"schema": shapes.of[door.given]}},
        }
    return operation


def _path_parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _query_parameters(shape: Mapping[str, Any]) -> list[dict[str, Any]]:
    required = set(shape.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in required, "schema": schema}
        for name, schema in shape.get("properties", {}).items()
    ]


def _answer(door: Door, shapes: Shapes) -> dict[str, Any]:
    if door.media is Media.NONE:
        return {"description": "Done."}
    schema = shapes.of[door.answer] if is_shape(door) else {}
    return {"description": door.about, "content": {door.media.value: {"schema": schema}}}


def _schemes() -> dict[str, Any]:
    return {
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "safecity",
            "description": "Set by signing in. Everything but GET also needs the header X-CSRF.",
        },
        "device": {"type": "http", "scheme": "bearer", "description": "The token of a device or a program."},
    }
