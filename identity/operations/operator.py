"""The operator's hand: the second one where nobody in the organisation can be it. Each time it is written down."""

from dataclasses import replace
from datetime import datetime

from identity.context import Context, UnitUnknown
from identity.domain import extensions, fallback, grant_acts, grant_refusals, grant_rights, questions
from identity.domain import grants as rules
from identity.domain.fallback import SWITCH, Window, WindowState
from identity.domain.grants import OPERATOR, Grant
from identity.domain.sessions import holds_at
from identity.operations.aftermath import save_for_all
from identity.operations.answering import asked_for
from identity.operations.confirmations import check_asked_removal
from identity.operations.fallback import check_asked_window, window_entry
from identity.operations.hands import hand_of
from identity.operations.periods import carry_out_asked
from identity.operations.second import check_giver, could_give_it, seconds_for
from identity.operations.telling import What, ended_news, given_news, grant_audit, told_to
from servicekit.access.decision import covers
from servicekit.access.second_person import Question, SecondPersonThere


def confirm_by_operator(context: Context, grant_id: str, reason: str) -> Grant:
    """A proposed grant counts, a peer's proposed removal is done, or a longer period of a strong role counts.

    Raises SecondPersonThere while somebody could decide it, NotProposed, ProposalLapsed.
    """
    if not reason.strip():
        raise grant_refusals.ReasonNeeded(field="reason")
    store = context.store

    def work() -> Grant:
        grant = store.grant(grant_id)
        if grant.removal is not None:
            return _remove(context, grant, reason)
        if extensions.open_extension(grant, context.clock.now()) is not None:
            return _lengthen(context, grant, reason)
        return _confirm(context, grant, reason)

    return store.database.in_transaction(work)


def _confirm(context: Context, grant: Grant, reason: str) -> Grant:
    question = questions.about_grant(grant, hand_of(context, [grant.given_by]))
    check_giver(context, grant)
    _refuse_while_somebody_is(context, question, _deciding(context, grant, removed=False))
    changed = grant_acts.confirm(grant, (OPERATOR,), context.clock.now())
    holder = context.store.account(changed.account_id or "")
    news = [given_news(changed, asked_for(holder), why="confirmed")]
    news += told_to([grant.given_by], What.CONFIRMED, grant.unit_path)
    entry = grant_audit("grant.confirmed_by_operator", changed, reason=reason)
    return save_for_all(context, grant, changed, news, entry, "confirmed")


def _remove(context: Context, grant: Grant, reason: str) -> Grant:
    asked_by = hand_of(context, [grant.removal.by] if grant.removal else [])
    question = questions.about_removal(grant, asked_by)
    check_asked_removal(context, grant)
    _refuse_while_somebody_is(context, question, _deciding(context, grant, removed=True))
    changed = grant_acts.confirm_removal(grant, (OPERATOR,), context.clock.now())
    entry = grant_audit("grant.removed_by_operator", changed, reason=reason)
    return save_for_all(context, grant, changed, ended_news(changed, "removed"), entry, "removed")


def _lengthen(context: Context, grant: Grant, reason: str) -> Grant:
    extension = extensions.check_confirmed(grant, (OPERATOR,), context.clock.now())
    question = questions.about_extension(grant, hand_of(context, extension.by))
    longer = replace(grant, valid_to=extension.valid_to)
    _refuse_while_somebody_is(context, question, _deciding(context, longer, removed=False))
    return carry_out_asked(context, grant, extension, {"confirmed_by": OPERATOR, "operator": reason})


def confirm_window_by_operator(context: Context, unit_code: str, reason: str) -> Window:
    """The one that was asked for first opens now. Who cannot come in while the eID is down is no second person for it.

    Raises UnitUnknown, SecondPersonThere, NotProposed.
    """
    if not reason.strip():
        raise grant_refusals.ReasonNeeded(field="reason")
    store = context.store

    def work() -> Window:
        now = context.clock.now()
        window = _asked_in(context, unit_code, now)
        changed = fallback.confirm(window, (OPERATOR,), "", now)
        check_asked_window(context, window)
        question = questions.about_window(window, hand_of(context, [window.asked_by, *window.asked_hands]))
        over = [one for one in _good_over(context, window.unit_path) if _switches(context, one, window)]
        able = [one for one in over if one.account_id and _can_come_in(context, one.account_id)]
        _refuse_while_somebody_is(context, question, able)
        entry = window_entry("fallback.window_opened_by_operator", changed, reason=reason)
        news = told_to([window.asked_by], What.CONFIRMED, window.unit_path)
        return store.fallback.save_window(changed, window.version, news, [entry])

    return store.database.in_transaction(work)


def _asked_in(context: Context, unit_code: str, now: datetime) -> Window:
    unit = context.store.units.by_code(unit_code)
    if unit is None:
        raise UnitUnknown(field="unit")
    found = context.store.fallback.open_windows_over([unit.id], now)
    waiting = [one for one in found if fallback.state_of(one, now) is WindowState.ASKED]
    if not waiting:
        raise grant_refusals.NotProposed
    return min(waiting, key=lambda one: (one.asked_at, one.id))


def _deciding(context: Context, grant: Grant, *, removed: bool) -> list[Grant]:
    good = _good_over(context, grant.unit_path)
    if removed:
        return [one for one in good if grant_rights.gives_access(one, context.roles) and one.id != grant.id]
    return [one for one in good if could_give_it(context, one, grant)]


def _good_over(context: Context, unit_path: tuple[str, ...]) -> list[Grant]:
    over = context.store.grants_over(unit_path)
    above, today = context.store.with_chains(over), context.clock.today()
    return [one for one in over if rules.why_not(one, above, today) is None]


def _switches(context: Context, grant: Grant, window: Window) -> bool:
    today = context.clock.today()
    rights = grant_rights.rights([grant], context.store.with_chains([grant]), context.roles, today)
    return any(right.permission == SWITCH and covers(right, window.unit_path) for right in rights)


def _can_come_in(context: Context, account_id: str) -> bool:
    """Whether the person is here, or has a sealed code."""
    now, rules_of = context.clock.now(), context.session_rules
    if any(holds_at(one, rules_of, now) for one in context.store.sessions_of(account_id)):
        return True
    offices = [one.id for one in context.store.fallback.officials_of(account_id)]
    return any(context.store.fallback.codes_left(offices).values())


def _refuse_while_somebody_is(context: Context, question: Question, deciding: list[Grant]) -> None:
    found = seconds_for(context, question, deciding)
    if found:
        raise SecondPersonThere(name=context.store.get_account(found[0]).name)
