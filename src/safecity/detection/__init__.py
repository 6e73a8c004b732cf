"""What is in the picture: things, never names.

In: what the eyes saw in keyframes, told through their outboxes.   Out: sightings, as facts and on the timeline.
Promise: an arrival is a sighting within three seconds; nobody is ever recognised, here or from camera to camera.
"""

from safecity.detection.events import SightingEnded, SightingStarted
from safecity.detection.model import Box, Over, Sighting, Started, snapshot_key
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
    "Blob",
    "Box",
    "Command",
    "EndSighting",
    "ExtendSighting",
    "Limits",
    "Look",
    "Over",
    "Sighting",
    "SightingEnded",
    "SightingStarted",
    "StartSighting",
    "Started",
    "Story",
    "snapshot_key",
]
