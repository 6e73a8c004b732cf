"""Asks a client for its password and checks the answer: Basic (RFC 7617) and Digest (RFC 2617, RFC 7616)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from enum import StrEnum

_PAIR = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]*))')


class Scheme(StrEnum):
    """How the password is proved."""

    BASIC = "Basic"
    MD5 = "MD5"
    SHA_256 = "SHA-256"


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """What a camera demands before it answers."""

    user: str
    password: str
    scheme: Scheme = Scheme.MD5
    realm: str = "camera"
    nonce: str = "0"
    says_stale: bool = True  # whether it tells a nonce that grew old from a wrong password

    @property
    def header(self) -> str:
        """The value of `WWW-Authenticate`."""
        if self.scheme is Scheme.BASIC:
            return f'Basic realm="{self.realm}"'
        named = ', algorithm=SHA-256, qop="auth"' if self.scheme is Scheme.SHA_256 else ""
        return f'Digest realm="{self.realm}", nonce="{self.nonce}"{named}'

    def demand(self, authorization: str) -> str:
        """The value of `WWW-Authenticate` after this was not accepted (RFC 7616, 3.3)."""
        given = dict(re.findall(r'(\w+)="([^"]*)"', authorization))
        old = self.says_stale and given.get("nonce", self.nonce) != self.nonce
        return f"{self.header}, stale=true" if old and self.scheme is not Scheme.BASIC else self.header

    def accepts(self, method: str, authorization: str) -> bool:
        """Whether the value of `Authorization` proves the password for this method."""
        kind, _, rest = authorization.partition(" ")
        if self.scheme is Scheme.BASIC:
            right = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            return kind.lower() == "basic" and _same(rest.strip(), right)
        if kind.lower() != "digest":
            return False
        given = {match[1]: match[2] or match[3] or "" for match in _PAIR.finditer(rest)}
        if given.get("username") != self.user or given.get("nonce") != self.nonce:
            return False
        return _same(given.get("response", ""), self._response(method, given))

    def _response(self, method: str, given: dict[str, str]) -> str:
        secret = self._hash(f"{self.user}:{self.realm}:{self.password}")
        asked = self._hash(f"{method}:{given.get('uri', '')}")
        if "qop" in given:
            middle = ":".join(given.get(name, "") for name in ("nonce", "nc", "cnonce", "qop"))
        else:
            middle = self.nonce
        return self._hash(f"{secret}:{middle}:{asked}")

    def _hash(self, text: str) -> str:
        # MD5 is what cameras in the field speak; it guards nothing here but the likeness.
        name = "sha256" if self.scheme is Scheme.SHA_256 else "md5"
        return hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()


def _same(a: str, b: str) -> bool:
    return hmac.compare_digest(a.encode(), b.encode())
