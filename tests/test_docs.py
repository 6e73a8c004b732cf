"""The documents are under test: what they name exists, and what exists is named."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from safecity.base import EVENTS, Event

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs" / "rooms").glob("[0-9][0-9]-*.md"))
ROOMS = [page.stem.partition("-")[2] for page in PAGES]
for room_with_facts in ROOMS:
    importlib.import_module(f"safecity.{room_with_facts}")
TOLD = [event for room in ROOMS for event in EVENTS.values() if event.__module__ == f"safecity.{room}.events"]


def test_every_room_has_its_page_in_the_order_of_the_flow():
    assert ROOMS == [
        "access", "cameras", "footage", "detection", "alerts", "incidents", "dispatch", "evidence", "oversight",
    ]  # fmt: skip


@pytest.mark.parametrize("event", TOLD, ids=lambda event: event.__name__)
def test_every_fact_is_on_its_room_page_with_its_own_words(event: type[Event]):
    room = event.__module__.split(".")[1]
    page = next(page for page in PAGES if page.stem.endswith(room)).read_text()
    assert f"### {event.__name__}" in page
    assert (event.__doc__ or "").splitlines()[0] in page


@pytest.mark.parametrize("event", TOLD, ids=lambda event: event.__name__)
def test_every_fact_says_who_hears_it(event: type[Event]):
    assert "Heard by" in (event.__doc__ or "")
    assert event.about in event.__dataclass_fields__


DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "ARCHITECTURE.md",
    ROOT / "GLOSSARY.md",
    *(ROOT / "docs").rglob("*.md"),
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path):
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text())
    assert [t for t in targets if "://" not in t and not (document.parent / t).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_source_file_a_document_names_exists(document: Path):
    named = re.findall(r"`((?:src|tests|bench|tools|docs)/[\w/.-]+\.\w+)`", document.read_text())
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_bench_that_a_document_names_exists_and_every_bench_is_named():
    words = "\n".join(document.read_text() for document in DOCUMENTS)
    benches = {path.name for path in (ROOT / "bench").glob("[a-z]*.py")}
    assert benches <= set(re.findall(r"bench/([a-z_]+\.py)", words))


def test_the_glossary_is_in_alphabetical_order():
    words = re.findall(r"^\*\*(.+?)\*\*", (ROOT / "GLOSSARY.md").read_text(), re.MULTILINE)
    assert words == sorted(words, key=str.lower)
