"""Keeps an eye on the storage folders: whose they are, whether they answer, how much room they have.

Each is looked at once a second, beside the event loop. What changed is told as a notice, so that people hear of a disk
that is full, read-only, slow or away while recording goes on in another. What is wrong now is kept with the index too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from safecity.base import Clock
from safecity.footage.folders import SILENT_WORDS, Folder, Folders, Look, look_at
from safecity.footage.identify import AWAY, FILE, OTHER, claim, mark_of
from safecity.footage.model import Segment, StorageNotice
from safecity.footage.note import Notebook
from safecity.footage.ports import Index, IndexAway, Writer
from safecity.footage.trouble import keep_trouble

SLOWEST_LOOK_S = 10.0
CHECKED_WORDS = "The footage on this disk is being checked."


@dataclass
class _Watched:
    """A folder, and what is known of it."""

    folder: Folder
    looking_since_s: float | None = None
    told: str | None = None
    trouble_ms: int | None = None
    kept: tuple[str, bool] | None = None
    found: Look | None = None
    is_mended: bool = False


class Storage:
    """Looks after the folders of one recorder."""

    def __init__(
        self, folders: Folders, index: Index, notebook: Notebook, writer: Writer, clock: Clock
    ) -> None:
        self.folders = folders
        self._watched = [_Watched(each) for each in folders.all]
        self._index = index
        self._notebook = notebook
        self._writer = writer
        self._clock = clock
        for each in folders.all:
            each.barred = CHECKED_WORDS

    def look(self) -> None:
        """Begins a look at each folder that is not being looked at; one that does not answer is in trouble."""
        for each in self._watched:
            if each.looking_since_s is None:
                self._look(each)
            elif self._clock.monotonic() - each.looking_since_s > SLOWEST_LOOK_S:
                each.folder.trouble = SILENT_WORDS
            if self._writer.relieve(each.folder):
                each.folder.trouble = SILENT_WORDS

    def unmended(self) -> list[Folder]:
        """Folders that were found well, but whose last files have not been checked yet."""
        return [each.folder for each in self._watched if each.folder.barred == CHECKED_WORDS and each.found]

    def mended(self, folder: Folder) -> None:
        """The last files in a folder are in order: it may be written to."""
        for each in self._watched:
            if each.folder is folder:
                each.is_mended, folder.barred = True, None

    def confirmed(self) -> list[Folder]:
        """Folders that are there and ours, so that files in them may be deleted."""
        return [each.folder for each in self._watched if each.folder.barred is None]

    def is_short(self) -> bool:
        """Whether a folder is in trouble or has too little room, so that forgetting should not wait."""
        return any(each.trouble or each.free_bytes < each.least_bytes for each in self.confirmed())

    def relieved(self, gone: Sequence[Segment]) -> None:
        """Files were deleted: their room counts until the next look, so that no more goes than need be."""
        for folder in self.folders.all:
            folder.free_bytes += sum(each.bytes for each in gone if each.store == folder.name)

    def is_answered(self) -> bool:
        """Whether every folder has been looked at once, or does not answer."""
        return all(each.looking_since_s is None or each.folder.trouble for each in self._watched)

    def tell(self, now_ms: int) -> None:
        """Tells which folders fell into trouble, or are well again, since last time; keeps what is wrong now."""
        goes_on = any(folder.is_well for folder in self.folders.all)
        for each in self._watched:
            words = None if each.folder.barred == CHECKED_WORDS else each.folder.words
            each.trouble_ms = None if words is None else each.trouble_ms or now_ms
            if each.kept != (words or "", goes_on):
                each.kept = words or "", goes_on
                keep_trouble(
                    self._notebook, each.folder.name, words or "", each.trouble_ms or now_ms, goes_on
                )
            if (words is None) != (each.told is None):
                body = StorageNotice(store=each.folder.name, words=words or "", goes_on=goes_on)
                self._notebook.notice(now_ms, "", "storage", body)
                each.told = words

    def _look(self, watched: _Watched) -> None:
        folder = watched.folder
        try:
            known = self._index.mark(mark_of(folder.name))
        except IndexAway:
            return  # then the last answer holds
        probes = folder.trouble is not None
        watched.looking_since_s = self._clock.monotonic()
        found: list[Look] = []

        def work() -> None:
            if known is None:
                claim(folder.root)
            found.append(look_at(folder.root, folder.root / FILE, probes=probes))

        self._writer.aside(
            folder,
            work,
            lambda error: self._found(watched, known, found[0] if found else None, error, probes),
        )

    def _found(
        self, watched: _Watched, known: str | None, look: Look | None, error: OSError | None, probed: bool
    ) -> None:
        folder = watched.folder
        watched.looking_since_s = None
        if look is None:
            if isinstance(error, FileNotFoundError):
                folder.barred = AWAY.format(root=folder.root)
            elif error is not None:
                self.folders.failed(folder, error)
                watched.found = watched.found or Look(None, 0)
            return
        if known is None and look.identity is not None:
            try:
                self._index.set_mark(mark_of(folder.name), look.identity)
            except IndexAway:
                return
        elif look.identity != known:
            folder.barred = (AWAY if look.identity is None else OTHER).format(root=folder.root)
            return
        watched.found, folder.free_bytes, folder.least_bytes = look, look.free_bytes, look.least_bytes
        folder.device = look.device
        folder.barred = None if watched.is_mended else CHECKED_WORDS
        if look.refusal is not None:
            self.folders.failed(folder, look.refusal)
        elif probed and not self._writer.waiting(folder):
            folder.trouble = None
