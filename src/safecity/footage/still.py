"""Notices a camera that is alive but frozen: it sends the very same coded picture, and nothing that moves. Pure.

A sensor's noise makes even a still scene's keyframes differ in some bit, so the very same bytes for 10 s are no scene.
Coders number their keyframes in turns (idr_pic_id, ITU-T H.264 7.4.3), so each is compared with the last two.
"""

from __future__ import annotations

from collections.abc import Sequence

from safecity.cameras import Picture

STILL_MS = 10_000
# pictures between keyframes that have more than this of the keyframe's bytes show something
CHANGE_SHARE = 0.05


class Still:
    """The story of one camera's keyframes."""

    def __init__(self) -> None:
        self._last: list[list[bytes]] = []
        self._since_ms: int | None = None

    def saw(self, group: Sequence[Picture]) -> bool:
        """Whether the camera has sent the very same picture for 10 s and more, this group included."""
        key = group[0]
        if not key.is_key:
            return self._since_ms is not None and group[-1].received_ms - self._since_ms >= STILL_MS
        is_same = key.nals in self._last
        if is_same and len(group) > 1:
            is_same = sum(each.size for each in group) - key.size <= CHANGE_SHARE * key.size
        self._last = [*self._last[-1:], key.nals]
        if not is_same:
            self._since_ms = None
        elif self._since_ms is None:
            self._since_ms = key.received_ms
        return self._since_ms is not None and not 0 <= group[-1].received_ms - self._since_ms < STILL_MS
