"""The one place where everything is wired: settings, the outside, the rooms, the web; process by process.

Embedded or distributed is chosen here, once, by the scheme of `database`, `bus` and `blobs`. See
docs/design/processes.md for what each process does when another one dies. Each process imports only its own part, so
that a recorder that died is back at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import random
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from safecity import __version__, access, alerts, detection, dispatch, evidence, footage, oversight
from safecity.adapters.buses.local import LocalBus
from safecity.adapters.stores.files import FileBlobs
from safecity.adapters.stores.footage_index import FootageIndex
from safecity.adapters.stores.sqlite import SqliteDatabase
from safecity.base import (
    NODE,
    Node,
    Place,
    RealClock,
    Supervisor,
    Unreadable,
    load_migrations,
    to_ms,
)
from safecity.settings import Settings, map_centre

if TYPE_CHECKING:
    from safecity.web import House

T = TypeVar("T")
log = logging.getLogger("safecity")
ROOMS = (
    "base", "access", "cameras", "footage", "detection", "alerts", "incidents", "dispatch", "evidence", "oversight",
)  # fmt: skip
MIGRATIONS = [each for room in ROOMS for each in load_migrations(f"safecity.{room}")]


# --- the outside -------------------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def open_node(settings: Settings) -> AsyncGenerator[Node]:
    """This machine's node, with its tables up to date; closed at the end."""
    settings.data.mkdir(parents=True, exist_ok=True)
    database = SqliteDatabase(_path(settings.database, settings.data / "safecity.db"))
    bus = LocalBus(database)
    try:
        database.migrate(MIGRATIONS)
        blobs = FileBlobs(_path(settings.blobs, settings.data / "blobs"))
        yield Node(settings.node, RealClock(), database, bus, blobs)
    finally:
        await bus.close()
        database.close()


def _path(url: str, default: Path) -> Path:
    rest = url.partition(":")[2]
    return Path(rest.removeprefix("//")) if rest else default


def recorder_names(settings: Settings) -> list[str]:
    """The recorders of a node."""
    return [f"recorder-{number}" for number in range(settings.recorders)]


def eye_names(settings: Settings) -> list[str]:
    """The eyes of a node."""
    return [f"eye-{number}" for number in range(settings.eyes)]


def index_of(settings: Settings, name: str, *, writable: bool = False) -> FootageIndex:
    """The index of a recorder, or the outbox of an eye; only the process it belongs to writes."""
    return FootageIndex(settings.data / "index" / f"{name}.db", writable=writable)


def archive_of(settings: Settings) -> footage.Archive:
    """All footage of this machine, to be read."""
    indexes = {name: index_of(settings, name) for name in recorder_names(settings)}
    return footage.Archive(settings.data, indexes, reserve_of(settings))


def reserve_of(settings: Settings) -> Path | None:
    """The second footage folder, if there is one."""
    return Path(settings.reserve) if settings.reserve else None


def city_keep(settings: Settings) -> footage.Keep:
    """For how long and up to how many bytes this city's settings keep footage."""
    return footage.Keep(days=settings.keep_days, bytes=int(settings.keep_gigabytes * 1e9) or None)


def log_keys(settings: Settings) -> oversight.Keys:
    """The key that signs this node's log; made at the first call."""
    return oversight.load_keys(settings.data / "keys" / "log.key", settings.node)


# --- the control process -----------------------------------------------------------------------------------------


async def control(settings: Settings) -> None:
    """Web and rooms: serves until it is told to end."""
    from safecity.web import build

    async with open_node(settings) as node:
        archive, keys = archive_of(settings), log_keys(settings)
        positions = dispatch.Positions()
        await dispatch.recall(node, positions)
        await footage.settle_holds(node, archive=archive)
        supervisor = Supervisor(node.clock)
        for name, work in listeners(settings, node, archive, keys).items():
            supervisor.start(name, work)
        house = _house(settings, node, archive, keys, positions)
        supervisor.start("exports", lambda: evidence.run_exports(node, archive, house.eyes))
        try:
            await _serve_web(settings, build(house))
        finally:
            await supervisor.close()


def _house(
    settings: Settings,
    node: Node,
    archive: footage.Archive,
    keys: oversight.Keys,
    positions: dispatch.Positions,
) -> House:
    """What the web stands on."""
    from safecity.adapters.links.share import SharedEyes
    from safecity.adapters.links.watch import SocketEyes
    from safecity.web import City, House, Site

    def eye_socket_of(camera: str) -> Path:
        return _eye_socket(settings, detection.eye_of(camera, settings.eyes))

    lat, lon = map_centre(settings)
    limits = access.Limits(
        idle_s=int(settings.session_idle_minutes * 60), absolute_s=int(settings.session_hours * 3600)
    )
    return House(
        node=node,
        archive=archive,
        eyes=SharedEyes(SocketEyes(eye_socket_of, node.clock)),
        positions=positions,
        keys=keys,
        verify=lambda: oversight.verify(node.database, keys.public),
        min_free_bytes=int(settings.free_gigabytes * 1e9),
        city=City(
            name=settings.city,
            center=(lon, lat),
            zoom=settings.map_zoom,
            timezone=settings.time_zone,
            places=_read_places(settings.data / "places.json"),
        ),
        settings=Site(
            hosts=_hosts(settings), tls=bool(settings.tls_certificate), version=__version__, limits=limits
        ),
    )


def _read_places(file: Path) -> dict[str, Place]:
    """Names that citizens use for places: a JSON object of name to latitude and longitude; it may be absent."""
    try:
        found = msgspec.json.decode(file.read_bytes(), type=dict[str, Place])
    except FileNotFoundError:
        return {}
    except msgspec.DecodeError as error:
        raise Unreadable(f"The list of places {file} cannot be read: {error}.") from error
    return found


def listeners(
    settings: Settings, node: Node, archive: footage.Archive, keys: oversight.Keys
) -> dict[str, Callable[[], Awaitable[None]]]:
    """What runs beside the web, in the order of the flow."""
    data = settings.data
    outboxes = {name: index_of(settings, name) for name in eye_names(settings)}
    return {
        "recorders' plans": lambda: footage.keep_planned(node, data, settings.recorders, city_keep(settings)),
        "room for footage": lambda: footage.keep_foreseeing(
            node, archive, min_free_bytes=int(settings.free_gigabytes * 1e9)
        ),
        "recorders' notices": lambda: footage.keep_telling(node, archive.indexes),
        "eyes' plans": lambda: detection.keep_eyes_planned(
            node, data, eyes=settings.eyes, recorders=settings.recorders
        ),
        "sightings": lambda: detection.keep_accepting(node, outboxes),
        "alerts": lambda: alerts.listen(node, Place(*map_centre(settings))),
        "log": lambda: oversight.extend(node, keys),
        "response times": lambda: oversight.keep_times(node),
        "forgetting": lambda: keep_forgetting(node, settings.keep_days),
    }


async def keep_forgetting(node: Node, keep_days: float) -> None:
    """Once an hour, forgets who reported what and where units went, as long ago as footage is forgotten."""
    while True:
        before_ms = to_ms(node.clock.now() - timedelta(days=keep_days))
        await alerts.forget_reporters(node, NODE, before_ms=before_ms)
        await dispatch.forget_tracks(node, NODE, before_ms=before_ms)
        await node.clock.sleep(3600)


def _hosts(settings: Settings) -> frozenset[str]:
    named = {each.strip() for each in settings.allowed_hosts.split(",") if each.strip()}
    return frozenset(named | {settings.host, "localhost", "127.0.0.1", "[::1]"})


async def _serve_web(settings: Settings, app: Any) -> None:
    """Serves until the process is told to end; then connections are closed in order."""
    import uvicorn

    class Server(uvicorn.Server):
        """Leaves signals to us: uvicorn would raise them again once it has ended, and cut our own end short."""

        @contextlib.contextmanager
        def capture_signals(self) -> Generator[None]:
            loop = asyncio.get_running_loop()
            for each in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(each, lambda: setattr(self, "should_exit", True))
            yield

    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        ssl_certfile=settings.tls_certificate or None,
        ssl_keyfile=settings.tls_key or None,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=1 << 20,
        backlog=8192,
        access_log=False,
        server_header=False,
        log_level=settings.log_level,
        log_config=None,
        timeout_graceful_shutdown=3,
    )
    await Server(config).serve()


# --- recorders and eyes ------------------------------------------------------------------------------------------


async def recorder(settings: Settings, number: int) -> None:
    """One recorder: needs the data folder and its plan, and nothing else that lives."""
    from safecity.adapters.devices.choose import AnyWire
    from safecity.adapters.gather import gathering
    from safecity.adapters.links.feed import FeedServer
    from safecity.adapters.vision.hiding import HidingWire

    clock, name = RealClock(), f"recorder-{number}"
    wire = AnyWire(clock)
    limits = footage.RecorderLimits(
        keep_days=settings.keep_days,
        keep_bytes=int(settings.keep_gigabytes * 1e9) or None,
        min_free_bytes=int(settings.free_gigabytes * 1e9),
        segment_ms=settings.segment_seconds * 1000,
        answer_s=settings.answer_seconds,
        silent_s=settings.silent_seconds,
    )
    index = index_of(settings, name, writable=True)
    worker = footage.Recorder(
        number,
        settings.data,
        index,
        lambda _: wire,
        clock,
        random.Random(),  # noqa: S311  jitter, no secret
        limits,
        reserve=reserve_of(settings),
        writer=footage.Spool(most_waiting=limits.backlog_bytes),
        hiding=HidingWire,
    )
    feed = FeedServer(settings.data / "run" / f"{name}.sock", worker)
    supervisor = Supervisor(clock)
    supervisor.start("feed", feed.serve)
    # pictures go by their reference counts; to look through thousands of them for cycles finds next to nothing
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    try:
        with gathering():
            await worker.run()
    finally:
        await supervisor.close()


async def eye(settings: Settings, number: int) -> None:
    """One eye: needs its plan and the recorders' feeds."""
    from safecity.adapters.links.feed import SocketFeed
    from safecity.adapters.links.watch import WatchServer
    from safecity.adapters.vision.eye import Eye
    from safecity.adapters.vision.finders import open_finders

    clock, data, name = RealClock(), settings.data, f"eye-{number}"
    finders = open_finders(settings.face_model, settings.person_model)
    log.info("%s", finders.words)
    worker = Eye(
        data=data,
        plan_file=detection.eye_plan_file(data, number),
        read_plan=detection.read_eye_plan,
        feed_of=lambda recorder: SocketFeed(data / "run" / f"recorder-{recorder}.sock"),
        archive=archive_of(settings),
        outbox=index_of(settings, name, writable=True),
        blobs=FileBlobs(_path(settings.blobs, data / "blobs")),
        finder=finders.faces,
        clock=clock,
        people=finders.people,
        finders=finders.words,
        learn_ms=settings.learn_seconds * 1000,
        keep_days=settings.keep_days,
        zone=ZoneInfo(settings.time_zone),
    )
    server = WatchServer(_eye_socket(settings, number), worker)
    supervisor = Supervisor(clock)
    supervisor.start("pictures", server.serve)
    try:
        await worker.run()
    finally:
        await supervisor.close()


def _eye_socket(settings: Settings, number: int) -> Path:
    return settings.data / "run" / f"eye-{number}.sock"
