"""For how long and up to how many bytes footage is kept: the city's rule, classes' and cameras' own. Pure.

A narrower rule wins over a wider one: the camera's, its class's, the city's. Bytes are limits of their own, for one
camera, for all cameras of a class, for all footage; what exceeds them goes, oldest first. Holds always win.
A rule that keeps less than before waits a day and for a second person; until then the longer one stands.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from safecity.base import BadInput

CITY = "city"
STANDARD = "standard"
WAIT_MS = 86_400_000


@dataclass(frozen=True, kw_only=True)
class Keep:
    """A rule. Without `days` the next wider rule says; without `bytes` there is no limit. `of` is a camera's class."""

    days: float | None = None
    bytes: int | None = None
    of: str = ""


@dataclass(frozen=True, kw_only=True)
class RetentionClass:
    """A kind of footage that is kept in its own way, such as `traffic` or `court`."""

    name: str
    keep_days: float | None = None
    keep_bytes: int | None = None


@dataclass(frozen=True, kw_only=True)
class Shortening:
    """A rule that would keep less, and what it waits for: a day from `asked_ms` on, and a second person's word."""

    keep: Keep
    asked_ms: int
    asked_by: str
    agreed_by: str | None = None

    @property
    def due_ms(self) -> int:
        """From when on it may hold."""
        return self.asked_ms + WAIT_MS

    def may_hold(self, now_ms: int) -> bool:
        """Whether nothing stands in its way any more."""
        return self.agreed_by is not None and now_ms >= self.due_ms


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """What stands for one subject (`city`, `class:NAME`, `camera:ID`) since when, and what waits."""

    subject: str
    keep: Keep
    since_ms: int
    waiting: Shortening | None = None


@dataclass(frozen=True)
class Effective:
    """Days and bytes as they come to, with infinity for no limit; `shared` is the limit of bytes with the class."""

    days: float
    bytes: float
    shared: float = math.inf

    def keeps_all_of(self, other: Effective) -> bool:
        """Whether nothing of `other` is kept for longer than by this."""
        return self.days >= other.days and self.bytes >= other.bytes and self.shared >= other.shared


@dataclass(frozen=True)
class RuleBook:
    """The rules that stand: the city's, and by name of class and of camera."""

    city: Keep = field(default_factory=Keep)
    classes: Mapping[str, Keep] = field(default_factory=dict[str, Keep])
    cameras: Mapping[str, Keep] = field(default_factory=dict[str, Keep])

    def of(self, subject: str, keep: Keep) -> Effective:
        """What a rule comes to for a subject, where all other rules are as they are."""
        room = math.inf if keep.bytes is None else keep.bytes
        if subject == CITY:
            return Effective(math.inf if keep.days is None else keep.days, room)
        wider = self.city if subject.startswith("class:") else self.classes.get(keep.of, Keep())
        days = keep.days or wider.days or self.city.days
        shared = math.inf if subject.startswith("class:") or wider.bytes is None else wider.bytes
        return Effective(math.inf if days is None else days, room, shared)

    def days(self, camera: str) -> float:
        """For how many days a camera's footage is kept; infinite where nobody says."""
        keep = self.cameras.get(camera, Keep(of=STANDARD))
        return self.of(f"camera:{camera}", keep).days

    def class_of(self, camera: str) -> str:
        """The class of a camera."""
        return self.cameras.get(camera, Keep()).of or STANDARD


def rule_book(standing: Mapping[str, Keeping]) -> RuleBook:
    """The rules that stand, from what is known of each subject."""

    def named(kind: str) -> dict[str, Keep]:
        return {
            each.subject.removeprefix(kind): each.keep
            for each in standing.values()
            if each.subject.startswith(kind)
        }

    city = standing.get(CITY)
    return RuleBook(city.keep if city else Keep(), named("class:"), named("camera:"))


def settled(
    known: Keeping | None, subject: str, wanted: Keep, book: RuleBook, now_ms: int, *, by: str
) -> Keeping:
    """What stands and what waits, now that `wanted` is what people want for a subject.

    What keeps no less than before holds at once. What keeps less waits; a wish that changes meanwhile waits anew.
    """
    if known is None:
        return Keeping(subject=subject, keep=wanted, since_ms=now_ms)
    if wanted == known.keep:
        return replace(known, waiting=None)
    before, after = book.of(subject, known.keep), book.of(subject, wanted)
    if after.keeps_all_of(before):
        return Keeping(subject=subject, keep=wanted, since_ms=now_ms)
    waiting = known.waiting
    if waiting is None or waiting.keep != wanted:
        waiting = Shortening(keep=wanted, asked_ms=now_ms, asked_by=by)
    if waiting.may_hold(now_ms):
        return Keeping(subject=subject, keep=wanted, since_ms=now_ms)
    return replace(known, waiting=waiting)


def check_class(new: RetentionClass) -> None:
    """Refuses a class that cannot be, with a sentence."""
    if not new.name.replace("-", "").replace("_", "").isalnum() or len(new.name) > 40:
        raise BadInput("The name of a class is 1 to 40 letters, figures, hyphens and underscores.")
    if new.keep_days is not None and not 1 <= new.keep_days <= 3650:
        raise BadInput(f"Footage can be kept for 1 to 3650 days, not {new.keep_days:g}.")
    if new.keep_bytes is not None and new.keep_bytes < 1_000_000:
        raise BadInput("A class of footage needs room for 1,000,000 bytes at least.")
