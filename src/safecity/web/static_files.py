"""Static files: with entity tags and ranges, kept for ever where the version stands in the path, checked elsewhere.

Texts are sent packed (gzip) to those who take it. Only static texts are: what carries a secret is never packed, so
that nobody learns it from a size.
"""

from __future__ import annotations

import asyncio
import gzip
import re
from functools import lru_cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

# Python's own table depends on the machine; a module that is served as anything else does not run.
TYPES = {
    ".mjs": "text/javascript; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".json": "application/json",
    ".pmtiles": "application/octet-stream",
}
PACKED = frozenset({".mjs", ".js", ".css", ".svg", ".json", ".webmanifest"})
_VERSIONED = re.compile(r"^vendor/[^/]+-\d+(?:\.\d+)+/")


class Static(StaticFiles):
    """Files below one folder, and nothing outside it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file, with its type and how long it may be kept."""
        response = await super().get_response(path, scope)
        kind = TYPES.get(Path(path).suffix)
        if kind is not None and response.status_code in {200, 206}:
            response.headers["content-type"] = kind
        versioned = _VERSIONED.match(path)
        response.headers["cache-control"] = "public, max-age=31536000, immutable" if versioned else "no-cache"
        if Path(path).name in {"sw.js", "worker.js"}:
            response.headers["service-worker-allowed"] = "/"
        if isinstance(response, FileResponse) and _takes_packed(path, response, scope):
            return await _packed_response(response)
        return response


def _takes_packed(path: str, response: Response, scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return (
        response.status_code == 200
        and scope["method"] == "GET"
        and Path(path).suffix in PACKED
        and "range" not in headers
        and "gzip" in headers.get("accept-encoding", "")
    )


async def _packed_response(response: FileResponse) -> Response:
    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
    tag = headers["etag"]
    data = await asyncio.to_thread(_packed, str(response.path), tag)
    return Response(
        data, headers=headers | {"content-encoding": "gzip", "vary": "accept-encoding", "etag": f"W/{tag}"}
    )


@lru_cache(maxsize=256)
def _packed(path: str, _tag: str) -> bytes:
    """A file, packed once for each version of it, which its entity tag tells apart."""
    return gzip.compress(Path(path).read_bytes(), mtime=0)
