"""Evidence: what is kept for a court.

In: an incident, a camera and a span of time; footage; the journal; the node's key.
Out: holds on footage, and sealed exports that anyone can check without us.
Promise: what is held is not deleted; what is handed over is the camera's own bytes, whole, and took two persons.
"""

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
    "Checkpoint",
    "Edge",
    "NodeHash",
    "PublicKey",
    "Signer",
    "Tile",
    "check_consistency",
    "check_inclusion",
    "consistency",
    "edge_tiles",
    "fold",
    "inclusion",
    "leaf_hash",
    "open_checkpoint",
    "open_note",
    "read_checkpoint",
    "read_path",
    "root_at",
]
