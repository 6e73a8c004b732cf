"""Builds the whole site over a house: pages, API, sockets, static files, behind one gate and one error boundary."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

from safecity.base import SafeCityError, Supervisor
from safecity.web.answer import Boundary, Json
from safecity.web.api import (
    alerts,
    cameras,
    evidence,
    exports,
    incidents,
    oversee,
    permits,
    pictures,
    scenes,
    units,
)
from safecity.web.api.begin import Begin
from safecity.web.api.footage import Footage
from safecity.web.api.keeping import KeepingDoors
from safecity.web.api.reports import Reports
from safecity.web.console import alerts as walk_alerts
from safecity.web.console import camera_scene, camera_settings
from safecity.web.console import cameras as walk_cameras
from safecity.web.console import exports as walk_exports
from safecity.web.console import incidents as walk_incidents
from safecity.web.console import oversee as walk_oversee
from safecity.web.console import pages as console_pages
from safecity.web.console import permits as walk_permits
from safecity.web.console.keeping import KeepingPages
from safecity.web.console.listen import serve_live
from safecity.web.console.oversee import LogPages
from safecity.web.console.video import Video
from safecity.web.count import Counting
from safecity.web.doors import Door
from safecity.web.field import pages as field_pages
from safecity.web.gate import Gate, add_headers
from safecity.web.house import House
from safecity.web.live import Hub
from safecity.web.openapi import describe
from safecity.web.pages import PageDoor, Paint
from safecity.web.public import pages as public_pages
from safecity.web.public.enter import Enter
from safecity.web.public.pages import FiguresPage, ReportPages
from safecity.web.static_files import Static
from safecity.web.vouch import Vouch


def build(house: House) -> Starlette:
    """The site as an ASGI application. Its lifespan runs the live stream and checks the log now and then."""
    paint, hub, vouch, reports = Paint(house), Hub(house), Vouch(house), Reports(house)
    counting = Counting(house.node, house.archive)
    doors = api_doors(house, vouch, reports, counting)
    pages = [door.route(house, paint) for door in page_doors(house, vouch, reports, counting)]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        tasks = Supervisor(house.node.clock)
        for name, work in (("live", hub.listen), ("heartbeat", hub.beat), ("positions", hub.move)):
            tasks.start(name, work)
        tasks.start("log check", vouch.watch)
        try:
            yield
        finally:
            await tasks.close()

    boundary = Boundary(paint.error, partial(add_headers, tls=house.settings.tls))
    return Starlette(
        routes=[
            *pages,
            *(door.route(house) for door in doors),
            openapi_route(house, doors),
            *sockets(house, hub),
            Mount("/static", Static(house.static), name="static"),
        ],
        middleware=[Middleware(Gate, hosts=house.settings.hosts, tls=house.settings.tls)],
        exception_handlers={
            SafeCityError: boundary.refused,
            HTTPException: boundary.refused,
            Exception: boundary.broken,
        },
        lifespan=lifespan,
    )


def api_doors(house: House, vouch: Vouch, reports: Reports, counting: Counting) -> list[Door]:
    """Every door of the API. The order matters where one address could be taken for another's id."""
    return [
        *Begin(vouch).doors(),
        *alerts.DOORS,
        *incidents.DOORS,
        *units.DOORS,
        *pictures.DOORS,
        *Footage(house).doors(),
        *cameras.DOORS,
        *scenes.DOORS,
        *evidence.DOORS,
        *permits.DOORS,
        *exports.DOORS,
        *KeepingDoors(counting).doors(),
        *oversee.DOORS,
        *reports.doors(),
    ]


def page_doors(house: House, vouch: Vouch, reports: Reports, counting: Counting) -> list[PageDoor]:
    """Every page and form."""
    return [
        *console_pages.PAGES,
        *walk_alerts.PAGES,
        *walk_incidents.PAGES,
        *camera_settings.PAGES,
        *camera_scene.PAGES,
        *walk_cameras.PAGES,
        *walk_exports.PAGES,
        *KeepingPages(counting).pages(),
        *FiguresPage(counting).pages(),
        *walk_oversee.PAGES,
        *walk_permits.PAGES,
        *LogPages(vouch).pages(),
        *field_pages.PAGES,
        *public_pages.PAGES,
        *ReportPages(reports).pages(),
        *Enter(house).pages(),
    ]


def openapi_route(house: House, doors: list[Door]) -> Route:
    """The API's own description."""
    document = describe(doors, house.settings.version)

    async def openapi(_: Request) -> Response:
        return Json(document)

    return Route("/api/openapi.json", openapi)


def sockets(house: House, hub: Hub) -> list[BaseRoute]:
    """The two WebSockets."""

    async def live(socket: WebSocket) -> None:
        await serve_live(house, hub, socket)

    return [WebSocketRoute("/ws/live", live), WebSocketRoute("/ws/video", Video(house))]
