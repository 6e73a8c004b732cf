"""A camera's RTSP address taken apart: whom to call, what to ask for, and with which password.

`rtsps://` is RTSP in TLS, on port 322 unless it says another. Behind a `#sha256=` may stand the fingerprint of the
camera's certificate: then only that certificate is taken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from safecity.base import BadInput
from safecity.cameras import hide_password

DEFAULT_PORTS = {"rtsp": 554, "rtsps": 322}
_PIN = re.compile(r"sha256=((?:[0-9a-f]{2}:?){32})", re.IGNORECASE)


@dataclass(frozen=True)
class Address:
    """Whom to call. `url` holds no user name and no password, as it stands in requests; `name` is for sentences.

    `pin` is the SHA-256 of the only certificate that is taken, None for any.
    """

    host: str
    port: int
    url: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    is_secure: bool = False
    pin: bytes | None = None

    @property
    def name(self) -> str:
        """The host, and its port where that is not the usual one."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        usual = DEFAULT_PORTS["rtsps" if self.is_secure else "rtsp"]
        return self.host if self.port == usual else f"{shown}:{self.port}"


def parse_address(url: str) -> Address:
    """Takes an rtsp:// or rtsps:// address apart. Raises BadInput, without the password."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise BadInput(
            f"The address {hide_password(url)} is not well formed: check host and port."
        ) from error
    if parts.scheme not in DEFAULT_PORTS:
        raise BadInput(
            "This wire speaks rtsp:// and rtsps:// only, "
            f"not {parts.scheme or 'an address without scheme'}://."
        )
    if not host or not url.isprintable() or " " in url:
        raise BadInput(f"The address {hide_password(url)} is not well formed: check host and port.")
    shown = f"[{host}]" if ":" in host else host
    query = f"?{parts.query}" if parts.query else ""
    plain = f"{parts.scheme}://{shown}{f':{parts.port}' if parts.port else ''}{parts.path}{query}"
    user = unquote(parts.username) if parts.username is not None else None
    password = unquote(parts.password) if parts.password is not None else None
    is_secure = parts.scheme == "rtsps"
    return Address(host, port, plain, user, password, is_secure, _pin(parts.fragment, is_secure))


def _pin(fragment: str, is_secure: bool) -> bytes | None:
    if not is_secure or not fragment:
        return None
    found = _PIN.fullmatch(fragment)
    if found is None:
        raise BadInput(
            "Behind the # of an rtsps:// address stands sha256= and the certificate's 64 hexadecimal digits."
        )
    return bytes.fromhex(found[1].replace(":", ""))
