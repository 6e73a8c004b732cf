"""Devices: where they are, what they may see, whether they are well.

In: addresses that an administrator gives, signals that recorders send.   Out: cameras and their health.
Promise: a camera always has someone who answers for it, and its password is never seen again.
"""

from safecity.cameras.add import add
from safecity.cameras.change import change
from safecity.cameras.events import CameraAdded, CameraChanged, CameraHealthChanged, CameraRemoved
from safecity.cameras.find import camera, cameras, health
from safecity.cameras.import_csv import Imported, RefusedRow, import_csv
from safecity.cameras.model import Camera, Health, HealthState, Regime, Shape, Signal, Transport
from safecity.cameras.ports import (
    AudioCodec,
    AudioTrack,
    CameraAbsent,
    CameraGone,
    CameraRefused,
    CameraSilent,
    Codec,
    HidingFailed,
    NotVideo,
    Picture,
    Sink,
    Sound,
    Track,
    Wire,
    WireError,
)
from safecity.cameras.remove import remove
from safecity.cameras.report_health import report_health
from safecity.cameras.rules import Command, Dial, Reach, Report, hide_password, signal_of

__all__ = [
    "AudioCodec",
    "AudioTrack",
    "Camera",
    "CameraAbsent",
    "CameraAdded",
    "CameraChanged",
    "CameraGone",
    "CameraHealthChanged",
    "CameraRefused",
    "CameraRemoved",
    "CameraSilent",
    "Codec",
    "Command",
    "Dial",
    "Health",
    "HealthState",
    "HidingFailed",
    "Imported",
    "NotVideo",
    "Picture",
    "Reach",
    "RefusedRow",
    "Regime",
    "Report",
    "Shape",
    "Signal",
    "Sink",
    "Sound",
    "Track",
    "Transport",
    "Wire",
    "WireError",
    "add",
    "camera",
    "cameras",
    "change",
    "health",
    "hide_password",
    "import_csv",
    "remove",
    "report_health",
    "signal_of",
]
