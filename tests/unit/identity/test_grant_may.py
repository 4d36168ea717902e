"""What an answer says may be done with a grant is what happens when it is done."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from identity.domain.acts import acts_of
from identity.domain.grants import Extension, Grant, Removal, Status
from servicekit.access.decision import Caller, Reach, Right

TODAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
CHANGES = {"suspend", "resume", "revoke", "period", "recertify", "lift-ban"}
LATER = NOW + timedelta(days=3)
LONGER = Extension(("b",), "Karim", TODAY + timedelta(days=900), False, "more", LATER)


def whoever(unit_id: str = "root", account_id: str = "reader", **changes: Any) -> Caller:
    """Gives access in a unit: the topmost one stands over the grant, its own makes a peer."""
    path = {"root": ("root",), "district": ("root", "district")}[unit_id]
    right = Right("access:grant", unit_id, path, Reach.BELOW, grant_id="theirs", max_age=300)
    return Caller(account_id, rights=(right,), assurance=2, auth_time=NOW, **changes)


def the_grant(**changes: Any) -> Grant:
    grant = Grant(
        id="g",
        unit_id="district",
        unit_path=("root", "district"),
        role="clerk",
        valid_from=TODAY - timedelta(days=10),
        valid_to=TODAY + timedelta(days=100),
        status=Status.ACTIVE,
        account_id="holder",
        accepted_at=NOW,
        given_by="giver",
    )
    return replace(grant, **changes)


def told(grant: Grant, caller: Caller, *, meant: bool = False, counts: bool = True) -> dict[str, str]:
    acts = acts_of(grant, caller, NOW, TODAY, meant=meant, counts=counts)
    return {name: refusal.slug() if refusal else "" for name, refusal in acts.items()}


def allowed(grant: Grant, caller: Caller, **more: Any) -> set[str]:
    return {name for name, refusal in told(grant, caller, **more).items() if not refusal}


def test_a_superior_changes_what_is_in_force_and_a_peer_asks_for_its_end() -> None:
    grant = the_grant()
    assert allowed(grant, whoever()) == {
        *("suspend", "revoke", "period", "recertify", "propose-removal", "succession")
    }
    assert allowed(grant, whoever("district")) == {"propose-removal"}
    assert told(grant, whoever("district"))["revoke"] == "outside-own-units"
    assert set(told(grant, Caller("reader")).values()) == {"unknown-here", "not-own-grant"}


def test_nobody_changes_their_own_but_may_give_it_up() -> None:
    mine = told(the_grant(), whoever(account_id="holder"))
    assert {mine[act] for act in ("suspend", "revoke", "period", "recertify", "propose-removal")} == {
        "own-grant"
    }
    assert mine["resign"] == ""
    assert told(the_grant(), whoever(account_id="holder", fallback=True))["resign"] == "eid-needed"


def test_what_is_suspended_is_resumed_and_what_is_over_is_not() -> None:
    assert "resume" in allowed(the_grant(status=Status.SUSPENDED), whoever())
    assert told(the_grant(status=Status.REVOKED), whoever())["suspend"] == "grant-over"
    barred = the_grant(status=Status.REVOKED, barred_from=("root",))
    assert allowed(barred, whoever()) == {"lift-ban", "succession"}
    assert allowed(barred, whoever("district")) == set()


def test_a_proposal_is_confirmed_by_another_and_taken_back_by_whoever_made_it() -> None:
    proposed = the_grant(status=Status.PROPOSED, confirm_until=LATER)
    assert {"confirm", "decline"} <= allowed(proposed, whoever())
    asker = told(proposed, whoever(account_id="giver"))
    assert (asker["confirm"], asker["decline"]) == ("second-person-needed", "")
    holder = told(proposed, whoever("district", account_id="holder"))
    assert (holder["confirm"], holder["decline"]) == ("second-person-needed", "second-person-needed")
    late = replace(proposed, confirm_until=NOW - timedelta(days=1))
    assert told(late, whoever())["confirm"] == "proposal-lapsed"


def test_a_removal_is_confirmed_by_a_second_peer() -> None:
    asked = the_grant(removal=Removal("b", "Karim", "left", LATER))
    assert "confirm-removal" in allowed(asked, whoever("district"))
    assert told(asked, whoever("district", account_id="b"))["confirm-removal"] == "second-person-needed"


def test_a_longer_period_is_confirmed_by_another_and_declined_by_either() -> None:
    asked = the_grant(extension=LONGER)
    assert {"confirm-period", "decline-period"} <= allowed(asked, whoever())
    by_asker = told(asked, whoever("district", account_id="b"))
    assert (by_asker["confirm-period"], by_asker["decline-period"]) == ("second-person-needed", "")
    assert told(the_grant(), whoever())["confirm-period"] == "not-proposed"


def test_an_invitation_that_names_the_reader_is_their_own() -> None:
    invited = the_grant(status=Status.INVITED, account_id=None)
    assert told(invited, whoever(), meant=True)["revoke"] == "own-grant"
    assert "revoke" in allowed(invited, whoever())


@pytest.mark.parametrize("act", sorted(CHANGES - {"resume", "lift-ban"}))
def test_that_the_eid_must_see_them_again_is_the_last_reason(act: str) -> None:
    late = replace(whoever(), auth_time=NOW - timedelta(hours=1))
    assert told(the_grant(), late)[act] == "sign-in-too-old"
    assert told(the_grant(), replace(late, account_id="holder"))[act] == "own-grant"


@pytest.mark.parametrize(
    ("grant", "caller", "counts", "why_not"),
    [
        # By the holder while it counts, from above at any time, and by no peer.
        (the_grant(), whoever("district", account_id="holder"), True, ""),
        (the_grant(), whoever("district", account_id="b", also=("holder",)), True, ""),
        (the_grant(), whoever("district", account_id="holder"), False, "grant-over"),
        (the_grant(status=Status.REVOKED), whoever(), False, ""),
        (the_grant(), whoever("district"), True, "outside-own-units"),
        (the_grant(), Caller("holder"), True, "unknown-here"),
        (the_grant(), whoever(fallback=True), True, "eid-needed"),
        (the_grant(), whoever("district", account_id="holder", fallback=True), True, "eid-needed"),
    ],
)
def test_who_hands_over_what_hangs_on_it(grant: Grant, caller: Caller, counts: bool, why_not: str) -> None:
    assert told(grant, caller, counts=counts)["succession"] == why_not
