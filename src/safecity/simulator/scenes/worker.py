"""A process that draws films: `python -m safecity.simulator.scenes.worker FOLDER 1 3 5`.

It writes a line for each step (`3 0.25`: camera 3 is a quarter done) and ends when nobody reads it any more.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from safecity.simulator.scenes.draw import film_path
from safecity.simulator.scenes.film import draw_film


def main(arguments: Sequence[str]) -> int:
    """Draws the films of the cameras named, one after the other."""
    folder, *cameras = arguments
    for camera in cameras:

        def tell(share: float, camera: str = camera) -> None:
            sys.stdout.write(f"{camera} {share:.3f}\n")
            sys.stdout.flush()

        with suppress(BrokenPipeError):
            draw_film(int(camera), film_path(Path(folder), int(camera)), tell)
            continue
        return 1  # whoever asked is gone
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
