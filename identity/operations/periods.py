"""Another end for a grant that is there: to extend is to change it, not to give it twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from identity.context import Context
from identity.domain import extensions, grant_refusals, grant_rights, losses, succession
from identity.domain import grants as rules
from identity.domain.grant_refusals import BeyondOwnPeriod
from identity.domain.grants import Extension, Grant
from identity.domain.questions import about_extension
from identity.domain.two_hands import SecondBy
from identity.events import GRANT_PROPOSED
from identity.operations.aftermath import save_for_all
from identity.operations.bans import check_given, standing_of_giver
from identity.operations.grants import changeable_grant, is_meant_for
from identity.operations.hands import hand_of
from identity.operations.second import check_confirms, could_give, whoever_asked
from identity.operations.showing import GrantSeen, show_grants
from identity.operations.telling import (
    What,
    ended_news,
    given_news,
    grant_audit,
    grant_news,
    revived_news,
    told_to,
)
from identity.operations.two_hands import second_for
from servicekit.access import decision as access
from servicekit.access.decision import Caller
from servicekit.access.second_person import SecondPersonNeeded
from servicekit.data.events import Event
from servicekit.refusals import Conflict, Stale
from servicekit.tree.units import require_live
from servicekit.words import N_

SHOWN = 50


class NotTaken(Conflict):
    title = N_("Only somebody who stands above whoever gave this takes it over.")


@dataclass(frozen=True)
class _Change:
    """`standing`: the path of the unit from which it is given so long."""

    before: Grant
    after: Grant
    following: tuple[Grant, ...]
    standing: tuple[str, ...]
    take_over: bool


@dataclass(frozen=True)
class PeriodForeseen:
    """`taken_from`: who gave it, where it is taken over. `following`: how many go along; `cut_short`: shortened too."""

    grant: GrantSeen
    valid_to: date
    taken_from: str
    following: int
    cut_short: int
    cut_grants: Sequence[GrantSeen]
    second_by: SecondBy


def preview_period(
    context: Context, caller: Caller, grant_id: str, valid_to: date, take_over: bool
) -> PeriodForeseen:
    found = _changed(context, caller, grant_id, valid_to, take_over)
    shown = show_grants(context, [found.before])[0]
    shorter = valid_to < found.before.valid_to
    hanging = context.store.hanging_on(grant_id) if shorter else []
    above = {**context.store.with_chains(hanging), grant_id: found.before}
    cut = [one.grant for one in losses.cut_short(found.before, found.after, hanging, above)]
    return PeriodForeseen(
        grant=shown,
        valid_to=valid_to,
        taken_from=shown.given_by.name if take_over else "",
        following=len(found.following),
        cut_short=len(cut),
        cut_grants=show_grants(context, cut[:SHOWN]),
        second_by=_second_by(context, caller, found),
    )


def _second_by(context: Context, caller: Caller, found: _Change) -> SecondBy:
    """Whose the second hand is: to lengthen a strong role is to give it for that time."""
    before, after = found.before, found.after
    if not extensions.is_more(before, after.valid_to, take_over=found.take_over):
        return SecondBy.NOBODY
    return second_for(context, caller.accounts, context.roles.roles[before.role], found.standing)


def change_period(
    context: Context,
    caller: Caller,
    grant_id: str,
    valid_to: date,
    reason: str,
    take_over: bool,
    expected_version: int,
) -> GrantSeen:
    if not reason.strip():
        raise grant_refusals.ReasonNeeded(field="reason")

    def work() -> Grant:
        found = _changed(context, caller, grant_id, valid_to, take_over)
        if found.before.version != expected_version:
            raise Stale
        if _second_by(context, caller, found) is not SecondBy.NOBODY:
            return _ask(context, caller, found, reason)
        return _carry_out(context, found, reason, {})

    return show_grants(context, [context.store.database.in_transaction(work)])[0]


def _ask(context: Context, caller: Caller, found: _Change, reason: str) -> Grant:
    """Written down, and told to whoever may confirm it; the period that is in force holds until then."""
    before, valid_to = found.before, found.after.valid_to
    asked = extensions.propose(
        *(before, caller.accounts, caller.name, valid_to, reason, context.clock.now()),
        take_over=found.take_over,
    )
    told = _told_of(found, reason)
    entry = grant_audit("grant.period_proposed", asked, **told, take_over=found.take_over)
    news = Event(GRANT_PROPOSED, {**grant_news(asked), "asked_by": caller.account_id, "why": "period"})
    return context.store.save_grant(asked, before.version, [news], [entry])


def _told_of(found: _Change, reason: str) -> dict[str, str]:
    return {
        "reason": reason,
        "end": found.after.valid_to.isoformat(),
        "before": found.before.valid_to.isoformat(),
    }


def _carry_out(context: Context, found: _Change, reason: str, more: Mapping[str, str]) -> Grant:
    above = context.store.with_chains([found.after, *found.following])
    led = {one.id: succession.rehung(one, found.before, found.after, above) for one in found.following}
    revived = _revived(context, found, led)
    for one in found.following:
        entry = grant_audit("grant.adopted", led[one.id], reason=reason)
        context.store.rehang(led[one.id], one.version, [entry])
    action = "grant.taken_over" if found.take_over else "grant.period_changed"
    news = [given_news(found.after, why="period")]
    if found.after.valid_to < found.before.valid_to:
        news = ended_news(found.after, "shortened")
    news += revived_news(revived, "adopted")
    if found.take_over:
        by = (found.after.given_by, found.after.account_id or "")
        news += told_to([found.before.given_by], What.TAKEN_OVER, found.after.unit_path, by)
    entry = grant_audit(action, found.after, **_told_of(found, reason), **more)
    return save_for_all(context, found.before, found.after, news, entry, "adopted")


def confirm_period(context: Context, caller: Caller, grant_id: str, expected_version: int) -> GrantSeen:
    """The second person's yes: somebody who could have given it so long themselves.

    Raises the refusals of whoever asked for it, should they not be able to do it any more.
    """

    def work() -> Grant:
        grant = context.store.grant(grant_id)
        access.require(caller, "access:grant", grant.unit_path, context.clock.now())
        if grant.version != expected_version:
            raise Stale
        extension = extensions.check_confirmed(grant, caller.accounts, context.clock.now())
        _check_second(context, caller, grant, extension)
        return carry_out_asked(context, grant, extension, {"confirmed_by": caller.account_id})

    return show_grants(context, [context.store.database.in_transaction(work)])[0]


def carry_out_asked(context: Context, grant: Grant, extension: Extension, more: Mapping[str, str]) -> Grant:
    """What was asked for, with the power that whoever asked has now."""
    asker = whoever_asked(context, extension.by, extension.by_name)
    found = _changed(context, asker, grant.id, extension.valid_to, extension.take_over)
    return _carry_out(context, found, extension.reason, more)


def _check_second(context: Context, caller: Caller, grant: Grant, extension: Extension) -> None:
    """Raises unless the caller could have given it so long, and is independent of whoever asks for it."""
    if is_meant_for(context, caller, grant):
        raise SecondPersonNeeded
    mine = context.store.grants_of(caller.account_id)
    above = context.store.with_chains(mine)
    good = [one for one in mine if rules.why_not(one, above, context.clock.today()) is None]
    question = about_extension(grant, hand_of(context, extension.by))
    longer = replace(grant, valid_to=extension.valid_to)
    check_confirms(context, caller, question, could_give(context, good, longer))


def decline_period(
    context: Context, caller: Caller, grant_id: str, reason: str, expected_version: int
) -> GrantSeen:
    """By whoever asked for it, a superior, or whoever could say yes; the period stays as it was."""

    def work() -> Grant:
        grant, now = context.store.grant(grant_id), context.clock.now()
        access.require(caller, "access:grant", grant.unit_path, now)
        if grant.version != expected_version:
            raise Stale
        extension, declined = extensions.asked(grant, now), extensions.decline(grant, reason, now)
        giving = [one for one in caller.rights if one.permission == "access:grant"]
        own = bool(set(extension.by) & set(caller.accounts))
        if not own and not any(grant_rights.may_change(one, grant) for one in giving):
            _check_second(context, caller, grant, extension)
        entry = grant_audit("grant.period_declined", declined, reason=reason)
        news = told_to([extension.by[0]], What.DECLINED, grant.unit_path, caller.accounts)
        return context.store.save_grant(declined, grant.version, news, [entry])

    return show_grants(context, [context.store.database.in_transaction(work)])[0]


def _revived(context: Context, found: _Change, led: Mapping[str, Grant]) -> list[Grant]:
    """What hangs on a grant that is taken over, and gave nothing because of what stood above it before."""
    above = context.store.with_chains([found.before, found.after, *found.following])
    changed = {**led, found.before.id: found.after}
    return list(losses.revived(found.following, above, changed, context.clock.today()))


def _changed(context: Context, caller: Caller, grant_id: str, valid_to: date, take_over: bool) -> _Change:
    """Raises the refusals of giving: nobody extends what they could not give so long."""
    store, today = context.store, context.clock.today()
    grant = changeable_grant(context, caller, grant_id)
    extensions.refuse_another_end(grant, caller.accounts, today)
    unit = store.units.find(grant.unit_id)
    if unit is not None:
        require_live(unit)
    rules.check_period(grant.valid_from, valid_to, today)
    mine = store.grants_of(caller.account_id)
    above = store.with_chains([*mine, grant])
    good = [one for one in mine if rules.why_not(one, above, today) is None]
    own = rules.hang_on(good, context.roles, context.roles.roles[grant.role], grant.unit_path, valid_to)
    check_given(context, grant.account_id, None, grant.role, grant.unit_path, own.unit_path)
    if not take_over:
        _within_chain(grant, above, valid_to)
        changed = replace(grant, valid_to=valid_to, extension=None)
        return _Change(grant, changed, (), own.unit_path, take_over)
    if not rules.higher(own.unit_path, standing_of_giver(grant, above)):
        raise NotTaken
    if store.more_hang_on(grant.id, succession.MOST_FOLLOWING):
        raise succession.TooManyFollow(most=succession.MOST_FOLLOWING)
    following = tuple(store.hanging_on(grant.id))
    above |= {own.id: own}
    taken = replace(
        succession.hung_on(grant, (*own.chain, own.id), above),
        valid_to=valid_to,
        given_by=caller.account_id,
        given_by_name=caller.name,
        recertify_by=today + context.recertify_within,
        extension=None,
    )
    return _Change(grant, taken, following, own.unit_path, take_over)


def _within_chain(grant: Grant, above: Mapping[str, Grant], valid_to: date) -> None:
    """A grant ends with those it hangs on, so a later end would be none."""
    for higher in (above[one] for one in grant.chain if one in above):
        if valid_to > higher.valid_to and valid_to > grant.valid_to:
            raise BeyondOwnPeriod(field="valid_to", end=higher.valid_to.isoformat())
