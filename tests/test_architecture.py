"""The architecture, as tests: what import-linter says, and what it cannot say."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "safecity"
TESTS = ROOT / "tests"
CONTRACT = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
ORDER = {name.strip(): depth for depth, line in enumerate(CONTRACT["layers"]) for name in line.split("|")}
ROOMS = [name for name, depth in ORDER.items() if depth > ORDER["web"] and name != "base"]
PURE = {"model", "events", "rules"}
PURE_TOO = {
    ("footage", name) for name in ("layout", "pace", "skew", "still", "completeness")
}  # split from rules
PLAIN = {
    "safecity", "dataclasses", "datetime", "enum", "typing", "collections", "math", "re", "__future__",
    "functools", "itertools", "zoneinfo", "urllib", "random", "statistics", "json", "struct", "numpy", "ipaddress",
}  # fmt: skip
NOT_NAMES = {"utils", "common", "helpers", "manager", "misc", "const", "types"}
PORTS = {
    ("base", name) for name in ("blobs", "bus", "database")
}  # promises, kept by adapters and tested there
LINES, FUNCTION_LINES, DEPTH = 400, 50, 4

Source = tuple[tuple[str, ...], ast.Module, Path]


def sources() -> list[Source]:
    found = sorted(PACKAGE.rglob("*.py"))
    return [(p.relative_to(PACKAGE).with_suffix("").parts, ast.parse(p.read_text()), p) for p in found]


SOURCES = sources()


def imports(tree: ast.AST) -> Iterator[list[str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".") for alias in node.names)


def faults(source: Source) -> Iterator[str]:
    parts, tree, path = source
    room, name, where = parts[0], parts[-1], path.relative_to(ROOT)
    for target in imports(tree):
        ours = target[0] == "safecity" and len(target) > 1
        if ours and room in ORDER and target[1] != room and ORDER[target[1]] <= ORDER[room]:
            yield f"{where}: {room} looks downstream at {target[1]}"
        if ours and len(target) > 2 and target[1] != room and target[1] in [*ROOMS, "base"] and room != "app":
            yield f"{where}: goes past the doorway of {target[1]}"
        if room in ROOMS and (name in PURE or parts in PURE_TOO) and target[0] not in PLAIN:
            yield f"{where}: {name}.py is pure, yet imports {target[0]}"
    if not ast.get_docstring(tree):
        yield f"{where}: no docstring"
    if set(parts) & NOT_NAMES:
        yield f"{where}: a name that hides what it does"
    if len(parts) > DEPTH:
        yield f"{where}: too deep"
    if len(path.read_text().splitlines()) > LINES:
        yield f"{where}: longer than {LINES} lines"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES:
                yield f"{where}:{node.lineno}: {node.name} is longer than {FUNCTION_LINES} lines"
        elif isinstance(node, ast.ExceptHandler) and room != "base":
            broad = node.type is None or (
                isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}
            )
            if broad:
                yield f"{where}:{node.lineno}: only the task supervisor may catch everything"


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: "/".join(source[0]))
def test_the_house_is_in_order(source: Source):
    assert list(faults(source)) == []


def test_every_room_is_in_the_contract():
    assert {parts[0] for parts, _, _ in SOURCES} - {"__init__", "__main__"} == set(ORDER)


def test_only_the_supervisor_catches_everything():
    broad = [
        path.name
        for _, tree, path in SOURCES
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and isinstance(node.type, ast.Name)
        and node.type.id == "Exception"
    ]
    assert set(broad) <= {"tasks.py"}


@pytest.mark.parametrize("room", ROOMS)
def test_a_doorway_says_in_out_and_promise(room: str):
    tree = ast.parse((PACKAGE / room / "__init__.py").read_text())
    words = ast.get_docstring(tree) or ""
    assert all(word in words for word in ("In:", "Out:", "Promise:")), f"{room}/__init__.py"
    listed = next((node for node in tree.body if isinstance(node, ast.Assign)), None)
    assert listed is not None, f"{room}/__init__.py has no __all__"


def has_code(tree: ast.Module) -> bool:
    return any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) for node in ast.walk(tree))


def test_every_file_has_its_twin():
    """A file with code is tested under its own path: src/…/a/b.py by tests/a/test_b.py."""
    missing = [
        str(path.relative_to(ROOT))
        for parts, tree, path in SOURCES
        if has_code(tree) and path.name not in {"__init__.py", "ports.py", "events.py"} and parts not in PORTS
        and not TESTS.joinpath(*parts[:-1], f"test_{parts[-1].strip('_')}.py").exists()
    ]  # fmt: skip
    assert missing == []


def test_the_front_end_keeps_to_the_budget_too():
    own = [p for p in (PACKAGE / "web" / "static").rglob("*.js") if "vendor" not in p.parts]
    assert [p.name for p in own if len(p.read_text().splitlines()) > LINES] == []


def test_no_word_of_a_stub_is_left():
    words = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    assert [str(p.relative_to(ROOT)) for _, _, p in SOURCES if words.search(p.read_text())] == []
