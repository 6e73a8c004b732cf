"""Admits devices: panic buttons, phones, sensors. Each speaks with a token that can be withdrawn."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable

from safecity.access.allow import allow
from safecity.access.events import DeviceTokenIssued, DeviceTokenRevoked
from safecity.access.model import DEVICE_ROLES, Action, Role
from safecity.access.store import SQL, DeviceRow, roles_json, roles_of, token_sha256
from safecity.base import Actor, BadInput, Change, Node, NotFound

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


async def issue_device_token(
    node: Node, by: Actor, name: str, roles: Iterable[str] = ("device",), *, bureau: str | None = None
) -> str:
    """A token for a device, shown once; we keep its SHA-256. Raises NotAllowed, BadInput."""
    allow(by, Action.MANAGE_DEVICES)
    if not _NAME.fullmatch(name):
        raise BadInput("A device's name has 1 to 64 letters, digits, dots, dashes or underscores.")
    wanted = set(roles)
    if not wanted or wanted - {str(role) for role in DEVICE_ROLES}:
        raise BadInput("A device's only role is: device.")
    token = secrets.token_urlsafe(32)

    async def work(change: Change) -> str:
        await change.execute(
            SQL["add_device"],
            token_sha256=token_sha256(token),
            name=name,
            roles_json=roles_json(frozenset(Role(role) for role in wanted)),
            bureau=bureau,
            issued_ms=change.now_ms,
        )
        change.tell(DeviceTokenIssued(device=name, roles=tuple(sorted(wanted))))
        return token

    return await node.change(by, work)


async def revoke_device(node: Node, by: Actor, name: str) -> None:
    """Withdraws all tokens of a device, e.g. of a stolen phone. Raises NotAllowed, NotFound."""
    allow(by, Action.MANAGE_DEVICES)

    async def work(change: Change) -> None:
        if not await change.execute(SQL["revoke_device"], name=name, now_ms=change.now_ms):
            raise NotFound(f"There is no device {name} with a valid token.")
        change.tell(DeviceTokenRevoked(device=name))

    await node.change(by, work)


async def device_of(node: Node, token: str) -> Actor | None:
    """The device behind a bearer token, as an actor, or None."""
    rows = await node.database.fetch(DeviceRow, SQL["device"], token_sha256=token_sha256(token))
    if not rows:
        return None
    roles = frozenset(str(role) for role in roles_of(rows[0].roles_json))
    return Actor(id=f"device:{rows[0].name}", roles=roles, bureau=rows[0].bureau, purpose="report")
