"""What is in the picture: things, never names.

In: what the eyes saw in keyframes, told through their outboxes.   Out: sightings, as facts and on the timeline.
Promise: an arrival is a sighting within three seconds; nobody is ever recognised, here or from camera to camera.
"""

from safecity.detection.accept import ENDED, EYE_OPENED, STARTED, accept, keep_accepting
from safecity.detection.events import SightingEnded, SightingStarted
from safecity.detection.find import finders, sighting, sightings
from safecity.detection.model import (
    Box,
    EyePlan,
    Opened,
    Over,
    Sighting,
    Started,
    WatchedCamera,
    snapshot_key,
)
from safecity.detection.plan import (
    eye_of,
    eye_plan_file,
    keep_eyes_planned,
    read_eye_plan,
    write_eye_plans,
)
from safecity.detection.ports import Outbox
from safecity.detection.rules import (
    Blob,
    Command,
    EndSighting,
    ExtendSighting,
    Limits,
    Look,
    StartSighting,
    Story,
)

__all__ = [
    "ENDED",
    "EYE_OPENED",
    "STARTED",
    "Blob",
    "Box",
    "Command",
    "EndSighting",
    "ExtendSighting",
    "EyePlan",
    "Limits",
    "Look",
    "Opened",
    "Outbox",
    "Over",
    "Sighting",
    "SightingEnded",
    "SightingStarted",
    "StartSighting",
    "Started",
    "Story",
    "WatchedCamera",
    "accept",
    "eye_of",
    "eye_plan_file",
    "finders",
    "keep_accepting",
    "keep_eyes_planned",
    "read_eye_plan",
    "sighting",
    "sightings",
    "snapshot_key",
    "write_eye_plans",
]
