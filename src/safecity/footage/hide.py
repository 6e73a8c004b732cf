"""What it costs to leave private areas out of a recording, in words for the camera's page."""

from __future__ import annotations

# decoded, filled, encoded: 100 ms for a second of 1280 x 720 at 15 (bench/masks.py, one machine)
NS_A_PIXEL = 7.2


def hiding_cost(width: int = 1280, height: int = 720, fps: float = 15) -> str:
    """About how much processor time it takes, as a sentence."""
    ms = width * height * fps * NS_A_PIXEL / 1e6
    return (
        f"Each picture is decoded and coded anew, which takes about {round(ms, -1):.0f} ms of processor time for each "
        f"second of {width} x {height} at {fps:g} pictures a second."
    )
