"""Bad input at the command line: a sentence and an exit code, never a traceback, nothing half done."""

from __future__ import annotations

from pathlib import Path

import pytest

from safecity.cli import run

RTSP = "rtsp://127.0.0.1:8554/gate"
BAD: list[tuple[list[str], str]] = [
    (["serve", "--port", "many"], "whole number"),
    (["serve", "--port", "-1"], "0 to 65535"),
    (["serve", "--keep-days", "0"], "keep_days"),
    (["serve", "--time-zone", "Nowhere/Land"], "time zone"),
    (["serve", "--settings", "{tmp}/none.toml"], "no settings file"),
    (["serve", "--settings", "{tmp}/binary"], "cannot be read"),
    (["serve", "--settings", "{tmp}"], "cannot be read"),
    (["serve", "--tls-key", "key.pem"], "together"),
    (["serve", "--node", "no spaces please"], "node"),
    (["settings", "--recorders", "1.5"], "whole number"),
    (["cameras", "add", "", RTSP], "name"),
    (["cameras", "add", "Gate", "not a url"], "address"),
    (["cameras", "add", "Gate", "ftp://host/x"], "address"),
    (["cameras", "add", "Gate", "rtsp://"], "address"),
    (["cameras", "add", "Gate", RTSP, "--place", "here"], "latitude"),
    (["cameras", "add", "Gate", RTSP, "--place", "91,0"], "earth"),
    (["cameras", "add", "Gate", RTSP, "--bearing", "400"], "bearing"),
    (["cameras", "add", "Gate", RTSP, "--bureau", "NOPE"], "bureau"),
    (["cameras", "remove", "Nobody's"], "no camera"),
    (["cameras", "import", "{tmp}/none.csv"], "No such file"),
    (["cameras", "import", "{tmp}/empty"], "columns"),
    (["cameras", "import", "{tmp}/binary"], "UTF-8"),
    (["cameras", "import", "{tmp}/huge"], "bytes"),
    (["cameras", "import", "{tmp}"], "directory"),
    (["people", "add", "Ada", "ada", "--role", "king"], "roles"),
    (["people", "add", "", "ada", "--role", "operator"], "name"),
    (["people", "add", "Ada", "a b c", "--role", "operator"], "sign-in"),
    (["people", "link", "nobody"], "no person"),
    (["evidence", "check", "{tmp}/none.zip"], "No such file"),
    (["evidence", "check", "{tmp}/empty"], "zip"),
    (["evidence", "check", "{tmp}/binary"], "zip"),
    (["log", "verify", "--database", "oracle:"], "sqlite"),
    (["log", "verify", "--data", "{tmp}/empty"], "directory"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with files that are nothing."""
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "binary").write_bytes(bytes(range(128, 256)) * 20)
    (tmp_path / "huge").write_bytes(b"name,url\n" + b"x" * 6_000_000)
    return tmp_path


@pytest.mark.parametrize(("words", "expected"), BAD, ids=[" ".join(words) for words, _ in BAD])
def test_the_command_line_answers_with_a_sentence(
    folder: Path, words: list[str], expected: str, capfd: pytest.CaptureFixture[str]
):
    argv = [word.replace("{tmp}", str(folder)) for word in words]
    if "--data" not in argv:
        argv += ["--data", str(folder / "data")]
    code = run(argv)
    heard = capfd.readouterr()
    said = heard.err.strip() or heard.out.strip()  # a check's verdict is its output
    assert code in {1, 2}
    assert heard.err.startswith("safecity: ") or words[:2] == ["evidence", "check"]
    assert said.endswith(".")
    assert expected.lower() in said.lower()
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "words", [["fly"], ["serve", "--fly"], ["cameras"], ["cameras", "add"], ["demo", "--seconds", "x"]]
)
def test_a_command_line_that_makes_no_sense_shows_its_usage(
    words: list[str], capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(SystemExit) as ended:
        run(words)
    assert ended.value.code == 2
    assert "usage: safecity" in capsys.readouterr().err
