"""A city that pretends, from outside: cameras with faults, officers, callers; for the demo, training and load tests.

In: a seed and the address of a running house.   Out: RTSP streams, and requests as browsers and phones make them.
Promise: it has no way in that a real city would not have, and it stops at once when told.
"""

from safecity.simulator.browser import Browser, Refused, Unreachable
from safecity.simulator.cameras_main import serve_cameras
from safecity.simulator.city import City, PlannedBureau, PlannedCamera, PlannedPerson, PlannedUnit, plan_city
from safecity.simulator.drive import Plot, drive_people
from safecity.simulator.report import GapSeen, Summary, as_json, as_text, missing, summarise
from safecity.simulator.scenes.draw import NotDrawn, Wanted, draw_films

__all__ = [
    "Browser",
    "City",
    "GapSeen",
    "NotDrawn",
    "PlannedBureau",
    "PlannedCamera",
    "PlannedPerson",
    "PlannedUnit",
    "Plot",
    "Refused",
    "Summary",
    "Unreachable",
    "Wanted",
    "as_json",
    "as_text",
    "draw_films",
    "drive_people",
    "missing",
    "plan_city",
    "serve_cameras",
    "summarise",
]
