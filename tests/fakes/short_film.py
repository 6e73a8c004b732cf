"""A film of a few seconds that is quickly made: a square that walks over grey, a keyframe each second."""

# PyAV's own types leave its packets open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

FPS = 10


def short_film(path: Path, seconds: int = 3) -> Path:
    """Writes an MP4 with H.264, 320 x 180 pixels, 10 pictures a second."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream(
            "libx264", rate=FPS, options={"g": str(FPS), "bf": "0", "preset": "ultrafast"}
        )
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.codec_context.thread_count = 1  # one slice a picture
        for number in range(seconds * FPS):
            picture = np.full((180, 320, 3), 90, np.uint8)
            picture[60:100, number * 5 : number * 5 + 40] = 220
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode(None))
    return path
