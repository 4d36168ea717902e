"""Who loses access by a change of something else, why, and who has it again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from identity.domain import losses
from identity.domain.grant_acts import ended
from identity.domain.grants import Grant, Status, WhyNot, why_not
from identity.operations.sign_in_refusals import why_refused
from portal.access.views.grants import _WORTH_SAYING
from portal.access.words import SHORT_WHY_NOT
from portal.account.words import SIGN_IN_REFUSED
from tests.unit.identity.test_grants import NEXT_DAY, PATHS, TODAY, a_grant

YESTERDAY = TODAY - timedelta(days=1)
GIVER = a_grant(id="giver")
CLERK = a_grant(id="clerk", unit="u", role="clerk", account_id="clara", chain=("giver",))
DEEPER = a_grant(id="deeper", unit="u", role="clerk", account_id="dora", chain=("giver", "clerk"))

CHANGES = [
    (ended(GIVER, "left"), WhyNot.GIVER_REVOKED),
    (replace(GIVER, status=Status.SUSPENDED), WhyNot.GIVER_SUSPENDED),
    (replace(GIVER, valid_to=YESTERDAY), WhyNot.GIVER_ENDED),
    (replace(GIVER, recertify_by=YESTERDAY), WhyNot.GIVER_UNCONFIRMED),
    (replace(GIVER, unit_ended=YESTERDAY), WhyNot.GIVER_UNIT_ENDED),
    (replace(ended(GIVER, "left"), handed_to="new"), WhyNot.GIVER_LEFT),
]


@pytest.mark.parametrize(("changed", "why"), CHANGES)
def test_each_way_to_lose_access_through_another_has_its_own_reason(changed: Grant, why: WhyNot) -> None:
    above = {"giver": GIVER, "clerk": CLERK}
    found = list(losses.lost((CLERK, DEEPER), above, {"giver": changed}, TODAY))
    assert [(one.grant.id, one.why) for one in found] == [("clerk", why), ("deeper", why)]
    # And whoever lost it has it again when it is undone, once.
    back = list(losses.revived((CLERK, DEEPER), {**above, "giver": changed}, {"giver": GIVER}, TODAY))
    assert [one.id for one in back] == ["clerk", "deeper"]
    assert list(losses.revived((CLERK, DEEPER), above, {"giver": GIVER}, TODAY)) == []


def test_every_reason_has_a_sentence_of_its_own_on_the_page_and_at_the_door() -> None:
    reasons = [*(why for _, why in CHANGES), WhyNot.UNIT_MOVED, WhyNot.UNIT_ENDED]
    assert len({SHORT_WHY_NOT[str(why)] for why in reasons}) == len(reasons)
    assert {str(why) for why in reasons} <= set(_WORTH_SAYING)
    refused = [why_refused({why}) for why in reasons]
    told = {SIGN_IN_REFUSED[one.code].meaning for one in refused if one is not None}
    assert len(told) == len(reasons)


def test_units_that_stand_elsewhere_or_end_take_their_grants_along_and_those_that_hang_on_them() -> None:
    held, above = [GIVER, CLERK, DEEPER], {"giver": GIVER, "clerk": CLERK}
    moved = losses.placed(held, {"u": ("r", "x", "u")}, (), TODAY)
    assert [(one.grant.id, one.why) for one in losses.lost(held, above, moved, TODAY)] == [
        ("clerk", WhyNot.UNIT_MOVED),
        ("deeper", WhyNot.UNIT_MOVED),
    ]
    ended_units = losses.placed(held, {}, {"d"}, TODAY)
    assert [one.why for one in losses.lost(held, above, ended_units, TODAY)] == [
        WhyNot.UNIT_ENDED,
        WhyNot.GIVER_UNIT_ENDED,
        WhyNot.GIVER_UNIT_ENDED,
    ]
    assert losses.placed(held, {}, (), TODAY) == {}


def test_what_gave_nothing_before_is_no_loss() -> None:
    gone = {"giver": ended(GIVER, "left")}
    asleep = replace(CLERK, status=Status.SUSPENDED)
    assert list(losses.lost((asleep,), {"giver": GIVER}, gone, TODAY)) == []
    waiting = replace(CLERK, status=Status.INVITED, account_id=None)
    assert [one.grant.id for one in losses.lost((waiting,), {"giver": GIVER}, gone, TODAY)] == ["clerk"]


def test_a_unit_that_moves_takes_access_from_those_whose_giver_stays_above_the_old_place() -> None:
    top = a_grant(id="top", unit="d", unit_id="r", unit_path=("r",))
    low = a_grant(id="low", unit="u", account_id="lena", chain=("giver",))
    lower = a_grant(id="lower", unit="u", role="clerk", account_id="lu", chain=("giver", "low"))
    from_top = a_grant(id="from-top", unit="u", role="clerk", account_id="tom", chain=("top",))
    elsewhere = a_grant(id="elsewhere", unit="d", role="clerk", account_id="eva", chain=("giver",))
    here = (low, lower, from_top, elsewhere)
    above = {"top": top, "giver": GIVER, "low": low}
    after = losses.moved(here, "u", (*PATHS["x"], "u"))
    assert {one.unit_path for one in after.values()} == {("r", "x", "u")}
    found = list(losses.lost(here, above, after, TODAY))
    assert [(one.grant.id, one.why) for one in found] == [
        ("low", WhyNot.UNIT_MOVED),
        ("lower", WhyNot.UNIT_MOVED),
    ]


def test_what_runs_out_is_the_loss_of_those_who_stood_until_that_day_and_told_by_the_highest_alone() -> None:
    over = replace(GIVER, valid_to=YESTERDAY)
    between = replace(CLERK, role="administrator", valid_to=YESTERDAY)
    above = {"giver": over, "clerk": between}
    found = losses.ran_out(over, (between, DEEPER), above, TODAY)
    assert [(one.grant.id, one.why) for one in found] == [("deeper", WhyNot.GIVER_ENDED)]
    assert losses.ran_out(between, (DEEPER,), above, TODAY) == []
    # Suspended or ended before, they were told of that.
    for status in (Status.SUSPENDED, Status.REVOKED):
        stopped = replace(over, status=status)
        assert losses.ran_out(stopped, (DEEPER,), {**above, "giver": stopped}, TODAY) == []
    assert losses.ran_out(GIVER, (CLERK,), {"giver": GIVER}, TODAY) == []


def test_what_ends_on_the_same_day_as_its_giver_ends_by_itself() -> None:
    over = replace(GIVER, valid_to=TODAY)
    same = replace(CLERK, valid_to=TODAY)
    assert why_not(same, {"giver": over}, NEXT_DAY) is WhyNot.ENDED
    assert losses.ran_out(over, (same,), {"giver": over}, TODAY + timedelta(days=1)) == []


def test_an_earlier_end_cuts_short_what_would_have_lasted_longer_and_nothing_else() -> None:
    sooner = replace(GIVER, valid_to=TODAY + timedelta(days=10))
    short = replace(CLERK, id="short", valid_to=TODAY + timedelta(days=10))
    unconfirmed = replace(CLERK, id="unconfirmed", recertify_by=TODAY + timedelta(days=5))
    above = {"giver": GIVER, "clerk": CLERK}
    found = losses.cut_short(GIVER, sooner, (CLERK, DEEPER, short, unconfirmed), above)
    assert [one.grant.id for one in found] == ["clerk", "deeper", "unconfirmed"]
    assert losses.cut_short(sooner, GIVER, (CLERK,), {"giver": sooner}) == []


def test_what_is_still_cut_elsewhere_does_not_come_back() -> None:
    suspended, between = replace(GIVER, status=Status.SUSPENDED), ended(CLERK, "left")
    above = {"giver": suspended, "clerk": between}
    assert list(losses.revived((DEEPER,), above, {"giver": GIVER}, TODAY)) == []
    own = replace(CLERK, status=Status.SUSPENDED)
    assert list(losses.revived((own,), {"giver": suspended}, {"giver": GIVER}, TODAY)) == []
