"""A camera's RTSP address taken apart: whom to call, what to ask for, and with which password."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from safecity.base import BadInput
from safecity.cameras import hide_password

DEFAULT_PORT = 554  # RFC 2326 section 3.2


@dataclass(frozen=True)
class Address:
    """Whom to call. `url` holds no user name and no password, as it stands in requests; `name` is for sentences."""

    host: str
    port: int
    url: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """The host, and its port where that is not 554."""
        return self.host if self.port == DEFAULT_PORT else f"{self.host}:{self.port}"


def parse_address(url: str) -> Address:
    """Takes an rtsp:// address apart. Raises BadInput, without the password."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or DEFAULT_PORT
    except ValueError as error:
        raise BadInput(
            f"The address {hide_password(url)} is not well formed: check host and port."
        ) from error
    if parts.scheme != "rtsp":
        raise BadInput(
            f"This wire speaks rtsp:// only, not {parts.scheme or 'an address without scheme'}://."
        )
    if not host or not url.isprintable() or " " in url:
        raise BadInput(f"The address {hide_password(url)} is not well formed: check host and port.")
    shown = f"[{host}]" if ":" in host else host
    query = f"?{parts.query}" if parts.query else ""
    plain = f"rtsp://{shown}{f':{parts.port}' if parts.port else ''}{parts.path}{query}"
    user = unquote(parts.username) if parts.username is not None else None
    password = unquote(parts.password) if parts.password is not None else None
    return Address(host, port, plain, user, password)
