"""The thread that does pixel work."""

from __future__ import annotations

import asyncio
import threading

from safecity.adapters.vision.worker import Worker


def boom() -> int:
    message = "on purpose"
    raise RuntimeError(message)


async def test_work_comes_back_with_its_value_or_its_error():
    worker = Worker("test")
    done = await worker.do(lambda: 6 * 7, 5)
    failed = await worker.do(boom, 5)
    assert done is not None
    assert done.value == 42
    assert failed is not None
    assert isinstance(failed.error, RuntimeError)
    worker.close()


async def test_jobs_are_done_in_order_in_one_thread_while_the_loop_is_free():
    worker, seen = Worker("test"), list[tuple[int, str]]()
    jobs = (worker.do(lambda n=n: seen.append((n, threading.current_thread().name)), 5) for n in range(20))
    await asyncio.gather(*jobs)
    assert seen == [(n, "test") for n in range(20)]
    worker.close()


async def test_a_thread_that_hangs_is_left_behind_and_those_who_wait_are_served():
    worker, freed = Worker("test"), threading.Event()
    stuck = asyncio.gather(worker.do(lambda: freed.wait(60), 0.05), worker.do(lambda: "next", 5))
    hung, after = await stuck
    assert hung is None
    assert after is not None
    assert after.value == "next"
    again = await worker.do(lambda: "again", 5)
    assert again is not None
    assert again.value == "again"
    freed.set()
    worker.close()


async def test_waiting_for_ones_turn_is_not_slowness():
    worker, gate = Worker("test"), threading.Event()
    first = asyncio.gather(worker.do(lambda: gate.wait(60), 30), worker.do(lambda: "patient", 0.2))
    await asyncio.get_running_loop().run_in_executor(None, gate.wait, 0.4)
    gate.set()
    _, second = await first
    assert second is not None
    assert second.value == "patient"
    worker.close()


async def test_threads_are_daemons_so_that_nothing_keeps_the_process_alive():
    worker = Worker("test")
    daemon = await worker.do(lambda: threading.current_thread().daemon, 5)
    assert daemon is not None
    assert daemon.value
    worker.close()


async def test_ending_waits_for_the_work_under_way_and_for_threads_left_behind():
    worker, freed = Worker("test-end"), threading.Event()
    assert await worker.do(lambda: freed.wait(60), 0.05) is None  # left behind
    under_way = asyncio.get_running_loop().create_task(worker.do(lambda: freed.wait(60), 60))
    while running("test-end") != 2:
        await asyncio.sleep(0.01)
    ending = asyncio.get_running_loop().create_task(worker.end(30))
    freed.set()
    assert await ending
    assert running("test-end") == 0
    await under_way


async def test_ending_does_not_wait_for_ever():
    worker, freed = Worker("test-hangs"), threading.Event()
    await worker.do(lambda: freed.wait(60), 0.01)
    assert not await worker.end(0.05)
    freed.set()
    assert await worker.end(30)


async def test_who_gave_up_waiting_has_no_turn():
    worker, gate, seen = Worker("test"), threading.Event(), list[str]()
    first = asyncio.get_running_loop().create_task(worker.do(lambda: gate.wait(60), 60))
    second = asyncio.get_running_loop().create_task(worker.do(lambda: seen.append("second"), 60))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    gate.set()
    await first
    assert await worker.end(30)
    assert seen == []


def running(name: str) -> int:
    return sum(thread.name == name for thread in threading.enumerate())
