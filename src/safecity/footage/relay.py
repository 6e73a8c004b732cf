"""Passes a camera's small stream on to those who watch or look, and keeps none of it.

Like `record.Recording` it keeps the current group of pictures, so that whoever joins sees something at once.
"""

from __future__ import annotations

from safecity.cameras import Picture, Sound, Track
from safecity.footage.ports import Listener

LARGEST_LEAD = 4 << 20  # a group with more bytes is not kept


class Relay:
    """Fills `cameras.Sink`; lives in the event loop."""

    def __init__(self) -> None:
        self.listeners: list[Listener] = []
        self._track: Track | None = None
        self._group: list[Picture] = []
        self._bytes = 0

    @property
    def is_live(self) -> bool:
        """Whether pictures come."""
        return bool(self._group)

    def on_track(self, track: Track) -> None:
        """As `cameras.Sink`."""
        if track == self._track:
            return
        self._track, self._group, self._bytes = track, [], 0
        for listener in list(self.listeners):
            listener.on_track(track)

    def on_picture(self, picture: Picture) -> None:
        """As `cameras.Sink`; damaged pictures are not for those who look."""
        if picture.is_damaged:
            return
        if picture.is_key:
            self._group, self._bytes = [], 0
        self._bytes += picture.size
        if picture.is_key or (self._group and self._bytes <= LARGEST_LEAD):
            self._group.append(picture)
        for listener in list(self.listeners):
            listener.on_picture(picture)

    def on_sound(self, sound: Sound) -> None:
        """As `cameras.Sink`: a small stream is only looked at."""

    def on_loss(self, packets: int) -> None:
        """As `cameras.Sink`: what is lost is not missed, for nothing is kept."""

    def end(self) -> None:
        """The stream ended."""
        had_track, self._track, self._group = self._track is not None, None, []
        if had_track:
            for listener in list(self.listeners):
                listener.on_end()

    def join(self, listener: Listener) -> None:
        """As `footage.Live.join`."""
        self.listeners.append(listener)
        if self._track is not None:
            listener.on_track(self._track)
            if self._bytes <= LARGEST_LEAD:
                for picture in list(self._group):
                    listener.on_picture(picture)

    def leave(self, listener: Listener) -> None:
        """As `footage.Live.leave`."""
        if listener in self.listeners:
            self.listeners.remove(listener)
