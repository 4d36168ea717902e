"""Refusals: what a service answers instead of doing what was asked.

Refusal
├── Malformed             400  the request cannot be read
├── SignInRequired        401  nobody is known to be calling
├── Forbidden             403  visible, but not allowed
├── NotFound              404  not there, or the caller may not know of it
├── Conflict              409  the record's state refuses
├── Stale                 412  somebody saved first
├── TooLarge              413
├── Invalid               422  readable, but a value is wrong
├── PreconditionRequired  428  If-Match or Idempotency-Key is missing
├── TooMany               429  a limit is reached; retry_after in seconds
└── Unavailable           503  something we need is down; retry_after in seconds

A named refusal is a two-line class under one of these. Its problem type (RFC 9457) is its name in kebab case.
"""

import re
from collections.abc import Callable, Mapping
from typing import ClassVar

from servicekit.words import N_


class Refusal(Exception):
    """`field` is the JSON name of the value that is refused; other keywords fill the title's places."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = N_("The request was refused.")

    def __init__(self, *, field: str | None = None, **params: object) -> None:
        super().__init__(type(self).__name__)
        self.field = field
        self.params = params
        self.fields: list[tuple[str, Refusal]] = [(field, self)] if field else []
        self.retry_after: int | None = None

    @classmethod
    def slug(cls) -> str:
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", cls.__name__).lower()

    def __str__(self) -> str:
        return filled(self.title, self.params)


# What may be done with a record, by the names of the acts: None where it may, or else why not.
Acts = Mapping[str, Refusal | None]
Check = Callable[[], object]


def why_not(*checks: Check) -> Refusal | None:
    """The refusal of the first of them that refuses; None where all let it pass."""
    for check in checks:
        try:
            check()
        except Refusal as refusal:
            return refusal
    return None


# {name}, or {name!r} with quotation marks; other braces are signs like any.
_PLACE = re.compile(r"\{([a-z_]+)(!r)?\}")


def filled(title: str, params: Mapping[str, object]) -> str:
    """The title with its places filled; one that nothing fills stays, and so does all else that stands in braces."""

    def value(place: re.Match[str]) -> str:
        name, quoted = place.groups()
        if name not in params:
            return place[0]
        return repr(params[name]) if quoted else str(params[name])

    return _PLACE.sub(value, title)


class Malformed(Refusal):
    status = 400
    title = N_("The request cannot be read.")


class SignInRequired(Refusal):
    status = 401
    title = N_("Sign in first.")


class Forbidden(Refusal):
    status = 403
    title = N_("You are not allowed to do this.")


class NotFound(Refusal):
    status = 404
    title = N_("There is nothing here, or you may not see it.")
    # Whether the caller may learn why: of a record never, or what is missing differs from what is somebody else's.
    tells_why = False


class Conflict(Refusal):
    status = 409
    title = N_("This cannot be done in the present state.")


class Stale(Refusal):
    status = 412
    title = N_(
        "This was changed after you opened it, by somebody else or by you elsewhere. Compare, and save again."
    )


class TooLarge(Refusal):
    status = 413
    title = N_("This is larger than what is accepted.")


class Invalid(Refusal):
    status = 422
    title = N_("Some of what was entered is not right.")

    @classmethod
    def of_fields(cls, faults: Mapping[str, "Refusal"]) -> "Invalid":
        """One refusal for several fields at once: {"date": DateInFuture(), ...}."""
        refusal = cls()
        refusal.fields = list(faults.items())
        return refusal


class PreconditionRequired(Refusal):
    status = 428
    title = N_("The version that you saw must be sent along (If-Match).")


class TooMany(Refusal):
    status = 429
    title = N_("Too many requests. Wait a moment and try again.")

    def __init__(self, *, retry_after: int = 1, field: str | None = None, **params: object) -> None:
        super().__init__(field=field, **params)
        self.retry_after = retry_after


class Unavailable(Refusal):
    status = 503
    title = N_("The service is not available at the moment. Nothing was lost; try again shortly.")

    def __init__(self, *, retry_after: int = 2, field: str | None = None, **params: object) -> None:
        super().__init__(field=field, **params)
        self.retry_after = retry_after
