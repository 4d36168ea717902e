"""A grant counts from the moment its person has accepted it: who may answer, how, and what a flood of offers meets."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from identity import events
from identity.context import Context
from identity.domain import offers as rules
from identity.domain.accounts import Account, Machine
from identity.domain.fallback import EidNeeded
from identity.domain.grant_acts import unsuspended
from identity.domain.grant_refusals import GivenAlready
from identity.domain.grants import Grant, Status
from identity.operations.offers import accept_offer, list_offers
from servicekit.access.decision import Caller
from servicekit.ids import new_id
from servicekit.refusals import Stale
from tests.people import Person, a_period, citizens
from tests.processes import House
from tests.scene import first_people, identity_operations, tell_units

GRANTS, OFFERS = "/api/identity/grants", "/api/identity/offers"
NUMBERS = {key: one["national_number"] for key, one in citizens().items()}


@pytest.fixture(scope="module")
def context(house: House) -> Iterator[Context]:
    with identity_operations(house) as made:
        first_people(made)
        for service in ("identity", "practice_eid", "gateway"):
            house.start_service(service)
        yield made


@pytest.fixture
def chief(house: House, context: Context) -> Person:
    return signed_in(house, "hq-organiser")


def signed_in(house: House, key: str, *, accept: bool = True) -> Person:
    person = Person(house, key)
    person.sign_in(accept=accept)
    return person


def a_machine(name: str, kept_by: str) -> Machine:
    return Machine(
        id=name,
        login=f"machine {name}",
        unit_id="north",
        unit_path=("root", "north"),
        keys="[]",
        expires=date(2036, 1, 1),
        kept_by=kept_by,
    )


def account_of(person: Person) -> str:
    return str(person.get("/api/identity/me").json()["account_id"])


def until(what: Callable[[], bool]) -> None:
    end = time.monotonic() + 2.0
    while not what():
        assert time.monotonic() < end
        time.sleep(0.05)


def given(giver: Person, unit: str, role: str, **holder: object) -> dict[str, Any]:
    answer = giver.post(GRANTS, {"unit_id": unit, "role": role, **a_period(), **holder})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def answered(person: Person, offer: dict[str, Any], answer: str, **more: Any) -> Any:
    body: dict[str, str] | None = {} if answer == "decline" else None
    headers = {"If_Match": f'"{offer["version"]}"', **more}
    return person.post(f"{OFFERS}/{offer['id']}/{answer}", body, **headers)


def told(context: Context, kind: str) -> list[dict[str, Any]]:
    kept = context.store.grants.collection.find({})
    return [one["data"] for grant in kept for one in grant.get("_outbox", []) if one.get("type") == kind]


def test_whoever_was_only_offered_access_sees_it_answers_and_leaves_and_nothing_else(
    house: House, context: Context, chief: Person
) -> None:
    given(chief, "north", "clerk", national_number=NUMBERS["upazila-clerk"])
    clerk = signed_in(house, "upazila-clerk", accept=False)
    me = clerk.get("/api/identity/me").json()
    assert (me["waiting"], me["offers"], me["rights"]) == (True, 1, [])
    (offer,) = clerk.get(OFFERS).json()["items"]
    # All that is needed to decide: what, where, until when, by whom.
    assert (offer["unit_id"], offer["role"], offer["status"]) == ("north", "clerk", "offered")
    assert {act: may["allowed"] for act, may in offer["acts"].items()} == {"accept": True, "decline": True}
    assert offer["given_by"]["name"] != ""
    assert offer["valid_to"] == a_period()["valid_to"]
    assert {"permission": "congress:report", "reach": "own", "use": True} in offer["permissions"]

    assert clerk.send("PATCH", "/api/identity/me", {"language": "vi"}).status_code == 200
    refused = [
        clerk.send("PATCH", "/api/identity/me", {"email": "x@example.org"}),
        clerk.get("/api/identity/roles"),
        clerk.get("/api/identity/sessions"),
        clerk.send("DELETE", "/api/identity/sessions"),
        clerk.get(f"{GRANTS}/{offer['id']}"),
        clerk.get("/api/identity/audit/mine"),
        clerk.get("/api/identity/who-sees-me"),
        clerk.post("/api/identity/drafts", {"path": "/x", "values": {}}),
        clerk.post(f"{GRANTS}/{offer['id']}/resign", {"reason": "x"}, If_Match='"2"'),
    ]
    assert {(one.status_code, one.json()["type"]) for one in refused} == {
        (403, "/problems/acceptance-awaited")
    }

    done = answered(clerk, offer, "accept")
    assert (done.status_code, done.json()["status"], done.json()["effective"]) == (200, "active", True)
    # The same session has its rights, without a new sign-in.
    until(lambda: not clerk.get("/api/identity/me").json()["waiting"])
    assert clerk.get("/api/identity/roles").status_code == 200
    assert told(context, events.OFFER_ACCEPTED)[-1]["account_id"] == account_of(chief)
    assert told(context, events.GRANT_BOUND)[-1]["account_id"] == account_of(clerk)
    again = answered(clerk, offer, "accept")
    assert (again.status_code, again.json()["type"]) == (412, "/problems/stale")
    assert clerk.post("/sign-out").status_code == 303


def test_who_declines_is_out_again_and_the_giver_hears_of_it(
    house: House, context: Context, chief: Person
) -> None:
    offer = given(chief, "south", "clerk", national_number=NUMBERS["union-clerk"])
    clerk = signed_in(house, "union-clerk", accept=False)
    (shown,) = clerk.get(OFFERS).json()["items"]
    declined = clerk.post(
        f"{OFFERS}/{offer['id']}/decline", {"reason": "not my unit"}, If_Match=f'"{shown["version"]}"'
    )
    assert (declined.status_code, declined.json()["status"]) == (200, "revoked")
    seen = chief.get(f"{GRANTS}/{offer['id']}").json()
    assert (seen["status"], seen["ended_reason"]) == ("revoked", "not my unit")
    assert told(context, events.OFFER_DECLINED)[-1]["account_id"] == account_of(chief)
    later = clerk.sign_in(accept=False)
    assert "no-grant" in later.url


def test_a_grant_by_account_waits_for_its_persons_yes(house: House, context: Context, chief: Person) -> None:
    """The way in of the old fault: whoever has an account could be given something without being asked."""
    given(chief, "north", "administrator", national_number=NUMBERS["district-secretary"])
    below = signed_in(house, "district-secretary")
    offer = given(below, "north", "clerk", account_id=account_of(chief))
    assert (offer["status"], offer["effective"], offer["why_not"]) == ("offered", False, "offered")
    rights = chief.get("/api/identity/me").json()["rights"]
    assert {right["unit_id"] for right in rights} == {"root"}
    # Nobody answers for somebody else, and the giver least.
    for answer in ("accept", "decline"):
        refused = answered(below, offer, answer)
        assert (refused.status_code, refused.json()["type"]) == (404, "/problems/not-found")
    accepted = answered(chief, offer, "accept")
    assert accepted.status_code == 200, accepted.text


def test_an_answer_needs_the_version_that_was_seen_and_comes_from_our_own_pages(
    house: House, context: Context, chief: Person
) -> None:
    given(chief, "north", "reader", national_number=NUMBERS["two-posts"])
    person = signed_in(house, "two-posts", accept=False)
    (offer,) = person.get(OFFERS).json()["items"]
    path = f"{OFFERS}/{offer['id']}/accept"
    assert person.post(path).status_code == 428
    assert answered(person, {**offer, "version": 1}, "accept").status_code == 412
    elsewhere = answered(person, offer, "accept", Origin="https://elsewhere.example")
    assert (elsewhere.status_code, elsewhere.json()["type"]) == (403, "/problems/from-another-site")
    # Withdrawn, suspended or moved after it was looked at: another version, and no offer any more.
    seen = chief.get(f"{GRANTS}/{offer['id']}").json()
    gone = chief.post(f"{GRANTS}/{offer['id']}/revoke", {"reason": "x"}, If_Match=f'"{seen["version"]}"')
    assert gone.status_code == 200
    assert answered(person, offer, "accept").status_code == 412
    assert answered(person, {**offer, "version": gone.json()["version"]}, "accept").status_code in (403, 409)
    assert told(context, events.GRANT_ENDED) == []


def an_offer(context: Context, account_id: str | None, **changes: Any) -> Grant:
    """Beside the API: one that is already as it takes weeks to become."""
    chief = context.store.grants_in("root")[0]
    today = context.clock.today()
    grant = Grant(
        id=new_id(),
        unit_id="south",
        unit_path=("root", "south"),
        role="reader",
        valid_from=today,
        valid_to=today + timedelta(days=9),
        status=Status.OFFERED,
        account_id=account_id,
        chain=(chief.id,),
        given_by=chief.account_id or "",
    )
    return context.store.add_grant(replace(grant, **changes), (), ())


def test_what_lapsed_is_no_offer_any_more(house: House, context: Context, chief: Person) -> None:
    person = signed_in(house, "upazila-clerk")
    late = an_offer(context, account_of(person), invited_until=context.clock.today() - timedelta(days=1))
    moved = an_offer(context, account_of(person), unit_path=("elsewhere", "south"), role="clerk")
    assert person.get(OFFERS).json()["items"] == []
    for grant, kind in ((late, "offer-lapsed"), (moved, "unit-just-moved")):
        answer = answered(person, {"id": grant.id, "version": grant.version}, "accept")
        assert answer.status_code == 409, answer.text
        assert answer.json()["type"] == f"/problems/{kind}"
        assert answered(person, {"id": grant.id, "version": grant.version}, "decline").status_code == 200


def test_nothing_is_accepted_by_a_code_by_a_machine_or_twice(context: Context) -> None:
    context.store.add_account(Account(id="holder", login="holder", name="x"))
    context.store.add_account(a_machine("robot", "chief"))
    offer = an_offer(context, "holder")
    with pytest.raises(EidNeeded):
        accept_offer(context, Caller("holder", fallback=True), offer.id, offer.version)
    mechanical = an_offer(context, "robot")
    with pytest.raises(EidNeeded):
        accept_offer(context, Caller("robot"), mechanical.id, mechanical.version)
    accept_offer(context, Caller("holder"), offer.id, offer.version)
    with pytest.raises(Stale):
        accept_offer(context, Caller("holder"), offer.id, offer.version)
    # Another offer of the very same was possible meanwhile, and is spare now.
    second = an_offer(context, "holder", given_by="somebody else")
    (told,) = list_offers(context, Caller("holder"))
    assert told.acts is not None
    assert (type(told.acts["accept"]), told.acts["decline"]) == (GivenAlready, None)
    with pytest.raises(GivenAlready):
        accept_offer(context, Caller("holder"), second.id, second.version)


def test_a_machines_grant_is_accepted_by_whoever_registered_it(
    house: House, context: Context, chief: Person
) -> None:
    given(chief, "north", "administrator", national_number=NUMBERS["division-supervisor"])
    keeper = signed_in(house, "division-supervisor")
    context.store.add_account(replace(a_machine("printer", account_of(keeper)), name="Printer"))
    theirs = given(chief, "north", "reader", account_id="printer")
    assert theirs["status"] == "offered"
    assert answered(chief, theirs, "accept").status_code == 404
    (offer,) = keeper.get(OFFERS).json()["items"]
    assert (offer["for_machine"], offer["holder"]["name"]) == (True, "Printer")
    assert told(context, events.OFFER_MADE)[-1]["account_id"] == account_of(keeper)
    assert answered(keeper, offer, "accept").json()["status"] == "active"
    # Whoever registered it has accepted what they give it themselves.
    own = given(keeper, "north", "auditor", account_id="printer")
    assert (own["status"], own["effective"]) == ("active", True)
    # One of earlier days, of which nobody wrote down who registered it: whoever could have.
    context.store.add_account(a_machine("old", ""))
    context.store.accounts.collection.update_one({"_id": "old"}, {"$unset": {"kept_by": ""}})
    assert given(keeper, "north", "reader", account_id="old")["status"] == "active"


def test_a_giver_does_not_flood_a_person_and_not_the_house(
    house: House, context: Context, chief: Person
) -> None:
    context.store.add_account(Account(id="popular", login="popular"))

    units = [f"n{number}" for number in range(rules.OFFERS_OF_GIVER_TO_PERSON + 1)]
    tell_units(
        context,
        [
            {
                "id": one, "code": one, "names": {"en": one}, "level": "l", "parent_id": "north",
                "path": ["root", "north", one],
            }
            for one in units
        ],
    )  # fmt: skip

    def give(number: int) -> Any:
        body: dict[str, object] = {"unit_id": units[number], "role": "reader", "account_id": "popular"}
        return chief.post(GRANTS, {**body, **a_period(1, 10)})

    answers = [give(number) for number in range(rules.OFFERS_OF_GIVER_TO_PERSON + 1)]
    assert {one.status_code for one in answers[:-1]} == {201}
    assert (answers[-1].status_code, answers[-1].json()["type"]) == (
        409,
        "/problems/person-has-too-many-offers",
    )
    # The same thing twice is refused anyway, and what somebody else offers is in nobody's way.
    assert give(0).status_code == 409
    others = [an_offer(context, "popular", given_by=f"giver {n}") for n in range(rules.OFFERS_TO_PERSON - 10)]
    full = give(0)
    assert full.json()["type"] == "/problems/person-has-too-many-offers"
    # Withdrawn ones were heard all the same: no second round on the same day.
    for one in context.store.unaccepted_of("popular", None):
        if one.given_by == account_of(chief):
            gone = replace(one, status=Status.REVOKED, ended_reason="x")
            context.store.save_grant(gone, one.version)
    assert give(1).json()["type"] == "/problems/person-has-too-many-offers"
    # Accepted ones are bounded by nothing of this.
    for one in others[:20]:
        accepted = replace(one, status=Status.ACTIVE, accepted_at=context.clock.now(), unit_id=one.id)
        context.store.save_grant(accepted, one.version)
    today = context.clock.today()
    giver = account_of(chief)
    mine = [g for g in context.store.waiting_from(giver) if rules.counts_as_waiting(g, today)]
    for number in range(rules.OFFERS_OF_GIVER - len(mine)):
        an_offer(context, f"q{number}", given_by=giver)
    flood = chief.post(GRANTS, {"unit_id": "north", "role": "reader", "by_code": True, **a_period()})
    assert flood.status_code == 409, flood.text
    assert (flood.status_code, flood.json()["type"]) == (409, "/problems/too-many-offers")


def test_grants_of_earlier_days_count_as_accepted(context: Context) -> None:
    """Documents without the field, as they were written before anybody had to accept anything."""
    kept = context.store.grants.collection
    for status, account, accepted, status_resumed in (
        ("active", "p1", True, Status.ACTIVE),
        ("suspended", "p2", True, Status.ACTIVE),
        ("proposed", "p3", False, Status.OFFERED),
        ("invited", None, False, Status.INVITED),
    ):
        grant = an_offer(context, account, status=Status(status), code_index=status)
        kept.update_one({"_id": grant.id}, {"$unset": {"accepted_at": ""}})
        read = context.store.grant(grant.id)
        assert (read.accepted_at is not None) is accepted, status
        assert unsuspended(read) is status_resumed


def test_offers_are_listed_for_their_own_person_only(context: Context) -> None:
    mine = {str(one.id) for one in list_offers(context, Caller("p3"))}
    theirs = {str(one.id) for one in list_offers(context, Caller("p1"))}
    assert mine.isdisjoint(theirs)
