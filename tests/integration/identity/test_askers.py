"""Two decide together only while the first of them still could: of every kind of question."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from identity.context import Context
from identity.domain.fallback import Window
from identity.domain.grants import Grant, Removal, Status
from identity.domain.questions import AskerLostPower
from identity.domain.together import Act, JointAct
from identity.operations import together
from identity.operations.confirmations import confirm_grant, confirm_removal
from identity.operations.fallback import confirm_window
from identity.operations.operator import confirm_by_operator, confirm_window_by_operator
from identity.operations.second import whoever_asked
from servicekit.access.decision import Caller
from servicekit.ids import new_id
from tests.processes import House
from tests.scene import first_people, identity_operations

PEOPLE = ("first", "second", "third")


@pytest.fixture
def context(house: House) -> Iterator[Context]:
    house.prefix += "a"  # a database of this test's own
    with identity_operations(house) as made:
        first_people(made)
        for name in PEOPLE:
            account = {"_id": name, "login": name, "name": name, "generation": 0, "closed": False}
            made.store.accounts.insert(account)
            made.store.add_grant(an_administrator(made, name), (), ())
        yield made


def an_administrator(context: Context, name: str, **changes: object) -> Grant:
    today, since = context.clock.today(), context.clock.now() - timedelta(days=30)
    grant = Grant(
        *(f"{name}-grant", "root", ("root",), "administrator", today - timedelta(days=30)),
        today + timedelta(days=99),
        Status.ACTIVE,
        account_id=name,
        accepted_at=since,
        given_at=since,
        given_by="operator",
    )
    return replace(grant, **changes)  # type: ignore[arg-type]


def caller(context: Context, name: str) -> Caller:
    return whoever_asked(context, (name,), name)


def lose(context: Context) -> None:
    mine = context.store.grant("first-grant")
    gone = replace(mine, valid_to=context.clock.today() - timedelta(days=1))
    context.store.save_grant(gone, mine.version)


def a_window(context: Context) -> Window:
    now = context.clock.now()
    window = Window(new_id(), "root", ("root",), "first", "first", now, 1, "down", asked_hands=("first",))
    return context.store.fallback.add_window(window, (), ())


def by_window(context: Context) -> Callable[[], object]:
    window = a_window(context)
    return lambda: confirm_window(context, caller(context, "second"), window.id, window.version)


def by_window_of_the_operator(context: Context) -> Callable[[], object]:
    a_window(context)
    return lambda: confirm_window_by_operator(context, "root", "nobody else")


def a_removal(context: Context) -> Grant:
    grant = context.store.grant("third-grant")
    removal = Removal("first", "first", "left", context.clock.now() + timedelta(hours=70))
    return context.store.save_grant(replace(grant, removal=removal), grant.version)


def by_removal(context: Context) -> Callable[[], object]:
    grant = a_removal(context)
    return lambda: confirm_removal(context, caller(context, "second"), grant.id, grant.version)


def by_removal_of_the_operator(context: Context) -> Callable[[], object]:
    grant = a_removal(context)
    return lambda: confirm_by_operator(context, grant.id, "nobody else")


def by_joint_act(context: Context) -> Callable[[], object]:
    joint = JointAct(
        *(new_id(), Act.END_SESSIONS, "third", "root", "first", "first", context.clock.now(), "stolen"),
        about_unit_id="",
    )
    made = context.store.joint_acts.add(joint, (), ())
    return lambda: together.confirm(context, caller(context, "second"), made.id, made.version)


def a_proposal(context: Context) -> Grant:
    now = context.clock.now()
    grant = an_administrator(
        context,
        "north",
        unit_id="north",
        unit_path=("root", "north"),
        account_id="third",
        status=Status.PROPOSED,
        accepted_at=None,
        chain=("first-grant",),
        given_by="first",
        confirm_until=now + timedelta(hours=70),
    )
    return context.store.add_grant(grant, (), ())


def by_proposal(context: Context) -> Callable[[], object]:
    grant = a_proposal(context)
    return lambda: confirm_grant(context, caller(context, "second"), grant.id, grant.version)


def by_proposal_of_the_operator(context: Context) -> Callable[[], object]:
    grant = a_proposal(context)
    return lambda: confirm_by_operator(context, grant.id, "nobody else")


KINDS: dict[str, Callable[[Context], Callable[[], object]]] = {
    "a window": by_window,
    "a window, by the operator": by_window_of_the_operator,
    "a removal": by_removal,
    "a removal, by the operator": by_removal_of_the_operator,
    "what two do together": by_joint_act,
    "a strong role": by_proposal,
    "a strong role, by the operator": by_proposal_of_the_operator,
}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_confirmed_whose_asker_could_not_do_it_any_more(context: Context, kind: str) -> None:
    confirm = KINDS[kind](context)
    lose(context)
    with pytest.raises(AskerLostPower):
        confirm()


@pytest.mark.parametrize("kind", [one for one in KINDS if "operator" not in one])
def test_while_they_could_it_is(context: Context, kind: str) -> None:
    assert KINDS[kind](context)()
