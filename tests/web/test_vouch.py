"""What the pages say about the log."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from fakes.website import open_town
from safecity.base import Node, SetClock
from safecity.oversight import Verdict
from safecity.web.vouch import EVERY_S, Vouch


async def test_one_check_serves_all_who_ask_while_it_runs(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        begun, go = 0, asyncio.Event()

        async def slow() -> Verdict:
            nonlocal begun
            begun += 1
            await go.wait()
            return Verdict(ok=True, sentence="All 3 entries are as they were written.", entries=3)

        vouch = Vouch(replace(town.house, verify=slow))
        asked = [asyncio.get_running_loop().create_task(vouch.check()) for _ in range(3)]
        await asyncio.sleep(0)
        go.set()
        views = await asyncio.gather(*asked)
        assert begun == 1
        assert [each.size for each in views] == [3, 3, 3]
        assert vouch.latest is views[0]


async def test_the_log_is_checked_now_and_then(node: Node, clock: SetClock, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        verdicts = [
            Verdict(ok=True, sentence="Whole.", entries=3),
            Verdict(ok=False, sentence="Entry 2 was changed.", entries=4, entry=2),
        ]

        async def check() -> Verdict:
            return verdicts.pop(0)

        vouch = Vouch(replace(town.house, verify=check))
        watching = asyncio.get_running_loop().create_task(vouch.watch())
        for size in (3, 4):
            while vouch.latest is None or vouch.latest.size != size:
                await asyncio.sleep(0)
            if size == 3:
                clock.pass_(seconds=EVERY_S)
        watching.cancel()
        assert vouch.latest is not None
        assert (vouch.latest.ok, vouch.latest.sentence) == (False, "Entry 2 was changed.")
        assert vouch.latest.at == clock.now()
