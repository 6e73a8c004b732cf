"""The command line."""

from __future__ import annotations

import subprocess
import sys

import pytest

from safecity.cli import parser, run

LIGHT = """
import sys
from safecity.cli import run
try:
    run(["--help"])
except SystemExit:
    pass
print("MODULES", *sorted(name.partition(".")[0] for name in sys.modules))
"""
HEAVY = {
    "asyncio", "msgspec", "starlette", "uvicorn", "uvloop", "numpy", "cv2", "av", "onnxruntime", "sqlite3", "httpx",
    "rich", "jinja2", "argon2", "cryptography", "cedarpy", "websockets", "logging", "ssl", "tomllib", "zoneinfo",
}  # fmt: skip


def test_help_imports_nothing_heavy():
    """`safecity --help` answers at once because of what it does not import."""
    done = subprocess.run([sys.executable, "-c", LIGHT], capture_output=True, text=True, check=True)
    modules = set(done.stdout.rpartition("MODULES")[2].split())
    assert "argparse" in modules
    assert modules & HEAVY == set()


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]):
    assert run([]) == 0
    assert "serve" in capsys.readouterr().out


def test_the_node_s_own_processes_are_not_advertised():
    words = parser().format_help()
    assert "recorder" not in words.replace("recorders", "")
    assert "demo" in words


def test_the_settings_are_shown_with_where_they_came_from(capsys: pytest.CaptureFixture[str]):
    assert run(["settings", "--port", "9000"]) == 0
    shown = capsys.readouterr().out
    assert "9000" in shown
    assert "flag" in shown
