"""Standing above a person: strictly above all that they hold. Power over one of their grants is another question."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from identity.domain.grant_rights import gives_access
from identity.domain.grants import Grant, why_not
from identity.domain.roles import RoleTable
from servicekit.access.decision import Right, covers
from servicekit.refusals import Forbidden
from servicekit.words import N_


class NotAbovePerson(Forbidden):
    title = N_(
        "You do not stand above everything that this person holds. Suspend what you have power over, or ask "
        "somebody above, two administrators of the topmost unit, or the operator."
    )


def in_force(held: Iterable[Grant], above: Mapping[str, Grant], today: date) -> list[Grant]:
    """What counts about a person: offers, and what has ended or is suspended, do not."""
    return [grant for grant in held if why_not(grant, above, today) is None]


def stands_above(rights: Iterable[Right], live: Collection[Grant]) -> bool:
    """Whether these rights reach every grant of the person from strictly above; never of somebody without grants."""
    giving = [right for right in rights if right.permission == "access:grant"]
    return bool(live) and all(any(_strictly(right, grant) for right in giving) for grant in live)


def _strictly(right: Right, grant: Grant) -> bool:
    return right.unit_id in grant.unit_path[:-1] and covers(right, grant.unit_path)


def units_above(live: Collection[Grant]) -> set[str]:
    """The units from which somebody could stand above the person: strictly above every grant."""
    return set.intersection(*(set(grant.unit_path[:-1]) for grant in live)) if live else set()


def somebody_stands_above(
    live: Collection[Grant],
    candidates: Iterable[Grant],
    above: Mapping[str, Grant],
    table: RoleTable,
    today: date,
    person: Collection[str],
) -> bool:
    """Of the grants in those units, whether one gives access today and is not the person's own."""
    places = units_above(live)
    return any(
        one.unit_id in places
        and one.account_id not in person
        and gives_access(one, table)
        and why_not(one, above, today) is None
        for one in candidates
    )
