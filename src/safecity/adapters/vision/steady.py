"""When pictures belong, by their camera's own even clock rather than by when the network brought each.

A picture that was held up on its way was taken no later: shown by its arrival it would stumble, and of two that came
together one would be passed over. So its moment is its RTP time (RFC 3550 section 5.1), and as much more as the picture
that came soonest of late was behind its own.
"""

from __future__ import annotations

FOLLOW_MS = 0.2  # a picture: 500 millionths at 2.5 pictures a second, further apart no two clocks run
FAR_MS = 1_000  # the camera has set its clock, or another stream began


class Steady:
    """The moments of one stream's pictures on our wall clock: even steps, and none after the picture was received."""

    def __init__(self, clock_hz: int) -> None:
        self._clock_hz = clock_hz
        self._behind_ms: float | None = None

    def at_ms(self, time: int, received_ms: int) -> int:
        """When the picture with this RTP time, which was received then, belongs."""
        camera_ms = time * 1000 / self._clock_hz
        behind_ms = received_ms - camera_ms
        if self._behind_ms is None or not 0 <= behind_ms - self._behind_ms <= FAR_MS:
            self._behind_ms = behind_ms
        else:
            self._behind_ms = min(self._behind_ms + FOLLOW_MS, behind_ms)
        return min(round(camera_ms + self._behind_ms), received_ms)
