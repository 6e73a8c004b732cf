"""The table of API routes. A door names its handler, who may knock, and what goes in and out.

A handler is `async def handler(ask: Ask, given: SomeStruct) -> SomeStruct`: `given` is the JSON body of a POST, PATCH
or DELETE, or the query of a GET, already checked. What it returns is written as JSON. The OpenAPI description is
made from the same table.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast, get_type_hints

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from safecity.base import BadInput
from safecity.web.answer import Json
from safecity.web.ask import Who, ask_of, read_body
from safecity.web.house import House
from safecity.web.sentences import decode_sentence, validation_sentence

Handler = Callable[..., Awaitable[object]]
API_LIMIT_BYTES = 1024 * 1024
CSV_LIMIT_BYTES = 6 * 1024 * 1024


class Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """An empty object: the request says everything by its address."""


class Media(Enum):
    """What a door answers with, where it is not JSON."""

    JSON = "application/json"
    JPEG = "image/jpeg"
    PNG = "image/png"
    ZIP = "application/zip"
    MP4 = "video/mp4"
    TEXT = "text/plain"
    BYTES = "application/octet-stream"
    NONE = ""


@dataclass(frozen=True)
class Door:
    """One route of the API."""

    method: str
    path: str
    handler: Handler
    who: Who = Who.PEOPLE
    status: int = 200
    media: Media = Media.JSON
    csv: bool = False

    @property
    def given(self) -> type[msgspec.Struct]:
        """What the handler takes: its body, or its query."""
        found = get_type_hints(self.handler).get("given")
        return cast("type[msgspec.Struct]", found) if found is not None and not self.csv else Nothing

    @property
    def answer(self) -> Any:
        """What the handler returns."""
        return get_type_hints(self.handler)["return"]

    @property
    def about(self) -> str:
        """One line, from the handler's docstring."""
        return (self.handler.__doc__ or "").strip().splitlines()[0]

    def route(self, house: House) -> Route:
        """The door as a route of the site."""
        given, takes = self.given, "given" in get_type_hints(self.handler)

        async def endpoint(request: Request) -> Response:
            ask = await ask_of(house, request, self.who)
            if self.csv:
                answer = await self.handler(ask, await read_body(request, CSV_LIMIT_BYTES))
            else:
                checked = await read_given(request, given)
                answer = await (self.handler(ask, checked) if takes else self.handler(ask))
            if isinstance(answer, Response):
                return answer
            return Response(status_code=self.status) if answer is None else Json(answer, self.status)

        # Two doors may share an address with different methods, so the name carries both.
        return Route(self.path, endpoint, methods=[self.method], name=f"{self.method} {self.path}")


def get(path: str, handler: Handler, who: Who = Who.PEOPLE, media: Media = Media.JSON) -> Door:
    """A door that only shows."""
    return Door("GET", path, handler, who, 200, media)


def post(
    path: str, handler: Handler, who: Who = Who.PEOPLE, status: int = 200, media: Media = Media.JSON
) -> Door:
    """A door that changes something."""
    return Door("POST", path, handler, who, status, media)


async def read_given(request: Request, as_: type[msgspec.Struct]) -> msgspec.Struct:
    """The checked body or query. Raises BadInput with a sentence that names the field, TooLarge."""
    try:
        if request.method == "GET":
            return msgspec.convert(dict(request.query_params), as_, strict=False)
        body = await read_body(request, API_LIMIT_BYTES)
        if body and not request.headers.get("content-type", "").startswith("application/json"):
            raise BadInput("Please send JSON, with the header Content-Type: application/json.")
        return msgspec.json.decode(body or b"{}", type=as_)
    except msgspec.ValidationError as error:
        raise BadInput(validation_sentence(str(error))) from None
    except msgspec.DecodeError as error:
        raise BadInput(decode_sentence(str(error))) from None
    except UnicodeDecodeError:
        raise BadInput("This is no valid JSON: its text is not UTF-8.") from None
