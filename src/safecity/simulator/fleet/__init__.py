"""A fleet of pretended cameras that misbehave by script, and that know what they really sent.

In: how many, and a table of faults.   Out: RTSP on a port for each camera, and in the end the truth.
Promise: with the same script and seed, the same camera does the same thing wrong at the same second.
"""

from safecity.simulator.fleet.plan import FleetCamera, plan_fleet
from safecity.simulator.fleet.reels import Look, Reels, make_reels
from safecity.simulator.fleet.script import BadScript, FaultRow, Mix, Script, parse_script, read_script
from safecity.simulator.fleet.serve import Fleet, run_fleet, serve_fleet
from safecity.simulator.fleet.truth import CameraTruth, Sent, Truth, as_json, as_text

__all__ = [
    "BadScript",
    "CameraTruth",
    "FaultRow",
    "Fleet",
    "FleetCamera",
    "Look",
    "Mix",
    "Reels",
    "Script",
    "Sent",
    "Truth",
    "as_json",
    "as_text",
    "make_reels",
    "parse_script",
    "plan_fleet",
    "read_script",
    "run_fleet",
    "serve_fleet",
]
