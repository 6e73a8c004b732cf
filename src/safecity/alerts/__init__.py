"""What deserves a look: signs from cameras, buttons, calls, sensors and citizens, grouped.

In: sightings, and what people and devices report.   Out: alerts, and facts about them.
Promise: no sign is lost, a more urgent sign is never hidden in a lesser alert, and only a person dismisses.
"""

from safecity.alerts.events import (
    AlertAcknowledged,
    AlertAttached,
    AlertDismissed,
    AlertGrouped,
    AlertRaised,
    AlertRose,
)
from safecity.alerts.model import OPEN, Alert, Dismissal, Load, Sign, Source, State

__all__ = [
    "OPEN",
    "Alert",
    "AlertAcknowledged",
    "AlertAttached",
    "AlertDismissed",
    "AlertGrouped",
    "AlertRaised",
    "AlertRose",
    "Dismissal",
    "Load",
    "Sign",
    "Source",
    "State",
]
