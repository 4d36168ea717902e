"""Figures beside the register of members and the unit's last congress: said, and never in the way."""

from dataclasses import replace
from datetime import timedelta

import pytest

from congress.domain.bounds import cautions_of, last_before
from congress.domain.history import Congress, State
from congress.domain.progress import report_results
from congress.domain.results import Figures
from tests.unit.congress.builders import FIGURES_THAT_ADD_UP, a_plan, at, by


def reported(figures: Figures, members: int | None = None, *, asked: bool = True) -> Congress:
    closed = at("results")
    entry = report_results(
        a_plan(), closed, FIGURES_THAT_ADD_UP, by(), "r", members, asked=asked
    ).result_entries[-1]
    return replace(closed, result_entries=(replace(entry, figures=figures),))


def told(congress: Congress, last: Congress | None = None) -> list[tuple[str, str]]:
    return [(one.kind, one.field.rpartition("/")[2]) for one in cautions_of(congress, last)]


@pytest.mark.parametrize(
    ("figures", "members", "asked", "kinds"),
    [
        ({"summoned": 100}, 1_214, True, []),
        ({"summoned": 1_214}, 1_214, True, []),
        ({"summoned": 9_999_999}, 1_214, True, [("more-than-the-register", "summoned")]),
        ({"delegates_up": 1_215}, 1_214, True, [("more-than-the-register", "delegates_up")]),
        ({"members": 12_140}, 1_214, True, [("more-than-the-register", "members")]),
        # No register is kept, or it was not asked, as by an earlier version.
        ({"summoned": 9_999_999}, 0, True, []),
        ({"summoned": 9_999_999}, None, False, []),
        # It did not answer: the report counts, and says that nobody compared it.
        ({"summoned": 100}, None, True, [("register-silent", "figures")]),
    ],
)
def test_what_the_register_does_not_bear_out_is_said(
    figures: Figures, members: int | None, asked: bool, kinds: list[tuple[str, str]]
) -> None:
    assert told(reported(figures, members, asked=asked)) == kinds


@pytest.mark.parametrize(
    ("now", "then", "odd"),
    [
        (100, 100, False),
        (500, 100, False),
        (501, 100, True),
        (20, 101, True),
        (9, 1, False),
        (100, None, False),
    ],
)
def test_what_is_unlike_the_units_last_congress_is_said(now: int, then: int | None, odd: bool) -> None:
    last = reported({"summoned": then} if then is not None else {}, asked=False)
    assert told(reported({"summoned": now}, asked=False), last) == (
        [("unlike-last-time", "summoned")] if odd else []
    )


def test_the_last_congress_is_the_latest_approved_one_before_this() -> None:
    this = reported({"summoned": 10})

    def another(name: str, days: int, state: State = State.APPROVED) -> Congress:
        return replace(this, id=name, state=state, deadline=this.deadline - timedelta(days=days))

    older, last = another("older", 3_000), another("last", 1_800)
    others = [this, older, last, another("open", 900, State.SUBMITTED), another("later", -900)]
    assert last_before(this, others) == last
    assert last_before(this, [this]) is None
