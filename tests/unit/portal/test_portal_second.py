"""The queue of grants that wait for a second person."""

from datetime import UTC, datetime
from typing import Any

import pytest

from portal.access.views.grants import declining
from portal.access.views.second import LONGER, REMOVAL, own_first, row_of, seconds_at, seconds_of
from portal.access.words import ANOTHER_DECIDES
from portal.frame.forms import Fault
from portal.queues.two import AskedOfTwo
from tests.unit.portal.test_portal_grant_views import a_grant

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
ALLOWED = {"allowed": True, "refusal": None}
ASKED = {"by": "other", "by_name": "Karim", "reason": "on leave", "until": "2026-12-03T09:00:00+00:00"}


def acts(**may: dict[str, Any]) -> dict[str, Any]:
    return {name.replace("_", "-"): one for name, one in may.items()}


def a_row(kind: str, answer: dict[str, Any]) -> AskedOfTwo:
    return row_of(answer, {}, {}, seconds_of("u", kind), ("me",), NOW)


def proposed(by: str, may: dict[str, Any]) -> dict[str, Any]:
    given = {"account_id": by, "name": "Rahima"}
    until = "2026-12-05T00:00:00+00:00"
    at = "2026-11-27T10:00:00+00:00"
    return a_grant(status="proposed", given_by=given, given_at=at, confirm_until=until, acts=may)


def test_what_is_the_readers_to_decide_comes_first_and_the_others_say_why_they_are_not() -> None:
    refusal = {"type": "/problems/second-person-needed", "title": "A second person decides."}
    own = proposed("me", acts(confirm={"allowed": False, "refusal": refusal}))
    others = proposed("other", acts(confirm={"allowed": False, "refusal": refusal}))
    unsaid = proposed("other", {})
    theirs = proposed("other", acts(confirm=ALLOWED))
    rows = own_first([a_row("", one) for one in (own, others, unsaid, theirs)])
    assert [one.to_decide for one in rows] == [True, False, False, False]
    assert [one.mine for one in rows] == [False, True, False, False]
    assert [one.refusal for one in rows] == [
        None,
        None,
        Fault("A second person decides."),
        Fault(ANOTHER_DECIDES),
    ]
    assert (rows[0].days, rows[0].asked_by, rows[0].word) == (2, "Rahima", "Confirm this access")


def test_a_longer_period_and_a_removal_say_who_asks_and_why() -> None:
    longer = a_grant(
        extension={**ASKED, "valid_to": "2027-12-31", "take_over": False}, acts=acts(confirm_period=ALLOWED)
    )
    row = a_row(LONGER, longer)
    assert (row.asked_by, row.reason, row.days, row.to_decide) == ("Karim", "on leave", None, True)
    assert row.link.startswith(
        f"/grants/{row.id}/confirm-period?back=%2Funits%2Fu%2Faccess%2Fsecond%3Ftab%3Dlonger"
    )
    gone = a_row(REMOVAL, a_grant(removal=ASKED, acts=acts(confirm_removal=ALLOWED)))
    assert (gone.asked_by, gone.word) == ("Karim", "Confirm the removal")


@pytest.mark.parametrize(
    ("link", "tab"),
    [
        ("/units/u1/access/second", ""),
        ("/units/u1/access/second?tab=removal", "removal"),
        ("/units/u1/access/second?tab=else", ""),
        ("/units/u1/access/yearly", None),
        ("//elsewhere/units/u1/access/second", None),
    ],
)
def test_the_way_back_is_an_address_of_the_queue(link: str, tab: str | None) -> None:
    found = seconds_at(link)
    assert (found.kind if found else None) == tab
    if found:
        assert seconds_at(found.link) == found


def test_beside_a_yes_stands_the_no_that_is_the_readers() -> None:
    may = proposed("other", acts(confirm=ALLOWED, decline=ALLOWED))
    no = declining(may, "confirm")
    assert no is not None
    assert no.key == "decline"
    assert declining(proposed("other", acts(confirm=ALLOWED)), "confirm") is None
    assert declining(may, "confirm-removal") is None
