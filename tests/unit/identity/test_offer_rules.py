"""What is offered to somebody counts when they have accepted it, and in no other way."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from identity.domain import grant_acts, grant_rights, offers
from identity.domain import grants as rules
from identity.domain.bans import Barred
from identity.domain.grant_refusals import GivingToOneself, NotAccepted
from identity.domain.grants import Grant, Status, WhyNot
from identity.domain.offers import (
    NotOffered,
    OfferGivesNothing,
    OfferLapsed,
    PersonHasTooManyOffers,
    TooManyOffers,
)
from servicekit.access.decision import Caller
from servicekit.refusals import Refusal
from tests.unit.identity.test_grants import NOW, TABLE, TODAY, a_grant


def an_offer(**changes: object) -> Grant:
    values: dict[str, object] = {"status": Status.OFFERED, "accepted_at": None, "given_by": "boris"}
    return a_grant(unit="u", chain=("h",), **{**values, **changes})


GIVER = a_grant(id="h", account_id="boris")


def accept(offer: Grant, *by: str, giver: Grant = GIVER, for_machine: bool = False) -> Grant:
    return offers.accept(offer, {"h": giver}, by or ("anna",), NOW, TODAY, for_machine=for_machine)


def test_an_offer_gives_nothing_and_counts_for_nothing() -> None:
    offer, above = an_offer(), {"h": GIVER}
    assert rules.why_not(offer, above, TODAY) is WhyNot.OFFERED
    assert grant_rights.rights([offer], above, TABLE, TODAY) == ()
    # The only other one who gives access in the unit would be the one who was merely offered it.
    last = a_grant(unit="u", id="last", account_id="clara")
    assert grant_rights.holds_last_power(last, [last, offer], above, TABLE, TODAY)
    with pytest.raises(NotAccepted):
        grant_acts.resign(offer, ("anna",), "no", TODAY, last_power=False)


def test_an_accepted_offer_counts_from_then_on() -> None:
    accepted = accept(an_offer(invited_until=TODAY))
    assert (accepted.status, accepted.accepted_at, accepted.invited_until) == (Status.ACTIVE, NOW, None)
    assert rules.why_not(accepted, {"h": GIVER}, TODAY) is None


@pytest.mark.parametrize(
    ("changes", "giver", "refusal"),
    [
        ({"status": Status.ACTIVE}, GIVER, NotOffered),
        ({"status": Status.REVOKED}, GIVER, NotOffered),
        ({"status": Status.SUSPENDED}, GIVER, NotOffered),
        ({"status": Status.PROPOSED}, GIVER, NotOffered),
        ({"status": Status.INVITED, "account_id": None}, GIVER, NotOffered),
        ({"invited_until": TODAY - timedelta(days=1)}, GIVER, OfferLapsed),
        ({"valid_to": TODAY - timedelta(days=1)}, GIVER, OfferLapsed),
        ({}, replace(GIVER, status=Status.SUSPENDED), OfferGivesNothing),
        ({}, replace(GIVER, status=Status.REVOKED), OfferGivesNothing),
        ({"unit_path": ("r", "x", "u")}, GIVER, OfferGivesNothing),  # moved away from under the giver
        ({"recertify_by": TODAY - timedelta(days=1)}, GIVER, OfferGivesNothing),
        ({"given_by": "anna"}, GIVER, GivingToOneself),
        ({"confirmed_by": "anna"}, GIVER, GivingToOneself),
    ],
)
def test_what_is_not_on_offer_is_not_accepted(
    changes: dict[str, object], giver: Grant, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        accept(an_offer(**changes), giver=giver)


def test_an_offer_that_begins_later_is_accepted_now() -> None:
    later = an_offer(valid_from=TODAY + timedelta(days=9))
    assert rules.why_not(accept(later), {"h": GIVER}, TODAY) is WhyNot.NOT_YET


def test_whoever_answers_for_a_machine_may_be_who_gave() -> None:
    assert accept(an_offer(given_by="anna"), "anna", for_machine=True).status is Status.ACTIVE


def test_suspended_and_resumed_an_offer_is_still_one() -> None:
    suspended = grant_acts.suspend(an_offer(), ("boris",), "a detour", TODAY)
    assert grant_acts.resume(suspended, ("boris",), "back", TODAY).status is Status.OFFERED


def test_only_an_offer_is_declined() -> None:
    declined = offers.decline(an_offer(), "not mine")
    assert (declined.status, declined.ended_reason) == (Status.REVOKED, "not mine")
    with pytest.raises(NotOffered):
        offers.decline(a_grant(), "")


@pytest.mark.parametrize(
    ("counts", "refusal"),
    [
        ((offers.OFFERS_OF_GIVER - 1, 9, 99), None),
        ((offers.OFFERS_OF_GIVER, 0, 0), TooManyOffers),
        ((0, offers.OFFERS_OF_GIVER_TO_PERSON, 10), PersonHasTooManyOffers),
        ((0, 0, offers.OFFERS_TO_PERSON), PersonHasTooManyOffers),
    ],
)
def test_what_waits_is_bounded(counts: tuple[int, int, int], refusal: type[Refusal] | None) -> None:
    if refusal is None:
        offers.check_room(*counts)
    else:
        with pytest.raises(refusal):
            offers.check_room(*counts)


def test_what_was_withdrawn_or_declined_was_heard_for_a_day() -> None:
    gone = an_offer(status=Status.REVOKED, given_at=NOW)
    assert offers.counts_as_tried(gone, "boris", NOW + timedelta(hours=23))
    assert not offers.counts_as_tried(gone, "boris", NOW + timedelta(hours=24))
    assert not offers.counts_as_tried(gone, "clara", NOW)
    assert not offers.counts_as_tried(replace(gone, accepted_at=NOW), "boris", NOW)


@pytest.mark.parametrize(
    ("changes", "waits"),
    [
        ({}, True),
        ({"status": Status.INVITED}, True),
        ({"status": Status.PROPOSED}, True),
        ({"status": Status.SUSPENDED}, True),
        ({"accepted_at": NOW, "status": Status.ACTIVE}, False),
        ({"status": Status.REVOKED}, False),
        ({"invited_until": TODAY - timedelta(days=1)}, False),
        ({"valid_to": TODAY - timedelta(days=1)}, False),
    ],
)
def test_what_counts_against_the_bound(changes: dict[str, object], waits: bool) -> None:
    assert offers.counts_as_waiting(an_offer(**changes), TODAY) is waits


def barred() -> None:
    raise Barred


@pytest.mark.parametrize(
    ("changes", "caller", "told"),
    [
        ({}, Caller("anna"), ("", "")),
        ({"status": Status.ACTIVE}, Caller("anna"), ("not-offered", "not-offered")),
        ({"invited_until": TODAY - timedelta(days=1)}, Caller("anna"), ("offer-lapsed", "")),
        ({"valid_to": TODAY - timedelta(days=1)}, Caller("anna"), ("grant-over", "grant-over")),
        ({"given_by": "anna"}, Caller("anna"), ("giving-to-oneself", "")),
        ({"given_by": "other"}, Caller("anna", also=("other",)), ("giving-to-oneself", "")),
        ({}, Caller("anna", fallback=True), ("eid-needed", "eid-needed")),
    ],
)
def test_what_may_be_done_with_an_offer_is_said_with_it(
    changes: dict[str, object], caller: Caller, told: tuple[str, str]
) -> None:
    assert acts(an_offer(**changes), caller) == dict(zip(("accept", "decline"), told, strict=True))


def test_what_its_person_has_or_what_acts_may_stand_against_it() -> None:
    anna = Caller("anna")
    assert acts(an_offer(), anna, check_held=barred) == {"accept": "barred", "decline": ""}
    assert acts(an_offer(), anna, by_machine=True) == dict.fromkeys(("accept", "decline"), "eid-needed")
    assert acts(an_offer(given_by="anna"), anna, for_machine=True)["accept"] == ""


def acts(offer: Grant, caller: Caller, **more: Any) -> dict[str, str]:
    asked: dict[str, Any] = {"check_held": lambda: None, "for_machine": False, "by_machine": False, **more}
    found = offers.acts_of(offer, {"h": GIVER}, caller, NOW, TODAY, **asked)
    return {act: refusal.slug() if refusal else "" for act, refusal in found.items()}
