"""An RTSP 1.0 server of H.264 that stands in for cameras, with faults by script.

In: finished pictures (`Reel`).   Out: RTSP, RTP and RTCP.   Promise: what a real camera does wrong, it does on time.
"""

from safecity.simulator.rtsp.challenge import Challenge, Scheme
from safecity.simulator.rtsp.mount import Fault, FaultKind, Mount
from safecity.simulator.rtsp.reel import BadReel, Reel, load_reel
from safecity.simulator.rtsp.server import CameraServer

__all__ = [
    "BadReel",
    "CameraServer",
    "Challenge",
    "Fault",
    "FaultKind",
    "Mount",
    "Reel",
    "Scheme",
    "load_reel",
]
