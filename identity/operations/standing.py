"""Who may act on a person: the acts that reach beyond one grant ask here, and nowhere else."""

from dataclasses import dataclass
from typing import Any

from identity.context import Context
from identity.domain import standing as rules
from identity.domain.accounts import Account
from identity.domain.grants import Grant, is_over
from servicekit.access import decision as access
from servicekit.access.decision import Caller
from servicekit.refusals import NotFound


@dataclass(frozen=True)
class Person:
    """`accounts`: the one that is acted on first, then the person's others; `live`: what all of them hold today."""

    account: Account
    accounts: tuple[str, ...]
    live: tuple[Grant, ...]

    @property
    def id(self) -> str:
        return self.account.id

    @property
    def highest(self) -> Grant:
        """Of what they hold, what stands nearest to the top: from above it their superior is told."""
        return min(self.live, key=lambda grant: (len(grant.unit_path), grant.id))


def resting(context: Context, person: Person) -> list[Grant]:
    """All of theirs that is not over: what they hold today, and what is suspended or stopped, or to come."""
    held = [grant for account in person.accounts for grant in context.store.grants_of(account)]
    return [grant for grant in held if grant.accepted_at and not is_over(grant, context.clock.today())]


def person_of(context: Context, account_id: str) -> Person | None:
    """None where there is no such account, or it is closed."""
    account = context.store.account(account_id)
    if account is None or account.closed:
        return None
    held = context.store.grants_held_by(account.every)
    above, today = context.store.with_chains(held), context.clock.today()
    return Person(account, account.every, tuple(rules.in_force(held, above, today)))


def person_within(context: Context, caller: Caller, account_id: str) -> Person:
    """Somebody of whom the caller sees a grant that counts. Raises NotFound, and asks for a fresh sign-in."""
    person = person_of(context, account_id)
    seen = [grant for grant in person.live if access.visible(caller, grant.unit_path)] if person else []
    if person is None or not seen:
        raise NotFound
    access.require(caller, "access:grant", seen[0].unit_path, context.clock.now())
    return person


def require_standing(context: Context, caller: Caller, account_id: str) -> Person:
    """The person, when the caller stands above all that they hold. Raises NotFound, NotAbovePerson."""
    person = person_within(context, caller, account_id)
    if not rules.stands_above(caller.rights, person.live):
        raise rules.NotAbovePerson
    return person


def somebody_stands_above(context: Context, person: Person) -> bool:
    """Whether the person has a superior in office; without one they, two of the top together, or the operator act."""
    places = sorted(rules.units_above(person.live))
    found = context.store.grants_over(places) if places else []
    above, today = context.store.with_chains(found), context.clock.today()
    return rules.somebody_stands_above(person.live, found, above, context.roles, today, person.accounts)


def told_about(person: Person, by: str) -> dict[str, Any]:
    """What the news of an act on a person say: whom it befell, and the unit from above which they are told."""
    place = person.highest.unit_path[:-1] or person.highest.unit_path if person.live else ()
    about: dict[str, Any] = {"account_id": person.id, "asked_by": by}
    return {**about, "unit_id": place[-1], "unit_path": list(place)} if place else about
