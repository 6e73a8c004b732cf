"""Evidence: what is kept for a court.

In: an incident, a camera and a span of time; footage; the journal; the node's key.
Out: holds on footage, and sealed exports that anyone can check without us.
Promise: what is held is not deleted; what is handed over is the camera's own bytes, whole, and took two persons.
"""

from safecity.evidence.check import check
from safecity.evidence.events import EvidenceExported, EvidenceHeld, EvidenceReleased
from safecity.evidence.export import export
from safecity.evidence.hold import find_hold, hold, holds, release
from safecity.evidence.model import Hold, Verdict
from safecity.evidence.ports import Seal
from safecity.evidence.prove import BadProof, check_proof, proof_text
from safecity.evidence.sign import (
    BadNote,
    Checkpoint,
    PublicKey,
    Signer,
    open_checkpoint,
    open_note,
    read_checkpoint,
)
from safecity.evidence.tree import (
    HASH,
    WIDTH,
    Edge,
    NodeHash,
    Tile,
    check_consistency,
    check_inclusion,
    consistency,
    edge_tiles,
    fold,
    inclusion,
    leaf_hash,
    read_path,
    root_at,
)

__all__ = [
    "HASH",
    "WIDTH",
    "BadNote",
    "BadProof",
    "Checkpoint",
    "Edge",
    "EvidenceExported",
    "EvidenceHeld",
    "EvidenceReleased",
    "Hold",
    "NodeHash",
    "PublicKey",
    "Seal",
    "Signer",
    "Tile",
    "Verdict",
    "check",
    "check_consistency",
    "check_inclusion",
    "check_proof",
    "consistency",
    "edge_tiles",
    "export",
    "find_hold",
    "fold",
    "hold",
    "holds",
    "inclusion",
    "leaf_hash",
    "open_checkpoint",
    "open_note",
    "proof_text",
    "read_checkpoint",
    "read_path",
    "release",
    "root_at",
]
