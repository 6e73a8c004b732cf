"""Moments as people write them at the command line, and as it prints them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from safecity.base import BadInput, from_ms, to_ms


def moment_ms(text: str, zone: str) -> int:
    """A moment such as 2026-11-22T06:00, in the city's time where it names no zone. Raises BadInput."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"{text!r} is no moment; write one such as 2026-11-22T06:00.") from error
    return to_ms(moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone)))


def written(at_ms: int, zone: str) -> str:
    """A moment in the city's time, to the millisecond, with its distance from UTC."""
    return from_ms(at_ms).astimezone(ZoneInfo(zone)).isoformat(sep=" ", timespec="milliseconds")
