"""From a camera's coded picture to a masked fragment: decode, mask, scale, encode. Runs in a worker thread."""

from __future__ import annotations

from safecity.adapters.vision.decode import Decoder
from safecity.adapters.vision.encode import Encoded, Encoder
from safecity.adapters.vision.masker import scaled
from safecity.cameras import Picture, Track
from safecity.footage import Masker

FULL_WIDTH = 640  # plates, masks and the largest masked tiles


class Pipeline:
    """The pictures of one stream, in order, for everyone who watches them at one width."""

    def __init__(self, track: Track, masker: Masker, width: int) -> None:
        self._decoder = Decoder(track, max(FULL_WIDTH, width))
        self._masker = masker
        self._width = width
        self._encoder: Encoder | None = None

    @property
    def mime(self) -> str:
        """The type of what was encoded; there once something was."""
        return self._encoder.mime if self._encoder else ""

    @property
    def init(self) -> bytes:
        """The initialisation segment; there once something was encoded."""
        return self._encoder.init if self._encoder else b""

    def skip(self, picture: Picture) -> None:
        """Decodes a picture that nobody needs to see, so that the next ones can be decoded."""
        self._decoder.decode(picture)

    def show(self, picture: Picture, *, key: bool = False) -> list[Encoded]:
        """The masked fragments that a picture gives, usually one. Raises what the masker raises."""
        shown: list[Encoded] = []
        for pixels in self._decoder.decode(picture):
            masked = scaled(self._masker.mask(pixels), self._width)
            if self._encoder is None:
                height, width = masked.y.shape
                self._encoder = Encoder(width, height)
            shown.append(self._encoder.encode(masked, key=key))
        return shown
