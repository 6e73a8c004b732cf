"""What the cameras saw: recorded, kept for as long as the law says, played, masked, forgotten.

In: streams of cameras.   Out: segments, gaps with a cause, masked pictures.
Promise: no silent gap, nothing on disk that is not playable, nothing held that is deleted, no unmasked picture shown.
"""

from safecity.footage.fmp4 import Sample, fragment, init_segment, mime
from safecity.footage.model import (
    Cause,
    Clip,
    Gap,
    Hold,
    Notice,
    PlannedCamera,
    RecorderPlan,
    Segment,
    Span,
    Timeline,
)
from safecity.footage.ports import (
    Chunk,
    Ended,
    Eyes,
    Feed,
    Index,
    IndexAway,
    Listener,
    Live,
    PictureWithheld,
    Shown,
    Started,
    Withheld,
)
from safecity.footage.unfmp4 import CodedSample, Fragment, read_fragments, read_init

__all__ = [
    "Cause",
    "Chunk",
    "Clip",
    "CodedSample",
    "Ended",
    "Eyes",
    "Feed",
    "Fragment",
    "Gap",
    "Hold",
    "Index",
    "IndexAway",
    "Listener",
    "Live",
    "Notice",
    "PictureWithheld",
    "PlannedCamera",
    "RecorderPlan",
    "Sample",
    "Segment",
    "Shown",
    "Span",
    "Started",
    "Timeline",
    "Withheld",
    "fragment",
    "init_segment",
    "mime",
    "read_fragments",
    "read_init",
]
