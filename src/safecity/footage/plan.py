"""Tells each recorder which cameras are its own, in a file that it re-reads when it changes.

So a recorder needs nothing of the control process: it goes on with its last plan when all else is dead. Plans hold
cameras' addresses with passwords; only the owner may read them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from safecity.base import Unreadable
from safecity.cameras import Camera
from safecity.footage.durable import remove_durably, write_durably
from safecity.footage.keeping import CITY, Keep, Keeping
from safecity.footage.model import CameraKeep, ClassKeep, PlannedCamera, RecorderPlan


def recorder_of(camera: str, recorders: int) -> int:
    """Which of so many recorders takes a camera: the same for ever, and few move when their number changes.

    Each recorder draws a number for the camera (SHA-256); the highest wins (rendezvous hashing).
    """
    return max(range(recorders), key=lambda each: hashlib.sha256(f"{camera}/{each}".encode()).digest())


def plan_file(data: Path, recorder: int) -> Path:
    """Where a recorder's plan lies."""
    return data / "plan" / f"recorder-{recorder}.json"


def plans(
    every: Iterable[Camera], recorders: int, standing: Mapping[str, Keeping] | None = None
) -> list[RecorderPlan]:
    """What each recorder is to do; cameras in the order of their ids.

    `standing` are the rules of retention that stand. Limits of bytes of the city and of classes are shared out evenly.
    """
    standing = standing or {}
    shares: list[list[PlannedCamera]] = [[] for _ in range(recorders)]
    left: list[list[CameraKeep]] = [[] for _ in range(recorders)]
    present: set[str] = set()
    for camera in sorted(every, key=lambda each: each.id):
        present.add(camera.id)
        shares[recorder_of(camera.id, recorders)].append(
            _planned(camera, standing.get(f"camera:{camera.id}"))
        )
    for subject, each in sorted(standing.items()):
        name = subject.removeprefix("camera:")
        if name != subject and name not in present:
            keep = CameraKeep(
                id=name, retention=each.keep.of, keep_days=each.keep.days, keep_bytes=each.keep.bytes
            )
            left[recorder_of(name, recorders)].append(keep)
    city = _shared("", standing[CITY], recorders) if CITY in standing else None
    classes = tuple(
        _shared(subject.removeprefix("class:"), each, recorders)
        for subject, each in sorted(standing.items())
        if subject.startswith("class:")
    )
    return [
        RecorderPlan(cameras=tuple(share), city=city, classes=classes, left=tuple(gone))
        for share, gone in zip(shares, left, strict=True)
    ]


def _planned(camera: Camera, known: Keeping | None) -> PlannedCamera:
    keep = known.keep if known else Keep(days=camera.keep_days, bytes=camera.keep_bytes, of=camera.retention)
    return PlannedCamera(
        id=camera.id,
        url=camera.url,
        sub_url=camera.sub_url,
        transport=camera.transport,
        audio=camera.audio,
        record=camera.record,
        enabled=camera.enabled,
        hide=camera.privacy_areas if camera.hide_in_recording else (),
        retention=keep.of,
        keep_days=keep.days,
        keep_bytes=keep.bytes,
    )


def _shared(name: str, standing: Keeping, recorders: int) -> ClassKeep:
    keep = standing.keep
    size = None if keep.bytes is None else max(1, keep.bytes // recorders)
    return ClassKeep(name=name, days=keep.days, bytes=size, since_ms=standing.since_ms)


def write_plans(
    data: Path, every: Iterable[Camera], recorders: int, standing: Mapping[str, Keeping] | None = None
) -> None:
    """Writes the plans that changed, durably; takes away those of recorders that are no more. Raises OSError."""
    made = plans(every, recorders, standing)
    for number, plan in enumerate(made):
        file, content = plan_file(data, number), msgspec.json.encode(plan)
        if not file.exists() or file.read_bytes() != content:
            write_durably(file, content)
    for file in (data / "plan").glob("recorder-*.json"):
        number = file.stem.removeprefix("recorder-")
        if number.isdigit() and int(number) >= recorders:
            remove_durably(file)


def read_plan(file: Path) -> RecorderPlan:
    """A recorder's plan; an empty one where there is no file. Raises Unreadable, OSError."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=RecorderPlan)
    except FileNotFoundError:
        return RecorderPlan()
    except msgspec.DecodeError as error:
        raise Unreadable(f"The plan {file.name} cannot be read: {error}.") from error
