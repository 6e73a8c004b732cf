"""Empty scenes on the disk, as an eye writes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from safecity.cameras import Camera
from safecity.footage import (
    Area,
    EmptyScene,
    SceneMark,
    StoredScene,
    take_marks,
    write_durably,
    write_scene,
)

LEARNED_MS = 5_000
LAMP: Area = (0.5, 0.25, 0.25, 0.5)


def keep_scene(
    data: Path, camera: Camera, *, stream: str = "main", stamp: int = 6_000, learned_ms: int = LEARNED_MS
) -> None:
    """A plate of a camera: all of it is known but where a lamp was taken for a face."""
    planes = [np.full((48, 80), level, dtype=np.uint8) for level in (90, 128, 128)]
    scene = EmptyScene(planes[0], planes[1], planes[2], np.ones((48, 80), dtype=np.bool_))
    stored = take_marks(StoredScene(scene, None, learned_ms), [SceneMark(area=LAMP, at_ms=1)])
    write_durably(data / "plates" / camera.id / stream / f"{stamp}.npz", write_scene(stored))
