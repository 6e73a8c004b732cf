"""Answers a camera's demand for a password: Digest (RFC 7616, and RFC 2617 and 2069 for old ones) and Basic (RFC 7617).

Known are MD5, SHA-256 and their -sess forms, with qop=auth or without qop; the strongest one that is offered is used.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass

_HASHES: dict[str, Callable[[bytes], str]] = {
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    "SHA-256": lambda data: hashlib.sha256(data).hexdigest(),
}
_PIECE = re.compile(r'\s*,?\s*([^\s=,"]+)(?:\s*=\s*("(?:[^"\\]|\\.)*"|[^\s,]*))?')
MAX_CHALLENGES = 16


@dataclass(frozen=True)
class Challenge:
    """One way in which a camera lets itself be convinced. `algorithm` is as the camera wrote it, or empty."""

    scheme: str
    realm: str = ""
    nonce: str = ""
    algorithm: str = ""
    qop: str = ""
    opaque: str = ""
    stale: bool = False
    userhash: bool = False

    @property
    def strength(self) -> int:
        """0 where we cannot answer it; else the larger the better."""
        if self.scheme == "basic":
            return 1
        name = self.algorithm.upper().removesuffix("-SESS") or "MD5"
        if self.scheme != "digest" or not self.nonce or name not in _HASHES:
            return 0
        if self.qop and "auth" not in {each.strip().lower() for each in self.qop.split(",")}:
            return 0  # auth-int alone: nobody asks for that
        return 3 if name == "SHA-256" else 2


def parse_challenges(values: Iterable[str]) -> list[Challenge]:
    """The challenges in the values of WWW-Authenticate headers; what makes no sense is left out."""
    found: list[tuple[str, dict[str, str]]] = []
    for value in values:
        for piece in _PIECE.finditer(value):
            name, given = piece[1], piece[2]
            if given is None:
                found.append((name.lower(), {}))
            elif found:
                found[-1][1].setdefault(name.lower(), _unquote(given))
            if len(found) > MAX_CHALLENGES:
                break
    return [_challenge(scheme, parts) for scheme, parts in found[:MAX_CHALLENGES]]


def _challenge(scheme: str, parts: dict[str, str]) -> Challenge:
    return Challenge(
        scheme=scheme,
        realm=parts.get("realm", ""),
        nonce=parts.get("nonce", ""),
        algorithm=parts.get("algorithm", ""),
        qop=parts.get("qop", ""),
        opaque=parts.get("opaque", ""),
        stale=parts.get("stale", "").lower() == "true",
        userhash=parts.get("userhash", "").lower() == "true",
    )


def _unquote(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class Authenticator:
    """Holds a password and what the camera last demanded. `cnonce` makes a fresh client nonce for each answer."""

    def __init__(self, user: str, password: str, cnonce: Callable[[], str]) -> None:
        self._user = user
        self._password = password
        self._cnonce = cnonce
        self._challenge: Challenge | None = None
        self._count = 0

    def challenged(self, values: Iterable[str]) -> Challenge | None:
        """Takes up a demand; returns the challenge that will be answered, or None where none of them can be."""
        best = max(parse_challenges(values), key=lambda each: each.strength, default=None)
        if best is None or best.strength == 0:
            return None
        self._challenge, self._count = best, 0
        return best

    def header(self, method: str, uri: str) -> str | None:
        """The Authorization header of a request; None while nothing was demanded."""
        if self._challenge is None:
            return None
        if self._challenge.scheme == "basic":
            return "Basic " + b64encode(f"{self._user}:{self._password}".encode()).decode()
        self._count += 1
        secret = (self._user, self._password)
        return digest(self._challenge, secret, (method, uri), count=self._count, cnonce=self._cnonce())


def digest(
    challenge: Challenge, secret: tuple[str, str], asked: tuple[str, str], *, count: int, cnonce: str
) -> str:
    """The Authorization header for a Digest challenge (RFC 7616 section 3.4).

    `secret` is user name and password, `asked` the request's method and URL, `count` how often the nonce was used.
    """
    (user, password), (_, uri) = secret, asked
    upper = challenge.algorithm.upper()
    hash_of = _HASHES[upper.removesuffix("-SESS") or "MD5"]

    def h(*parts: str) -> str:
        return hash_of(":".join(parts).encode())

    key = h(user, challenge.realm, password)
    if upper.endswith("-SESS"):
        key = h(key, challenge.nonce, cnonce)
    request = h(*asked)
    shown_user = h(user, challenge.realm) if challenge.userhash else user
    pieces = [
        f"username={_quote(shown_user)}",
        f"realm={_quote(challenge.realm)}",
        f"nonce={_quote(challenge.nonce)}",
        f"uri={_quote(uri)}",
    ]
    if challenge.qop:
        response = h(key, challenge.nonce, f"{count:08x}", cnonce, "auth", request)
        pieces += ["qop=auth", f"nc={count:08x}", f"cnonce={_quote(cnonce)}"]
    else:  # RFC 2069: an old camera
        response = h(key, challenge.nonce, request)
    pieces.append(f"response={_quote(response)}")
    if challenge.algorithm:
        pieces.append(f"algorithm={challenge.algorithm}")
    if challenge.opaque:
        pieces.append(f"opaque={_quote(challenge.opaque)}")
    if challenge.userhash:
        pieces.append("userhash=true")
    return "Digest " + ", ".join(pieces)
