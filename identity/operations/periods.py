"""Another end for a grant that is there: to extend is to change it, not to give it twice."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from identity.domain import grants as rules
from identity.domain import succession
from identity.domain.grants import BeyondOwnPeriod, Grant, GrantOver, Status
from identity.operations.bans import check_given, standing_of_giver
from identity.operations.grants import (
    changeable_grant,
    ended_news,
    given_news,
    grant_audit,
    save_for_all,
    show_grants,
)
from identity.operations.outside import Document, Outside
from servicekit.access import Caller
from servicekit.refusals import Conflict, Stale
from servicekit.units import require_live
from servicekit.words import N_

# What hangs on a grant that is taken over goes with it, in one transaction.
MOST_FOLLOWING = 500


class NotTaken(Conflict):
    title = N_("Only somebody who stands above whoever gave this takes it over.")


class TooManyFollow(Conflict):
    title = N_("More than {most} grants hang on this. Hand them over to your own grant first.")


@dataclass(frozen=True)
class _Change:
    before: Grant
    after: Grant
    following: tuple[Grant, ...]


def preview_period(
    outside: Outside, caller: Caller, grant_id: str, valid_to: date, take_over: bool
) -> Document:
    found = _changed(outside, caller, grant_id, valid_to, take_over)
    shown = show_grants(outside, [found.before])[0]
    return {
        "grant": shown,
        "valid_to": valid_to,
        "taken_from": shown["given_by"]["name"] if take_over else "",
        "following": len(found.following),
    }


def change_period(
    outside: Outside,
    caller: Caller,
    grant_id: str,
    valid_to: date,
    reason: str,
    take_over: bool,
    expected_version: int,
) -> Document:
    if not reason.strip():
        raise rules.ReasonNeeded(field="reason")

    def work() -> Grant:
        found = _changed(outside, caller, grant_id, valid_to, take_over)
        if found.before.version != expected_version:
            raise Stale
        details = {"reason": reason, "end": valid_to.isoformat(), "before": found.before.valid_to.isoformat()}
        for one in found.following:
            led = succession.rehung(one, found.before, found.after)
            outside.store.save_grant(led, one.version, (), [grant_audit("grant.adopted", led, reason=reason)])
        action = "grant.taken_over" if take_over else "grant.period_changed"
        news = [given_news(found.after, why="period")]
        if valid_to < found.before.valid_to:
            news = ended_news(found.after, [found.before], "shortened")
        return save_for_all(
            outside, found.before, found.after, news, grant_audit(action, found.after, **details)
        )

    return show_grants(outside, [outside.store.database.in_transaction(work)])[0]


def _changed(outside: Outside, caller: Caller, grant_id: str, valid_to: date, take_over: bool) -> _Change:
    """Raises the refusals of giving: nobody extends what they could not give so long."""
    store, today = outside.store, outside.clock.today()
    grant = changeable_grant(outside, caller, grant_id)
    if grant.account_id in caller.accounts:
        raise rules.OwnGrant
    if grant.status in (Status.REVOKED, Status.PROPOSED) or today > grant.valid_to:
        raise GrantOver
    unit = store.units.find(grant.unit_id)
    if unit is not None:
        require_live(unit)
    rules.check_period(grant.valid_from, valid_to, today)
    mine = store.grants_of(caller.account_id)
    above = store.with_chains([*mine, grant])
    good = [one for one in mine if rules.why_not(one, above, today) is None]
    own = rules.hang_on(good, outside.roles, outside.roles.roles[grant.role], grant.unit_path, valid_to)
    check_given(outside, grant.account_id, None, grant.role, grant.unit_path, len(own.unit_path))
    if not take_over:
        _within_chain(grant, above, valid_to)
        return _Change(grant, replace(grant, valid_to=valid_to), ())
    if len(own.unit_path) >= standing_of_giver(grant, above):
        raise NotTaken
    following = tuple(store.hanging_on(grant.id))
    if len(following) > MOST_FOLLOWING:
        raise TooManyFollow(most=MOST_FOLLOWING)
    taken = replace(
        grant,
        valid_to=valid_to,
        chain=(*own.chain, own.id),
        given_by=caller.account_id,
        given_by_name=caller.name,
        recertify_by=today + outside.recertify_within,
    )
    return _Change(grant, taken, following)


def _within_chain(grant: Grant, above: Mapping[str, Grant], valid_to: date) -> None:
    """A grant ends with those it hangs on, so a later end would be none."""
    for higher in (above[one] for one in grant.chain if one in above):
        if valid_to > higher.valid_to and valid_to > grant.valid_to:
            raise BeyondOwnPeriod(field="valid_to", end=higher.valid_to.isoformat())
