"""Chance from a seed: the demo city is the same city each time."""

from __future__ import annotations

from random import Random


def chance_of(seed: int, what: str) -> Random:
    """Repeatable chance for one purpose; another purpose with the same seed gets another sequence."""
    return Random(f"{seed} {what}")  # noqa: S311  (a pretended city has no secrets)
