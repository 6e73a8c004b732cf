"""The description of the API fits the API."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from fakes.website import open_town
from safecity.base import Node
from safecity.web.build import api_doors
from safecity.web.openapi import describe, is_shape


def references(document: object) -> set[str]:
    """Every name that a reference in a document leads to."""
    return set(re.findall(r'"\$ref":"#/components/schemas/([^"]+)"', msgspec.json.encode(document).decode()))


async def test_every_door_is_described_and_every_reference_leads_somewhere(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        doors = api_doors(town.house, town.vouch, town.reports, town.counting)
        document = describe(doors, "1.2.3")
        answered = (await town.anonymous().get("/api/openapi.json")).json()
    assert document["openapi"] == "3.1.0"
    assert answered["paths"].keys() == document["paths"].keys()
    for door in doors:
        operation = document["paths"][door.path][door.method.lower()]
        assert operation["summary"].endswith(".")
        assert str(door.status) in operation["responses"]
        named = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
        assert named == set(re.findall(r"\{(\w+)(?::\w+)?\}", door.path))
    assert references(document) <= document["components"]["schemas"].keys()


async def test_no_two_operations_share_a_name(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        document = describe(api_doors(town.house, town.vouch, town.reports, town.counting), "1")
    ids = [each["operationId"] for path in document["paths"].values() for each in path.values()]
    assert len(set(ids)) == len(ids)


async def test_shapes_are_told_from_files(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        kinds = {
            door.path: is_shape(door)
            for door in api_doors(town.house, town.vouch, town.reports, town.counting)
        }
    assert kinds["/api/console"]
    assert not kinds["/log/checkpoint"]
