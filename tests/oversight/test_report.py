"""What everyone may see."""

from __future__ import annotations

from fakes.intruder import KEYS, happen, tamper
from safecity.base import Node
from safecity.evidence import open_checkpoint
from safecity.oversight import append_new, public_report

ADD = (
    "INSERT INTO response (incident, bureau, kind, priority, raised_ms, answered_ms, declared_ms, on_scene_ms)"
    " VALUES (:incident, :bureau, 'fight', 1, 0, 1000, 1000, 61000)"
)


async def test_the_report_tells_figures_and_gives_a_checkpoint_to_keep(node: Node):
    for number in range(14):
        await tamper(node.database, ADD, incident=str(number), bureau="CEN" if number < 8 else "WES")
    await happen(node, 3)
    await append_new(node, KEYS)
    report = await public_report(node, from_ms=0, to_ms=10_000)
    assert (report.city.incidents, report.city.answer_p50_s, report.city.arrive_p90_s) == (14, 1.0, 60.0)
    assert [(each.bureau, each.incidents) for each in report.bureaus] == [("CEN", 8), ("WES", 6)]
    assert report.checkpoint is not None
    assert open_checkpoint(report.checkpoint, KEYS.public).size == 3


async def test_small_bureaus_stay_unseen_and_the_report_says_so(node: Node):
    for number in range(14):
        await tamper(node.database, ADD, incident=str(number), bureau="CEN" if number < 12 else "WES")
    report = await public_report(node, from_ms=0, to_ms=10_000)
    assert [each.incidents for each in report.bureaus] == [None, None]
    assert any("fewer than 5 incidents are withheld" in note for note in report.notes)
    assert report.checkpoint is None
