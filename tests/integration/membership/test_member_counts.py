"""Counts of members that are kept: what an earlier version kept opens, what drifts is named and made right."""

from collections.abc import Callable
from datetime import date

import pytest

from membership.app import make_context
from membership.context import Context
from membership.domain.members import Counts, Details, Member, Sex
from membership.migrations import count_by_contributions
from membership.operations import import_units
from membership.operations.counting import check_of, count_all_changes
from servicekit.data.database import JOB_TIMEOUT_MS, Database
from tests.integration.membership.conftest import SCHEME, settings_of
from tests.processes import House

UNITS = b"""code,parent_code,level,name_en
HQ,,centre,Headquarters
N,HQ,division,North
S,HQ,division,South
"""


@pytest.fixture
def context(house: House, new_database: Callable[..., Database]) -> Context:
    made = make_context(settings_of(house), new_database("membership", JOB_TIMEOUT_MS))
    made.prepare()
    import_units(made, UNITS, scheme=SCHEME)
    return made


def a_member(
    context: Context,
    code: str,
    number: int,
    admission_date: date | None = None,
    official_date: date | None = None,
) -> Member:
    unit = context.units.by_code(code)
    assert unit is not None
    details = Details(
        f"Member {number}", date(1980, 1, 1), Sex.FEMALE, admission_date, official_date, f"C{number}"
    )
    member = Member(f"m{number}", 1, unit.id, unit.path, details)
    return context.database.in_transaction(lambda: context.members.insert(member, []))


def of(context: Context, code: str) -> tuple[Counts, Counts]:
    count_all_changes(context.counting)
    unit = context.units.by_code(code)
    assert unit is not None
    return context.counts.of([unit.id]).get(unit.id, (Counts(), Counts()))


def test_a_unit_counts_its_own_and_all_below_by_status(context: Context) -> None:
    a_member(context, "HQ", 1)
    a_member(context, "N", 2, admission_date=date(2020, 1, 1))
    a_member(context, "N", 3, admission_date=date(2010, 1, 1), official_date=date(2011, 1, 1))
    assert of(context, "HQ") == (Counts(1), Counts(1, 1, 1))
    assert of(context, "N") == (Counts(0, 1, 1), Counts(0, 1, 1))
    assert check_of(context.counting).verify() == []


def test_members_of_an_earlier_version_are_counted_at_the_start(context: Context) -> None:
    a_member(context, "N", 1)
    a_member(context, "S", 2)
    gone = a_member(context, "S", 3)
    context.database.in_transaction(lambda: context.members.leave(gone, date(2026, 1, 1), "went", 1, []))
    mongo = context.database.mongo
    mongo["members"].update_many({}, {"$unset": {"dirty": ""}})
    for _ in range(2):
        count_by_contributions(context.database)
        assert mongo["members"].count_documents({"dirty": True}) == 0
        hq = context.units.by_code("HQ")
        assert hq is not None
        assert context.counts.of([hq.id])[hq.id] == (Counts(), Counts(2))
    assert check_of(context.counting).verify() == []


def test_members_who_were_counted_before_are_counted_where_their_unit_moved(context: Context) -> None:
    a_member(context, "N", 1)
    assert of(context, "S")[1] == Counts()
    north, south = context.units.by_code("N"), context.units.by_code("S")
    assert north is not None
    assert south is not None
    moved = {north.id: (*south.path, north.id)}
    context.database.in_transaction(lambda: context.members.move(moved))
    assert (of(context, "S")[1], of(context, "HQ")[1]) == (Counts(1), Counts(1))


def test_what_the_version_before_notes_beside_this_one_is_counted(context: Context) -> None:
    """It marks no member: it notes the difference, and where."""
    member = a_member(context, "N", 1)
    assert of(context, "N") == (Counts(1), Counts(1))
    mongo = context.database.mongo
    mongo["members"].update_one({"_id": "m1"}, {"$set": {"admission_date": "2020-01-01"}})
    step = {"_id": "s1", "path": list(member.unit_path), "difference": {"applicant": -1, "probationary": 1}}
    mongo["member_count_steps"].insert_one(step)
    assert of(context, "N") == (Counts(0, 1), Counts(0, 1))
    assert mongo["member_count_steps"].count_documents({}) == 0
    assert check_of(context.counting).verify() == []


def test_counts_that_drifted_are_named_and_made_right_with_an_entry(context: Context) -> None:
    a_member(context, "N", 1)
    of(context, "N")
    hq = context.units.by_code("HQ")
    assert hq is not None
    sums = context.database.mongo["member_sums"]
    sums.update_one({"_id": hq.id}, {"$inc": {"groups.all.applicant": 4}})
    (found,) = check_of(context.counting).verify()
    assert (found.unit_id, found.group, found.counter, found.stored, found.counted) == (
        *(hq.id, "all", "applicant"),
        *(5, 1),
    )
    assert check_of(context.counting).make_right() == [found]
    assert (check_of(context.counting).verify(), of(context, "HQ")) == ([], (Counts(), Counts(1)))
    (mend,) = context.database.mongo["mends"].find({})
    assert [(one["action"], one["details"]["count"]) for one in mend["_outbox"]] == [("counts.mended", 1)]
