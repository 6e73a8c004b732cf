"""Brings groups of pictures into their files."""

from __future__ import annotations

from collections.abc import Callable

from safecity.footage.write import SegmentFile


class AppendAtOnce:
    """Fills `ports.Writer` in the caller's own time: for disks that never make anyone wait, and for tests."""

    def append(
        self,
        file: SegmentFile,
        data: bytes,
        end_ms: int,
        pictures: int,
        done: Callable[[OSError | None], None],
    ) -> None:
        """As `ports.Writer`; `done` is called before this returns."""
        try:
            file.append(data, end_ms, pictures)
        except OSError as error:
            done(error)
        else:
            done(None)

    async def drained(self) -> None:
        """As `ports.Writer`: nothing ever waits."""
