"""Who is looked for when: the searches of all tiles of an eye, one at a time, within a share of one core.

A search for faces takes thirty times as long as the rest of a masked picture, so tiles do not wait for it: they ask
here, go on with the answer before, and fetch the next one when it is there. The tile that was searched longest ago is
next. Two kinds of search do not wait for the budget: those of tiles that may show nothing without it (`urgent`), and
those that have waited for `OVERDUE_S`, so that more tiles than the budget can serve cost more, and are not withheld.
What a search raises is raised to the tile that asked. A search that hangs lets every answer grow old, which withholds
the pictures, and `stuck_s` tells the eye. The thread is no nicer than others: on a machine with far too much to do a
tile waits for its first answer, and the keyframes for the network that a search has taken.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from safecity.base import Outcome, attempt
from safecity.footage import Area, PictureWithheld, Plane

SHARE = 0.1  # of one core; an eye is one process of several, and the pictures themselves come first
OVERDUE_S = 8.0
END_S = 3.0


@dataclass(frozen=True)
class Found:
    """An answer: who is in the picture of a moment, and that picture in little."""

    faces: tuple[Area, ...]
    persons: tuple[Area, ...]
    at_ms: int
    glance: Plane


Search = Callable[[], Found]


class Searches(Protocol):
    """The searches of one tile."""

    @property
    def sound(self) -> bool:
        """Whether the last search, of any tile, came to an end without an error."""
        ...

    def ask(self, search: Search, *, urgent: bool) -> None:
        """Asks for a search, in place of one that has not begun."""
        ...

    def take(self, wait_s: float = 0.0) -> Found | None:
        """The newest answer that was not taken yet, waited for so long. Raises what the search raised."""
        ...


class AtOnce:
    """Fills `Searches` where pictures may wait: the search is over when `ask` returns."""

    sound = False

    def __init__(self) -> None:
        self._answer: Found | None = None

    def ask(self, search: Search, *, urgent: bool) -> None:  # noqa: ARG002  each is
        """As `Searches`. Raises what the search raises."""
        self._answer = search()

    def take(self, wait_s: float = 0.0) -> Found | None:  # noqa: ARG002  it is there or never will be
        """As `Searches`."""
        answer, self._answer = self._answer, None
        return answer


class Turns:
    """One thread that searches, for all tiles of an eye. It starts with the first that asks."""

    def __init__(
        self,
        share: float = SHARE,
        *,
        now: Callable[[], float] = time.monotonic,
        spent: Callable[[], float] = time.thread_time,
    ) -> None:
        """`share` of one core is what searches may take; `spent` tells the processor time of the calling thread."""
        self._share, self._now, self._spent = share, now, spent
        self._changed = threading.Condition()
        self._waiting: list[Turn] = []
        self._free_s = now()  # from then on the budget has room
        self._begun_s: float | None = None
        self._thread: threading.Thread | None = None
        self._over = False
        self.sound = True

    def stuck_s(self) -> float:
        """For how long the search of now has been going on; 0 where there is none."""
        begun_s = self._begun_s
        return 0.0 if begun_s is None else self._now() - begun_s

    def close(self, patience_s: float = END_S) -> None:
        """Ends the thread, and waits a while for the search it is at."""
        with self._changed:
            self._over = True
            self._waiting.clear()
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(patience_s)

    def put(self, turn: Turn, search: Search, *, urgent: bool) -> None:
        """Lines a tile up, or brings up to date what it waits for."""
        with self._changed:
            turn.search, turn.urgent = search, urgent
            if self._over or turn in self._waiting:
                return
            turn.asked_s = self._now()
            self._waiting.append(turn)
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="searches", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def answer_of(self, turn: Turn, wait_s: float) -> Outcome[Found] | None:
        """What a tile's search came to, once; waits for it at most so long."""
        with self._changed:
            if wait_s:
                self._changed.wait_for(lambda: turn.answer is not None or self._over, wait_s)
            answer, turn.answer = turn.answer, None
            return answer

    def _due(self) -> tuple[Turn | None, float | None]:
        """Who is next, or in how many seconds somebody will be (None: nobody waits)."""
        if not self._waiting:
            return None, None
        first = min(self._waiting, key=lambda turn: (not turn.urgent, turn.searched_s))
        in_s = 0.0 if first.urgent else min(self._free_s, first.asked_s + OVERDUE_S) - self._now()
        return (first if in_s <= 0 else None), in_s

    def _serve(self) -> None:
        while True:
            with self._changed:
                turn, in_s = self._due()
                if self._over:
                    return
                if turn is None:
                    self._changed.wait(in_s)
                    continue
                self._waiting.remove(turn)
                search = turn.search
            assert search is not None
            self._search(turn, search)

    def _search(self, turn: Turn, search: Search) -> None:
        """One search, and what it cost."""
        self._begun_s, spent_s = self._now(), self._spent()
        outcome = attempt(search)
        cost_s = self._spent() - spent_s
        with self._changed:
            self._free_s = max(self._free_s, self._begun_s) + cost_s / self._share
            turn.searched_s, self._begun_s = self._now(), None
            if isinstance(outcome.error, PictureWithheld):
                return  # the network was busy for too long: no answer, and the tile asks again
            self.sound = outcome.error is None
            turn.answer = outcome
            self._changed.notify_all()


class Turn:
    """Fills `Searches` for one live tile. All but `ask` and `take` belongs to `Turns`."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self.search: Search | None = None
        self.answer: Outcome[Found] | None = None
        self.urgent = False
        self.asked_s = self.searched_s = float("-inf")

    @property
    def sound(self) -> bool:
        """As `Searches`."""
        return self._turns.sound

    def ask(self, search: Search, *, urgent: bool) -> None:
        """As `Searches`."""
        self._turns.put(self, search, urgent=urgent)

    def take(self, wait_s: float = 0.0) -> Found | None:
        """As `Searches`."""
        outcome = self._turns.answer_of(self, wait_s)
        if outcome is None:
            return None
        if outcome.error is not None:
            raise outcome.error
        return outcome.value
