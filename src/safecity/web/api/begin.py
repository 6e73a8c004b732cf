"""What a console begins with, in one answer."""

from __future__ import annotations

from safecity.access import Action, allow, bureaus
from safecity.alerts import alerts, load
from safecity.base import BadInput, last_seq
from safecity.dispatch import units
from safecity.incidents import incidents
from safecity.web.ask import Ask
from safecity.web.compose import bureau_view, me_view
from safecity.web.doors import Door, get
from safecity.web.house import House
from safecity.web.show import Show, bureau_shown
from safecity.web.views import CityView, ConsoleView, LoadView
from safecity.web.vouch import Vouch

MOST_ALERTS = 500


class Begin:
    """The console's first answer."""

    def __init__(self, vouch: Vouch) -> None:
        self._vouch = vouch

    async def console(self, ask: Ask) -> ConsoleView:
        """Everything a console needs to begin; the live stream goes on from `seq`."""
        allow(ask.by, Action.READ_CONSOLE)
        if ask.session is None:
            raise BadInput("The console is for people.")
        node, show, bureau = ask.house.node, Show(ask.house), bureau_shown(ask.by)
        # Read first, so that whatever changes while the rest is read comes again through the live stream.
        seq = await last_seq(node.database)
        now = await load(node)
        return ConsoleView(
            seq=seq,
            now=node.clock.now(),
            me=me_view(ask.session),
            node=node.name,
            city=city_view(ask.house),
            bureaus=[bureau_view(each) for each in await bureaus(node)],
            cameras=await show.cameras(),
            alerts=await show.alerts(await alerts(node, bureau=bureau, limit=MOST_ALERTS)),
            incidents=await show.incidents(await incidents(node, bureau=bureau)),
            units=await show.units(await units(node, bureau=bureau)),
            load=LoadView(per_10_min=now.per_10_min, buckets=list(now.buckets)),
            verified=self._vouch.latest,
        )

    def doors(self) -> tuple[Door, ...]:
        """The door."""
        return (get("/api/console", self.console),)


def city_view(house: House) -> CityView:
    """The city."""
    city = house.city
    return CityView(name=city.name, center=city.center, zoom=city.zoom, timezone=city.timezone)
