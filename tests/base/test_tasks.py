"""The supervisor: a task that fails is started again, and the others never notice."""

import asyncio
import logging

import pytest

from safecity.base import SetClock, Supervisor, attempt


async def test_a_task_that_fails_is_started_again_after_a_pause(
    clock: SetClock, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.CRITICAL, logger="safecity.base.tasks")
    runs: list[float] = []
    steady = asyncio.Event()

    async def shaky() -> None:
        runs.append(clock.monotonic())
        if len(runs) < 3:
            raise OSError("the disk is away")
        steady.set()

    supervisor = Supervisor(clock)
    supervisor.start("shaky", shaky)
    while not steady.is_set():
        await asyncio.sleep(0)
        clock.pass_(seconds=1)
    await supervisor.close()
    assert len(runs) == 3
    assert runs[2] - runs[1] >= 1


async def test_stopping_a_task_leaves_no_task_behind(clock: SetClock):
    supervisor = Supervisor(clock)
    supervisor.start("waits", lambda: clock.sleep(1e9))
    await asyncio.sleep(0)
    supervisor.stop("waits")
    supervisor.stop("was never there")
    await supervisor.close()
    assert len(asyncio.all_tasks()) == 1


def test_an_outcome_keeps_what_was_raised_for_the_one_who_waits():
    error = ValueError("no")

    def fail() -> int:
        raise error

    assert attempt(lambda: 7).value == 7
    assert attempt(fail).error is error
