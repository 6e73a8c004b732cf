"""Time as a parameter."""

import asyncio
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from safecity.base import RealClock, SetClock, from_ms, to_ms


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9000, 1, 1), timezones=st.just(UTC)))
def test_milliseconds_survive_the_round_trip(moment: datetime):
    assert to_ms(from_ms(to_ms(moment))) == to_ms(moment)
    assert abs(from_ms(to_ms(moment)) - moment).total_seconds() < 0.001


def test_milliseconds_are_those_of_the_moment(clock: SetClock):
    clock.pass_(seconds=1.5)
    assert clock.now_ms() == to_ms(clock.now())
    real = RealClock()
    before = to_ms(real.now())
    assert before <= real.now_ms() <= to_ms(real.now())


def test_the_real_clock_knows_its_zone():
    clock = RealClock()
    assert clock.now().tzinfo is UTC
    assert clock.monotonic() <= clock.monotonic()


async def test_sleepers_wake_in_order_once_their_time_has_come(clock: SetClock):
    woken: list[str] = []

    async def sleeper(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append(name)

    async with asyncio.TaskGroup() as group:
        group.create_task(sleeper("late", 60))
        group.create_task(sleeper("soon", 5))
        await asyncio.sleep(0)
        clock.pass_(seconds=4)
        await asyncio.sleep(0)
        assert woken == []
        clock.pass_(seconds=1)
        await asyncio.sleep(0)
        assert woken == ["soon"]
        clock.pass_(minutes=1)
    assert woken == ["soon", "late"]
    assert clock.monotonic() == 65
