"""A process that draws films: `python -m safecity.simulator.scenes.worker FOLDER 1:h264 3:h265 5:h264:small`.

It writes a line for each step (`3 0.25`: camera 3 is a quarter done) and ends when nobody reads it any more.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from safecity.simulator.scenes.draw import Wanted, film_path
from safecity.simulator.scenes.film import draw_film


def main(arguments: Sequence[str]) -> int:
    """Draws the films that are named, one after the other."""
    folder, *words = arguments
    for film in map(Wanted.of, words):

        def tell(share: float, camera: int = film.camera) -> None:
            sys.stdout.write(f"{camera} {share:.3f}\n")
            sys.stdout.flush()

        with suppress(BrokenPipeError):
            place = film_path(Path(folder), film.camera)
            small = film_path(Path(folder), film.camera, small=True) if film.small else None
            draw_film(film.camera, place, tell, coding=film.coding, small=small)
            continue
        return 1  # whoever asked is gone
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
