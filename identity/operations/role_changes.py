"""Changes of roles: foreseen, asked for by one administrator of the topmost unit, done by a second one."""

from identity import events, listed
from identity.context import Context
from identity.domain import role_changes as rules
from identity.domain.grants import Grant, is_over
from identity.domain.questions import about_role_change
from identity.domain.role_changes import GIVE, Act, Held, RoleChange, Wanted
from identity.domain.roles import Role
from identity.domain.together import NotAtTheTop, State
from identity.operations.hands import accounts_of_person, hand_of
from identity.operations.listing import page_of_list
from identity.operations.role_preview import (
    RolesNow,
    all_giving_at_top,
    change_entry,
    foreseen,
    giving_at_top,
    head_of,
    roles_now,
    show_change,
    tops,
)
from identity.operations.second import check_asker, check_confirms
from identity.operations.showing import GrantSeen, grants_for
from identity.operations.telling import What, told_to
from servicekit.access import decision as access
from servicekit.access.decision import Caller, Reach, Right
from servicekit.access.second_person import owes
from servicekit.data.documents import Document
from servicekit.data.events import Event
from servicekit.ids import new_id
from servicekit.refusals import NotFound, Refusal, Stale
from servicekit.web.listing import Page


def foresee(context: Context, caller: Caller, wanted: Wanted) -> Document:
    """Whom the change touches, and what it gives and takes; raises what asking for it is refused for."""
    _top_rights(context, caller)
    now = roles_now(context)
    _check(context, caller, wanted, now)
    before = now.before(wanted.act, wanted.key)
    change = _change(caller, wanted, before, now.own.version, "", context)
    return foreseen(context, change, now)


def ask(context: Context, caller: Caller, wanted: Wanted, seen: int, reason: str) -> Document:
    """The first of two. `seen`: the version of the set that the preview was made of."""
    store = context.store

    def work() -> RoleChange:
        right = _fresh_right(context, caller)
        # Two who ask at once are counted one after the other.
        store.hold("role changes")
        now = roles_now(context)
        if now.own.version != seen:
            raise rules.RolesChangedMeanwhile
        _check(context, caller, wanted, now)
        change = _change(caller, wanted, now.before(wanted.act, wanted.key), seen, reason, context)
        own = [one for one in _waiting(context) if one.asked_by in caller.accounts]
        for known in own:
            if known.key == wanted.key and known.seen == seen:
                # Asked twice, by a second tap or a lost answer, it is one question.
                if (known.act, known.before, known.after) == (change.act, change.before, change.after):
                    return known
                raise rules.RoleChangeWaits
        if len(own) >= rules.MOST_WAITING:
            raise rules.TooManyRoleChanges
        place: Document = {"unit_id": right.unit_id, "unit_path": list(right.unit_path)}
        about = {"change_id": change.id, "asked_by": caller.account_id}
        news = [Event(events.ROLE_CHANGE_ASKED, {**place, **about})]
        return store.roles.add_change(change, news, [change_entry("role_change.asked", change)])

    return show_change(context, caller, store.database.in_transaction(work))


def confirm(context: Context, caller: Caller, change_id: str, expected_version: int) -> Document:
    """The second of two, independent of the first: now it is done, and everybody's tokens are made anew."""
    store, at = context.store, context.clock.now()

    def work() -> RoleChange:
        _fresh_right(context, caller)
        change = _at_hand(context, caller, change_id, expected_version)
        done = rules.confirm(change, caller.accounts, caller.name, at)
        now, wanted = roles_now(context), Wanted(change.act, change.key, change.after)
        new = rules.carried_out(now.own, context.roles_file, change)
        check_asker(
            *(context, change.asked_by, change.asked_by_name),
            lambda asker: _check(context, asker, wanted, now, (change.asked_by, *caller.accounts)),
        )
        question = about_role_change(change, hand_of(context, [change.asked_by]))
        check_confirms(context, caller, question, giving_at_top(context, caller.account_id))
        _check(context, caller, wanted, now, (change.asked_by, *caller.accounts))
        store.roles.put(new, now.own.version, change.id)
        entry = change_entry("roles.changed", done, asked_by=change.asked_by, version=new.version)
        news = told_to([change.asked_by], What.CONFIRMED, (change.unit_id,), caller.accounts)
        saved = store.roles.save_change(done, expected_version, news, [entry])
        # Nobody holds what is added; what is withdrawn may have been given to somebody this very moment.
        if change.act is not Act.ADD:
            store.end_all(at)
        return saved

    changed = store.database.in_transaction(work)
    store.roles.forget()
    return show_change(context, caller, changed)


def withdraw(context: Context, caller: Caller, change_id: str, expected_version: int) -> Document:
    """By whoever asked, whoever made them what they are, or could confirm it: a deputy stops no superior's question."""
    store, at = context.store, context.clock.now()

    def work() -> RoleChange:
        _fresh_right(context, caller)
        change = _at_hand(context, caller, change_id, expected_version)
        done = rules.withdraw(change, caller.accounts, caller.name, at)
        asker = hand_of(context, [change.asked_by])
        if change.asked_by not in caller.accounts and not owes(asker, hand_of(context, caller.accounts)):
            question = about_role_change(change, asker)
            check_confirms(context, caller, question, giving_at_top(context, caller.account_id))
        news = told_to([change.asked_by], What.DECLINED, (change.unit_id,), caller.accounts)
        return store.roles.save_change(
            done, expected_version, news, [change_entry("role_change.withdrawn", done)]
        )

    return show_change(context, caller, store.database.in_transaction(work))


def list_waiting(context: Context, caller: Caller) -> list[Document]:
    """What waits for a second administrator, without whom it touches: that is asked for one by one."""
    _top_rights(context, caller)
    own = giving_at_top(context, caller.account_id)
    return [
        {**head_of(context, caller, one), "refusal": _why_not(context, caller, one, own)}
        for one in _waiting(context)
    ]


def _why_not(context: Context, caller: Caller, change: RoleChange, own: list[Grant]) -> Refusal | None:
    """Why the caller is no second person for it; None where they are."""
    try:
        rules.confirm(change, caller.accounts, caller.name, context.clock.now())
        check_confirms(context, caller, about_role_change(change, hand_of(context, [change.asked_by])), own)
    except Refusal as refusal:
        return refusal
    return None


def waiting_for(context: Context, caller: Caller) -> list[RoleChange]:
    """Those that the caller may decide as the second of two."""
    try:
        _top_rights(context, caller)
    except NotAtTheTop:
        return []
    own = giving_at_top(context, caller.account_id)
    return [one for one in _waiting(context) if _why_not(context, caller, one, own) is None]


def read_change(context: Context, caller: Caller, change_id: str) -> Document:
    """With whom it touches as things stand now."""
    _top_rights(context, caller)
    change = context.store.roles.change(change_id)
    own = giving_at_top(context, caller.account_id)
    return {**show_change(context, caller, change), "refusal": _why_not(context, caller, change, own)}


def list_holders(context: Context, caller: Caller, key: str, after: str, limit: int) -> Page[GrantSeen]:
    """Whoever has a role or has been offered it, the newest first."""
    _top_rights(context, caller)
    if key not in context.roles.roles:
        raise NotFound
    page = page_of_list(context, listed.OF_ROLE, [key], after, limit, context.store.grants_by_id)
    return page.map(lambda grants: grants_for(context, caller, grants))


def _top_rights(context: Context, caller: Caller) -> list[Right]:
    """By which the caller gives access in each topmost unit and all below it, for roles are the whole house's.

    Raises NotAtTheTop.
    """
    mine = [
        right
        for right in caller.rights
        if right.permission == GIVE and len(right.unit_path) == 1 and right.reach is Reach.BELOW
    ]
    every = {unit.id for unit in tops(context)}
    if not every or not every <= {right.unit_id for right in mine}:
        raise NotAtTheTop
    return mine


def _fresh_right(context: Context, caller: Caller) -> Right:
    """The same, to a fresh sign-in."""
    right = min(_top_rights(context, caller), key=lambda one: one.unit_id)
    access.require(caller, GIVE, right.unit_path, context.clock.now())
    return right


def _check(
    context: Context, caller: Caller, wanted: Wanted, now: RolesNow, deciding: tuple[str, ...] = ()
) -> None:
    """What asking asks, and deciding again of both. `deciding`: the accounts of both, where there are two."""
    _top_rights(context, caller)
    before = now.before(wanted.act, wanted.key)
    held = _held(context, wanted.key, deciding or caller.accounts)
    rules.check(wanted.act, before, wanted.after, now.own, context.roles_file, held)
    after = rules.role_after(wanted.act, before, wanted.after)
    giving = [now.table.roles[one.role] for one in giving_at_top(context, caller.account_id)]
    rules.check_may_give(rules.added(before, after), giving)


def _held(context: Context, key: str, accounts: tuple[str, ...]) -> Held:
    store, today = context.store, context.clock.today()
    people = sorted(accounts_of_person(context, accounts))
    own = [*people, *(one.id for one in store.machines_kept_by(people))]

    def have_it(account_ids: list[str]) -> bool:
        return any(
            grant.role == key and not is_over(grant, today) for grant in store.grants_held_by(account_ids)
        )

    anybody = store.lists.page(listed.OF_ROLE, [key], "", "", 1, context.clock.now())
    return Held(
        by_anybody=bool(anybody),
        # Lists may lack what a version without them wrote meanwhile: of machines the grants themselves are asked.
        by_machine=have_it(store.machine_ids()),
        by_changer=have_it(own),
        giving=frozenset(one.role for one in all_giving_at_top(context)),
    )


def _waiting(context: Context) -> list[RoleChange]:
    now = context.clock.now()
    return [one for one in context.store.roles.asked() if rules.state_of(one, now) is State.ASKED]


def _change(
    caller: Caller, wanted: Wanted, before: Role | None, seen: int, reason: str, context: Context
) -> RoleChange:
    right = min(_top_rights(context, caller), key=lambda one: one.unit_id)
    return RoleChange(
        id=new_id(),
        act=wanted.act,
        before=before,
        after=wanted.after,
        seen=seen,
        unit_id=right.unit_id,
        asked_by=caller.account_id,
        asked_by_name=caller.name,
        asked_at=context.clock.now(),
        reason=reason,
    )


def _at_hand(context: Context, caller: Caller, change_id: str, expected_version: int) -> RoleChange:
    change = context.store.roles.change(change_id)
    if change.version != expected_version:
        raise Stale
    return change
