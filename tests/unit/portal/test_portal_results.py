"""The form of a report: what is needed first, bounds beforehand, the last time beside, sums as they are typed."""

from dataclasses import asdict
from typing import Any

import pytest

from congress.domain.results import AT_MOST, FIGURES, SHARES, SUMS
from congress.words import TITLES
from portal.congress.views.results import FormGroup, Sum, form_groups
from portal.frame.forms import Fault, Form
from servicekit.words import titles

RULES: dict[str, Any] = {
    "items": [asdict(figure) for figure in FIGURES],
    "sums": [asdict(one) for one in SUMS],
    "at_most": [{"part": part, "wholes": wholes} for part, wholes in AT_MOST],
    "shares": [{"part": part, "wholes": wholes} for part, wholes in SHARES],
}
ALL = [figure.key for figure in FIGURES]


def shown(typed: dict[str, str], keys: list[str] = ALL, **congress: Any) -> tuple[FormGroup, ...]:
    form = Form({f"figures/{key}": value for key, value in typed.items()})
    return form_groups(keys, TITLES.groups[titles.FIGURES], RULES, form, congress)


def attendance(typed: dict[str, str]) -> Sum:
    return shown(typed)[0].sums[0]


@pytest.mark.parametrize(
    ("typed", "state", "together", "rest"),
    [
        ({}, "empty", 0, 0),
        ({"summoned": "50"}, "empty", 0, 50),
        ({"present": "৪৭"}, "alone", 47, 47),
        ({"summoned": "৫০", "present": "47", "absent_with_reason": "3"}, "right", 50, 0),
        ({"summoned": "1,050", "present": "47"}, "short", 47, 1003),
        ({"summoned": "50", "present": "47", "absent_with_reason": "5"}, "over", 52, 2),
        ({"summoned": "fifty", "present": "47"}, "alone", 47, 47),
    ],
)
def test_what_is_typed_is_added_up_beside_the_whole(
    typed: dict[str, str], state: str, together: int, rest: int
) -> None:
    sum_ = attendance(typed)
    assert (sum_.state, sum_.together, sum_.rest) == (state, together, rest)


def test_a_share_is_of_all_that_its_figure_is_a_part_of() -> None:
    typed = {"committee_elected": "9", "committee_appointed": "1", "committee_women": "4", "women": "3"}
    shares = {field.key: field.share for group in shown(typed) for field in group.fields if field.share}
    assert (shares["committee_women"].value, shares["committee_women"].total) == (4, 10)
    assert shares["women"].total == 0


def test_what_is_needed_stands_open_and_the_rest_is_folded_until_it_is_typed_or_wrong() -> None:
    groups = {group.title: group.folded for group in shown({})}
    assert [title for title, folded in groups.items() if not folded] == ["Attendance", "Committee"]
    assert not {group.title: group for group in shown({"women": "3"})}["Who the delegates are"].folded
    returned = shown({}, since_return={"reasons": {"ballots_valid": "Look again."}})
    assert not {group.title: group for group in returned}["Ballots"].folded
    form = Form({}, faults={"figures/young": Fault("No.")})
    wrong = form_groups(ALL, TITLES.groups[titles.FIGURES], RULES, form, {})
    assert not {group.title: group for group in wrong}["Who the delegates are"].folded


def test_each_figure_says_beforehand_what_it_is_at_most_and_what_it_was_the_last_time() -> None:
    groups = shown({}, last={"figures": {"women": 12}})
    fields = {field.key: field for group in groups for field in group.fields}
    assert (fields["women"].last, fields["young"].last) == (12, None)
    assert [[one.key for one in bound] for bound in fields["women"].at_most] == [["summoned"]]
    assert [[one.key for one in bound] for bound in fields["committee_women"].at_most] == [
        ["committee_elected", "committee_appointed"]
    ]
    assert (fields["age_max"].most, fields["summoned"].most) == (120, None)


def test_nothing_is_said_of_figures_that_the_plan_does_not_ask_for() -> None:
    groups = shown({}, ["summoned", "women", "present"])
    fields = {field.key: field for group in groups for field in group.fields}
    assert set(fields) == {"summoned", "women", "present"}
    assert [group.sums for group in groups] == [(), ()]


def test_every_figure_has_its_place_in_the_form() -> None:
    assert {field.key for group in shown({}) for field in group.fields} == set(ALL)
    assert sum(len(group.sums) for group in shown({})) == len(SUMS)
