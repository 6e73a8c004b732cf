"""Small masked pictures along a timeline: one look is written down for a camera and a span, not one a picture.

Whoever scrubs sees tens of pictures in a second. A fact for each would say less, not more, so the fact names the whole
span that is looked through, before the first picture of it. It counts for ten minutes; another span is another look.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from safecity.access import Action, allow
from safecity.base import Actor, BadInput, Node
from safecity.footage.look import look
from safecity.footage.model import LookForm, Span
from safecity.footage.ports import Eyes

COUNTS_FOR_S = 600.0
KEPT_FOR_S = 300.0
LONGEST_MS = 31 * 86_400_000
MOST_PICTURES = 1_000
MOST_VIEWERS = 1_000
STEP_MS = 1_000


@dataclass
class Scrubbing:
    """Who looks through what, and the pictures of the last five minutes; in memory, for one event loop."""

    node: Node
    eyes: Eyes
    _told: OrderedDict[tuple[str, str], list[tuple[Span, float]]] = field(
        default_factory=OrderedDict[tuple[str, str], list[tuple[Span, float]]]
    )
    _kept: OrderedDict[tuple[str, int, int], tuple[bytes, float]] = field(
        default_factory=OrderedDict[tuple[str, int, int], tuple[bytes, float]]
    )

    async def picture(
        self, by: Actor, *, viewer: str, camera: str, at_ms: int, span: Span, width: int
    ) -> bytes:
        """The masked JPEG of the second of a moment within `span`; `viewer` is one sitting, such as a session.

        Raises NotAllowed before anything is shown, BadInput for a span that is none, PictureWithheld with the reason.
        """
        allow(by, Action.LOOK)
        if not span[0] <= at_ms < span[1] or span[1] - span[0] > LONGEST_MS:
            raise BadInput("The moment lies in the span that is looked through, which has at most 31 days.")
        await self._tell(by, viewer, camera, at_ms, span)
        second = at_ms // STEP_MS
        now_s = self.node.clock.monotonic()
        kept = self._kept.get((camera, second, width))
        if kept is not None and now_s - kept[1] < KEPT_FOR_S:
            return kept[0]
        data = await self.eyes.snapshot(camera, width=width, at_ms=second * STEP_MS)
        self._kept[camera, second, width] = data, now_s
        while len(self._kept) > MOST_PICTURES:
            self._kept.popitem(last=False)
        return data

    async def _tell(self, by: Actor, viewer: str, camera: str, at_ms: int, span: Span) -> None:
        """Writes the look down, unless a span that was told within ten minutes holds the moment."""
        now_s = self.node.clock.monotonic()
        told = [each for each in self._told.get((viewer, camera), []) if now_s - each[1] < COUNTS_FOR_S]
        if any(start <= at_ms < end for (start, end), _ in told):
            return
        await look(self.node, by, camera=camera, form=LookForm.SCRUB, from_ms=span[0], to_ms=span[1])
        self._told[viewer, camera] = [*told, (span, now_s)]
        self._told.move_to_end((viewer, camera))
        while len(self._told) > MOST_VIEWERS:
            self._told.popitem(last=False)
