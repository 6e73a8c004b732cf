"""The small stream: passed on, begun with its current group, never kept."""

from __future__ import annotations

from fakes.stream import TRACK, pictures
from safecity.cameras import Picture, Track
from safecity.footage.relay import LARGEST_LEAD, Relay


class Ear:
    """Remembers what it heard."""

    def __init__(self) -> None:
        self.heard: list[Track | Picture | None] = []

    def on_track(self, track: Track) -> None:
        self.heard.append(track)

    def on_picture(self, picture: Picture) -> None:
        self.heard.append(picture)

    def on_end(self) -> None:
        self.heard.append(None)


def test_who_joins_late_hears_the_current_group_at_once():
    relay, early, late = Relay(), Ear(), Ear()
    relay.join(early)
    relay.on_track(TRACK)
    relay.on_track(TRACK)
    every = pictures(40)
    for each in every[:35]:
        relay.on_picture(each)
    relay.join(late)
    for each in every[35:]:
        relay.on_picture(each)
    relay.end()
    relay.end()
    assert early.heard == [TRACK, *every, None]
    assert late.heard == [TRACK, *every[30:], None]


def test_who_left_hears_no_more_and_a_huge_group_is_not_kept():
    relay, left, late = Relay(), Ear(), Ear()
    relay.on_track(TRACK)
    relay.join(left)
    relay.leave(left)
    relay.leave(left)
    key, *others = pictures(3)
    key.size = LARGEST_LEAD
    for each in (key, *others):
        relay.on_picture(each)
    relay.join(late)
    assert left.heard == late.heard == [TRACK]
    assert relay.is_live


def test_damaged_pictures_are_not_shown():
    relay, early, late = Relay(), Ear(), Ear()
    relay.on_track(TRACK)
    relay.join(early)
    key, whole, damaged = pictures(3)
    damaged.is_damaged = True
    for each in (key, whole, damaged):
        relay.on_picture(each)
    relay.join(late)
    assert early.heard == late.heard == [TRACK, key, whole]
