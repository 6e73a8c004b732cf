"""The command that takes films out of a running node, as the person whose sign-in link is given.

Films leave only by the node: it asks the person's rights, waits for the second person where masks are to go, and writes
down each film before its first byte. So this command signs in like a browser (RFC 6265 cookies), asks for the export,
waits for it and fetches the films; it never opens the footage itself.

Imports are late, so that `safecity --help` is quick.
"""

from __future__ import annotations

import argparse
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safecity.settings import Settings

if TYPE_CHECKING:
    import httpx

WORDS = "fetch films of cameras from the running node, as the person whose one-time link is given"
ANSWER_S = 30.0
EVERY_S = 1.0


def add_arguments(sub: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    sub.add_argument("cameras", metavar="CAMERA", nargs="+", help="names or ids")
    sub.add_argument("since", metavar="FROM", help="such as 2026-11-22T06:00, city time")
    sub.add_argument("until", metavar="TO", help="as FROM")
    sub.add_argument(
        "file", metavar="FILE", type=Path, help="a new file; for several cameras, a folder for the films"
    )
    sub.add_argument("--link", required=True, metavar="URL", help="a fresh one, of `safecity people link`")
    sub.add_argument("--reason", required=True, help="in words, for the journal")
    sub.add_argument("--reason-code", default="investigation", metavar="CODE", help="(investigation)")
    sub.add_argument(
        "--unmasked", action="store_true", help="as recorded; waits until a second person agrees"
    )


def fetch_films(settings: Settings, arguments: argparse.Namespace) -> int:
    """Asks, waits and fetches. Raises BadInput, NotFound, Conflict, Unavailable, and the node's own refusals."""
    from safecity.base import BadInput

    file, wanted = arguments.file, list(dict.fromkeys(arguments.cameras))
    if file.is_dir() if len(wanted) == 1 else not file.is_dir():
        raise BadInput(f"{file}: give a new file for one camera, and a folder that is there for several.")
    with NodeLine.signed_in(arguments.link, settings) as node:
        begun = node.get("/api/footage")
        if not begun["exports"]:
            raise BadInput(
                f"{begun['me']['name']} may not take films out; give the link of an operator or a desk officer."
            )
        job = _made(node, node.post("/api/exports", _wish(begun, wanted, arguments)))
        if job["state"] != "ready":
            print(job["sentence"])
            return 1
        for film in job["files"]:
            place = file / film["name"] if len(wanted) > 1 else file
            node.fetch(film["href"], place, film["sha256"])
            lacking = f", {len(film['missing'])} spans lacking" if film["missing"] else ""
            print(
                f"{place}: {film['camera_name']}, {film['pictures']} pictures{lacking}, SHA-256 {film['sha256']}"
            )
    return 0


def _wish(begun: Any, wanted: list[str], arguments: argparse.Namespace) -> dict[str, object]:
    """The export as the API takes it. Raises BadInput, NotFound."""
    from safecity.base import NotFound, from_ms
    from safecity.moment_cli import moment_ms

    known = {key: each["id"] for each in begun["cameras"] for key in (each["id"], each["name"])}
    for each in wanted:
        if each not in known:
            raise NotFound(f"There is no camera called {each!r}.")
    zone = begun["city"]["timezone"]
    return {
        "cameras": [known[each] for each in wanted],
        "from": from_ms(moment_ms(arguments.since, zone)).isoformat(),
        "to": from_ms(moment_ms(arguments.until, zone)).isoformat(),
        "reason": arguments.reason,
        "reason_code": arguments.reason_code,
        "masked": not arguments.unmasked,
    }


def _made(node: NodeLine, job: Any) -> Any:
    """The export once it is made, or is not going to be; tells how it stands whenever that changes."""
    import sys
    import time

    said = ""
    while job["state"] in {"asked", "running"}:
        permit = job["permit"]
        if permit is not None and permit["state"] not in {"asked", "granted"}:
            break
        if job["sentence"] != said:
            said = job["sentence"]
            print(
                f"{said} It goes on without this command, too, and is then on the page /exports.",
                file=sys.stderr,
            )
        time.sleep(EVERY_S)
        job = node.get(f"/api/exports/{job['id']}")
    return job


class NodeLine:
    """A signed-in line to a node."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    @classmethod
    @contextmanager
    def signed_in(cls, link: str, settings: Settings) -> Generator[NodeLine]:
        """Opens a one-time link, such as http://localhost:8080/signin/link/…. Raises BadInput, Unavailable."""
        import ssl

        import httpx

        from safecity.base import BadInput

        base, found, token = link.partition("/signin/link/")
        if not (found and token and base.startswith(("http://", "https://"))):
            raise BadInput(
                "A link looks like https://NODE/signin/link/TOKEN; `safecity people link NAME` makes one."
            )
        trust = ssl.create_default_context()
        if settings.tls_certificate:
            trust.load_verify_locations(settings.tls_certificate)
        with httpx.Client(  # proxies of the surroundings are not used
            base_url=base, follow_redirects=True, trust_env=False, timeout=ANSWER_S, verify=trust
        ) as client:
            line = cls(client)
            with line._answer("GET", found + token):
                if not client.cookies:
                    raise BadInput(
                        "The link did not sign in. Each works once; `safecity people link NAME` makes a new one."
                    )
            client.headers.update({"X-CSRF": line.get("/api/footage")["me"]["csrf"], "Origin": base})
            yield line

    def get(self, path: str) -> Any:
        """Reads from the API. Raises what the node refuses."""
        with self._answer("GET", path) as answer:
            answer.read()
            return answer.json()

    def post(self, path: str, body: dict[str, object]) -> Any:
        """Changes something. Raises what the node refuses."""
        with self._answer("POST", path, body) as answer:
            answer.read()
            return answer.json()

    def fetch(self, path: str, file: Path, sha256: str) -> None:
        """Fetches a film; the file appears whole or not at all. Raises Unreadable where other bytes came."""
        import hashlib

        from safecity.base import Unreadable

        part, seen = file.with_name(file.name + ".part"), hashlib.sha256()
        with self._answer("GET", path) as answer, part.open("wb") as out:
            for piece in answer.iter_bytes():
                seen.update(piece)
                out.write(piece)
        if seen.hexdigest() != sha256:
            part.unlink()
            raise Unreadable(f"{file.name} did not come whole; fetch it again from the page /exports.")
        part.replace(file)

    @contextmanager
    def _answer(
        self, method: str, path: str, body: dict[str, object] | None = None
    ) -> Generator[httpx.Response]:
        """An answer, to be read. Raises the node's own refusal, or Unavailable where nobody answers."""
        import httpx

        from safecity.base import Unavailable

        try:
            with self._client.stream(method, path, json=body) as answer:
                if answer.is_error:
                    raise _refusal(answer.status_code, answer.read())
                yield answer
        except httpx.TransportError as error:
            raise Unavailable(
                f"{self._client.base_url} does not answer ({error}); is the node running?"
            ) from error


def _refusal(status: int, body: bytes) -> Exception:
    import json

    from safecity.base import SafeCityError

    try:
        sentence = str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        sentence = f"The node answered with status {status}."
    return SafeCityError(sentence)
