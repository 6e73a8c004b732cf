"""How fast a live picture plays: `pace.js` in a real browser, with its times given."""

from __future__ import annotations

from pathlib import Path

import pytest

from safecity.base import Node
from ui.stage import CHROMIUM, open_stage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(120),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is the browser"),
]
# Forty pictures, ten a second, `late` of which came as many ms late as said; what is shown lies `lead` before them.
RATE = """async ([late, lead]) => {
  const { Pace } = await import("/static/js/pace.js");
  const pace = new Pace();
  for (let n = 0; n < 40; n++) pace.arrived(n * 100, 5000 + n * 100 + (late[n] ?? 0));
  return pace.rate(3900 - lead, 8900);
}"""


async def test_the_pace_follows_when_pictures_come(real_node: Node, tmp_path: Path):
    async with open_stage(real_node, tmp_path) as stage:
        page = (await stage.screen(None)).page
        await page.goto(f"{stage.base}/signin")

        async def rate(lead_ms: int, late: dict[str, int] | None = None) -> float:
            return await page.evaluate(RATE, [late or {}, lead_ms])

        assert await rate(40) == 1, "each comes a little before its turn"
        assert await rate(5) < 1, "each comes just when it is due: some room is made"
        assert 1 < await rate(120) < await rate(400), "they wait for their turn: the sooner the better"
        three, four = {"20": 500, "30": 500, "35": 400}, {"20": 400, "25": 400, "30": 400, "35": 400}
        assert await rate(40, three) == 1, "three late pictures hold nobody up"
        assert await rate(40, four) < 1, "a line on which more are late is given room"
        assert await rate(440, four) == 1, "and has it then"
        assert await rate(40, {"20": 400, "21": 300, "22": 200, "23": 100}) < 1, (
            "as is one that stands now and then"
        )
        assert await rate(40, {"2": 500, "5": 500, "7": 500, "9": 500}) == 1, "what was long ago is forgotten"
        empty = "async () => new (await import('/static/js/pace.js')).Pace().rate(0, 0)"
        assert await page.evaluate(empty) == 1, "nothing has come yet"
