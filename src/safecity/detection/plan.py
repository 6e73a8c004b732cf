"""Tells each eye which cameras it looks at, in a file that it re-reads when it changes.

An eye goes on with its last plan when all else is dead. The plan holds shapes in the picture, and no address: an eye
hears cameras through their recorders only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

import msgspec

from safecity.base import Node, Unreadable, last_seq
from safecity.cameras import Camera, CameraAdded, CameraChanged, CameraRemoved, cameras
from safecity.detection.model import EyePlan, WatchedCamera
from safecity.footage import (
    PersonMarkedInScene,
    PlateRetaken,
    SceneBlockSpared,
    SceneMark,
    recorder_of,
    retaken_plates,
    scene_marks,
    write_durably,
)

TOLD = (CameraAdded, CameraChanged, CameraRemoved, PlateRetaken, PersonMarkedInScene, SceneBlockSpared)


def eye_of(camera: str, eyes: int) -> int:
    """Which of so many eyes looks at a camera: the same for ever."""
    return recorder_of(camera, eyes)


def eye_plan_file(data: Path, eye: int) -> Path:
    """Where an eye's plan lies."""
    return data / "plan" / f"eye-{eye}.json"


def write_eye_plans(
    data: Path,
    every: Iterable[Camera],
    eyes: int,
    recorders: int,
    *,
    retaken: Mapping[str, int] = MappingProxyType({}),
    marks: Mapping[str, tuple[SceneMark, ...]] = MappingProxyType({}),
) -> None:
    """Writes the plans that changed, durably. `retaken` says since when a camera's plate is to be taken anew.

    `marks` are what people said of places in cameras' plates.

    Raises OSError.
    """
    shares: list[list[WatchedCamera]] = [[] for _ in range(eyes)]
    for camera in sorted(every, key=lambda each: each.id):
        if camera.enabled:
            watched = WatchedCamera(
                id=camera.id,
                recorder=recorder_of(camera.id, recorders),
                has_sub=camera.sub_url is not None,
                plate_from_ms=retaken.get(camera.id, 0),
                keep_days=camera.keep_days,
                marks=marks.get(camera.id, ()),
                zones=camera.zones,
                masks=camera.masks,
                privacy_areas=camera.privacy_areas,
            )
            shares[eye_of(camera.id, eyes)].append(watched)
    for number, share in enumerate(shares):
        file, content = eye_plan_file(data, number), msgspec.json.encode(EyePlan(cameras=tuple(share)))
        if not file.exists() or file.read_bytes() != content:
            write_durably(file, content)


def read_eye_plan(file: Path) -> EyePlan:
    """An eye's plan; an empty one where there is no file. Raises Unreadable, OSError."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=EyePlan)
    except FileNotFoundError:
        return EyePlan()
    except msgspec.DecodeError as error:
        raise Unreadable(f"The plan {file.name} cannot be read: {error}.") from error


async def keep_eyes_planned(node: Node, data: Path, *, eyes: int, recorders: int) -> None:
    """Writes the plans now, and again whenever a camera joins, changes, leaves or has its plate mended; for ever."""
    since = await last_seq(node.database)
    await _write(node, data, eyes, recorders)
    async for fact in node.bus.subscribe(since):
        if isinstance(fact.event, TOLD):
            await _write(node, data, eyes, recorders)


async def _write(node: Node, data: Path, eyes: int, recorders: int) -> None:
    every = await cameras(node)
    retaken, marks = await retaken_plates(node), await scene_marks(node)
    await asyncio.to_thread(write_eye_plans, data, every, eyes, recorders, retaken=retaken, marks=marks)
