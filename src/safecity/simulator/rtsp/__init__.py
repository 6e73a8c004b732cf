"""An RTSP 1.0 server of H.264, H.265 and sound that stands in for cameras, with faults by script.

In: finished pictures (`Reel`) and sound (`Voice`).   Out: RTSP, RTP and RTCP.
Promise: what a real camera or its network does wrong, it does on time.
"""

from safecity.simulator.rtsp.challenge import Challenge, Scheme
from safecity.simulator.rtsp.describe import SdpForm
from safecity.simulator.rtsp.mount import DARK, MOMENTS, Fault, FaultKind, Mount
from safecity.simulator.rtsp.reel import BadReel, Reel, load_reel
from safecity.simulator.rtsp.server import CameraServer, Ledger
from safecity.simulator.rtsp.sound import Voice, VoiceCodec, make_voice

__all__ = [
    "DARK",
    "MOMENTS",
    "BadReel",
    "CameraServer",
    "Challenge",
    "Fault",
    "FaultKind",
    "Ledger",
    "Mount",
    "Reel",
    "Scheme",
    "SdpForm",
    "Voice",
    "VoiceCodec",
    "load_reel",
    "make_voice",
]
