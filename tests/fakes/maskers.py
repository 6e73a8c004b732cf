"""Maskers that pass, refuse, break or hang, when a test says so."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace

import numpy as np

from safecity.footage import PictureWithheld, Pixels


class GreyMasker:
    """Hides everything."""

    def mask(self, pixels: Pixels) -> Pixels:
        half = np.full_like(pixels.u, 128)
        return replace(pixels, y=np.full_like(pixels.y, 104), u=half, v=half)


@dataclass
class MoodyMasker:
    """Does what `mood` says at the moment: `shows`, `withholds`, `breaks` or `hangs` (until it is freed)."""

    mood: str = "shows"
    freed: threading.Event = field(default_factory=threading.Event)
    masked: int = 0

    def mask(self, pixels: Pixels) -> Pixels:
        self.masked += 1
        if self.mood == "withholds":
            raise PictureWithheld("The empty scene is not known yet.")
        if self.mood == "breaks":
            message = "the masker is broken on purpose"
            raise RuntimeError(message)
        if self.mood == "hangs":
            self.freed.wait(60)
        return GreyMasker().mask(pixels)
