"""Hashes passwords: Argon2id (RFC 9106) with 19 MiB, two passes, one lane; about 30 ms each.

Two at a time at most, in threads, so that a wave of sign-ins cannot take the memory or the event loop.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

AT_ONCE = 2
# Of no password: checked where the name is unknown, so that the answer takes as long as for a known one.
NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$c2FmZWNpdHktbm9ib2R5$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


async def hash_password(password: str) -> str:
    """The password's hash as PHC text, with a fresh salt."""
    return await asyncio.get_running_loop().run_in_executor(_threads(), _hasher().hash, password)


async def fits(password_hash: str | None, password: str) -> bool:
    """Whether a password is the right one. None takes as long as any hash and never fits."""
    return await asyncio.get_running_loop().run_in_executor(_threads(), _fits, password_hash, password)


def _fits(password_hash: str | None, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(password_hash or NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="argon2")


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher, Type

    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
