import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safecity.base import Unreadable
from safecity.simulator.fleet.script import BadScript, FaultRow, Mix, parse_script, read_script
from safecity.simulator.rtsp import FaultKind

SCRIPT = """
seed = 7

[fleet]
udp = 0.2
h265 = 0.1

[[fault]]
kind = "loss"
rate = 0.005

[[fault]]
kind = "offline"
cameras = "50%"
at_s = 60
for_s = 10
every_s = 300
spread_s = 200
"""


def test_a_script_is_a_table_of_faults():
    script = parse_script(SCRIPT)
    assert (script.seed, script.mix) == (7, Mix(udp=0.2, h265=0.1))
    assert script.faults == (
        FaultRow(kind=FaultKind.LOSS, value=0.005),
        FaultRow(kind=FaultKind.OFFLINE, cameras="50%", at_s=60, for_s=10, every_s=300, spread_s=200),
    )


def test_the_same_script_may_be_written_as_json(tmp_path: Path):
    file = tmp_path / "script.json"
    file.write_text(json.dumps({"fault": [{"kind": "sdp", "form": "junk"}]}))
    assert read_script(file).faults == (FaultRow(kind=FaultKind.SDP, form="junk"),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[fault]]\nkind = 'rain'", "Fault 1: kind is one of refuse, stall"),
        ("[[fault]]\nkind = 'loss'", "Fault 1: loss needs rate."),
        ("[[fault]]\nkind = 'loss'\nrate = 5", "Fault 1: rate is a number from 0 to 1, not 5."),
        ("[[fault]]\nkind = 'stall'\nrate = 0.5", "Fault 1 does not know 'rate'; it knows kind, cameras"),
        ("[[fault]]\nkind = 'sdp'\nform = 'long'", "form is one of right, no_sets"),
        ("[[fault]]\nkind = 'stall'\nevery_s = 5\nfor_s = 9", "it comes back after 5 s"),
        ("[[fault]]\nkind = 'bye'\nfor_s = 9", "bye happens at one moment"),
        ("[[fault]]\nkind = 'stall'\ncameras = 7", "cameras is a text"),
        ("fault = 3", "Faults are a list of tables"),
        ("[fleet]\nudp = 2", "fleet: udp is a number from 0 to 1, not 2."),
        ("speed = 3", "The script does not know 'speed'"),
        ("seed = 'x'", "seed is a whole number"),
        ("[[fault]", "The script is no TOML"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, words: str):
    with pytest.raises(BadScript) as caught:
        parse_script(text)
    assert words in caught.value.sentence


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["seed", "fault", "fleet", "kind", "rate", "at_s"]), inner)
        ),
    )
)
def test_whatever_is_written_it_is_followed_or_refused(found: object):
    with suppress(BadScript):
        parse_script(json.dumps(found), is_json=True)


def test_a_file_that_is_away_is_named(tmp_path: Path):
    with pytest.raises(Unreadable, match=r"away\.toml"):
        read_script(tmp_path / "away.toml")
