"""Who can be named as responsible for a congress: those who hold access in its unit, told to whoever reports for it."""

from collections.abc import Mapping

from congress.context import Context
from congress.domain.history import Congress
from congress.operations.congresses import READ, REPORT, allowed
from servicekit.access.decision import Caller
from servicekit.data.events import AuditEntry
from servicekit.out.peers import PeerUnavailable
from servicekit.refusals import Unavailable
from servicekit.words import N_

# Of one person: a unit names five, and a number is mistyped now and then.
LOOKED_UP_A_DAY = 50


class PeopleNotAsked(Unavailable):
    title = N_("It cannot be seen just now who holds access in this unit. Try again in a moment.")


def people_here(context: Context, caller: Caller, congress_id: str, number: str = "") -> dict[str, str]:
    """Names by account; with a national number, whose it is. A sealed code finds nobody."""
    congress, _ = allowed(context, caller, congress_id, REPORT)
    if caller.fallback or context.identity is None:
        return {}
    if number:
        context.lookups.count(caller.account_id, context.clock, LOOKED_UP_A_DAY)
    try:
        found = context.identity.people_here(congress.unit.id, READ, number)
    except PeerUnavailable as away:
        raise PeopleNotAsked from away
    if number:
        context.reads.record(_looked_up(congress, found))
    return found


def _looked_up(congress: Congress, found: Mapping[str, str]) -> AuditEntry:
    """Hit or miss: whoever tries one number after the other is seen. The number itself is kept nowhere."""
    unit = congress.unit
    return AuditEntry(
        *("person.looked_up", unit.id, unit.path, "congress", congress.id),
        subject_id=next(iter(found), ""),
        outcome="done" if found else "nothing",
    )


def ask_people(context: Context, caller: Caller, congress_id: str) -> Mapping[str, str] | None:
    """Before the plan is taken over, which waits for nobody; None while it is not to be known."""
    try:
        return people_here(context, caller, congress_id)
    except PeopleNotAsked:
        return None
