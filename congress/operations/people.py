"""Who can be named as responsible for a congress: those who hold access in its unit, told to whoever reports for it."""

from collections.abc import Mapping

from congress.context import Context
from congress.operations.congresses import READ, REPORT, allowed
from servicekit.access.decision import Caller
from servicekit.out.peers import PeerUnavailable
from servicekit.refusals import Unavailable
from servicekit.words import N_


class PeopleNotAsked(Unavailable):
    title = N_("It cannot be seen just now who holds access in this unit. Try again in a moment.")


def people_here(context: Context, caller: Caller, congress_id: str, number: str = "") -> dict[str, str]:
    """Names by account; with a national number, whose it is. A sealed code finds nobody."""
    congress, _ = allowed(context, caller, congress_id, REPORT)
    if caller.fallback or context.identity is None:
        return {}
    try:
        return context.identity.people_here(congress.unit.id, READ, number)
    except PeerUnavailable as away:
        raise PeopleNotAsked from away


def ask_people(context: Context, caller: Caller, congress_id: str) -> Mapping[str, str] | None:
    """Before the plan is taken over, which waits for nobody; None while it is not to be known."""
    try:
        return people_here(context, caller, congress_id)
    except PeopleNotAsked:
        return None
