"""The browser's side holds together: words, files, sizes, and nothing from elsewhere."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

WEB = Path(__file__).resolve().parents[2] / "src/safecity/web"
STATIC = WEB / "static"
VENDORS = (STATIC / "vendor", Path(__file__).resolve().parents[1] / "ui/vendor")
OWN = [p for p in STATIC.rglob("*") if p.is_file() and STATIC / "vendor" not in p.parents]
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
LANGUAGES = ("en", "uz", "ru", "sw", "zh")
OUR_TEMPLATES = ("console.html", "wall.html", "field.html", "footage.html", "_icons.html", "_rail.html")
MOST_LINES = 400


def words(language: str) -> dict[str, str]:
    return json.loads((STATIC / f"i18n/{language}.json").read_text())


def templates() -> list[Path]:
    return sorted((WEB / "templates").glob("*.html"))


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_language_has_every_key_and_every_gap(language: str):
    english, other = words("en"), words(language)
    assert english.keys() == other.keys()
    for key, text in other.items():
        assert text.strip(), key
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", english[key])), key


def test_every_key_that_is_asked_for_is_there():
    english = words("en")
    asked: set[str] = set()
    for script in SCRIPTS:
        asked |= set(re.findall(r"\bt\(\s*\"([A-Za-z_.]+)\"", script.read_text()))
    for name in OUR_TEMPLATES:
        text = (WEB / "templates" / name).read_text()
        asked |= set(re.findall(r"data-t(?:-label|-title|-placeholder)?=\"([A-Za-z_.]+)\"", text))
    assert asked - english.keys() == set()


@pytest.mark.parametrize("root", VENDORS, ids=lambda root: root.parent.name)
def test_what_comes_from_others_is_as_it_came(root: Path):
    told: dict[str, dict[str, Any]] = json.loads((root / "vendor.json").read_text())["files"]
    there = {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()} - {"vendor.json"}
    assert there == told.keys()
    for name, facts in told.items():
        data = (root / name).read_bytes()
        assert len(data) == facts["size"], name
        assert hashlib.sha256(data).hexdigest() == facts["sha256"], name
        assert facts["licence"], name


def test_nothing_of_ours_names_another_host():
    standard = "http://www.w3.org/"
    for path in [*OWN, *templates()]:
        if path.suffix in {".pmtiles", ".woff2"}:
            continue
        for address in re.findall(r"(?:https?|wss?):(?://[\w.-]+[^\s\"'`<>)]*)", path.read_text()):
            assert address.startswith(standard), f"{path.name}: {address}"


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_short(path: Path):
    assert len(path.read_text().splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_what_a_script_imports_is_there(path: Path):
    for name in re.findall(r"from \"(\.[^\"]+)\"", path.read_text()):
        assert (path.parent / name).is_file(), name


def test_what_a_template_or_a_style_names_is_there():
    for path in templates():
        for name in re.findall(r"/static/([\w./-]+\.\w+)", path.read_text()):
            assert (STATIC / name).is_file(), f"{path.name}: {name}"
    for path in (STATIC / "css").glob("*.css"):
        for name in re.findall(r"url\(([^)]+)\)", path.read_text()):
            assert (path.parent / name).is_file(), f"{path.name}: {name}"


def test_every_icon_that_is_asked_for_is_in_the_sprite():
    sprite = next((STATIC / "vendor").glob("icons-*/icons.svg")).read_text()
    there = set(re.findall(r"<symbol id=\"([\w-]+)\"", sprite))
    asked: set[str] = set()
    for path in [*SCRIPTS, *templates()]:
        asked |= set(re.findall(r"\bicon\(\"([\w-]+)\"", path.read_text()))
    assert asked
    assert asked - there == set()


def test_no_template_of_ours_needs_what_the_policy_forbids():
    for name in OUR_TEMPLATES:
        text = (WEB / "templates" / name).read_text()
        assert not re.search(r"\sstyle=|\son\w+=|<style", text), name
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), name


def test_the_city_is_the_same_for_the_browser_and_the_simulator():
    browser = (STATIC / "city/city.json").read_bytes()
    assert browser == (WEB.parent / "simulator/city.json").read_bytes()
    city: dict[str, Any] = json.loads(browser)
    assert len(city["bureaus"]) == 6
    assert {c["bureau"] for c in city["crossings"]} == {b["code"] for b in city["bureaus"]}


def test_the_map_fits_into_the_package():
    archive = (STATIC / "city/demo.pmtiles").read_bytes()
    assert archive.startswith(b"PMTiles\x03")
    assert len(archive) < 400_000
