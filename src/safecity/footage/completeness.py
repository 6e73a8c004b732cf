"""How complete footage is, as sums of time over segments and gaps. Pure.

Of a span of time, each millisecond is exactly one of: recorded; lost for a cause that is told; too short a hole to be
told (less than 2 s); or unexplained, which must never be. A camera is **online** when it was to be recorded and could
be reached and sent what can be recorded: all time but gaps that are planned, the camera's own, or of a camera that
could not be reached. Completeness is recorded time divided by online time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from safecity.footage.model import Cause, Gap, Span
from safecity.footage.rules import GAP_MS, joined, without

OFFLINE = frozenset({Cause.CAMERA, Cause.PLANNED})


@dataclass(frozen=True, kw_only=True)
class Completeness:
    """Sums for one camera, or for many: all in milliseconds.

    `span_ms` is what was asked for. `lost_ms` has time lost by cause; of the network's, `unreachable_ms` is without a
    link to the camera. `brief_ms` is holes of less than 2 s, `unexplained_ms` longer ones without a gap.
    `damaged` pictures are recorded ones that decoders have to guess at, counted by whole files.
    """

    span_ms: int = 0
    recorded_ms: int = 0
    lost_ms: dict[Cause, int] = field(default_factory=dict)
    unreachable_ms: int = 0
    brief_ms: int = 0
    unexplained_ms: int = 0
    gaps: int = 0
    damaged: int = 0

    @property
    def online_ms(self) -> int:
        """For how long it could have been recorded."""
        offline_ms = sum(ms for cause, ms in self.lost_ms.items() if cause in OFFLINE)
        return self.span_ms - offline_ms - self.unreachable_ms

    @property
    def share(self) -> float | None:
        """Recorded time as a share of online time, from 0 to 1; None where it was never online."""
        return self.recorded_ms / self.online_ms if self.online_ms > 0 else None

    @property
    def wanted_share(self) -> float | None:
        """Recorded time as a share of all time but planned gaps: whatever the reason, this is what there is."""
        wanted_ms = self.span_ms - self.lost_ms.get(Cause.PLANNED, 0)
        return self.recorded_ms / wanted_ms if wanted_ms > 0 else None


def complete(recorded: Iterable[Span], gaps: Iterable[Gap], from_ms: int, to_ms: int) -> Completeness:
    """One camera's sums over a span. Where a gap overlaps footage the gap counts, where gaps overlap the first.

    A gap that lasts counts up to `to_ms`.
    """
    whole = [(from_ms, to_ms)]
    told = sorted(gaps, key=lambda each: each.start_ms)
    left = whole
    lost: dict[Cause, int] = {}
    unreachable_ms = count = 0
    for gap in told:
        span = (max(gap.start_ms, from_ms), to_ms if gap.end_ms is None else min(gap.end_ms, to_ms))
        mine_ms = total_ms([span]) - total_ms(without([span], left)) if span[0] < span[1] else 0
        if not mine_ms:
            continue
        left = without(left, [span])
        count += 1
        lost[gap.cause] = lost.get(gap.cause, 0) + mine_ms
        if gap.cause is Cause.NETWORK and not gap.is_reachable:
            unreachable_ms += mine_ms
    holes = without(left, joined(recorded))
    brief_ms = total_ms(each for each in holes if each[1] - each[0] < GAP_MS)
    return Completeness(
        span_ms=to_ms - from_ms,
        recorded_ms=total_ms(left) - total_ms(holes),
        lost_ms=lost,
        unreachable_ms=unreachable_ms,
        brief_ms=brief_ms,
        unexplained_ms=total_ms(holes) - brief_ms,
        gaps=count,
    )


def summed(every: Sequence[Completeness]) -> Completeness:
    """The sums of many cameras."""
    return Completeness(
        span_ms=sum(each.span_ms for each in every),
        recorded_ms=sum(each.recorded_ms for each in every),
        lost_ms={
            cause: lost_ms
            for cause in Cause
            if (lost_ms := sum(each.lost_ms.get(cause, 0) for each in every))
        },
        unreachable_ms=sum(each.unreachable_ms for each in every),
        brief_ms=sum(each.brief_ms for each in every),
        unexplained_ms=sum(each.unexplained_ms for each in every),
        gaps=sum(each.gaps for each in every),
        damaged=sum(each.damaged for each in every),
    )


def total_ms(spans: Iterable[Span]) -> int:
    """How long spans are together."""
    return sum(end - start for start, end in spans)
