"""What msgspec finds becomes a sentence."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from safecity.web.sentences import decode_sentence, shown, validation_sentence


class Colour(StrEnum):
    RED = "red"


class Point(msgspec.Struct, forbid_unknown_fields=True):
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)]


class Form(msgspec.Struct, forbid_unknown_fields=True):
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=5)] = "ok"
    priority: Annotated[int, msgspec.Meta(ge=1, le=4)] = 1
    colour: Colour = Colour.RED
    at: datetime | None = None
    place: Point | None = None
    ids: Annotated[list[str], msgspec.Meta(max_length=2)] = msgspec.field(default_factory=list[str])
    code: Annotated[str, msgspec.Meta(pattern="^[A-Z]+$")] = "A"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ('{"title": 3}', "The field “title” must be text, not a whole number."),
        ('{"title": ""}', "The field “title” must not be empty."),
        ('{"title": "abcdef"}', "The field “title” is too long: at most 5 characters."),
        ('{"priority": 5}', "The field “priority” must be at most 4."),
        ('{"priority": 0}', "The field “priority” must be at least 1."),
        ('{"priority": null}', "The field “priority” must be a whole number, not empty."),
        ('{"colour": "blue"}', "The field “colour” cannot be “blue”."),
        ('{"colour": "blue\\nred"}', "The field “colour” cannot be “blue\\nred”."),
        ('{"at": "yesterday"}', "The field “at” must be a time such as 2026-11-22T21:47:06Z."),
        ('{"place": {}}', "The field “place.lat” is missing."),
        ('{"place": {"lat": 91}}', "The field “place.lat” must be at most 90."),
        ('{"place": {"lat": 1, "alt": 2}}', "The field “place.alt” is not known here; please leave it out."),
        ('{"ids": ["a", "b", "c"]}', "The field “ids” is too long: at most 2 entries."),
        ('{"ids": [1]}', "The field “ids[0]” must be text, not a whole number."),
        ('{"code": "abc"}', "The field “code” is not written as it must be."),
        ('{"size": 1}', "The field “size” is not known here; please leave it out."),
        ("[]", "What was sent must be an object, not a list."),
    ],
)
def test_a_finding_becomes_a_sentence_that_names_the_field(body: str, sentence: str):
    with pytest.raises(msgspec.ValidationError) as found:
        msgspec.json.decode(body, type=Form)
    assert validation_sentence(str(found.value)) == sentence


@pytest.mark.parametrize(
    "body", ["{", "{]", "NaN", '{"priority": 1e999}', "{'a': 1}", '{"title": "\\ud800"}', ""]
)
def test_what_is_no_json_is_said_so(body: str):
    with pytest.raises(msgspec.DecodeError) as found:
        msgspec.json.decode(body, type=Form)
    assert decode_sentence(str(found.value)).startswith("This is no valid JSON")


@given(some.text())
def test_whatever_is_found_the_sentence_is_one(finding: str):
    sentence = validation_sentence(finding)
    assert sentence[0].isupper()
    assert sentence.endswith(".")


@given(some.text())
def test_a_piece_of_input_is_shown_short_and_printable(text: str):
    assert shown(text).isprintable()
    assert len(shown(text)) <= 43
