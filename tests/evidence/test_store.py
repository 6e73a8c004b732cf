"""Rows of evidence."""

from __future__ import annotations

import pytest

from safecity.base import BadInput, Node, NotFound
from safecity.evidence.store import checked_reason, one


def test_a_reason_is_a_few_words():
    assert checked_reason("  Case 7 ") == "Case 7"
    for text in ("", " \n", "x" * 501):
        with pytest.raises(BadInput):
            checked_reason(text)


async def test_a_hold_that_is_not_there(node: Node):
    with pytest.raises(NotFound):
        await one(node.database, "nothing")
