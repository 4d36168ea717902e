"""Where the reader stands: what they may open and do, and the way there."""

from portal.shared.asking import now, reader
from portal.shared.clients.answers import Document
from portal.shared.units import Crumb, trail_to
from servicekit.access.decision import Caller, Why, decide, visible
from servicekit.web.guards import caller


def trail(answer: Document, link: str = "/units/{}") -> tuple[Crumb, ...]:
    """Where a unit stands; `link` is the kind of page that the units above it are opened with."""
    person = caller()
    return trail_to(answer, link.format, lambda path: visible(person, tuple(path)))


def may(permission: str, path: tuple[str, ...]) -> bool:
    """Whether a button is shown: the decision that the service makes when it is pressed.

    Also where the eID must see the person again first: the button then leads there and back.
    """
    person: Caller | None = reader()
    return person is not None and decide(person, permission, path, now()).why in _WITHIN_REACH


def may_keep(permission: str, answer: Document) -> bool:
    """As `may`; of an ended unit also whoever keeps one that it went into, or the one above it."""
    path = tuple(answer["path"])
    after = [tuple(one["path"]) for one in answer["heirs"]] + [path[:-1]] if answer["valid_to"] else []
    return any(may(permission, one) for one in (path, *after))


_WITHIN_REACH = (Why.ALLOWED, Why.SIGN_IN_TOO_OLD, Why.ASSURANCE_TOO_LOW)
