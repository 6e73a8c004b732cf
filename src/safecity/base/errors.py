"""The error tree. Every error is one sentence an operator can act on, and knows its HTTP status.

SafeCityError                 500
├── BadInput                  400   what was given cannot be used
│   └── Unreadable            422   a file or body that is no valid content of its kind
├── NotSignedIn               401
├── NotAllowed                403
├── NotFound                  404
├── Conflict                  409   the thing is in a state in which this cannot be done
├── TooLarge                  413
├── TooMany                   429   asked too often
└── Unavailable               503   not now: a part is missing, starting or broken
"""

from __future__ import annotations


class SafeCityError(Exception):
    """Something went wrong; the message says what, and what to do."""

    http_status = 500
    exit_code = 1

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or (type(self).__doc__ or "").splitlines()[0])

    @property
    def sentence(self) -> str:
        """The message, as shown to a person."""
        return str(self)


class BadInput(SafeCityError):
    """What was given cannot be used."""

    http_status = 400
    exit_code = 2


class Unreadable(BadInput):
    """The content is not of the kind it should be."""

    http_status = 422


class NotSignedIn(SafeCityError):
    """Please sign in first."""

    http_status = 401


class NotAllowed(SafeCityError):
    """Your role does not allow this."""

    http_status = 403


class NotFound(SafeCityError):
    """There is no such thing here."""

    http_status = 404


class Conflict(SafeCityError):
    """This cannot be done in the present state."""

    http_status = 409


class TooLarge(SafeCityError):
    """What was sent is too large."""

    http_status = 413


class TooMany(SafeCityError):
    """That was asked too often; please wait a little."""

    http_status = 429


class Unavailable(SafeCityError):
    """Not available just now."""

    http_status = 503
