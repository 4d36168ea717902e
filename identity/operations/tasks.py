"""What waits for the caller of what identity keeps: offers, second signatures, the yearly list, codes and outages."""

from collections.abc import Iterator

from identity import listed
from identity.context import Context
from identity.domain import fallback
from identity.domain import tasks as rules
from identity.domain.grants import Grant
from identity.domain.rollout import of_all
from identity.listed import TO_CONFIRM
from identity.operations.fallback import sign_ins_to_confirm
from identity.operations.listing import page_of_list, page_of_soonest
from identity.operations.offers import open_offers
from identity.operations.officials import own_offices
from identity.operations.role_changes import waiting_for
from identity.operations.showing import within_session
from identity.operations.together import list_asked
from identity.operations.yearly import yearly_days
from servicekit.access.decision import Caller, Why, decide
from servicekit.calendar.waiting import Line, Names, Rank, ShortList, Task, Waiting
from servicekit.tasks.acting import UNITS_MOST, left_out, units_with

GRANT, READ = "access:grant", "access:read"
LOOKED_AT = 50
LINES_SHOWN = 5
# A fresh sign-in is asked for when it is done, not before it is seen.
_WITHIN_REACH = (Why.ALLOWED, Why.SIGN_IN_TOO_OLD, Why.ASSURANCE_TOO_LOW)


def waiting(context: Context, caller: Caller, unit_id: str) -> Waiting:
    giving, switching = units_with(caller, GRANT, unit_id), units_with(caller, fallback.SWITCH, unit_id)
    own = Waiting((*_own(context, caller), *_together(context, caller)), lists=_posts(context, caller))
    return own.and_more(
        [
            Waiting(tuple(_outages(context, caller, switching[:UNITS_MOST]))),
            *(_giving(context, caller, unit) for unit in giving[:UNITS_MOST]),
            Waiting(units_left_out=left_out((giving, switching))),
        ]
    )


def _own(context: Context, caller: Caller) -> Iterator[Task]:
    """Of the person, whichever unit they act in; whoever holds a sealed code has not proven to be them."""
    if caller.fallback:
        return
    offers = open_offers(context, caller.accounts)
    if offers:
        yield Task("offer", "/offers", Rank.FIRST, count=len(offers), oldest=offers[0].given_at)
    sign_ins = sign_ins_to_confirm(context, caller.account_id)
    if sign_ins:
        yield Task("sealed", "/account/sealed-sign-ins", Rank.FIRST, count=len(sign_ins))
    missing = [one for one in own_offices(context, caller) if not one.codes_left]
    if missing:
        yield Task("codes", "/account/sealed-codes", count=len(missing))


def _together(context: Context, caller: Caller) -> Iterator[Task]:
    asked = [one for one in list_asked(context, caller) if one.refusal is None]
    if asked:
        oldest = min(one.asked_at for one in asked)
        yield Task("together", "/together", Rank.FIRST, count=len(asked), oldest=oldest)
    changes = waiting_for(context, caller)
    if changes:
        yield Task("roles", "/roles/changes", Rank.OTHERS, count=len(changes), oldest=changes[0].asked_at)


def _outages(context: Context, caller: Caller, units: tuple[str, ...]) -> Iterator[Task]:
    """The windows that wait for a second person; for whoever came by a sealed code also the first step.

    A window can only be asked for while an eID is down, so the eID itself need not be asked.
    """
    now, known = context.clock.now(), context.store.units.many(units)
    for unit_id in units:
        unit = known.get(unit_id)
        over = context.store.fallback.open_windows_over(unit.path, now) if unit else []
        states = [(fallback.state_of(one, now), one) for one in over]
        asked = [
            one
            for state, one in states
            if state is fallback.WindowState.ASKED and one.asked_by not in caller.accounts
        ]
        there = [
            state for state, _ in states if state in (fallback.WindowState.ASKED, fallback.WindowState.ON)
        ]
        link, names = f"/units/{unit_id}/access/fallback", unit.names if unit else {}
        if asked:
            yield Task("window", link, Rank.FIRST, names, oldest=asked[0].asked_at)
        elif caller.fallback and not there:
            yield Task("outage", link, Rank.FIRST, names)


def _giving(context: Context, caller: Caller, unit_id: str) -> Waiting:
    """Of whoever gives access at a unit: what waits there and below, and what nobody has taken up."""
    unit = context.store.units.find(unit_id)
    if unit is None:
        return Waiting()
    store, tasks = context.store, list[Task]()
    found: dict[str, Grant] = {one.id: one for one in store.grants_in(unit_id) if one.removal is not None}
    for name, state in ((listed.GRANTS, "proposed"), (listed.LONGER, "")):
        page = page_of_list(context, name, [unit_id], "", LOOKED_AT, store.grants_by_id, state)
        found |= {one.id: one for one in page.items}
        if page.next:
            more = (page.total or 0) - len(page.items)
            link = f"/units/{unit_id}/access/second{'' if state else '?tab=longer'}"
            tasks.append(Task("confirm-further", link, Rank.OTHERS, unit.names, count=max(more, 1)))
    tasks += _second_person(context, caller, list(found.values()))
    tasks += _strangers(context, unit_id, unit.names)
    tasks += _without_holder(context, unit_id, unit.names)
    yearly = page_of_soonest(
        context, TO_CONFIRM, unit_id, yearly_days(context), "", LOOKED_AT, store.grants_by_id
    )
    due = rules.to_confirm_yearly(yearly.items, caller.accounts, caller.rights)
    further = (yearly.total or 0) - len(yearly.items) if yearly.next else 0
    task = rules.yearly_task(unit_id, unit.names, due, further)
    return Waiting(
        (*tasks, task) if task else tuple(tasks), lists=_not_taken_up(context, unit_id, unit.names)
    )


def _strangers(context: Context, unit_id: str, names: Names) -> Iterator[Task]:
    """Who asks for access there or below; how long the last of a full page has waited is close enough."""
    page = page_of_list(context, listed.REQUESTS, [unit_id], "", LOOKED_AT, context.store.asking.by_id)
    if page.items:
        count = page.total if page.total is not None else len(page.items)
        link = f"/units/{unit_id}/access/requests"
        yield Task("access-request", link, Rank.OTHERS, names, count=count, oldest=page.items[-1].asked_at)


def _without_holder(context: Context, unit_id: str, names: Names) -> Iterator[Task]:
    """As the figures have it now; whoever opens the list takes in what waits."""
    without = of_all(context.store.rollout.sums([unit_id]).get(unit_id, {})).without
    if without:
        link = f"/units/{unit_id}/rollout/units?state=without"
        yield Task("without-holder", link, Rank.ASIDE, names, count=without)


def _second_person(context: Context, caller: Caller, grants: list[Grant]) -> Iterator[Task]:
    now = context.clock.now()
    units = context.store.units.many(one.unit_id for one in grants)
    people = context.store.accounts_by_id(one.account_id or "" for one in grants if one.known_to_giver)
    for one in grants:
        if decide(caller, GRANT, one.unit_path, now).why not in _WITHIN_REACH:
            continue
        person, unit = people.get(one.account_id or ""), units.get(one.unit_id)
        who = person.name if person else one.label
        task = rules.second_person_task(one, caller.accounts, unit.names if unit else {}, who, now)
        if task is not None:
            yield task


def _not_taken_up(context: Context, unit_id: str, names: Names) -> tuple[ShortList, ...]:
    """Those that were invited, or offered it, and have not come: the newest are shown."""
    lists = []
    for state in ("invited", "offered"):
        page = page_of_list(
            context, listed.GRANTS, [unit_id], "", LINES_SHOWN, context.store.grants_by_id, state
        )
        units = context.store.units.many(one.unit_id for one in page.items)
        lines = tuple(
            Line(
                f"/grants/{one.id}",
                units[one.unit_id].names if one.unit_id in units else {},
                who=one.label,
                at=one.given_at,
                due=one.invited_until,
            )
            for one in page.items
        )
        if lines:
            link = f"/units/{unit_id}/access?status={state}&below=yes"
            lists.append(ShortList(state, link, lines, page.total, names))
    return tuple(lists)


def _posts(context: Context, caller: Caller) -> tuple[ShortList, ...]:
    held = within_session(caller, context.store.grants_of(caller.account_id))
    units = context.store.units.many(one.unit_id for one in held)
    lines = rules.posts_of(
        held,
        context.store.with_chains(held),
        {unit_id: unit.names for unit_id, unit in units.items()},
        {role.key: role.names for role in context.roles.roles.values()},
        context.clock.today(),
    )
    return (ShortList("posts", "/account", lines, len(lines)),) if lines else ()
