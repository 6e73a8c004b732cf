"""Live pictures for many from one watch: those in this process who see the same camera in the same way share it.

The eye's frames are read once for all of them. Whoever joins later begins at the last keyframe, about a second back,
and so need not wait for the next. Recorded pictures and snapshots are nobody's but one's own, and pass through.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress

from safecity.adapters.links.viewer import Viewer
from safecity.footage import Chunk, Ended, Eyes, Shown, Started, Unmasked, Withheld

MOST_KEPT = 60  # chunks since the last keyframe
GONE = "The pictures are over; it is tried again."

_Key = tuple[str, int, Unmasked | None]


class SharedEyes:
    """Fills `footage.Eyes` over other eyes."""

    def __init__(self, eyes: Eyes) -> None:
        self._eyes = eyes
        self._lines: dict[_Key, _Line] = {}

    async def watch(
        self,
        camera: str,
        *,
        at_ms: int | None,
        width: int,
        rate: float = 1.0,
        unmasked: Unmasked | None = None,
    ) -> AsyncGenerator[Shown, None]:
        """As `footage.Eyes`."""
        if at_ms is not None:
            recorded = self._eyes.watch(camera, at_ms=at_ms, width=width, rate=rate, unmasked=unmasked)
            async with aclosing(recorded) as items:
                async for shown in items:
                    yield shown
            return
        key = camera, width, unmasked
        line = self._lines.get(key)
        if line is None or line.over:
            line = self._lines[key] = _Line(
                lambda: self._eyes.watch(camera, at_ms=None, width=width, unmasked=unmasked)
            )
        viewer = line.join()
        try:
            while True:
                shown = await viewer.next()
                yield shown
                if isinstance(shown, Ended):
                    return
        finally:
            if line.leave(viewer) and self._lines.get(key) is line:
                del self._lines[key]

    async def snapshot(
        self, camera: str, *, width: int, at_ms: int | None = None, unmasked: Unmasked | None = None
    ) -> bytes:
        """As `footage.Eyes`."""
        return await self._eyes.snapshot(camera, width=width, at_ms=at_ms, unmasked=unmasked)


class _Line:
    """One watch, and those who share it. It begins with the first of them and ends with the last."""

    def __init__(self, watch: Callable[[], AsyncGenerator[Shown, None]]) -> None:
        self._watch = watch
        self._viewers: set[Viewer] = set()
        self._started: Started | None = None
        self._kept: list[Chunk] = []
        self._reason = ""
        self._task = asyncio.get_running_loop().create_task(self._run())

    @property
    def over(self) -> bool:
        """Whether nothing more comes."""
        return self._task.done()

    def join(self) -> Viewer:
        """A new viewer: the pictures since the last keyframe, or the reason why there are none."""
        viewer = Viewer()
        self._viewers.add(viewer)
        if self._reason:
            viewer.withhold(self._reason)
        for chunk in self._kept:
            self._pass(viewer, chunk)
        return viewer

    def leave(self, viewer: Viewer) -> bool:
        """A viewer has gone; true when it was the last, and the watch ends."""
        self._viewers.discard(viewer)
        if not self._viewers:
            self._task.cancel()
        return not self._viewers

    async def _run(self) -> None:
        with suppress(asyncio.CancelledError):
            async with aclosing(self._watch()) as items:
                async for shown in items:
                    self._hear(shown)
                    if isinstance(shown, Ended):
                        return
            self._hear(Ended(GONE))

    def _hear(self, shown: Shown) -> None:
        match shown:
            case Started():
                self._started, self._kept, self._reason = shown, [], ""
                for viewer in self._viewers:
                    viewer.begin_anew()
            case Chunk():
                if shown.is_key or len(self._kept) >= MOST_KEPT:
                    self._kept = []
                if shown.is_key or self._kept:
                    self._kept.append(shown)
                for viewer in self._viewers:
                    self._pass(viewer, shown)
            case Withheld(reason=reason):
                self._reason, self._kept = reason, []
                for viewer in self._viewers:
                    viewer.withhold(reason)
            case Ended(reason=reason):
                for viewer in self._viewers:
                    viewer.end(reason)

    def _pass(self, viewer: Viewer, chunk: Chunk) -> None:
        if self._started is not None:
            viewer.show(chunk, self._started)
