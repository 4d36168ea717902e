"""Each act on a grant changes what it says and nothing else; and on which day, in which second, it is too late."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from identity.domain import grant_acts as acts
from identity.domain.grant_refusals import (
    GivingToOneself,
    GrantOver,
    NotAccepted,
    NotProposed,
    NotSuspended,
    OwnGrant,
    ProposalLapsed,
    ReasonNeeded,
    StillProposed,
    SuspendedAbove,
)
from identity.domain.grants import INVITATION_LIFE, PROPOSAL_LIFE, RECERTIFY_WITHIN, Grant, Removal, Status
from servicekit.access.second_person import SecondPersonNeeded
from servicekit.refusals import Refusal
from servicekit.tree.units import UnitEnded

TODAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
HQ, DISTRICT, UNION, BESIDE = ("r",), ("r", "d"), ("r", "d", "u"), ("r", "x")
HELD = Grant(
    id="g",
    unit_id="d",
    unit_path=DISTRICT,
    role="administrator",
    valid_from=TODAY - 10 * DAY,
    valid_to=TODAY + 100 * DAY,
    status=Status.ACTIVE,
    account_id="anna",
    given_by="boris",
    reason="elected",
    accepted_at=NOW,
    version=3,
)
PROPOSED = replace(HELD, status=Status.PROPOSED, accepted_at=None, confirm_until=NOW + PROPOSAL_LIFE)
INVITED = replace(HELD, status=Status.INVITED, account_id=None, accepted_at=None, invited_until=TODAY)
REMOVAL = Removal("boris", "B.", "left the country", NOW + PROPOSAL_LIFE)
SUSPENDED = replace(
    HELD, status=Status.SUSPENDED, ended_reason="inquiry", suspended_from=DISTRICT, barred_by="boris"
)
GONE = replace(HELD, status=Status.REVOKED, ended_reason="over")
BY = ("clara", "clara-2")


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        (
            lambda: acts.confirm(PROPOSED, BY, NOW + PROPOSAL_LIFE),
            replace(PROPOSED, status=Status.OFFERED, confirm_until=None, confirmed_by="clara"),
        ),
        (
            lambda: acts.decline(PROPOSED, "no need"),
            replace(PROPOSED, status=Status.REVOKED, confirm_until=None, ended_reason="no need"),
        ),
        (
            lambda: acts.propose_removal(HELD, ("boris", "b-2"), "B.", "left the country", NOW),
            replace(HELD, removal=REMOVAL),
        ),
        (
            lambda: acts.confirm_removal(replace(HELD, removal=REMOVAL), BY, NOW + PROPOSAL_LIFE),
            replace(HELD, status=Status.REVOKED, ended_reason="left the country"),
        ),
        (lambda: acts.recertify(HELD, BY, TODAY), replace(HELD, recertify_by=TODAY + RECERTIFY_WITHIN)),
        # How long somebody may still come is counted anew only where they have not come yet.
        (
            lambda: acts.recertify(INVITED, BY, TODAY),
            replace(INVITED, recertify_by=TODAY + RECERTIFY_WITHIN, invited_until=TODAY + INVITATION_LIFE),
        ),
        (
            lambda: acts.recertify(replace(INVITED, status=Status.OFFERED), BY, TODAY, 9 * DAY),
            replace(
                INVITED,
                status=Status.OFFERED,
                recertify_by=TODAY + 9 * DAY,
                invited_until=TODAY + INVITATION_LIFE,
            ),
        ),
        (
            lambda: acts.recertify(replace(HELD, invited_until=TODAY), BY, TODAY),
            replace(HELD, invited_until=TODAY, recertify_by=TODAY + RECERTIFY_WITHIN),
        ),
        (
            lambda: acts.bind(INVITED, "dora", TODAY, ("dora-2",)),
            replace(INVITED, status=Status.OFFERED, account_id="dora", invited_until=TODAY + INVITATION_LIFE),
        ),
        # An invitation that lasts as long as the grant.
        (
            lambda: acts.bind(replace(INVITED, invited_until=None, valid_to=TODAY + 9 * DAY), "dora", TODAY),
            replace(
                INVITED,
                status=Status.OFFERED,
                account_id="dora",
                invited_until=TODAY + 9 * DAY,
                valid_to=TODAY + 9 * DAY,
            ),
        ),
        (lambda: acts.suspend(HELD, ("boris", "b-2"), "inquiry", TODAY, DISTRICT), SUSPENDED),
        # Once more, from further up, by somebody else; from further down, or from beside, nothing changes.
        (
            lambda: acts.suspend(SUSPENDED, BY, "x", TODAY, HQ),
            replace(SUSPENDED, suspended_from=HQ, barred_by="clara"),
        ),
        (
            lambda: acts.suspend(SUSPENDED, BY, "x", TODAY),
            replace(SUSPENDED, suspended_from=(), barred_by="clara"),
        ),
        (lambda: acts.suspend(SUSPENDED, BY, "x", TODAY, UNION), SUSPENDED),
        (lambda: acts.suspend(SUSPENDED, BY, "x", TODAY, BESIDE), SUSPENDED),
        # Where it was not noted from where, it is from now on.
        (
            lambda: acts.suspend(replace(SUSPENDED, suspended_from=None), BY, "x", TODAY, UNION),
            replace(SUSPENDED, suspended_from=UNION, barred_by="clara"),
        ),
        (
            lambda: acts.resume(SUSPENDED, BY, "back", TODAY, DISTRICT),
            replace(SUSPENDED, status=Status.ACTIVE, ended_reason="", suspended_from=None),
        ),
        (
            lambda: acts.resume(
                replace(SUSPENDED, accepted_at=None, suspended_from=None), BY, "back", TODAY, UNION
            ),
            replace(SUSPENDED, status=Status.OFFERED, ended_reason="", suspended_from=None, accepted_at=None),
        ),
        (lambda: acts.revoke(HELD, BY, "over", TODAY), GONE),
        # From above it bars, and says by whom; what barred from further up goes on and names whom it named.
        (
            lambda: acts.revoke(HELD, BY, "over", TODAY, HQ),
            replace(GONE, barred_from=HQ, barred_by="clara"),
        ),
        (
            lambda: acts.revoke(replace(SUSPENDED, suspended_from=HQ), BY, "over", TODAY, DISTRICT),
            replace(SUSPENDED, status=Status.REVOKED, ended_reason="over", suspended_from=HQ, barred_from=HQ),
        ),
        (
            lambda: acts.revoke(
                replace(HELD, barred_from=DISTRICT, barred_by="boris"), BY, "over", TODAY, UNION
            ),
            replace(GONE, barred_from=DISTRICT, barred_by="boris"),
        ),
        (
            lambda: acts.resign(HELD, ("anna-2", "anna"), "moving away", HELD.valid_to, last_power=False),
            replace(GONE, ended_reason="moving away"),
        ),
    ],
)
def test_an_act_changes_what_it_says_and_nothing_else(done: Callable[[], Grant], expected: Grant) -> None:
    assert done() == expected


@pytest.mark.parametrize(
    ("act", "refusal", "field"),
    [
        (lambda: acts.confirm(HELD, BY, NOW), NotProposed, None),
        (lambda: acts.confirm(replace(PROPOSED, unit_ended=TODAY), BY, NOW), UnitEnded, None),
        (lambda: acts.confirm(PROPOSED, BY, NOW + PROPOSAL_LIFE + SECOND), ProposalLapsed, None),
        (lambda: acts.confirm(replace(PROPOSED, confirm_until=None), BY, NOW), ProposalLapsed, None),
        (lambda: acts.confirm(PROPOSED, ("boris-2", "boris"), NOW), SecondPersonNeeded, None),
        (lambda: acts.confirm(PROPOSED, ("anna",), NOW), SecondPersonNeeded, None),
        (lambda: acts.confirm(replace(PROPOSED, national_index="n"), BY, NOW, "n"), SecondPersonNeeded, None),
        (lambda: acts.decline(HELD, "no need"), NotProposed, None),
        (lambda: acts.decline(PROPOSED, " "), ReasonNeeded, "reason"),
        (lambda: acts.propose_removal(HELD, ("boris",), "B.", " ", NOW), ReasonNeeded, "reason"),
        (lambda: acts.propose_removal(HELD, ("anna",), "A.", "x", NOW), OwnGrant, None),
        (lambda: acts.propose_removal(GONE, ("boris",), "B.", "x", NOW), GrantOver, None),
        (lambda: acts.confirm_removal(HELD, BY, NOW), NotProposed, None),
        (
            lambda: acts.confirm_removal(replace(HELD, removal=REMOVAL), BY, NOW + PROPOSAL_LIFE + SECOND),
            ProposalLapsed,
            None,
        ),
        (
            lambda: acts.confirm_removal(replace(HELD, removal=REMOVAL), ("b-2", "boris"), NOW),
            SecondPersonNeeded,
            None,
        ),
        (lambda: acts.confirm_removal(replace(HELD, removal=REMOVAL), ("anna",), NOW), OwnGrant, None),
        (lambda: acts.confirm_removal(replace(GONE, removal=REMOVAL), BY, NOW), GrantOver, None),
        (lambda: acts.recertify(HELD, ("anna",), TODAY), OwnGrant, None),
        (lambda: acts.recertify(HELD, BY, HELD.valid_to + DAY), GrantOver, None),
        (lambda: acts.recertify(replace(HELD, unit_ended=TODAY), BY, TODAY), UnitEnded, None),
        (lambda: acts.bind(HELD, "dora", TODAY), GrantOver, None),
        (lambda: acts.bind(INVITED, "dora", TODAY + DAY), GrantOver, None),
        (lambda: acts.bind(replace(INVITED, unit_ended=TODAY), "dora", TODAY), UnitEnded, None),
        (lambda: acts.bind(INVITED, "boris", TODAY), GivingToOneself, None),
        (
            lambda: acts.bind(replace(INVITED, confirmed_by="clara"), "c", TODAY, ("clara",)),
            GivingToOneself,
            None,
        ),
        (lambda: acts.suspend(PROPOSED, BY, "x", TODAY), StillProposed, None),
        (lambda: acts.suspend(replace(SUSPENDED, confirm_until=NOW), BY, "x", TODAY), StillProposed, None),
        (lambda: acts.suspend(HELD, ("anna",), "x", TODAY), OwnGrant, None),
        (lambda: acts.suspend(HELD, BY, "", TODAY), ReasonNeeded, "reason"),
        (lambda: acts.resume(replace(SUSPENDED, unit_ended=TODAY), BY, "x", TODAY), UnitEnded, None),
        (lambda: acts.resume(PROPOSED, BY, "x", TODAY), StillProposed, None),
        (lambda: acts.resume(SUSPENDED, ("anna",), "x", TODAY), OwnGrant, None),
        (lambda: acts.resume(HELD, BY, "x", TODAY), NotSuspended, None),
        (lambda: acts.resume(SUSPENDED, BY, "x", TODAY, UNION), SuspendedAbove, None),
        (lambda: acts.resume(SUSPENDED, BY, "x", TODAY, BESIDE), SuspendedAbove, None),
        (lambda: acts.revoke(HELD, BY, "\t", TODAY), ReasonNeeded, "reason"),
        (lambda: acts.revoke(HELD, ("a", "anna"), "x", TODAY), OwnGrant, None),
        (lambda: acts.revoke(GONE, BY, "x", TODAY), GrantOver, None),
        (lambda: acts.resign(HELD, ("anna",), " ", TODAY, last_power=False), ReasonNeeded, "reason"),
        (
            lambda: acts.resign(replace(HELD, accepted_at=None), ("anna",), "x", TODAY, last_power=False),
            NotAccepted,
            None,
        ),
        (lambda: acts.resign(HELD, ("anna",), "x", HELD.valid_to + DAY, last_power=False), GrantOver, None),
    ],
)
def test_what_an_act_is_refused_for(
    act: Callable[[], Grant], refusal: type[Refusal], field: str | None
) -> None:
    with pytest.raises(refusal) as caught:
        act()
    assert type(caught.value) is refusal
    assert caught.value.field == field


def test_of_several_places_that_bar_the_highest_counts() -> None:
    barred = replace(SUSPENDED, barred_from=UNION)
    assert acts.ended(barred, "x").barred_from == DISTRICT
    assert acts.ended(barred, "x", HQ).barred_from == HQ
    assert acts.ended(barred, "x", UNION).barred_from == DISTRICT
    # The highest is the nearest to the root, whatever the units are called.
    assert acts.ended(replace(HELD, barred_from=("r", "a", "u")), "x", BESIDE).barred_from == BESIDE
    # Of what was suspended once and is in force again nothing bars.
    assert acts.ended(replace(HELD, suspended_from=DISTRICT), "x").barred_from is None


@pytest.mark.parametrize(
    ("handover", "valid_to", "end"),
    [
        (30, TODAY + 31 * DAY, TODAY + 30 * DAY),
        (30, TODAY + 30 * DAY, None),  # it ends on that very day anyway
        (0, TODAY + DAY, TODAY),
    ],
)
def test_an_office_is_shortened_and_otherwise_as_it_was(
    handover: int, valid_to: date, end: date | None
) -> None:
    office = replace(HELD, mandate="c1", handover_days=handover, valid_to=valid_to)
    assert acts.end_mandate(office, "c2", TODAY) == (replace(office, valid_to=end) if end else None)
