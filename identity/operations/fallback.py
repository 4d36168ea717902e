"""The way in while the eID is down: windows of two, sessions by sealed code, sign-ins confirmed afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from identity import events, listed
from identity.context import Context
from identity.domain import fallback as rules
from identity.domain import grant_refusals, grant_rights
from identity.domain.fallback import Answer, Scope, SignInByCode, Window, WindowState
from identity.domain.questions import about_window
from identity.eid.client import all_answer
from identity.eid.refused import SignInRefused
from identity.operations.grants import live_unit_within, unit_within
from identity.operations.hands import hand_of
from identity.operations.listing import page_of_list
from identity.operations.officials import told_about
from identity.operations.outages import eids_of
from identity.operations.second import check_asker, check_confirms, grants_behind
from identity.operations.sessions import end_old_session, open_fallback_session
from identity.operations.telling import What, told_to
from identity.operations.tokens import rights_by_code
from servicekit.access import decision as access
from servicekit.access.decision import Caller, covers
from servicekit.data.events import AuditEntry, Event
from servicekit.ids import new_id, new_reference
from servicekit.refusals import NotFound, Stale
from servicekit.web.listing import Page


class CodeUnknown(SignInRefused):
    """No such code, or it was used, or its official is none any more: one answer for all."""

    code = "fallback-code"


class FallbackOff(SignInRefused):
    code = "fallback-off"


class EidAnswersAgain(SignInRefused):
    code = "fallback-eid-answers"


class Unconfirmed(SignInRefused):
    code = "fallback-unconfirmed"


# ------------------------------------------------------------ windows


@dataclass(frozen=True)
class WindowSeen:
    id: str
    version: int
    unit_id: str
    status: WindowState
    asked_by: str
    asked_by_name: str
    reason: str
    asked_at: datetime
    hours: int
    confirm_until: datetime
    confirmed_by_name: str
    until: datetime | None
    ended_at: datetime | None
    ended_by_name: str


@dataclass(frozen=True)
class OwnSignIn:
    """By a sealed code, as its official sees it who is to say whether it was them."""

    id: str
    at: datetime
    device: str


@dataclass(frozen=True)
class SignInSeen(OwnSignIn):
    account_id: str
    name: str
    status: Answer
    confirmed_at: datetime | None


def ask_for_window(context: Context, caller: Caller, unit_id: str, hours: int, reason: str) -> WindowSeen:
    """The first of two administrators. Raises EidAnswers while there is nothing to bridge, TooManyAsked."""
    # Who may not ask learns nothing else.
    unit_within(context, caller, unit_id, rules.SWITCH)
    rules.check_hours(hours)
    if not reason.strip():
        raise grant_refusals.ReasonNeeded(field="reason")
    if all_answer(context.providers.values()):
        raise rules.EidAnswers
    hands = _hands(context, caller)

    def work() -> Window:
        path = live_unit_within(context, caller, unit_id, rules.SWITCH)
        now = context.clock.now()
        known = context.store.fallback.open_windows_over(path, now)
        for one in known:
            # Asked twice, by a second tap or a lost answer, it is one question.
            if (one.unit_id, one.hours, one.reason) == (unit_id, hours, reason) and rules.waits_of(
                one, caller.accounts, now
            ):
                return one
        rules.check_room(known, unit_id, now)
        window = Window(
            id=new_id(),
            unit_id=unit_id,
            unit_path=path,
            asked_by=caller.account_id,
            asked_by_name=caller.name,
            asked_at=now,
            asked_hands=hands,
            hours=hours,
            reason=reason,
        )
        about = {"window_id": window.id, "unit_id": unit_id, "unit_path": list(path)}
        news = Event(events.FALLBACK_ASKED, {**about, "asked_by": caller.account_id})
        entry = window_entry("fallback.window_asked", window, hours=hours, reason=reason)
        return context.store.fallback.add_window(window, [news], [entry])

    return _show_window(context.store.database.in_transaction(work), context.clock.now())


def _hands(context: Context, caller: Caller) -> tuple[str, ...]:
    """Whose hand this may be: the caller's and, in a session by code, that of whoever named them.

    Only its owner is shown a code; but paper is borrowed most easily by whoever made an official of its owner.
    """
    if not caller.fallback:
        return caller.accounts
    named_by = context.store.fallback.named_by(caller.account_id)
    others = context.store.accounts_by_id(named_by)
    also = [one for account in others.values() for one in account.same_person]
    return (*caller.accounts, *named_by, *also)


def confirm_window(context: Context, caller: Caller, window_id: str, expected_version: int) -> WindowSeen:
    def change(window: Window, now: datetime) -> Window:
        live_unit_within(context, caller, window.unit_id, rules.SWITCH)
        hands = _hands(context, caller)
        changed = rules.confirm(window, hands, caller.name, now)
        check_asked_window(context, window)
        asked_by = hand_of(context, [window.asked_by, *window.asked_hands])
        switching = [
            right
            for right in caller.rights
            if right.permission == rules.SWITCH and covers(right, window.unit_path)
        ]
        question = about_window(window, asked_by)
        check_confirms(context, caller, question, grants_behind(context, switching), hands)
        return changed

    return _change_window(context, caller, window_id, expected_version, change, "fallback.window_opened", "")


def check_asked_window(context: Context, window: Window) -> None:
    """Raises AskerLostPower where whoever asked for it could not open one here any more."""
    now = context.clock.now()
    check_asker(
        *(context, window.asked_by, window.asked_by_name),
        lambda asker: access.require(asker, rules.SWITCH, window.unit_path, now),
    )


def end_window(
    context: Context, caller: Caller, window_id: str, reason: str, expected_version: int
) -> WindowSeen:
    """Every session that came in by it ends with it."""

    def change(window: Window, now: datetime) -> Window:
        return rules.end(window, caller.name, reason, now)

    return _change_window(
        context, caller, window_id, expected_version, change, "fallback.window_ended", reason
    )


def _change_window(
    context: Context,
    caller: Caller,
    window_id: str,
    expected_version: int,
    change: Callable[[Window, datetime], Window],
    action: str,
    reason: str,
) -> WindowSeen:
    store, now = context.store, context.clock.now()

    def work() -> Window:
        window = store.fallback.window(window_id)
        access.require(caller, rules.SWITCH, window.unit_path, now)
        if window.version != expected_version:
            raise Stale
        changed = change(window, now)
        ended = store.sessions_of_window(window_id) if changed.ended_at is not None else []
        concerned = [window.asked_by, window.confirmed_by, *(one.account_id for one in ended)]
        what = What.CONFIRMED if changed.ended_at is None else What.WINDOW_ENDED
        news = told_to(concerned, what, window.unit_path, caller.accounts)
        entry = window_entry(action, changed, reason=reason)
        saved = store.fallback.save_window(changed, expected_version, news, [entry])
        if changed.ended_at is not None:
            entry = AuditEntry("session.ended_with_window", window.unit_id, window.unit_path, "session")
            store.end_sessions(ended, now, entry)
        return saved

    return _show_window(store.database.in_transaction(work), now)


def list_windows(
    context: Context, caller: Caller, unit_id: str, *, after: str, limit: int
) -> Page[WindowSeen]:
    """Of the unit, and of those above it that reach it; newest first. For whoever may open one or read access."""
    now = context.clock.now()
    unit = context.store.units.find(unit_id)
    switching = unit is not None and access.decide(caller, rules.SWITCH, unit.path, now).allowed
    path = unit_within(context, caller, unit_id, rules.SWITCH if switching else "access:read")
    page = page_of_list(context, listed.WINDOWS, path, after, limit, context.store.fallback.windows_by_id)
    return page.map(lambda windows: [_show_window(one, now) for one in windows])


def window_entry(action: str, window: Window, **details: object) -> AuditEntry:
    return AuditEntry(action, window.unit_id, window.unit_path, "window", window.id, details=dict(details))


def _show_window(window: Window, now: datetime) -> WindowSeen:
    return WindowSeen(
        id=window.id,
        version=window.version,
        unit_id=window.unit_id,
        status=rules.state_of(window, now),
        asked_by=window.asked_by,
        asked_by_name=window.asked_by_name,
        reason=window.reason,
        asked_at=window.asked_at,
        hours=window.hours,
        confirm_until=window.confirm_until,
        confirmed_by_name=window.confirmed_by_name,
        until=window.until,
        ended_at=window.ended_at,
        ended_by_name=window.ended_by_name,
    )


# ------------------------------------------------------------ coming in


def enter_by_code(context: Context, code: str, device: str, old_session: str = "") -> str:
    """The secret of a new session that may report, or open a window, and nothing else. Raises SignInRefused.

    A code is used up by the sign-in that it opens, and by nothing less.
    """
    try:
        return _enter(context, code, device, old_session)
    except SignInRefused as refusal:
        refusal.reference = new_reference()
        details = {"provider": "fallback", "code": refusal.code, "reason": refusal.reason}
        context.store.notes.record(
            AuditEntry(
                "sign_in.refused",
                record_type="sign_in",
                record_id=refusal.reference,
                outcome="refused",
                details=details,
            )
        )
        raise


def _enter(context: Context, code: str, device: str, old_session: str) -> str:
    store, now = context.store, context.clock.now()
    index = context.fallback_index(code)
    official = store.fallback.official_of_code(index)
    account = store.account(official.account_id) if official else None
    if official is None or account is None or account.closed:
        raise CodeUnknown("no such code")
    clients = eids_of(context, account)
    if not clients or any(client.answers() for client in clients):
        raise EidAnswersAgain("an eID of this person answers, or none of theirs is known here any more")
    path = official.unit_path
    window = rules.covering(store.fallback.open_windows_over(path, now), path, now)
    held = store.grants_of(account.id)
    rights = grant_rights.rights(held, store.with_chains(held), context.roles, context.clock.today())
    scope = Scope.REPORT if window else Scope.SWITCH
    usable = {one.permission for one in rights_by_code(context, rights, official.unit_id, (scope,))}
    if not usable or (window is None and rules.SWITCH not in usable):
        raise FallbackOff("no window is open over the official's unit")
    if rules.unconfirmed_for_too_long(store.fallback.sign_ins_waiting(account.id), now):
        raise Unconfirmed("earlier sign-ins by code have not been confirmed through the eID")
    until = window.until if window and window.until else now + rules.SWITCHING_LIFE

    def work() -> str:
        if not store.fallback.use_code(index):
            raise CodeUnknown("the code was used a moment ago")
        sign_in = SignInByCode(
            *(new_id(), account.id, official.unit_id, path, now, device[:120]),
            window_id=window.id if window else "",
        )
        entry = AuditEntry(
            "fallback.signed_in",
            official.unit_id,
            path,
            "account",
            account.id,
            subject_id=account.id,
            actor=account.id,
            actor_name=account.name,
            details={"window": sign_in.window_id, "scope": str(scope)},
        )
        news = [Event(events.ENTERED_BY_CODE, told_about(account.id, path, account.id))]
        store.fallback.add_sign_in(sign_in, news, [entry])
        end_old_session(context, old_session)
        return open_fallback_session(
            *(context, account.id, official.unit_id, scope, until, sign_in.window_id, device)
        )

    return store.database.in_transaction(work)


# ------------------------------------------------------------ afterwards


def list_sign_ins(
    context: Context, caller: Caller, unit_id: str, *, after: str, limit: int
) -> Page[SignInSeen]:
    """Every sign-in by code of the officials of this unit and of those below it, newest first."""
    unit_within(context, caller, unit_id, "access:read")
    page = page_of_list(
        context, listed.SIGN_INS, [unit_id], after, limit, context.store.fallback.sign_ins_by_id
    )
    accounts = context.store.accounts_by_id(one.account_id for one in page.items)
    names = {account.id: account.name for account in accounts.values()}
    return page.map(lambda items: [_show_sign_in(one, names.get(one.account_id, "")) for one in items])


def sign_ins_to_confirm(context: Context, account_id: str) -> list[OwnSignIn]:
    found = context.store.fallback.sign_ins_waiting(account_id)
    return [OwnSignIn(one.id, one.at, one.device) for one in sorted(found, key=lambda one: one.at)]


def answer_sign_in(context: Context, caller: Caller, sign_in_id: str, said: Answer) -> SignInSeen:
    """The person's own word: it was me, or it was not; for the latter all their codes and such sessions end."""
    store, now = context.store, context.clock.now()

    def work() -> SignInByCode:
        sign_in = store.fallback.sign_in(sign_in_id)
        if sign_in.account_id not in caller.accounts:
            raise NotFound
        changed = rules.answer(sign_in, caller.accounts, said, through_eid=not caller.fallback, now=now)
        entry = AuditEntry(
            f"fallback.{said}", sign_in.unit_id, sign_in.unit_path, "account", sign_in.account_id,
            subject_id=sign_in.account_id, details={"window": sign_in.window_id},
        )  # fmt: skip
        about = {"unit_id": sign_in.unit_id, "unit_path": list(sign_in.unit_path)}
        denied = said is Answer.DENIED
        news = [Event(events.FALLBACK_DENIED, {**about, "account_id": sign_in.account_id})] if denied else []
        if denied:
            store.fallback.drop_codes(sign_in.account_id)
            mine = [one for one in store.sessions_of(sign_in.account_id) if one.scope]
            ended = AuditEntry("session.ended_as_denied", sign_in.unit_id, sign_in.unit_path, "session")
            store.end_sessions(mine, now, ended)
        return store.fallback.save_sign_in(changed, news, [entry])

    return _show_sign_in(store.database.in_transaction(work), caller.name)


def _show_sign_in(sign_in: SignInByCode, name: str) -> SignInSeen:
    return SignInSeen(
        id=sign_in.id,
        at=sign_in.at,
        device=sign_in.device,
        account_id=sign_in.account_id,
        name=name,
        status=sign_in.answer,
        confirmed_at=sign_in.answered_at,
    )
