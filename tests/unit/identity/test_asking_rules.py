"""What somebody without access may ask, how often, and what may be answered when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from identity.domain import asking
from identity.domain.asking import (
    ASK_LIFE,
    ASKED_AT_MOST,
    ASKED_WITHIN,
    WAITING_IN_UNIT,
    AccessRequest,
    Answerer,
    AskedTooOften,
    NotWaiting,
    OwnRequest,
    State,
)
from identity.domain.grant_refusals import ReasonNeeded
from identity.domain.grants import WhyNot
from identity.eid.refused import SignInRefused
from identity.operations import sign_in_refusals
from identity.operations.sign_in_refusals import why_refused
from servicekit.access.decision import Caller, Reach, Right

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
CHIEF = Answerer("chief", "Chief")


def a_request(**changes: object) -> AccessRequest:
    made = AccessRequest(
        "r", "stranger", "A. Stranger", "secretary", "U-1", "u", ("h", "u"), "", NOW, shown=True
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "later", "found"),
    [
        (State.ASKED, timedelta(0), State.ASKED),
        (State.ASKED, ASK_LIFE, State.ASKED),
        (State.ASKED, ASK_LIFE + timedelta(seconds=1), State.LAPSED),
        *((one, ASK_LIFE * 2, one) for one in (State.GIVEN, State.DECLINED, State.REPLACED)),
    ],
)
def test_a_request_waits_for_a_fortnight(state: State, later: timedelta, found: State) -> None:
    assert asking.state_of(a_request(state=state), NOW + later) is found


def test_five_requests_of_a_month_and_no_more() -> None:
    often = [a_request(asked_at=NOW - timedelta(days=one)) for one in range(ASKED_AT_MOST)]
    asking.check_often(often[1:], NOW)
    with pytest.raises(AskedTooOften):
        asking.check_often(often, NOW)
    # What is longer ago counts no more, and whatever became of the others counts.
    asking.check_often([*often[1:], a_request(asked_at=NOW - ASKED_WITHIN)], NOW)
    with pytest.raises(AskedTooOften):
        asking.check_often([replace(one, state=State.DECLINED) for one in often], NOW)


@pytest.mark.parametrize(
    ("waiting", "unit", "shown"),
    [(0, "u", True), (WAITING_IN_UNIT - 1, "u", True), (WAITING_IN_UNIT, "u", False), (0, "", False)],
)
def test_a_unit_shows_fifty_and_no_unit_none(waiting: int, unit: str, *, shown: bool) -> None:
    assert asking.is_shown(waiting, unit) is shown


def test_it_is_answered_once_with_a_reason_where_it_is_declined() -> None:
    declined = asking.decline(a_request(), CHIEF, "not known here", NOW)
    assert (declined.state, declined.answered_by, declined.reason) == (
        State.DECLINED,
        "chief",
        "not known here",
    )
    given = asking.give(a_request(), CHIEF, "g", NOW)
    assert (given.state, given.grant_id, given.answered_at) == (State.GIVEN, "g", NOW)
    with pytest.raises(ReasonNeeded):
        asking.decline(a_request(), CHIEF, " ", NOW)
    for over in (declined, given, a_request(state=State.REPLACED)):
        with pytest.raises(NotWaiting):
            asking.give(over, CHIEF, "g", NOW)
        with pytest.raises(NotWaiting):
            asking.decline(over, CHIEF, "x", NOW)
    with pytest.raises(NotWaiting):
        asking.give(a_request(), CHIEF, "g", NOW + ASK_LIFE + timedelta(seconds=1))


def test_nobody_answers_their_own_request() -> None:
    stranger = Answerer("stranger", "A.")
    with pytest.raises(OwnRequest):
        asking.give(a_request(), stranger, "g", NOW)
    with pytest.raises(OwnRequest):
        asking.decline(a_request(), stranger, "x", NOW)


def giver(
    account_id: str = "chief", *, permission: str = "access:grant", hours: int = 0, also: str = ""
) -> Caller:
    right = Right(permission, "h", ("h",), Reach.BELOW, max_age=300)
    more = (also,) if also else ()
    seen = NOW - timedelta(hours=hours)
    return Caller(account_id, rights=(right,), assurance=2, auth_time=seen, also=more)


@pytest.mark.parametrize(
    ("request_", "caller", "told"),
    [
        (a_request(), giver(), ""),
        (a_request(), giver("stranger"), "own-request"),
        (a_request(), giver(also="stranger"), "own-request"),
        (a_request(), giver(permission="access:read"), "permission-missing"),
        (a_request(), Caller("nobody"), "unknown-here"),
        (a_request(state=State.GIVEN), giver(), "not-waiting"),
        (a_request(asked_at=NOW - ASK_LIFE - timedelta(seconds=1)), giver(), "not-waiting"),
        # That the eID must see them again cures no other reason.
        (a_request(), giver(hours=1), "sign-in-too-old"),
        (a_request(state=State.DECLINED), giver(hours=1), "not-waiting"),
    ],
)
def test_what_may_be_done_with_a_request_is_said_with_it(
    request_: AccessRequest, caller: Caller, told: str
) -> None:
    acts = asking.acts_of(request_, caller, NOW)
    said = {act: refusal.slug() if refusal else "" for act, refusal in acts.items()}
    assert said == {"give": told, "decline": told}


def test_whoever_is_suspended_or_closed_out_asks_nobody() -> None:
    """Those whose access was taken for the time being know whom to ask; a closed account opens nothing."""
    kinds = {
        one.code: one.may_ask
        for one in vars(sign_in_refusals).values()
        if isinstance(one, type) and issubclass(one, SignInRefused)
    }
    assert {code for code, may_ask in kinds.items() if may_ask} == {
        *("no-grant", "grant-ended", "access-chain", "access-moved", "access-unit-ended"),
        *("access-giver-over", "access-giver-unit-ended", "access-giver-left"),
    }
    assert not SignInRefused.may_ask


@pytest.mark.parametrize("other", [WhyNot.ENDED, WhyNot.UNIT_MOVED, WhyNot.GIVER_ENDED, WhyNot.UNIT_ENDED])
def test_whoever_is_suspended_asks_nobody_else_whatever_else_they_lack(other: WhyNot) -> None:
    alone, suspended = why_refused({other}), why_refused({other, WhyNot.SUSPENDED})
    assert alone is not None
    assert suspended is not None
    assert (alone.may_ask, suspended.may_ask) == (True, False)
