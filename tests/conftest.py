"""What every story starts with: a set clock, and a node on a real database in a fresh folder."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from safecity.adapters.buses.local import LocalBus
from safecity.adapters.stores.files import FileBlobs
from safecity.adapters.stores.sqlite import SqliteDatabase
from safecity.base import Actor, Migration, Node, SetClock, load_migrations

ROOMS = (
    "base", "access", "cameras", "footage", "detection", "alerts", "incidents", "dispatch", "evidence", "oversight",
)  # fmt: skip
hypothesis.settings.register_profile("untimed", deadline=None)  # a busy machine is no counterexample
hypothesis.settings.load_profile("untimed")
SHARED = Path(__file__).parents[2] / "shared"


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Runs `async def` tests in an event loop of their own, and closes what the node left open in it."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    values = {name: pyfuncitem.funcargs[name] for name in names if name in pyfuncitem.funcargs}

    async def story() -> None:
        try:
            await pyfuncitem.obj(**values)
        finally:
            node = pyfuncitem.funcargs.get("node")
            if isinstance(node, Node) and isinstance(node.bus, LocalBus):
                await node.bus.close()

    asyncio.run(story())
    return True


def every_migration() -> list[Migration]:
    """All rooms' tables, upstream first."""
    return [each for room in ROOMS for each in load_migrations(f"safecity.{room}")]


@pytest.fixture
def clock() -> SetClock:
    """A clock that stands at 2030-01-01T00:00Z until a test moves it."""
    return SetClock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[SqliteDatabase]:
    """A real SQLite file with every room's tables."""
    database = SqliteDatabase(tmp_path / "safecity.db")
    database.migrate(every_migration())
    yield database
    database.close()


@pytest.fixture
def node(tmp_path: Path, clock: SetClock, database: SqliteDatabase) -> Node:
    """A node called `hub`."""
    return Node("hub", clock, database, LocalBus(database), FileBlobs(tmp_path / "blobs"))


def _actor(name: str, role: str) -> Actor:
    return Actor(id=f"person:{name}", roles=frozenset({role}), bureau="CEN")


@pytest.fixture
def operator() -> Actor:
    """An operator of the control room."""
    return _actor("operator", "operator")


@pytest.fixture
def desk() -> Actor:
    """A desk officer of the bureau CEN."""
    return _actor("desk", "desk")


@pytest.fixture
def officer() -> Actor:
    """An officer of the bureau CEN."""
    return _actor("officer", "officer")


@pytest.fixture
def auditor() -> Actor:
    """An auditor."""
    return _actor("auditor", "auditor")


@pytest.fixture
def administrator() -> Actor:
    """An administrator."""
    return _actor("administrator", "administrator")
