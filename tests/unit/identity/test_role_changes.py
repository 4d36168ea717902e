"""What may be changed of a role, by whom, and what is in force afterwards."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from identity.domain import role_changes as rules
from identity.domain.grant_refusals import NotProposed, ProposalLapsed, RoleUnknown
from identity.domain.role_changes import (
    Act,
    GivesAccessAlone,
    GivesAccessAsMade,
    Held,
    MoreForMachine,
    MoreForOneself,
    MoreThanBothHold,
    NobodyCouldGive,
    PermissionUnknown,
    RoleChange,
    RoleEmpty,
    RoleHeld,
    RoleKeyTaken,
    RoleNameTaken,
    RoleNeeded,
    RolesChangedMeanwhile,
    RoleUnchanged,
    TooManyRoles,
)
from identity.domain.roles import Role, RoleSet, in_force, role_table, withdrawn
from identity.domain.together import State
from servicekit.access.decision import Reach
from servicekit.access.second_person import SecondPersonNeeded

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OWN, BELOW, UNDER = Reach.OWN, Reach.BELOW, Reach.UNDER
FILE = role_table(
    {
        "permissions": {
            key: {"assurance": 2}
            for key in ("unit:read", "access:read", "access:grant", "congress:report", "members:read", "x:y")
        },
        "roles": [
            {
                "key": "administrator",
                "names": {"en": "Administrator", "bn": "প্রশাসক", "vi": "Quản trị viên"},
                "strong": True,
                "deputies": True,
                "use": {"unit:read": "below", "access:read": "below", "access:grant": "below"},
                "pass_on": {"congress:report": "below", "members:read": "own"},
            },
            {
                "key": "reader",
                "names": {"en": "Reader", "bn": "পাঠক", "vi": "Người xem"},
                "strong": False,
                "deputies": True,
                "use": {"unit:read": "below"},
                "pass_on": {},
            },
        ],
    }
)
ADMINISTRATOR, READER = FILE.roles["administrator"], FILE.roles["reader"]
NO_ROLES = RoleSet()
NOBODY, HELD = Held(), Held(by_anybody=True)


def a_role(key: str = "treasurer", **more: Any) -> Role:
    made = Role(
        key,
        {"en": key, "bn": key, "vi": key},
        strong=False,
        deputies=True,
        use={"unit:read": OWN},
        pass_on={},
    )
    return replace(made, **more)


def a_change(**more: Any) -> RoleChange:
    made = RoleChange("c", Act.ADD, None, a_role(), 0, "root", "anna", "Anna", NOW, "elections")
    return replace(made, **more)


def check(
    act: Act, before: Role | None, after: Role | None, held: Held = NOBODY, own: RoleSet = NO_ROLES
) -> None:
    rules.check(act, before, after, own, FILE, held)


GIVING = {"unit:read": BELOW, "access:read": BELOW, "access:grant": BELOW}


@pytest.mark.parametrize(
    ("act", "before", "after", "held", "refusal"),
    [
        (Act.ADD, None, a_role(), NOBODY, None),
        (Act.ADD, None, a_role("reader"), NOBODY, RoleKeyTaken),
        # What was given under the key in earlier days would come to life.
        (Act.ADD, None, a_role(), HELD, RoleHeld),
        (Act.ADD, None, a_role(use={}), NOBODY, RoleEmpty),
        (Act.ADD, None, a_role(use={}, pass_on={"unit:read": OWN}), NOBODY, RoleEmpty),
        (Act.ADD, None, a_role(use={"unit:burn": OWN}), NOBODY, PermissionUnknown),
        (Act.ADD, None, a_role(pass_on={"unit:burn": OWN}), NOBODY, PermissionUnknown),
        (Act.ADD, None, a_role(names={"en": "READER", "bn": "x", "vi": "x"}), NOBODY, RoleNameTaken),
        # Who gives access does it by two hands, and sees what they do.
        (Act.ADD, None, a_role(use=GIVING, strong=True), NOBODY, None),
        (Act.ADD, None, a_role(use=GIVING), NOBODY, GivesAccessAlone),
        (Act.ADD, None, a_role(use={"access:grant": BELOW}, strong=True), NOBODY, GivesAccessAlone),
        (Act.ADD, None, a_role(use={**GIVING, "access:read": OWN}, strong=True), NOBODY, GivesAccessAlone),
        (Act.CHANGE, READER, replace(READER, use={"unit:read": OWN}), HELD, None),
        (Act.CHANGE, READER, replace(READER, use={"members:read": OWN}), HELD, None),
        (Act.CHANGE, READER, READER, HELD, RoleUnchanged),
        (Act.CHANGE, None, a_role(), NOBODY, RoleUnknown),
        (Act.CHANGE, withdrawn(READER), READER, NOBODY, RoleUnknown),
        # Nobody becomes an administrator, or stops being one, by a change of what they hold.
        (Act.CHANGE, READER, replace(READER, use=GIVING, strong=True), NOBODY, GivesAccessAsMade),
        (
            Act.CHANGE,
            ADMINISTRATOR,
            replace(ADMINISTRATOR, use={"unit:read": BELOW}),
            HELD,
            GivesAccessAsMade,
        ),
        (
            Act.CHANGE,
            ADMINISTRATOR,
            replace(ADMINISTRATOR, use={**ADMINISTRATOR.use, "access:grant": OWN}),
            HELD,
            GivesAccessAsMade,
        ),
        (Act.CHANGE, ADMINISTRATOR, replace(ADMINISTRATOR, strong=False), HELD, GivesAccessAlone),
        (
            Act.CHANGE,
            ADMINISTRATOR,
            replace(ADMINISTRATOR, use={**ADMINISTRATOR.use, "access:read": OWN}),
            HELD,
            GivesAccessAlone,
        ),
        # What nobody could give any more nobody could put back.
        (Act.CHANGE, ADMINISTRATOR, replace(ADMINISTRATOR, pass_on={}), HELD, NobodyCouldGive),
        # Nor could it be put back as far as it reached.
        (
            Act.CHANGE,
            ADMINISTRATOR,
            replace(ADMINISTRATOR, pass_on={**ADMINISTRATOR.pass_on, "congress:report": OWN}),
            HELD,
            NobodyCouldGive,
        ),
        (
            Act.CHANGE,
            READER,
            replace(READER, use={"members:read": OWN}),
            replace(HELD, by_changer=True),
            MoreForOneself,
        ),
        (
            Act.CHANGE,
            READER,
            replace(READER, pass_on={"members:read": OWN}),
            replace(HELD, by_changer=True),
            MoreForOneself,
        ),
        # What they hold they may hand on, use it or not; to use it is more.
        (
            Act.CHANGE,
            ADMINISTRATOR,
            replace(ADMINISTRATOR, use={**ADMINISTRATOR.use, "congress:report": BELOW}),
            replace(HELD, by_changer=True),
            MoreForOneself,
        ),
        (Act.CHANGE, READER, replace(READER, use={"unit:read": OWN}), replace(HELD, by_changer=True), None),
        (
            Act.CHANGE,
            READER,
            replace(READER, use={"members:read": OWN}),
            replace(HELD, by_machine=True),
            MoreForMachine,
        ),
        (Act.CHANGE, READER, replace(READER, use={"unit:read": OWN}), replace(HELD, by_machine=True), None),
        (Act.WITHDRAW, READER, None, NOBODY, None),
        (Act.WITHDRAW, READER, None, HELD, RoleHeld),
        (Act.WITHDRAW, ADMINISTRATOR, None, NOBODY, RoleNeeded),
        (Act.WITHDRAW, withdrawn(READER), None, NOBODY, RoleUnknown),
    ],
)
def test_what_stands_against_a_change(
    act: Act, before: Role | None, after: Role | None, held: Held, refusal: type[Exception] | None
) -> None:
    if refusal is None:
        check(act, before, after, held)
        return
    with pytest.raises(refusal):
        check(act, before, after, held)


def test_a_key_that_was_withdrawn_is_never_given_again() -> None:
    own = RoleSet((withdrawn(a_role()),), 2)
    with pytest.raises(RoleKeyTaken):
        check(Act.ADD, None, a_role(), own=own)
    # Its name is free.
    check(Act.ADD, None, a_role("keeper", names=a_role().names), own=own)


def test_there_are_only_so_many_roles() -> None:
    own = RoleSet(tuple(a_role(f"role-{n}") for n in range(rules.MOST_ROLES - 2)))
    with pytest.raises(TooManyRoles):
        check(Act.ADD, None, a_role(), own=own)


def test_the_last_role_by_which_something_is_given_is_not_withdrawn() -> None:
    """It was put there when somebody could still give it."""
    keeper = a_role("keeper", use={**GIVING, "x:y": OWN}, strong=True)
    with pytest.raises(NobodyCouldGive):
        check(Act.WITHDRAW, keeper, None, own=RoleSet((keeper,), 1))


@pytest.mark.parametrize(("giving", "refused"), [((), True), (("administrator", "keeper"), False)])
def test_a_role_that_nobody_has_at_the_top_gives_nothing_back(giving: tuple[str, ...], refused: bool) -> None:
    keeper = a_role("keeper", use={**GIVING, "members:read": OWN}, strong=True)
    less = replace(ADMINISTRATOR, pass_on={"congress:report": BELOW})
    held = replace(HELD, giving=frozenset(giving))
    own = RoleSet((keeper,), 1)
    if refused:
        with pytest.raises(NobodyCouldGive):
            check(Act.CHANGE, ADMINISTRATOR, less, held, own)
    else:
        check(Act.CHANGE, ADMINISTRATOR, less, held, own)


def test_what_is_theirs_in_their_own_unit_alone_is_not_theirs_to_give_everywhere() -> None:
    registrar = a_role("registrar", use={**GIVING, "members:read": OWN}, strong=True)
    with pytest.raises(MoreThanBothHold):
        rules.check_may_give(a_role(use={"members:read": OWN}), [registrar])
    rules.check_may_give(
        a_role(use={"members:read": OWN}), [replace(registrar, pass_on={"members:read": BELOW})]
    )


@pytest.mark.parametrize(
    ("before", "after", "more"),
    [
        (None, {"use": {"unit:read": OWN}}, {("unit:read", OWN, True)}),
        ({"use": {"unit:read": BELOW}}, {"use": {"unit:read": OWN}}, set()),
        ({"use": {"unit:read": OWN}}, {"use": {"unit:read": BELOW}}, {("unit:read", BELOW, True)}),
        # Strictly below is not here, and here is not below.
        ({"use": {"unit:read": OWN}}, {"use": {"unit:read": UNDER}}, {("unit:read", UNDER, True)}),
        ({"pass_on": {"x:y": BELOW}, "use": {}}, {"use": {"x:y": OWN}}, {("x:y", OWN, True)}),
        ({"use": {"x:y": BELOW}}, {"use": {}, "pass_on": {"x:y": OWN}}, set()),
        ({"use": {"x:y": OWN}}, {"use": {}, "pass_on": {"x:y": BELOW}}, {("x:y", BELOW, False)}),
    ],
)
def test_what_a_change_gives_that_the_role_gave_not_before(
    before: dict[str, Any] | None, after: dict[str, Any], more: set[tuple[str, Reach, bool]]
) -> None:
    found = rules.added(a_role(**before) if before else None, a_role(**after))
    assert {(one.permission, one.reach, one.use) for one in rules.parts_of(found)} == more


@pytest.mark.parametrize(
    ("more", "missing"),
    [
        ({"use": {"congress:report": BELOW}}, ""),
        ({"use": {"members:read": OWN}}, "members:read"),  # theirs in their own unit alone
        ({"use": {"members:read": BELOW}}, "members:read"),
        ({"use": {"x:y": OWN, "unit:read": OWN}}, "x:y"),
        ({"use": {}, "pass_on": {"x:y": OWN}}, "x:y"),
    ],
)
def test_nobody_puts_into_a_role_what_they_lack(more: dict[str, Any], missing: str) -> None:
    role = a_role(**more)
    if not missing:
        rules.check_may_give(role, [READER, ADMINISTRATOR])
        return
    with pytest.raises(MoreThanBothHold) as refused:
        rules.check_may_give(role, [READER, ADMINISTRATOR])
    assert refused.value.params["permissions"] == missing


def test_whoever_gives_no_access_at_the_top_changes_no_role() -> None:
    for role in (a_role(), a_role(use={})):
        with pytest.raises(MoreThanBothHold):
            rules.check_may_give(role, [])


def test_what_is_in_force_is_the_file_with_the_own_roles_in_its_place() -> None:
    own = RoleSet((replace(READER, use={"unit:read": OWN, "gone:long-ago": OWN}), a_role()), 3)
    table = in_force(FILE, own)
    assert list(table.roles) == ["administrator", "reader", "treasurer"]
    # A permission that the file does not know any more gives nothing.
    assert table.roles["reader"].use == {"unit:read": OWN}
    assert table.permissions is FILE.permissions
    assert in_force(FILE, RoleSet()) == FILE


def test_what_is_withdrawn_has_a_name_and_gives_nothing() -> None:
    done = rules.carried_out(RoleSet(), FILE, a_change(act=Act.WITHDRAW, before=READER, after=None))
    table = in_force(FILE, done)
    assert (table.roles["reader"].names, table.roles["reader"].held()) == (READER.names, {})
    assert table.given("reader") is None
    assert table.given("nobody") is None
    assert table.given("administrator") is ADMINISTRATOR


def test_a_change_is_done_to_what_was_looked_at() -> None:
    done = rules.carried_out(RoleSet(), FILE, a_change())
    assert done == RoleSet((a_role(),), 1)
    with pytest.raises(RolesChangedMeanwhile):
        rules.carried_out(done, FILE, a_change())
    # The file says something else than when it was asked for.
    narrower = replace(READER, use={"unit:read": OWN})
    asked = a_change(act=Act.CHANGE, before=narrower, after=READER)
    with pytest.raises(RolesChangedMeanwhile):
        rules.carried_out(RoleSet(), FILE, asked)


Answer = Callable[[RoleChange, tuple[str, ...], str, datetime], RoleChange]


def test_one_is_no_second_person_for_what_they_asked_themselves() -> None:
    with pytest.raises(SecondPersonNeeded):
        rules.confirm(a_change(), ("other-account", "anna"), "Anna", NOW)
    done = rules.confirm(a_change(), ("boris",), "Boris", NOW)
    assert (done.state, done.answered_by, done.answered_by_name) == (State.DONE, "boris", "Boris")
    assert rules.withdraw(a_change(), ("anna",), "Anna", NOW).state is State.WITHDRAWN


@pytest.mark.parametrize("answer", [rules.confirm, rules.withdraw])
def test_a_change_is_answered_once_and_in_time(answer: Answer) -> None:
    late = NOW + timedelta(hours=73)
    assert rules.state_of(a_change(), late) is State.LAPSED
    with pytest.raises(ProposalLapsed):
        answer(a_change(), ("boris",), "Boris", late)
    for state in (State.DONE, State.WITHDRAWN):
        with pytest.raises(NotProposed):
            answer(a_change(state=state), ("boris",), "Boris", NOW)
    assert rules.lapse(a_change(), late).state is State.LAPSED
    with pytest.raises(NotProposed):
        rules.lapse(a_change(), NOW)


def test_an_earlier_set_comes_back_and_what_came_since_is_withdrawn() -> None:
    first = RoleSet((a_role("keeper"),), 1)
    now = RoleSet((a_role("keeper", deputies=False), a_role(), replace(READER, deputies=False)), 4)
    back = rules.restored(now, first, FILE)
    assert back.version == 5
    table = in_force(FILE, back)
    assert table.roles["keeper"] == a_role("keeper")
    assert table.roles["treasurer"] == withdrawn(a_role())
    assert table.roles["reader"] == READER
    assert rules.differences(now, back, FILE) == (("keeper", "reader"), ("treasurer",))
    # To the file alone, and what was given by an own role keeps its name.
    assert in_force(FILE, rules.restored(now, RoleSet(), FILE)).roles["keeper"].withdrawn


def test_a_role_that_gives_access_is_not_lost_by_going_back() -> None:
    keeper = a_role("keeper", use=GIVING, strong=True)
    now = RoleSet((keeper, a_role()), 2)
    assert rules.giving_lost(now, rules.restored(now, RoleSet(), FILE), FILE) == ("keeper",)
    assert rules.giving_lost(now, now, FILE) == ()
