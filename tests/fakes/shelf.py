"""A shelf of footage: files on disk and an index that lists them, without a camera."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from safecity.adapters.stores.footage_index import FootageIndex
from safecity.footage import Archive, Cause, Gap, Segment

MINUTE_MS = 60_000


@dataclass(frozen=True)
class Shelf:
    """Puts footage where recorders put it."""

    archive: Archive
    index: FootageIndex

    def put(self, camera: str, start_ms: int, content: bytes, *, growing: bytes = b"") -> Segment:
        """A minute of footage; `growing` are bytes behind its end that the index does not list yet."""
        path = f"{camera}/{start_ms}.mp4"
        file = self.archive.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content + growing)
        segment = Segment(
            camera=camera,
            start_ms=start_ms,
            end_ms=start_ms + MINUTE_MS,
            path=path,
            bytes=len(content),
            pictures=900,
        )
        self.index.add_segment(segment)
        return segment

    def lack(self, camera: str, start_ms: int, end_ms: int) -> None:
        """A gap, for which the network is to blame."""
        words = "Nothing answers at the camera's address."
        self.index.open_gap(
            Gap(camera=camera, start_ms=start_ms, end_ms=None, cause=Cause.NETWORK, words=words)
        )
        self.index.close_gap(camera, start_ms, end_ms)


def shelf(folder: Path) -> Shelf:
    """An empty shelf; close its index afterwards."""
    index = FootageIndex(folder / "index" / "recorder-0.db", writable=True)
    return Shelf(Archive(folder, {"recorder-0": index}), index)
