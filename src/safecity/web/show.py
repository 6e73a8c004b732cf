"""Reads what a view needs from the rooms, in few queries, and makes the view."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from safecity.access import names
from safecity.alerts import Alert
from safecity.base import Actor, Node, Place
from safecity.cameras import camera, cameras, health
from safecity.dispatch import (
    Candidate,
    Message,
    State,
    Unit,
    assignments,
    message,
    unit,
    unit_of,
    units,
)
from safecity.incidents import Incident
from safecity.web.compose import (
    alert_view,
    camera_view,
    candidate_view,
    incident_view,
    message_view,
    unit_view,
)
from safecity.web.house import House
from safecity.web.views import (
    AlertView,
    CameraView,
    CandidateView,
    IncidentView,
    MessageView,
    UnitView,
)

ACTIVE = frozenset({State.ASSIGNED, State.ACCEPTED, State.EN_ROUTE, State.ON_SCENE})


@dataclass(frozen=True)
class Show:
    """Views of one house."""

    house: House

    @property
    def node(self) -> Node:
        """The node they are read from."""
        return self.house.node

    async def alerts(self, found: Sequence[Alert]) -> list[AlertView]:
        """Views of alerts, in their order."""
        called = await names(self.node, {each.acknowledged_by for each in found if each.acknowledged_by})
        return [alert_view(each, called) for each in found]

    async def alert(self, found: Alert) -> AlertView:
        """The view of one alert."""
        return (await self.alerts([found]))[0]

    async def incidents(self, found: Sequence[Incident]) -> list[IncidentView]:
        """Views of incidents, in their order."""
        sent = await assignments(self.node, [each.id for each in found])
        writers = {note.by for each in found for note in each.notes}
        called = await names(self.node, writers | {each.owner for each in found})
        return [
            incident_view(each, called, [one for one in sent if one.incident == each.id]) for each in found
        ]

    async def units(self, found: Sequence[Unit]) -> list[UnitView]:
        """Views of units, in their order."""
        called = await names(self.node, {person for each in found for person in each.crew})
        return [unit_view(each, called, self.house.positions.last(each.id)) for each in found]

    async def unit(self, found: Unit) -> UnitView:
        """The view of one unit."""
        return (await self.units([found]))[0]

    async def candidates(self, found: Sequence[Candidate]) -> list[CandidateView]:
        """Views of units that could go."""
        seen = await self.units([each.unit for each in found])
        return [candidate_view(each, view) for each, view in zip(found, seen, strict=True)]

    async def cameras(self) -> list[CameraView]:
        """Views of all cameras."""
        well = await health(self.node)
        return [camera_view(each, well[each.id]) for each in await cameras(self.node)]

    async def camera(self, wanted: str) -> CameraView:
        """The view of one camera. Raises NotFound."""
        found = await camera(self.node, wanted)
        return camera_view(found, (await health(self.node))[wanted])

    async def messages(self, found: Sequence[Message]) -> list[MessageView]:
        """Views of messages, in their order."""
        called = await names(self.node, {each.by for each in found})
        return [message_view(each, called) for each in found]

    async def message(self, wanted: str) -> MessageView:
        """The view of one message. Raises NotFound."""
        return (await self.messages([await message(self.node, wanted)]))[0]

    async def crews(self, wanted: Iterable[str]) -> frozenset[str]:
        """Everyone who is in one of these units."""
        ids = set(wanted)
        if len(ids) > 8:
            return frozenset(
                person for each in await units(self.node) if each.id in ids for person in each.crew
            )
        crews = [(await unit(self.node, id_)).crew for id_ in ids]
        return frozenset(person for crew in crews for person in crew)


def bureau_shown(by: Actor) -> str | None:
    """The bureau whose things someone is shown: a desk officer's own; None for the whole city."""
    return by.bureau if "desk" in by.roles and "operator" not in by.roles else None


async def position_of(house: House, by: Actor) -> Place | None:
    """Where someone's unit was last, if that is known."""
    mine = await unit_of(house.node, by.id)
    fix = house.positions.last(mine.id) if mine else None
    return fix.place if fix else None
