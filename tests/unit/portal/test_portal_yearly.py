"""The yearly queue: its rows, its tabs, and where a grant that is confirmed leads."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from portal.access.views.yearly import Yearly, all_ticked, row_of, yearly_at, yearly_of
from portal.frame.forms import Fault
from tests.unit.portal.test_portal_grant_views import a_grant

TODAY = date(2026, 11, 22)
QUEUE = Yearly("u")
ALLOWED = {"recertify": {"allowed": True, "refusal": None}}


def a_row(**changes: Any) -> Any:
    told = {"recertify_by": "2026-11-25", "unit_path": ["top", "above", "u"], "acts": ALLOWED, **changes}
    return row_of(a_grant(**told), {}, {"above": {"names": {"en": "Above"}}}, QUEUE, TODAY)


def test_a_row_names_the_unit_above_and_counts_the_days() -> None:
    row = a_row()
    assert (row.parent, row.days, row.over) == ({"en": "Above"}, 3, False)
    late = a_row(recertify_by="2026-11-20", effective=False, why_not="unconfirmed")
    assert (late.days, late.over, late.cautions) == (-2, True, ())


def test_what_is_odd_is_looked_at_before_it_is_ticked() -> None:
    odd = a_row(id="odd", effective=False, why_not="giver-ended")
    going = a_row(id="going", removal={"by": "a", "by_name": "A", "reason": "r", "until": "2026-12-01"})
    plain = a_row(id="plain")
    barred = replace(a_row(id="barred"), why_not=Fault("No."))
    assert [len(one.cautions) for one in (odd, going, plain)] == [1, 1, 0]
    assert all_ticked((odd, going, plain, barred)) == {"tick/plain": str(plain.grant.version)}


def test_what_somebody_above_must_confirm_says_so() -> None:
    assert a_row().why_not is None
    refused = {"allowed": False, "refusal": {"type": "/problems/not-above"}}
    assert a_row(acts={"recertify": refused}).why_not is not None


@pytest.mark.parametrize("queue", [QUEUE, Yearly("u", mine=False), Yearly("u", passed=True)])
def test_a_queue_is_known_again_by_its_address(queue: Yearly) -> None:
    assert yearly_at(queue.link) == queue


@pytest.mark.parametrize(
    "link", ["/", "/units/u/access", "//elsewhere/units/u/access/yearly", "/units/U/access/yearly"]
)
def test_any_other_address_is_no_queue(link: str) -> None:
    assert yearly_at(link) is None


def test_its_tabs_count_the_readers_own_and_all() -> None:
    mine, whole = yearly_of("u", {"tab": "all"}).tabs({"mine": 3, "all": 5})
    assert (mine.count, mine.current, whole.count, whole.current) == (3, False, 5, True)
    assert (mine.link, whole.link) == ("/units/u/access/yearly", "/units/u/access/yearly?tab=all")
