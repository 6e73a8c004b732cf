"""What deserves a look: signs from cameras, buttons, calls, sensors and citizens, grouped.

In: sightings, and what people and devices report.   Out: alerts, and facts about them.
Promise: no sign is lost, a more urgent sign is never hidden in a lesser alert, and only a person dismisses.
"""

from safecity.alerts.acknowledge import acknowledge
from safecity.alerts.attach import attach
from safecity.alerts.dismiss import dismiss
from safecity.alerts.events import (
    AlertAcknowledged,
    AlertAttached,
    AlertDismissed,
    AlertGrouped,
    AlertRaised,
    AlertRose,
    ReportersForgotten,
)
from safecity.alerts.find import (
    alert,
    alert_by_reference,
    alerts,
    alerts_between,
    alerts_by_id,
    contacts,
)
from safecity.alerts.forget import forget_reporters
from safecity.alerts.listen import hear, hear_clock, listen
from safecity.alerts.measure import load
from safecity.alerts.model import OPEN, Alert, Dismissal, Load, Sign, Source, State
from safecity.alerts.raise_alert import raise_alert, raise_alerts
from safecity.alerts.rules import REPORT_KINDS

__all__ = [
    "OPEN",
    "REPORT_KINDS",
    "Alert",
    "AlertAcknowledged",
    "AlertAttached",
    "AlertDismissed",
    "AlertGrouped",
    "AlertRaised",
    "AlertRose",
    "Dismissal",
    "Load",
    "ReportersForgotten",
    "Sign",
    "Source",
    "State",
    "acknowledge",
    "alert",
    "alert_by_reference",
    "alerts",
    "alerts_between",
    "alerts_by_id",
    "attach",
    "contacts",
    "dismiss",
    "forget_reporters",
    "hear",
    "hear_clock",
    "listen",
    "load",
    "raise_alert",
    "raise_alerts",
]
