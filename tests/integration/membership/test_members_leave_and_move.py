"""Members leave or go over to another unit, and those of an ended unit are taken over by what followed it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from membership.app import make_context
from membership.context import Context
from membership.domain.leaving import (
    LeftBeforeAdmission,
    MemberLeft,
    MemberThereAlready,
    NumberMovingUnconfirmed,
    UnitNotEnded,
)
from membership.domain.members import Counts, DateInFuture, Details, Member, Sex
from membership.domain.moves import ReasonMissing
from membership.domain.units import Unit
from membership.operations import (
    change_member,
    count_members,
    import_units,
    list_children,
    list_members,
    read_history,
    read_member,
    read_unit,
    register_member,
)
from membership.operations.counting import check_of, count_all_changes
from membership.operations.leaving import (
    MOVED_AT_ONCE,
    leave,
    move_member,
    move_stranded,
    preview_move,
    preview_stranded,
)
from servicekit.access.decision import Caller, PermissionMissing, Reach, Right, UnknownHere
from servicekit.data.database import JOB_TIMEOUT_MS, Database
from servicekit.refusals import Stale
from servicekit.tree.units import UnitEnded
from tests.integration.membership.conftest import SCHEME, settings_of
from tests.processes import House

TREE = b"""code,parent_code,level,name_en
BD,,centre,Bangladesh
V1,BD,division,North
D1,V1,district,First
U1,D1,upazila,Bazar
N1,U1,union,Merged
N2,U1,union,Heir
N3,U1,union,Other
"""
MERGED = TREE.replace(b"N1,U1,union,Merged\n", b"")
KEEPING = ("members:read", "members:write")


@pytest.fixture
def context(house: House, new_database: Callable[..., Database]) -> Context:
    made = make_context(settings_of(house), new_database("membership", JOB_TIMEOUT_MS))
    made.prepare()
    import_units(made, TREE, scheme=SCHEME)
    return made


def unit(context: Context, code: str) -> Unit:
    found = context.units.by_code(code)
    assert found is not None
    return found


def keeper(context: Context, *codes: str) -> Caller:
    units = [unit(context, code) for code in codes]
    rights = tuple(Right(name, one.id, one.path, Reach.OWN) for one in units for name in KEEPING)
    counting = tuple(Right("members:count", one.id, one.path, Reach.BELOW) for one in units)
    seeing = tuple(Right("unit:read", one.id, one.path, Reach.BELOW) for one in units)
    return Caller(f"keeper-{'-'.join(codes)}", rights=(*rights, *counting, *seeing), assurance=2)


def a_member(context: Context, code: str = "N1", **changes: Any) -> Member:
    known = {"admission_date": date(2005, 1, 1), **changes}
    details = Details("Rahima Khatun", date(1980, 1, 1), Sex.FEMALE, **known)
    return register_member(context, keeper(context, code), unit(context, code).id, details)


def end_n1(context: Context) -> None:
    import_units(context, MERGED, end_missing=1, successors={"N1": ("N2",)})


def counted(context: Context, code: str) -> Counts:
    """And what is kept is what a recount of the members says."""
    count_all_changes(context.counting)
    assert check_of(context.counting).verify() == []
    return count_members(context, keeper(context, code), unit(context, code).id).here.all


def test_the_history_of_a_member_tells_of_their_moves_and_of_what_befell_their_units(
    context: Context,
) -> None:
    member = a_member(context)
    moved = TREE.replace(b"U1,D1,upazila,Bazar", b"U1,D2,upazila,Bazar").replace(
        b"U1,", b"D2,V1,district,Second\nU1,", 1
    )
    import_units(context, moved)
    keeping = keeper(context, "N1", "N2")
    here, there = unit(context, "N1"), unit(context, "N2")
    seen = read_member(context, keeping, member.id)
    move_member(context, keeping, member.id, seen.version, there.id, "closer to home")
    import_units(
        context, moved.replace(b"N1,U1,union,Merged\n", b""), end_missing=1
    )  # nothing to them any more
    import_units(context, moved.replace(b"N1,U1,union,Merged\nN2,U1,union,Heir\n", b""), end_missing=1)
    top = unit(context, "U1")
    superior = Caller("above", rights=(Right("members:read", top.id, top.path, Reach.BELOW),), assurance=2)
    history = read_history(context, superior, member.id)
    (told,) = history.items
    assert (told.kind, told.unit_id, told.to_unit_id, told.reason) == (
        "moved",
        here.id,
        there.id,
        "closer to home",
    )
    assert [(one.unit_id, one.kind) for one in history.units] == [
        (top.id, "moved"),
        (there.id, "ended"),
    ]
    assert history.units[0].to_id == unit(context, "D2").id


def test_who_leaves_is_kept_and_counted_no_more(context: Context) -> None:
    member = a_member(context, national_number="1234567890", card_number="BD/1")
    keeping = keeper(context, "N1")
    assert counted(context, "BD") == Counts(probationary=1)
    gone = leave(context, keeping, member.id, 1, "moved abroad")
    assert (gone.left_on, gone.version) == (context.clock.today(), 2)
    assert counted(context, "BD") == Counts()
    kept = read_member(context, keeping, member.id)
    allowed = {act for act, refusal in kept.acts.items() if refusal is None}
    assert allowed == {"history"}
    assert (kept.left_on, kept.unit_id) == (context.clock.today(), member.unit_id)
    page = list_members(context, keeping, member.unit_id, query="", after="", limit=9)
    assert list(page.items) == []
    again = a_member(context, "N2", national_number="1234567890", card_number="BD/1")
    assert again.id != member.id  # number and card are free
    acts: list[Callable[[], object]] = [
        lambda: leave(context, keeping, member.id, 2, "twice"),
        lambda: change_member(context, keeping, member.id, 2, member.details),
        lambda: move_member(
            context, keeper(context, "N1", "N2"), member.id, 2, unit(context, "N2").id, "back"
        ),
    ]
    for act in acts:
        with pytest.raises(MemberLeft):
            act()


def test_leaving_needs_a_reason_a_fitting_day_and_the_version_seen(context: Context) -> None:
    member, keeping = a_member(context), keeper(context, "N1")
    with pytest.raises(ReasonMissing):
        leave(context, keeping, member.id, 1, "  ")
    with pytest.raises(DateInFuture):
        leave(context, keeping, member.id, 1, "x", context.clock.today() + timedelta(days=1))
    with pytest.raises(LeftBeforeAdmission):
        leave(context, keeping, member.id, 1, "x", date(2004, 12, 31))
    with pytest.raises(Stale):
        leave(context, keeping, member.id, 7, "x")
    with pytest.raises(UnknownHere):
        leave(context, keeper(context, "N2"), member.id, 1, "x")


def test_who_keeps_both_units_moves_a_member_who_is_counted_once(context: Context) -> None:
    member, to = a_member(context, national_number="1234567890"), unit(context, "N2")
    both = keeper(context, "N1", "N2")
    preview = preview_move(context, both, member.id, to.id)
    assert (preview.members, preview.from_unit.code, preview.to_unit.code) == (1, "N1", "N2")
    moved = move_member(context, both, member.id, 1, to.id, "married")
    assert (moved.unit_id, moved.unit_path, moved.version) == (to.id, to.path, 2)
    assert [counted(context, code).total for code in ("N1", "N2", "BD")] == [0, 1, 1]
    assert read_member(context, keeper(context, "N2"), member.id).details.national_number == "1234567890"
    written = context.database.mongo["members"].find_one({"_id": member.id}) or {}
    acts = [(item["action"], item["unit_id"]) for item in written["_outbox"] if item["kind"] == "audit"]
    assert acts[-2:] == [("member.moved", member.unit_id), ("member.moved", to.id)]
    with pytest.raises(MemberThereAlready):
        move_member(context, both, member.id, 2, to.id, "again")
    with pytest.raises(UnknownHere):
        move_member(context, keeper(context, "N1"), member.id, 2, unit(context, "N1").id, "not mine any more")


def test_a_keeper_sends_nobody_to_a_unit_of_others(context: Context) -> None:
    member = a_member(context)
    for code in ("N2", "U1"):
        with pytest.raises((UnknownHere, PermissionMissing)):
            move_member(context, keeper(context, "N1"), member.id, 1, unit(context, code).id, "x")
    with pytest.raises(UnknownHere):
        move_member(context, keeper(context, "N1"), member.id, 1, "nowhere", "x")


@pytest.mark.parametrize("who", ["N2", "U1"])
def test_the_keeper_of_the_heir_or_of_the_superior_takes_over_those_left_behind(
    context: Context, who: str
) -> None:
    members = [a_member(context) for _ in range(3)]
    end_n1(context)
    ended, heir, helper = unit(context, "N1"), unit(context, "N2"), keeper(context, who)
    seen = list_members(context, helper, ended.id, query="", after="", limit=9)
    assert {one.id for one in seen.items} == {one.id for one in members}
    move_member(context, helper, members[0].id, 1, heir.id, "merged")
    assert preview_stranded(context, helper, ended.id, heir.id).members == 2
    for number in (1, 3):
        with pytest.raises(NumberMovingUnconfirmed):
            move_stranded(context, helper, ended.id, heir.id, "merged", number)
    done = move_stranded(context, helper, ended.id, heir.id, "merged", 2)
    assert (done.moved, done.left_behind) == (2, 0)
    assert [counted(context, code).total for code in ("N1", "N2", "BD")] == [0, 3, 3]


def test_others_do_not_and_nothing_else_is_done_in_an_ended_unit(context: Context) -> None:
    member = a_member(context)
    end_n1(context)
    ended, heir = unit(context, "N1"), unit(context, "N2")
    with pytest.raises(UnknownHere):
        read_member(context, keeper(context, "N3"), member.id)
    with pytest.raises(UnknownHere):
        move_stranded(context, keeper(context, "N3"), ended.id, unit(context, "N3").id, "mine", 1)
    with pytest.raises((UnknownHere, PermissionMissing)):  # an heir's keeper takes to their own unit only
        move_member(context, keeper(context, "N2"), member.id, 1, unit(context, "N3").id, "x")
    with pytest.raises(UnitEnded):
        change_member(context, keeper(context, "N2"), member.id, 1, member.details)
    with pytest.raises(UnitEnded):
        a_member(context, "N1")
    other = a_member(context, "N3")
    with pytest.raises(UnitEnded):
        move_member(context, keeper(context, "N3", "N1"), other.id, 1, ended.id, "back")
    with pytest.raises(UnitNotEnded):
        move_stranded(context, keeper(context, "N3", "N2"), unit(context, "N3").id, heir.id, "x", 1)
    left = leave(context, keeper(context, "N2"), member.id, 1, "did not come along")
    assert left.left_on is not None


def test_many_are_moved_a_part_at_a_time(context: Context) -> None:
    for number in range(MOVED_AT_ONCE + 3):
        a_member(context, card_number=f"C{number}")
    end_n1(context)
    ended, heir, helper = unit(context, "N1"), unit(context, "N2"), keeper(context, "N2")
    first = move_stranded(context, helper, ended.id, heir.id, "merged", MOVED_AT_ONCE + 3)
    assert (first.moved, first.left_behind) == (MOVED_AT_ONCE, 3)
    assert move_stranded(context, helper, ended.id, heir.id, "merged", 3).moved == 3
    assert counted(context, "N2").total == MOVED_AT_ONCE + 3


def test_an_ended_unit_shows_its_heirs_and_its_superior_shows_it(context: Context) -> None:
    end_n1(context)
    seen = read_unit(context, keeper(context, "U1"), unit(context, "N1").id)
    assert [one.code for one in seen.heirs] == ["N2"]
    above = read_unit(context, keeper(context, "U1"), unit(context, "U1").id)
    assert (above.children_count, above.ended_count) == (2, 1)
    page = list_children(context, keeper(context, "U1"), unit(context, "U1").id, "", 9, ended=True)
    assert [one.code for one in page.items] == ["N1"]


def test_those_who_left_follow_their_unit(context: Context) -> None:
    member = a_member(context)
    leave(context, keeper(context, "N1"), member.id, 1, "x")
    import_units(context, TREE + b"U2,D1,upazila,Second\n")
    import_units(context, (TREE + b"U2,D1,upazila,Second\n").replace(b"N1,U1", b"N1,U2"))
    found = context.members.find(member.id)
    assert found is not None
    assert found.unit_path == unit(context, "N1").path
