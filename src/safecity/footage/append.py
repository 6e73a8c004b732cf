"""Brings groups of pictures into their files."""

from __future__ import annotations

from collections.abc import Callable

from safecity.footage.folders import Folder
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

    def aside(self, folder: Folder, work: Callable[[], None], done: Callable[[OSError | None], None]) -> None:  # noqa: ARG002
        """As `ports.Writer`; it is done when this returns."""
        try:
            work()
        except OSError as error:
            done(error)
        else:
            done(None)

    def waiting(self, folder: Folder) -> int:  # noqa: ARG002
        """As `ports.Writer`: nothing ever waits."""
        return 0

    def relieve(self, folder: Folder) -> bool:  # noqa: ARG002
        """As `ports.Writer`: nothing ever waits."""
        return False

    async def drained(self) -> None:
        """As `ports.Writer`: nothing ever waits."""
