"""Argon2id, with the agreed cost."""

from __future__ import annotations

from safecity.access.hash_password import NOBODY, fits, hash_password


async def test_a_hash_fits_its_password_only():
    hashed = await hash_password("the river runs past the mill")
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await fits(hashed, "the river runs past the mill")
    assert not await fits(hashed, "the river runs past the hill")


async def test_the_same_password_hashes_differently():
    assert await hash_password("x" * 12) != await hash_password("x" * 12)


async def test_nobody_has_a_password_but_pays_the_same():
    assert NOBODY.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert not await fits(None, "anything")


async def test_a_damaged_hash_fits_nothing():
    assert not await fits("$argon2id$nonsense", "anything")
