"""Whether a camera's own clock is right, from what it says and when that came. Pure.

A camera that tells its time (RFC 3550 section 6.4.1) is compared with the time of receipt. Packets are held up on the
way, so of a span of time the picture that was held up least counts. All times are milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass

WRONG_MS = 1_000  # a clock that is off by more deserves a look;
RIGHT_MS = 800  # one that is off by less is right again
WINDOW_MS = 15_000  # so long it is watched before anything is said
NEWS_SHARE = 0.5  # an offset that changed by so much of itself is said again


@dataclass(frozen=True)
class ClockSeen:
    """What is to be told of a camera's clock: positive offsets are ahead of ours."""

    camera: str
    is_wrong: bool
    offset_ms: int


class CameraClock:
    """The story of one camera's clock: groups of pictures go in; what is news comes out, at most once in 15 s."""

    def __init__(self, camera: str) -> None:
        self._camera = camera
        self._since_ms: int | None = None
        self._best_ms = 0
        self._said: ClockSeen | None = None

    def saw(self, received_ms: int, offset_ms: int) -> ClockSeen | None:
        """Pictures came at `received_ms`; by the least delayed of them the camera's clock is so far ahead of ours."""
        since_ms = self._since_ms
        if (
            since_ms is None or not 0 <= received_ms - since_ms < 4 * WINDOW_MS
        ):  # a pause, or our clock was set
            self._since_ms, self._best_ms = received_ms, offset_ms
            return None
        self._best_ms = max(self._best_ms, offset_ms)
        if received_ms - since_ms < WINDOW_MS:
            return None
        best_ms = self._best_ms
        self._since_ms = None
        return self._news(best_ms)

    def _news(self, offset_ms: int) -> ClockSeen | None:
        said = self._said
        was_wrong = said is not None and said.is_wrong
        is_wrong = abs(offset_ms) > (RIGHT_MS if was_wrong else WRONG_MS)
        if said is not None and said.is_wrong == is_wrong:
            moved_ms = abs(offset_ms - said.offset_ms)
            if not is_wrong or moved_ms <= max(WRONG_MS, abs(said.offset_ms) * NEWS_SHARE):
                return None
        self._said = ClockSeen(self._camera, is_wrong, offset_ms)
        return self._said
