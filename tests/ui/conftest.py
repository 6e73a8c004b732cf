"""A node whose clock goes, for a browser that has one too."""

from __future__ import annotations

from pathlib import Path

import pytest

from safecity.adapters.buses.local import LocalBus
from safecity.adapters.stores.files import FileBlobs
from safecity.adapters.stores.sqlite import SqliteDatabase
from safecity.base import Node, RealClock


@pytest.fixture
def real_node(tmp_path: Path, database: SqliteDatabase) -> Node:
    """A node called `hub` in real time."""
    return Node("hub", RealClock(), database, LocalBus(database), FileBlobs(tmp_path / "blobs"))
