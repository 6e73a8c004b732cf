"""Catches up after a start: each camera's last files are checked, and the index is brought up to what they hold."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

from safecity.base import Clock, Supervisor
from safecity.footage.folders import Folder
from safecity.footage.mend import files_of, mend
from safecity.footage.model import Segment
from safecity.footage.note import ALIVE, Notebook
from safecity.footage.ports import Index, IndexAway, Writer

log = logging.getLogger(__name__)
T = TypeVar("T")
FEW_FILES = 100  # listed before a camera is recorded, when the index has lost all others
SLOWEST_S = 10.0


class CatchUp:
    """Catches up for the cameras of one recorder."""

    def __init__(
        self, index: Index, notebook: Notebook, writer: Writer, clock: Clock, supervisor: Supervisor
    ) -> None:
        self._index = index
        self._notebook = notebook
        self._writer = writer
        self._clock = clock
        self._supervisor = supervisor

    async def find_end(self, camera: str, folders: Sequence[Folder], now_ms: int) -> tuple[int, bool]:
        """Where this camera's explained past ends, after its last files were mended; and whether they could be."""
        try:
            newest = self._index.newest(camera)
            gap = next((each for each in self._index.open_gaps() if each.camera == camera), None)
            alive_ms = int(self._index.mark(ALIVE) or now_ms)
        except IndexAway:
            return now_ms, False
        end_ms = newest.end_ms if newest else None
        is_mended = bool(folders) and await self.mend(camera, folders)
        if is_mended:
            mended = self._index.newest(camera)
            end_ms = mended.end_ms if mended else None
        if gap is not None:  # nobody ended it, because the recorder died: it lasted as long as that was alive
            gap_end_ms = max(alive_ms, gap.start_ms)
            self._notebook.end_gap(gap, gap_end_ms, now_ms)
            end_ms = max(gap_end_ms, end_ms or 0)
        return (now_ms if end_ms is None else end_ms), is_mended

    async def mend(self, camera: str, folders: Sequence[Folder]) -> bool:
        """Brings the index up to what the camera's last files hold. False where that could not be done yet."""
        try:
            for folder in folders:
                newest = self._index.newest(camera, folder.name)
                if newest is None:
                    await self._list_unlisted(camera, folder)
                else:
                    self._list(
                        await self.beside(folder, lambda n=newest, f=folder: mend(f, camera, n)), folder
                    )
        except (OSError, IndexAway) as error:
            log.warning("The last files of camera %s cannot be checked yet: %s", camera, error)
            return False
        return True

    async def _list_unlisted(self, camera: str, folder: Folder) -> None:
        """The index knows nothing of this camera: its last files are listed now, older ones while it is recorded."""
        paths = await self.beside(folder, lambda: list(files_of(folder.root, camera)))
        first = paths[-FEW_FILES] if len(paths) > FEW_FILES else ""
        self._list(await self.beside(folder, lambda: mend(folder, camera, None, since=first)), folder)
        if first:
            self._supervisor.start(
                f"relist {camera} {folder.name}", lambda: self._relist(camera, folder, first)
            )

    async def _relist(self, camera: str, folder: Folder, before: str) -> None:
        """Lists a camera's files of before a path, newest first and a few at a time."""
        paths = await self.beside(folder, lambda: list(files_of(folder.root, camera, before=before)))
        while paths:
            since = paths[-FEW_FILES:][0]
            span = (since, before)
            found = await self.beside(folder, lambda s=span: mend(folder, camera, None, s[1], since=s[0]))
            self._list(found, folder)
            before = since
            del paths[-FEW_FILES:]
            await self._clock.sleep(0.1)  # recording comes first

    def _list(self, found: list[Segment], folder: Folder) -> None:
        struck_off = {each.path for each in self._index.garbage(1_000_000, folder.name)}
        with self._index.together():
            for segment in found:
                if segment.path not in struck_off:
                    self._index.add_segment(segment)

    async def beside(self, folder: Folder, work: Callable[[], T]) -> T:
        """What a piece of work in a folder came to. Raises OSError, also where its disk does not answer."""
        came: asyncio.Future[OSError | None] = asyncio.get_running_loop().create_future()
        found: list[T] = []

        def answered(error: OSError | None) -> None:
            if not came.done():
                came.set_result(error)

        self._writer.aside(folder, lambda: found.append(work()), answered)
        try:
            error = await asyncio.wait_for(came, SLOWEST_S)
        except TimeoutError as late:
            raise OSError(f"the disk of {folder.root} does not answer") from late
        if error is not None:
            raise error
        return found[0]
