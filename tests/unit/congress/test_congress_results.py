"""Figures add up exactly, an election follows the summoned, a skipped one is not missing, targets only warn."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.plan import ContentType, Targets
from congress.domain.plan_refusals import UnknownFigure
from congress.domain.results import (
    FIGURE_MOST,
    FIGURES,
    DoesNotAddUp,
    ElectionSkipped,
    FigureMissing,
    MoreThanTheWhole,
    NotACount,
    NotEnoughVotes,
    TooFewForAnElection,
    cautions_of_results,
    check_results,
    is_elected,
    majority,
)
from servicekit.refusals import Invalid, Refusal
from servicekit.words import numbers
from tests.unit.congress.builders import FIGURES_THAT_ADD_UP, FULL, MERGED, NO_COMMITTEE

ALL = tuple(figure.key for figure in FIGURES)
# Published figures of two congresses of 2025.
OF_1586 = {
    "summoned": 1586,
    "present": 1586,
    "ex_officio": 163,
    "elected": 353,
    "appointed": 1070,
    "women": 301,
    "minority": 167,
}
OF_235 = {
    "summoned": 235,
    "present": 235,
    "ex_officio": 38,
    "elected": 197,
    "women": 36,
    "young": 14,
    "minority": 2,
    "subordinate_units": 57,
    "members": 10_016,
}


@pytest.mark.parametrize(
    ("figures", "content"), [(OF_1586, MERGED), (OF_235, MERGED), (FIGURES_THAT_ADD_UP, FULL)]
)
def test_real_figures_that_add_up_are_taken(figures: dict[str, int], content: ContentType) -> None:
    check_results(figures, content, ALL)


@pytest.mark.parametrize("figure", ["ex_officio", "elected", "appointed", "summoned"])
@pytest.mark.parametrize("change", [-1, 1])
def test_one_too_many_or_too_few_is_refused(figure: str, change: int) -> None:
    with pytest.raises(Invalid) as caught:
        check_results({**OF_1586, figure: OF_1586[figure] + change}, MERGED, ALL)
    assert any(isinstance(fault, DoesNotAddUp) for _, fault in caught.value.fields)


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"present": 96}, DoesNotAddUp, "present"),
        ({"absent_with_reason": 3}, DoesNotAddUp, "present"),
        ({"age_under_36": 20, "age_36_to_50": 60, "age_over_50": 21}, DoesNotAddUp, "age_under_36"),
        ({"education_school": 1}, DoesNotAddUp, "education_school"),
        ({"women": 101}, MoreThanTheWhole, "women"),
        ({"young": 101}, MoreThanTheWhole, "young"),
        ({"minority": 101}, MoreThanTheWhole, "minority"),
        ({"excluded": 3}, MoreThanTheWhole, "excluded"),
        ({"age_min": 50, "age_max": 40}, MoreThanTheWhole, "age_min"),
        ({"age_mean": 50, "age_max": 40}, MoreThanTheWhole, "age_mean"),
        ({"ballots_issued": 98}, MoreThanTheWhole, "ballots_issued"),
        ({"ballots_issued": 97, "ballots_valid": 96, "ballots_invalid": 2}, DoesNotAddUp, "ballots_invalid"),
        ({"committee_elected": 12, "committee_seats": 12}, MoreThanTheWhole, "committee_elected"),
        ({"committee_seats": 9}, MoreThanTheWhole, "committee_elected"),
        ({"committee_appointed": 1}, MoreThanTheWhole, "committee_appointed"),
        ({"committee_women": 11}, MoreThanTheWhole, "committee_women"),
        ({"committee_standing": 11}, MoreThanTheWhole, "committee_standing"),
        ({"committee_lowest_votes": 50}, NotEnoughVotes, "committee_lowest_votes"),
        ({"present": 50, "absent_without_reason": 48}, TooFewForAnElection, "committee_elected"),
        ({"women": -1}, NotACount, "women"),
        ({"women": True}, NotACount, "women"),
        ({"women": FIGURE_MOST + 1}, NotACount, "women"),
        ({"horoscopes": 3}, UnknownFigure, "horoscopes"),
    ],
)
def test_figures_that_cannot_be_true_are_refused_under_their_field(
    changes: dict[str, Any], refusal: type[Refusal], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        check_results({**FIGURES_THAT_ADD_UP, **changes}, FULL, ALL)
    found = {name: type(fault) for name, fault in caught.value.fields}
    assert found.get(f"figures/{field}") is refusal


@pytest.mark.parametrize("figure", ["summoned", "present", "committee_elected"])
def test_what_every_congress_knows_is_needed(figure: str) -> None:
    figures = {key: value for key, value in FIGURES_THAT_ADD_UP.items() if key != figure}
    with pytest.raises(FigureMissing) as caught:
        check_results(figures, FULL, ALL)
    assert caught.value.field == f"figures/{figure}"


def test_only_what_the_plan_collects_is_needed_or_taken() -> None:
    check_results({"summoned": 5, "present": 5}, FULL, ("summoned", "present"))
    with pytest.raises(UnknownFigure):
        check_results({"summoned": 5, "present": 5, "women": 2}, FULL, ("summoned", "present"))


@pytest.mark.parametrize(
    ("content", "figure"),
    [
        (NO_COMMITTEE, "committee_elected"),
        (NO_COMMITTEE, "committee_lowest_votes"),
        (MERGED, "committee_listed"),
        (MERGED, "delegates_up"),
        (MERGED, "ballots_issued"),
    ],
)
def test_a_skipped_election_has_no_figures_and_misses_none(content: ContentType, figure: str) -> None:
    check_results(OF_235, content, ALL)
    with pytest.raises(ElectionSkipped) as caught:
        check_results({**OF_235, figure: 5}, content, ALL)
    assert caught.value.field == f"figures/{figure}"


@pytest.mark.parametrize(
    ("summoned", "excluded", "needed"),
    [
        (100, 0, 51),
        (101, 0, 51),
        (99, 0, 50),
        (235, 0, 118),
        (1586, 0, 794),
        (100, 2, 50),
        (100, 1, 50),
        (1, 0, 1),
    ],
)
def test_elected_is_more_than_half_of_those_summoned(summoned: int, excluded: int, needed: int) -> None:
    assert majority(summoned, excluded) == needed
    assert is_elected(needed, summoned, excluded)
    assert not is_elected(needed - 1, summoned, excluded)


def test_half_of_those_present_does_not_elect() -> None:
    figures = {**FIGURES_THAT_ADD_UP, "present": 60, "absent_with_reason": 39, "committee_lowest_votes": 50}
    with pytest.raises(NotEnoughVotes):
        check_results(figures, FULL, ALL)
    check_results({**figures, "committee_lowest_votes": 51}, FULL, ALL)


@given(st.integers(1, 10_000), st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_majority_is_always_more_than_half_and_never_a_vote_too_many(
    summoned: int, excluded: int, votes: int
) -> None:
    excluded = min(excluded, summoned - 1)
    assert is_elected(votes, summoned, excluded) == (2 * votes > summoned - excluded)


@pytest.mark.parametrize(
    ("figures", "kinds"),
    [
        ({"committee_women": 2}, []),
        ({"committee_women": 1}, ["target-missed"]),
        ({"committee_young": 0}, ["target-missed"]),
        ({"committee_listed": 10}, ["too-few-candidates"]),
        ({"committee_listed": 11}, []),
        ({"committee_listed": 12}, []),
        ({"committee_listed": 13}, ["too-many-candidates"]),
    ],
)
def test_a_missed_target_is_warned_about_and_not_refused(figures: dict[str, int], kinds: list[str]) -> None:
    reported = {**FIGURES_THAT_ADD_UP, **figures}
    check_results(reported, FULL, ALL)
    found = cautions_of_results(reported, Targets())
    assert [caution.kind for caution in found] == kinds
    assert all(caution.title.format_map(caution.params) for caution in found)


def test_where_nobody_was_elected_or_appointed_no_target_is_missed() -> None:
    assert cautions_of_results({"summoned": 3, "present": 3, "committee_women": 0}, Targets()) == ()


@pytest.mark.parametrize(
    ("summoned", "members", "kinds"),
    [
        (9_999_999, None, ["very-many-delegates"]),
        (9_999_999, 800, ["more-delegates-than-members", "very-many-delegates"]),
        (51, 50, ["more-delegates-than-members"]),
        (50, 50, []),
        (1_586, 10_016, []),
        (2_500, None, []),
    ],
)
def test_a_slip_of_the_finger_in_the_number_of_delegates_is_cautioned(
    summoned: int, members: int | None, kinds: list[str]
) -> None:
    figures = {"summoned": summoned, **({"members": members} if members is not None else {})}
    found = cautions_of_results(figures, Targets())
    assert [caution.kind for caution in found] == kinds
    assert all(caution.title.format_map(caution.params) for caution in found)


@pytest.mark.parametrize(
    ("typed", "grouping", "asked"),
    [
        # A column of a spreadsheet with three decimals, as each language would group it.
        ({"summoned": "50.000", "present": "47.000", "absent_with_reason": "3.000"}, ".", True),
        ({"summoned": "50,000", "present": "47,000", "absent_with_reason": "3,000"}, ",", True),
        # What is 0 says nothing, and a mean has a decimal of its own.
        ({"summoned": "50.000", "present": "50.000", "members": "90.000", "women": "0"}, ".", True),
        ({"summoned": "50.000", "present": "47.000", "women": "3.000", "age_mean": "45.6"}, ".", True),
        ({"summoned": "1.214", "present": "1.000", "members": "12.000"}, ".", False),
        ({"summoned": "1.000", "present": "998", "members": "12.000"}, ".", False),
        # Two round figures happen.
        ({"summoned": "1.000", "present": "1.000"}, ".", False),
        ({"summoned": "0", "present": "0", "members": "0"}, ".", False),
    ],
)
def test_a_column_of_figures_with_000_behind_every_one_is_asked_about(
    typed: dict[str, str], grouping: str, asked: bool
) -> None:
    figures = {
        key: float(text) if key in MEANS else numbers.whole(text, grouping) for key, text in typed.items()
    }
    found = [one for one in cautions_of_results(figures, Targets()) if one.kind == "round-thousands"]
    assert [one.field for one in found] == (["figures"] if asked else [])


MEANS = ("age_mean", "committee_age_mean")
AGES = ("age_min", "age_max")


@pytest.mark.parametrize("key", MEANS)
@pytest.mark.parametrize("value", [45.6, 45, 45.0, 52.2, 0, 120, 0.1])
def test_a_mean_age_has_one_decimal(key: str, value: float) -> None:
    assert key not in faults_with({key: value})


@pytest.mark.parametrize("key", MEANS)
@pytest.mark.parametrize("value", [45.67, 45.65, 456, 120.1, -1, -0.1, True])
def test_no_mean_age_is_more_exact_or_impossible(key: str, value: float) -> None:
    assert faults_with({key: value})[key] == "NotAMean"


@pytest.mark.parametrize("key", ["women", "present", "committee_seats", *AGES])
@pytest.mark.parametrize("value", [45.6, 47.0, 0.0, -1, True, 1e3])
def test_a_count_is_a_whole_number_and_no_other(key: str, value: float) -> None:
    assert faults_with({key: value})[key] == "NotACount"


@pytest.mark.parametrize("key", AGES)
def test_nobody_is_older_than_people_get(key: str) -> None:
    assert faults_with({key: 121})[key] == "NotACount"
    assert key not in faults_with({key: 120})


def faults_with(more: dict[str, float]) -> dict[str, str]:
    """Of these figures beside others that are in order."""
    figures = {"summoned": 50, "present": 47, "absent_with_reason": 3, "committee_seats": 11}
    figures |= {"committee_listed": 13, "committee_elected": 11, **more}  # type: ignore[dict-item]
    try:
        check_results(figures, FULL, ALL)
    except Invalid as refused:
        return {name.removeprefix("figures/"): type(fault).__name__ for name, fault in refused.fields}
    return {}
