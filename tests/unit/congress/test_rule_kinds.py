"""Kinds of congress and majorities that change with a version of a plan's rules."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from congress.domain.history import Congress
from congress.domain.plan import ContentType, Plan, Reach
from congress.domain.plan_refusals import KeyRepeated, NoContentTypes
from congress.domain.planned import as_derived, planned_congress
from congress.domain.progress import choose_content_type, content_of
from congress.domain.progress_refusals import UnknownContentType
from congress.domain.rule_kinds import (
    KINDS_EVER,
    KindMeansElse,
    KindRules,
    MajorityRules,
    MoreThanAll,
    NoFraction,
    TooManyKinds,
    kinds_ever,
)
from congress.domain.rule_sets import Edit, NothingChanges, add_version, at_version, under
from congress.domain.tally_refusals import UnknownMajority
from congress.domain.voting import MAJORITIES, Base
from congress.store.documents import plan_document, plan_of
from servicekit.refusals import Refusal
from tests.unit.congress.builders import FULL, MERGED, NO_COMMITTEE, TODAY, a_congress, a_plan, a_unit, at, by

PLAN = a_plan(majorities=MAJORITIES)
MADE = TODAY + timedelta(days=5)
NEW = ContentType("young", {"en": "With a youth list"})


def made(plan: Plan = PLAN, days: int = 0, reach: Reach = Reach.NOT_CLOSED, **edit: Any) -> Plan:
    return add_version(plan, Edit(**edit), reach, "A flood.", by(MADE + timedelta(days=days), "organiser"))


def removed(*keys: str) -> dict[str, KindRules]:
    return {key: KindRules(removed=True) for key in keys}


def derived(plan: Plan, congress: Congress) -> Congress:
    return as_derived(plan, congress, congress.unit, {})


def test_kinds_come_go_and_are_called_otherwise_and_earlier_versions_have_what_they_had() -> None:
    plan = made(content_types={"3": KindRules({"en": "Without"}), **removed("2")}, added_types=(NEW,))
    assert plan.content_types == (FULL, replace(NO_COMMITTEE, names={"en": "Without"}), NEW)
    third = made(plan, 1, content_types=removed("young"))
    assert [one.key for one in at_version(third, 2).content_types] == ["4", "3", "young"]
    assert at_version(third, 1).content_types == PLAN.content_types
    assert [one.key for one in kinds_ever(third)] == ["4", "3", "2", "young"]
    assert plan_of(plan_document(third)) == third


@pytest.mark.parametrize(
    ("edit", "refusal", "field"),
    [
        ({"content_types": removed("9")}, UnknownContentType, "content_types/9"),
        ({"content_types": removed("4", "3", "2")}, NoContentTypes, "content_types/4/removed"),
        ({"added_types": (NEW, NEW)}, KeyRepeated, "added_types/1/key"),
        (
            {"added_types": tuple(replace(NEW, key=f"n{one}") for one in range(KINDS_EVER))},
            TooManyKinds,
            "added_types",
        ),
        ({"majorities": {"none": MajorityRules(more=True)}}, UnknownMajority, "majorities/none"),
        ({"majorities": {"election": MajorityRules(3, 2)}}, NoFraction, "majorities/election/numerator"),
        ({"majorities": {"election": MajorityRules(0, 2)}}, NoFraction, "majorities/election/numerator"),
        ({"majorities": {"election": MajorityRules(1, 101)}}, NoFraction, "majorities/election/numerator"),
        ({"majorities": {"election": MajorityRules(1, 1)}}, MoreThanAll, "majorities/election/more"),
        ({"majorities": {"election": MajorityRules(1, 2, True, Base.SUMMONED)}}, NothingChanges, "deadlines"),
    ],
)
def test_what_is_refused(edit: dict[str, Any], refusal: type[Refusal], field: str) -> None:
    with pytest.raises(refusal) as refused:
        made(**edit)
    assert refused.value.field == field


def test_a_kind_comes_back_with_the_elections_that_it_had_alone() -> None:
    gone = made(content_types=removed("2"))
    with pytest.raises(KindMeansElse):
        made(gone, 1, added_types=(replace(FULL, key="2"),))
    assert made(gone, 1, added_types=(MERGED,)).content_types == (FULL, NO_COMMITTEE, MERGED)


def test_a_congress_stays_of_its_kind_and_chooses_among_those_of_its_version() -> None:
    plan = made(content_types=removed("2"), added_types=(NEW,))
    merged, fresh = (derived(plan, a_congress(content_type=key)) for key in ("2", "4"))
    assert content_of(under(plan, merged), merged) == MERGED
    with pytest.raises(UnknownContentType):
        choose_content_type(under(plan, fresh), fresh, "2", by(TODAY))
    other = choose_content_type(under(plan, merged), merged, "young", by(TODAY))
    assert "2" not in [one.key for one in under(under(plan, merged), other).content_types]
    closed = at("closed")
    old = derived(
        plan, replace(closed, entries=tuple(replace(one, at=by(TODAY).at) for one in closed.entries))
    )
    assert [one.key for one in under(plan, old).content_types] == ["4", "3", "2"]


def test_a_new_congress_starts_with_the_first_kind_that_is_left() -> None:
    plan = made(content_types=removed("4"))
    assert planned_congress(plan, a_unit(), subordinates=False).content_type == "3"
    # One that was planned before keeps what it was planned with.
    before = derived(plan, a_congress())
    assert content_of(under(plan, before), before) == FULL


def test_a_majority_is_that_of_the_version_of_a_congress() -> None:
    plan = made(majorities={"election": MajorityRules(2, 3, False, Base.PRESENT)}, reach=Reach.NOT_BEGUN)
    fresh, begun = derived(plan, a_congress()), derived(plan, _before(at("plan_issued")))
    one, other = (under(plan, congress).majorities[0] for congress in (fresh, begun))
    assert (one.numerator, one.denominator, one.more, one.base) == (2, 3, False, Base.PRESENT)
    assert other == MAJORITIES[0]
    assert under(plan, fresh).majorities[1:] == MAJORITIES[1:]


def _before(congress: Congress) -> Congress:
    return replace(congress, entries=tuple(replace(one, at=by(TODAY).at) for one in congress.entries))


def test_versions_of_before_that_did_not_keep_it_have_what_was_the_same_in_all_of_them() -> None:
    second = made(PLAN, targets={"women": 20})
    of_before = tuple(replace(one, content_types=(), majorities=()) for one in second.rule_sets)
    old = replace(second, rule_sets=of_before, majorities=MAJORITIES)
    changed = made(old, 1, content_types=removed("2"), majorities={"election": MajorityRules(2, 3)})
    for number in (1, 2):
        rules = at_version(changed, number)
        assert (rules.content_types, rules.majorities) == (PLAN.content_types, MAJORITIES)
