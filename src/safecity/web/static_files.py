"""Static files: with entity tags and ranges, kept for ever where the version stands in the path, checked elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

from starlette.responses import Response
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
        return response
