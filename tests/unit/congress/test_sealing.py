"""Sealed reports: what stands in a leaf, the tree over them, and that the same comes out again later."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.decisions import send_back
from congress.domain.history import Undone
from congress.domain.plan import PlanState
from congress.domain.sealing import (
    HIDDEN,
    MISSING_NAMED,
    MOST_OF_UNIT,
    SEALED_WITHIN,
    AskedTooLongAgo,
    NothingToSeal,
    TooManySealed,
    Whole,
    as_it_was,
    fixed_of,
    head_of,
    leaf_hash,
    leaf_of,
    levels_of,
    neighbours,
    refuse_late,
    refuse_sealing,
    root_from,
    salt_of,
)
from servicekit.ids import new_id
from tests.unit.congress.builders import TODAY, a_plan, a_unit, at, by
from tests.unit.congress.test_hiding import AGES

PLAN = a_plan()
CLOSING = PLAN.closing.key
DAY = timedelta(days=1)


def moment(days: int = 0) -> datetime:
    return by(TODAY + days * DAY).at


@pytest.mark.parametrize("state", list(PlanState))
def test_a_plan_without_congresses_has_nothing_to_seal(state: PlanState) -> None:
    plan = a_plan(state=state)
    if state in (PlanState.OPEN, PlanState.CLOSED):
        refuse_sealing(plan, MOST_OF_UNIT - 1)
        with pytest.raises(TooManySealed):
            refuse_sealing(plan, MOST_OF_UNIT)
    else:
        with pytest.raises(NothingToSeal):
            refuse_sealing(plan, 0)


@pytest.mark.parametrize(
    "stage", ["fresh", "plan_issued", "opened", "closed", "results", "submitted", "approved"]
)
def test_a_congress_is_sealed_as_it_is(stage: str) -> None:
    congress = (
        at(stage)
        if stage != "fresh"
        else replace(at("plan_issued"), entries=(), state=at("plan_issued").state)
    )
    leaf = leaf_of(congress, fixed_of(congress), CLOSING, moment(5000))
    if stage != "fresh":
        assert leaf["state"] == congress.state.value
    assert leaf["final"] == (stage == "approved")
    assert leaf["milestones"].keys() == congress.current.keys()
    assert (leaf["figures"] is None) == (congress.results is None)


def test_what_happened_later_is_not_in_it_and_what_was_taken_back_later_is() -> None:
    sent = at("submitted")
    fixed, when = fixed_of(sent), moment(1)
    before = leaf_of(sent, fixed, CLOSING, when)
    later = send_back(PLAN, sent, {"present": "x"}, by(TODAY + 2 * DAY, "superior"), "b0")
    assert leaf_of(later, fixed, CLOSING, when) == before
    assert leaf_of(later, fixed, CLOSING, moment(3)) != before
    approved = at("approved")
    act = approved.acts[-1]
    taken_back = replace(
        approved, acts=approved.acts[:-1], undone=(Undone(act, act.at + DAY, "superior"),), state=sent.state
    )
    assert as_it_was(taken_back, CLOSING, act.at).state.value == "approved"
    assert as_it_was(taken_back, CLOSING, act.at + DAY).state.value == "submitted"


def test_no_person_and_no_word_that_anybody_wrote_is_in_it() -> None:
    leaf = leaf_of(at("approved"), fixed_of(at("approved")), CLOSING, moment(5000))
    assert leaf.keys() == {
        *("congress", "unit", "deadline", "content_type", "state", "final", "milestones", "figures")
    }
    assert "clerk" not in str(leaf)


@given(st.integers(1, 70), st.data())
def test_each_leaf_leads_to_the_root_and_no_other_one_does(count: int, data: st.DataObject) -> None:
    leaves = [leaf_hash(str(place).encode(), b"s") for place in range(count)]
    levels = levels_of(leaves)
    place = data.draw(st.integers(0, count - 1))
    way = [levels[level][beside] for level, beside in neighbours(place, count)]
    assert root_from(leaves[place], place, count, way) == levels[-1][0]
    assert root_from(leaf_hash(b"other", b"s"), place, count, way) != levels[-1][0]
    assert root_from(leaves[place], place, count, [*way, b"x" * 32]) is None
    if way:
        assert root_from(leaves[place], place, count, way[:-1]) is None


def test_a_leaf_that_is_a_node_has_another_hash_and_each_congress_its_own_salt() -> None:
    left, right = leaf_hash(b"a", b""), leaf_hash(b"b", b"")
    assert levels_of([left, right])[-1][0] != leaf_hash(left + right, b"")
    assert salt_of("k", "a") != salt_of("k", "b")


def leaves_of(count: int, stage: str = "approved") -> list[dict[str, object]]:
    congress = at(stage)
    return [
        leaf_of(
            congress,
            replace(fixed_of(congress), congress_id=new_id(), code=f"U-{number:04}"),
            CLOSING,
            moment(5000),
        )
        for number in range(count)
    ]


def whole_of(head: dict[str, object], *leaves: dict[str, object]) -> dict[str, Any]:
    whole = Whole()
    for one in leaves:
        whole.add(one)
    return whole.contents(head, "ab")


def test_levels_are_summed_and_what_is_missing_is_named() -> None:
    head = head_of(PLAN, a_unit(), moment(), TODAY, 2, {"seq": 7, "mac": "0" * 64})
    told = whole_of(head, *leaves_of(3), *leaves_of(MISSING_NAMED + 1, "submitted"))
    (level,) = told["levels"]
    assert (level["congresses"], level["reported"], level["approved"]) == (504, 504, 3)
    assert level["figures"]["approved"]["summoned"] == 300
    assert level["figures"]["reported"]["summoned"] == 50_400
    assert told["missing"]["count"] == MISSING_NAMED + 1
    assert len(told["missing"]["first"]) == MISSING_NAMED
    assert told["missing"]["first"][0] == {"code": "U-0000", "level": level["level"], "state": "submitted"}
    assert (told["ended"], told["congresses"]) == (2, {"count": 504, "root": "ab"})


def test_a_figure_of_nobody_that_hides_another_is_not_left_out() -> None:
    (one,) = leaves_of(1)
    one["figures"] = {"summoned": 3, "age_under_36": 3}
    head = head_of(PLAN, a_unit(), moment(), TODAY, 0, {})
    (level,) = whole_of(head, one)["levels"]
    assert level["figures"]["approved"] == {"summoned": 3, **dict.fromkeys(AGES, HIDDEN)}


def test_what_is_sealed_late_is_refused() -> None:
    refuse_late(moment(), moment() + SEALED_WITHIN)
    with pytest.raises(AskedTooLongAgo):
        refuse_late(moment(), moment() + SEALED_WITHIN + timedelta(seconds=1))


def test_a_topmost_unit_stays_topmost_whatever_comes_above_it() -> None:
    sent = at("submitted")
    top = replace(fixed_of(sent), topmost=True)
    assert leaf_of(sent, top, CLOSING, moment(5000))["final"]
    assert not leaf_of(sent, fixed_of(sent), CLOSING, moment(5000))["final"]
    assert fixed_of(replace(sent, unit=a_unit("root", ("root",)))).topmost


def test_levels_stand_in_the_order_of_the_plan() -> None:
    leaves = leaves_of(3)
    for leaf, level in zip(leaves, ("beyond", "district", "centre"), strict=True):
        leaf["unit"] = {**leaf["unit"], "level": level}  # type: ignore[dict-item]
    head = head_of(PLAN, a_unit(), moment(), TODAY, 0, {})
    assert [one["level"] for one in whole_of(head, *leaves)["levels"]] == [*PLAN.deadlines, "beyond"]


def test_small_counts_of_people_are_hidden() -> None:
    (one,) = leaves_of(1)
    one["figures"] = {**one["figures"], "women": 3}  # type: ignore[dict-item]
    head = head_of(PLAN, a_unit(), moment(), TODAY, 0, {})
    (level,) = whole_of(head, one)["levels"]
    assert level["figures"]["approved"]["women"] == level["figures"]["reported"]["women"] == HIDDEN
