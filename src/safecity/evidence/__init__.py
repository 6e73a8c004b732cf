"""Evidence: what is kept for a court.

In: an incident, a camera and a span of time; footage; the journal; the node's key.
Out: holds on footage, sealed exports that anyone can check without us, and films of several cameras.
Promise: what is held is not deleted; what is handed over is the camera's own bytes, whole, and took two persons.
"""

from safecity.evidence.ask_export import ask_export, drop_export, exports, find_export, judge_export
from safecity.evidence.check import check
from safecity.evidence.deliver_export import deliver_export
from safecity.evidence.events import (
    EvidenceExported,
    EvidenceHeld,
    EvidenceReleased,
    ExportAsked,
    ExportDelivered,
    ExportFailed,
    ExportForgotten,
    ExportReady,
)
from safecity.evidence.export import export
from safecity.evidence.hold import find_hold, hold, holds, release
from safecity.evidence.model import Delivery, ExportedFile, ExportJob, ExportState, Hold, Verdict
from safecity.evidence.ports import Seal
from safecity.evidence.prove import BadProof, check_proof, proof_text
from safecity.evidence.run_exports import forget_exports, run_exports, run_next
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
    "Delivery",
    "Edge",
    "EvidenceExported",
    "EvidenceHeld",
    "EvidenceReleased",
    "ExportAsked",
    "ExportDelivered",
    "ExportFailed",
    "ExportForgotten",
    "ExportJob",
    "ExportReady",
    "ExportState",
    "ExportedFile",
    "Hold",
    "NodeHash",
    "PublicKey",
    "Seal",
    "Signer",
    "Tile",
    "Verdict",
    "ask_export",
    "check",
    "check_consistency",
    "check_inclusion",
    "check_proof",
    "consistency",
    "deliver_export",
    "drop_export",
    "edge_tiles",
    "export",
    "exports",
    "find_export",
    "find_hold",
    "fold",
    "forget_exports",
    "hold",
    "holds",
    "inclusion",
    "judge_export",
    "leaf_hash",
    "open_checkpoint",
    "open_note",
    "proof_text",
    "read_checkpoint",
    "read_path",
    "release",
    "root_at",
    "run_exports",
    "run_next",
]
