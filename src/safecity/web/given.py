"""Shapes and bounds that several requests share."""

from __future__ import annotations

from typing import Annotated

import msgspec

from safecity.base import Place


def whole(pattern: str) -> msgspec.Meta:
    """The bound that a text is this pattern from end to end; a line break after it is not passed over."""
    return msgspec.Meta(pattern=f"^(?:{pattern})$(?!\n)")


Id = Annotated[str, whole("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
Ids = Annotated[str, whole("[0-9a-f-]{36}(?:,[0-9a-f-]{36}){0,8}")]  # up to nine, with commas
Purpose = Annotated[str, whole("wall|review|(?:incident|alert):[0-9a-f-]{36}")]
Kind = Annotated[str, whole("[a-z][a-z0-9_]{0,39}")]
Title = Annotated[str, msgspec.Meta(max_length=200)]
Words = Annotated[str, msgspec.Meta(max_length=500)]
Text = Annotated[str, msgspec.Meta(max_length=4000)]
Priority = Annotated[int, msgspec.Meta(ge=1, le=4)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=500)]
Latitude = Annotated[float, msgspec.Meta(ge=-90, le=90)]
Longitude = Annotated[float, msgspec.Meta(ge=-180, le=180)]


class PlaceGiven(msgspec.Struct, forbid_unknown_fields=True):
    """A point in degrees, WGS 84."""

    lat: Latitude
    lon: Longitude

    @property
    def place(self) -> Place:
        """As a place of ours."""
        return Place(self.lat, self.lon)


def place_of(given: PlaceGiven | None) -> Place | None:
    """The place, where one was given."""
    return given.place if given else None
