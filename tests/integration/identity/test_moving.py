"""Before a unit moves it is said whose access falls by it: exactly what falls then, and no name to a stranger."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from identity.context import Context, UnitUnknown
from identity.domain.grants import Grant, WhyNot, why_not
from identity.operations import moving as operations
from identity.operations.moving import MoveTooLarge, move_asked
from servicekit.access.decision import Caller, Reach, Right, SignInTooOld
from servicekit.refusals import Refusal
from tests.integration.identity.test_moved_units import a_grant, told
from tests.processes import House
from tests.scene import first_people, identity_operations, tell_units

UNION, CELL = ["root", "north", "union"], ["root", "north", "union", "cell"]


@pytest.fixture
def context(house: House) -> Iterator[Context]:
    house.prefix += "v"  # a database of this test's own
    with identity_operations(house) as made:
        first_people(made)
        tell_units(made, [told(UNION), told(CELL)])
        yield made


def a_mover(context: Context, unit: str, *more: str) -> Caller:
    path = {"root": ("root",), "north": ("root", "north"), "south": ("root", "south")}[unit]
    held = ("unit:move", "unit:read", *more)
    rights = tuple(
        Right(one, unit, path, Reach.BELOW, max_age=300 if one == "unit:move" else None) for one in held
    )
    return Caller("mover", rights=rights, assurance=3, auth_time=context.clock.now())


def given(context: Context) -> dict[str, Grant]:
    """From the top, from north, and from the union that moves."""
    now = context.clock.now()
    top = replace(a_grant(context, ["root"], (), "top"), role="administrator")
    north = replace(a_grant(context, ["root", "north"], (top.id,), "north"), role="administrator")
    head = replace(a_grant(context, UNION, (top.id, north.id), "head"), role="administrator")
    made = {
        "top": top,
        "north": north,
        "head": head,
        "clerk": a_grant(context, CELL, (top.id, north.id, head.id), "clerk"),
        "kept": replace(a_grant(context, UNION, (top.id,), "kept"), role="reader"),
        "elsewhere": a_grant(context, ["root", "north"], (top.id, north.id), "elsewhere"),
        "gone": replace(a_grant(context, UNION, (top.id, "never there"), "gone"), role="auditor"),
    }
    made = {key: replace(one, accepted_at=now) for key, one in made.items()}
    for who in made:
        context.store.accounts.insert(
            {"_id": who, "login": who, "name": who, "closed": False, "generation": 0}
        )
    context.store.add_grants(list(made.values()))
    return made


def test_the_preview_names_exactly_those_whose_access_falls_with_the_move(context: Context) -> None:
    made = given(context)
    mover = a_mover(context, "root", "access:read")
    shown = operations.preview_move(context, mover, "union", "south")
    assert [one.id for one in shown.grants] == [made["head"].id, made["clerk"].id]
    assert (shown.count, shown.people, shown.left_without_count, shown.unseen) == (2, 2, 2, 0)
    moved = [told(["root", "south", "union"]), told(["root", "south", "union", "cell"])]
    tell_units(context, moved)
    now = context.store.grants_by_id(one.id for one in made.values())
    above, today = context.store.with_chains(now.values()), context.clock.today()
    fallen = {key for key, one in made.items() if why_not(now[one.id], above, today) is WhyNot.UNIT_MOVED}
    assert fallen == {"head", "clerk"}
    # Back again, nobody is cut off: what they hang on stands above there.
    assert operations.preview_move(context, mover, "union", "north").count == 0


def test_who_may_not_see_the_access_there_is_told_the_number_alone(context: Context) -> None:
    given(context)
    shown = operations.preview_move(context, a_mover(context, "root"), "union", "south")
    assert (shown.count, shown.unseen, shown.grants) == (2, 2, [])


def test_hundreds_are_counted_exactly_and_the_first_of_them_named(context: Context) -> None:
    made = given(context)
    many = [replace(made["clerk"], id=f"c{number}", account_id=f"c{number}") for number in range(120)]
    context.store.add_grants(many)
    shown = operations.preview_move(context, a_mover(context, "root", "access:read"), "union", "south")
    assert (shown.count, len(shown.grants)) == (122, operations.SHOWN)


def test_a_stranger_to_the_unit_learns_nothing_of_it_unless_asked_to_confirm(context: Context) -> None:
    given(context)
    south = a_mover(context, "south", "access:read")

    def refused(unit: str, to: str) -> str:
        with pytest.raises(Refusal) as refusal:
            operations.preview_move(context, south, unit, to)
        return f"{type(refusal.value).__name__} {refusal.value}"

    assert refused("union", "south") == refused("nowhere", "south")
    asked = {
        "move_id": "m",
        "moving": "union",
        "to": "south",
        "unit_id": "south",
        "unit_path": ["root", "south"],
    }
    move_asked(context, {"data": asked})
    shown = operations.preview_move(context, south, "union", "south")
    assert (shown.count, shown.unseen, shown.grants) == (2, 2, [])
    # Of another move of the unit they still know nothing; an event of before says nothing.
    assert refused("cell", "south").startswith("UnitUnknown")
    move_asked(context, {"data": {"move_id": "old", "unit_id": "south"}})


def test_whoever_may_not_move_it_or_came_long_ago_is_refused_as_with_the_move(context: Context) -> None:
    given(context)
    reader = replace(a_mover(context, "north"), rights=a_mover(context, "north").rights[1:])
    with pytest.raises(Refusal):
        operations.preview_move(context, reader, "union", "south")
    late = replace(a_mover(context, "root"), auth_time=context.clock.now().replace(year=2025))
    with pytest.raises(SignInTooOld):
        operations.preview_move(context, late, "union", "south")
    with pytest.raises(UnitUnknown):
        operations.preview_move(context, replace(late, rights=()), "union", "south")


def test_what_only_the_operator_moves_is_not_counted_in_a_request(context: Context) -> None:
    many = [told([*UNION, f"n{number}"]) for number in range(operations.MOST_MOVED)]
    for start in range(0, len(many), 500):
        tell_units(context, many[start : start + 500])
    with pytest.raises(MoveTooLarge):
        operations.preview_move(context, a_mover(context, "root"), "union", "south")
