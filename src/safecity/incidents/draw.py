"""Draws a table of states as a Mermaid diagram, for the room pages; a test compares page and table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

State = TypeVar("State", bound=str)
Move = TypeVar("Move", bound=str)


def drawn(table: Mapping[tuple[State, Move], State], first: str) -> str:
    """The diagram's text, one line a transition, in the table's order."""
    lines = [f"    {before} --> {after}: {move}" for (before, move), after in table.items()]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {first}", *lines])
