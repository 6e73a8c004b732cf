"""Exports footage as plain MP4, one film a camera (and one more where the form of its picture changed).

`export` takes the camera's own bytes, so what it writes is not masked; `export_shown` takes what eyes show, so without
leave nothing unmasked can get into it, and with leave no private area can. Either way the film's time zero is the
moment asked for (`plain`), and what is missing is missing in the film and named in `Film.missing`.
"""

from __future__ import annotations

import asyncio
import os
import re
import threading
from collections.abc import Callable, Sequence
from contextlib import aclosing
from pathlib import Path

from safecity.base import NotFound, Unavailable
from safecity.cameras import Track
from safecity.footage.cut import NOTHING, transfer, wanted
from safecity.footage.model import Film, Segment
from safecity.footage.plain import FilmTables
from safecity.footage.play import Archive, segments
from safecity.footage.ports import Chunk, Ended, Eyes, Progress, Started, Unmasked, Withheld
from safecity.footage.unfmp4 import read_chunk, read_init
from safecity.footage.write import sync_folder

PATIENCE_S = 60.0  # an eye that shows nothing for so long will not
AS_FAST_AS_IT_GOES = 0.0
_NO_ANSWER = "The process that masks pictures does not answer."
_Parts = list[tuple[Path, int, int]]  # file, offset, size: where a film's media lie


class _Stopped(Exception):
    """Nobody waits for the export any more."""


async def export(
    archive: Archive, cameras: Sequence[str], from_ms: int, to_ms: int, into: Path, *, progress: Progress
) -> list[Film]:
    """Writes the span of several cameras as films into an empty folder, unmasked. They are on the disk when it returns.

    Cameras without footage make no film. Raises NotFound where none has any, Unavailable for a file that is not as the
    index says, Unreadable, OSError, IndexAway. Memory grows by some 20 bytes a picture.
    """
    stopped = threading.Event()

    def told(done: int, total: int) -> None:
        if stopped.is_set():
            raise _Stopped
        progress(done, total)

    found = {each: segments(archive, each, from_ms, to_ms) for each in dict.fromkeys(cameras)}
    try:
        films = await asyncio.to_thread(_export, archive.file, found, from_ms, to_ms, into, told)
    except (EOFError, FileNotFoundError) as error:
        raise Unavailable(
            f"A file of the footage is not as the index says ({error}); rebuild the index."
        ) from error
    finally:
        stopped.set()
    if not films:
        raise NotFound(NOTHING)
    return films


async def export_shown(
    eyes: Eyes,
    cameras: Sequence[str],
    from_ms: int,
    to_ms: int,
    into: Path,
    *,
    width: int,
    progress: Progress,
    unmasked: Unmasked | None = None,
    patience_s: float = PATIENCE_S,
) -> list[Film]:
    """Writes the span as masked films, coded anew, at most `width` pixels wide, as fast as the eyes go.

    What could not be masked is missing. With leave to see `unmasked`, private areas alone are filled, and every picture
    carries the mark of who has leave. Raises NotFound where nothing at all could be shown, Unavailable where an eye
    shows no picture for `patience_s`, OSError.
    """
    films: list[Film] = []
    every = list(dict.fromkeys(cameras))
    lasts_ms = to_ms - from_ms
    for number, camera in enumerate(every):
        shelf = _Masked(camera, from_ms, to_ms, into)
        reason = _NO_ANSWER
        try:
            watched = eyes.watch(
                camera, at_ms=from_ms, width=width, rate=AS_FAST_AS_IT_GOES, unmasked=unmasked
            )
            async with (  # eyes watch in generators, and one that is not closed goes on
                aclosing(watched) as pictures,
                asyncio.timeout(patience_s) as limit,
            ):
                async for shown in pictures:
                    if isinstance(shown, Withheld):
                        reason = shown.reason
                        continue
                    limit.reschedule(asyncio.get_running_loop().time() + patience_s)
                    if isinstance(shown, Ended) or not shelf.take(shown):
                        break
                    progress(number * lasts_ms + shelf.reached_ms - from_ms, len(every) * lasts_ms)
            films += await asyncio.to_thread(shelf.finish)
        except TimeoutError:
            raise Unavailable(f"The pictures of camera {camera} could not be masked. {reason}") from None
        finally:
            shelf.close()
        progress((number + 1) * lasts_ms, len(every) * lasts_ms)
    if not films:
        raise NotFound(NOTHING)
    return films


class _Masked:
    """One camera's masked pictures on their way to films: media go to a file aside, tables stay in memory."""

    def __init__(self, camera: str, from_ms: int, to_ms: int, into: Path) -> None:
        self.reached_ms = from_ms
        self._camera, self._from_ms, self._to_ms, self._into = camera, from_ms, to_ms, into
        self._path = into / f".{_plain_name(camera)}.media"
        self._media = self._path.open("xb")
        self._at = 0
        self._done: list[tuple[FilmTables, _Parts]] = []
        self._tables: FilmTables | None = None
        self._begun_at = 0

    def take(self, shown: Started | Chunk) -> bool:
        """Takes what an eye shows; False once the span is over."""
        if isinstance(shown, Started):
            self._begin(read_init(lambda at, size: shown.init[at : at + size])[0])
            return True
        if shown.wall_ms >= self._to_ms:
            return False
        fragment = read_chunk(shown.data, shown.wall_ms)
        if fragment is not None and self._tables is not None and self._tables.add(fragment):
            self._media.write(shown.data[fragment.data_offset : fragment.data_offset + fragment.media_size])
            self.reached_ms = max(self.reached_ms, shown.wall_ms)
        return True

    def _begin(self, track: Track) -> None:
        """Another form of picture makes another film."""
        if self._tables is None or self._tables.track != track:
            self._end()
            self._tables = FilmTables(track, self._from_ms, self._to_ms)

    def _end(self) -> None:
        if self._tables is not None and self._tables.pictures:
            size = self._tables.bytes
            self._done.append((self._tables, [(self._path, self._at, size)]))
            self._at += size
        self._tables = None

    def finish(self) -> list[Film]:
        """The films, on the disk."""
        self._end()
        self._media.flush()
        films = [
            _written(self._camera, number, tables, parts, self._into, _unheard)
            for number, (tables, parts) in enumerate(self._done)
        ]
        sync_folder(self._into)
        return films

    def close(self) -> None:
        """Takes the file aside away."""
        self._media.close()
        self._path.unlink(missing_ok=True)


def _unheard(_: int) -> None:
    pass


def _export(  # noqa: PLR0917  as `export`
    file_of: Callable[[Segment], Path],
    found: dict[str, list[Segment]],
    from_ms: int,
    to_ms: int,
    into: Path,
    progress: Progress,
) -> list[Film]:
    films: list[Film] = []
    total, done = sum(each.bytes for some in found.values() for each in some), 0
    for camera, some in found.items():
        expected = sum(each.bytes for each in some)
        written = 0

        def told(size: int, before: int = done, most: int = expected) -> None:
            nonlocal written
            written += size
            progress(before + min(written, most), total)

        for number, (tables, parts) in enumerate(_planned(file_of, some, from_ms, to_ms)):
            films.append(_written(camera, number, tables, parts, into, told))
        done += expected
        progress(done, total)
    sync_folder(into)
    return films


def _planned(
    file_of: Callable[[Segment], Path], found: Sequence[Segment], from_ms: int, to_ms: int
) -> list[tuple[FilmTables, _Parts]]:
    """The films of one camera: their tables, and where their media lie. Reads the heads of fragments only."""
    films: list[tuple[FilmTables, _Parts]] = []
    for segment, _, track, fragments in wanted(file_of, found, from_ms, to_ms):
        path = file_of(segment)
        for each in fragments:
            if not films or films[-1][0].track != track or not films[-1][0].reaches(each):
                films.append((FilmTables(track, from_ms, to_ms), []))
            tables, parts = films[-1]
            if tables.add(each):
                parts.append((path, each.data_offset, each.media_size))
    return [film for film in films if film[1]]


def _written(  # noqa: PLR0917  the parts of a film, and where it goes
    camera: str,
    number: int,
    tables: FilmTables,
    parts: _Parts,
    into: Path,
    progress: Callable[[int], None],
) -> Film:
    path = into / f"{_plain_name(camera)}{f'-{number + 1}' if number else ''}.mp4"
    with path.open("xb") as out:
        out.write(tables.head())
        out.flush()
        source, opened = -1, None
        try:
            for file, offset, size in parts:
                if file != opened:
                    if opened is not None:
                        os.close(source)
                    source, opened = os.open(file, os.O_RDONLY | os.O_CLOEXEC), file
                transfer(source, offset, size, out.fileno())
                progress(size)
        finally:
            if opened is not None:
                os.close(source)
        out.seek(0, os.SEEK_END)
        out.write(tables.tail())
        out.flush()
        os.fsync(out.fileno())
        size = os.fstat(out.fileno()).st_size
    start_ms, end_ms = tables.span
    return Film(
        camera=camera,
        path=str(path),
        start_ms=start_ms,
        end_ms=end_ms,
        bytes=size,
        pictures=tables.pictures,
        missing=tuple(tables.missing),
    )


def _plain_name(camera: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]+", "-", camera)
