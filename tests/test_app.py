"""The wiring: what a node stands on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from safecity import access
from safecity.app import archive_of, listeners, log_keys, open_node
from safecity.base import Unreadable
from safecity.settings import Settings


def settings(folder: Path) -> Settings:
    return replace(Settings(), data=folder / "data", recorders=2)


async def test_a_fresh_folder_becomes_a_node_with_all_its_tables(tmp_path: Path):
    async with open_node(settings(tmp_path)) as node:
        assert await access.people(node) == []
        assert node.name == "hub"
    async with open_node(settings(tmp_path)) as again:
        assert await access.bureaus(again) == []


async def test_a_database_that_is_none_is_refused_with_a_sentence(tmp_path: Path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "safecity.db").write_bytes(b"no database at all" * 99)
    with pytest.raises(Unreadable, match=r"safecity\.db"):
        async with open_node(settings(tmp_path)):
            pass


async def test_every_room_that_listens_is_started_in_the_order_of_the_flow(tmp_path: Path):
    here = settings(tmp_path)
    async with open_node(here) as node:
        works = listeners(here, node, archive_of(here), log_keys(here))
        assert list(works)[:3] == ["recorders' plans", "room for footage", "recorders' notices"]
        assert {"sightings", "alerts", "log", "response times", "forgetting"} <= set(works)


def test_the_log_s_key_is_made_once_and_read_by_its_owner_only(tmp_path: Path):
    here = settings(tmp_path)
    assert log_keys(here).public == log_keys(here).public
    assert (here.data / "keys" / "log.key").stat().st_mode & 0o077 == 0


def test_the_archive_knows_every_recorder(tmp_path: Path):
    assert sorted(archive_of(settings(tmp_path)).indexes) == ["recorder-0", "recorder-1"]
