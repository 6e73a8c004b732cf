"""Access: who may do what, for which purpose.

In: people, devices, bureaus, the policy in `policy.cedar`.
Out: `allow` (or a sentence why not), sessions, permits, and the bureau that answers for a place.
Promise: what the policy does not permit is refused; no password, token or name is in any fact.
"""

from safecity.access.admit import device_of, issue_device_token, revoke_device
from safecity.access.allow import Decision, allow, decide, may
from safecity.access.enlist import (
    add_person,
    change_person,
    names,
    people,
    person,
    remove_person,
    set_password,
)
from safecity.access.events import (
    BureauAdded,
    DeviceTokenIssued,
    DeviceTokenRevoked,
    LinkIssued,
    PasswordSet,
    PermitAsked,
    PermitGranted,
    PermitRefused,
    PersonAdded,
    PersonChanged,
    PersonRemoved,
    SignedIn,
    SignedOut,
    SignInRefused,
)
from safecity.access.locate import add_bureau, bureau_at, bureaus
from safecity.access.model import LIMITS, Action, Bureau, Limits, Permit, PermitState, Person, Role, Session
from safecity.access.permit import (
    ask_permit,
    find_permit,
    grant_permit,
    permits,
    refuse_permit,
    require_permit,
)
from safecity.access.sign_in import issue_link, redeem_link, session, session_of, sign_in, sign_out

__all__ = [
    "LIMITS",
    "Action",
    "Bureau",
    "BureauAdded",
    "Decision",
    "DeviceTokenIssued",
    "DeviceTokenRevoked",
    "Limits",
    "LinkIssued",
    "PasswordSet",
    "Permit",
    "PermitAsked",
    "PermitGranted",
    "PermitRefused",
    "PermitState",
    "Person",
    "PersonAdded",
    "PersonChanged",
    "PersonRemoved",
    "Role",
    "Session",
    "SignInRefused",
    "SignedIn",
    "SignedOut",
    "add_bureau",
    "add_person",
    "allow",
    "ask_permit",
    "bureau_at",
    "bureaus",
    "change_person",
    "decide",
    "device_of",
    "find_permit",
    "grant_permit",
    "issue_device_token",
    "issue_link",
    "may",
    "names",
    "people",
    "permits",
    "person",
    "redeem_link",
    "refuse_permit",
    "remove_person",
    "require_permit",
    "revoke_device",
    "session",
    "session_of",
    "set_password",
    "sign_in",
    "sign_out",
]
