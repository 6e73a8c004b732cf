"""Oversight: who looked, who came, how fast, and why.

In: the journal of every room.
Out: the log nobody can quietly change, proofs, response times, looks, and the public report.
Promise: any edit, deletion or reordering of the journal is found and named; figures are exact; no small cell is public.
"""

from safecity.oversight.erase import erase_entry
from safecity.oversight.events import EntryErased
from safecity.oversight.extend import LogBroken, append_new, extend
from safecity.oversight.keep_times import keep_times
from safecity.oversight.looks import looks
from safecity.oversight.model import (
    Cell,
    Figure,
    LookCount,
    PublicCell,
    PublicReport,
    Response,
    Span,
    Standing,
    Times,
    Verdict,
)
from safecity.oversight.prove import prove_entry, prove_growth, root_of
from safecity.oversight.publish import checkpoint, standing, tile
from safecity.oversight.report import public_report
from safecity.oversight.times import response_times
from safecity.oversight.verify import verify
from safecity.oversight.vouch import Keys, load_keys

__all__ = [
    "Cell",
    "EntryErased",
    "Figure",
    "Keys",
    "LogBroken",
    "LookCount",
    "PublicCell",
    "PublicReport",
    "Response",
    "Span",
    "Standing",
    "Times",
    "Verdict",
    "append_new",
    "checkpoint",
    "erase_entry",
    "extend",
    "keep_times",
    "load_keys",
    "looks",
    "prove_entry",
    "prove_growth",
    "public_report",
    "response_times",
    "root_of",
    "standing",
    "tile",
    "verify",
]
