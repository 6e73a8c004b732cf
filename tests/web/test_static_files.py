"""Static files are typed, kept for as long as they may be, and nothing lies outside the folder."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from safecity.web.static_files import Static


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    static = tmp_path / "static"
    for name in (
        "js/app.mjs",
        "js/sw.js",
        "vendor/map-1.2.3/map.mjs",
        "vendor/vendor.json",
        "city/a.pmtiles",
    ):
        file = static / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"0123456789")
    (tmp_path / "secret.txt").write_text("secret")
    (static / "link.txt").symlink_to(tmp_path / "secret.txt")
    return static


async def ask(folder: Path, path: str, **headers: str) -> httpx.Response:
    site = Starlette(routes=[Mount("/static", Static(folder))])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://localhost") as client:
        return await client.get(
            path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )


async def test_modules_run_and_versioned_files_are_kept_for_ever(folder: Path):
    module = await ask(folder, "/static/js/app.mjs")
    assert module.headers["content-type"] == "text/javascript; charset=utf-8"
    assert module.headers["cache-control"] == "no-cache"
    vendored = await ask(folder, "/static/vendor/map-1.2.3/map.mjs")
    assert vendored.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (await ask(folder, "/static/vendor/vendor.json")).headers["cache-control"] == "no-cache"
    assert (await ask(folder, "/static/js/sw.js")).headers["service-worker-allowed"] == "/"


async def test_what_did_not_change_is_not_sent_again_and_parts_are_sent_alone(folder: Path):
    first = await ask(folder, "/static/city/a.pmtiles")
    again = await ask(folder, "/static/city/a.pmtiles", if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    part = await ask(folder, "/static/city/a.pmtiles", range="bytes=2-4")
    assert (part.status_code, part.content) == (206, b"234")


async def test_texts_are_packed_for_those_who_take_it(folder: Path):
    (folder / "js" / "app.mjs").write_bytes(b"export const word = 1;\n" * 1000)
    packed = await ask(folder, "/static/js/app.mjs", accept_encoding="gzip, br")
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == b"export const word = 1;\n" * 1000
    assert int(packed.headers["content-length"]) < 1000
    assert packed.headers["content-type"] == "text/javascript; charset=utf-8"
    tag = packed.headers["etag"]
    again = await ask(folder, "/static/js/app.mjs", accept_encoding="gzip", if_none_match=tag)
    assert again.status_code == 304
    for headers in ({"accept_encoding": "identity"}, {"accept_encoding": "gzip", "range": "bytes=0-3"}):
        plain = await ask(folder, "/static/js/app.mjs", **headers)
        assert "content-encoding" not in plain.headers
    tiles = await ask(folder, "/static/city/a.pmtiles", accept_encoding="gzip")
    assert "content-encoding" not in tiles.headers


@pytest.mark.parametrize(
    "path", ["../secret.txt", "..%2fsecret.txt", "link.txt", "js", "%00", "x" * 300, "/etc/passwd", ""]
)
async def test_nothing_outside_is_served(folder: Path, path: str):
    answer = await ask(folder, f"/static/{path}")
    assert answer.status_code == 404
    assert "secret" not in answer.text
