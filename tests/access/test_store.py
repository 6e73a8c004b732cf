"""What rows hold, and what they never hold."""

from __future__ import annotations

from safecity.access.model import PermitState, Role
from safecity.access.store import BureauRow, PermitRow, PersonRow, roles_json, roles_of, token_sha256
from safecity.base import Place, from_ms


def test_roles_come_back_as_they_went():
    roles = frozenset({Role.OPERATOR, Role.AUDITOR})
    assert roles_json(roles) == '["auditor","operator"]'
    assert roles_of(roles_json(roles)) == roles


def test_a_token_is_kept_as_its_hash():
    assert len(token_sha256("secret")) == 64
    assert "secret" not in token_sha256("secret")


def test_rows_become_nouns():
    person = PersonRow("1", "A. Name", "a.name", '["desk"]', "CEN", "$argon2id$").person()
    assert "argon2" not in repr(person)
    bureau = BureauRow("CEN", "Central", "[[0,0],[0,1],[1,1]]").bureau()
    assert bureau.polygon == (Place(0, 0), Place(0, 1), Place(1, 1))


def test_a_granted_permit_expires_by_the_clock():
    row = PermitRow(
        "p", "export", "h", "court", "r", PermitState.GRANTED, "person:1", 0, "person:2", 1000, 60
    )
    assert row.permit(from_ms(999)).state is PermitState.GRANTED
    assert row.permit(from_ms(1000)).state is PermitState.EXPIRED
