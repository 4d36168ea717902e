"""Whose number it is, in which form: invitations are taken by their person and nobody else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from identity.context import Context
from identity.domain.grant_refusals import GrantOver
from identity.domain.grants import Grant, Status
from identity.eid.id_token import Person
from identity.eid.refused import NotVerified
from identity.operations import NoGrant, account_of, first_administrator
from servicekit.data.crypto import blind_index
from servicekit.refusals import Refusal
from servicekit.words.national_numbers import Scheme, scheme_of
from tests.people import Person as Visitor
from tests.people import a_period, citizens
from tests.processes import House
from tests.scene import first_people, identity_operations

SHORT = "6125041012345"
LONG = f"1980{SHORT}"
BANGLADESH = scheme_of("bd-nid")


@pytest.fixture
def context(house: House) -> Iterator[Context]:
    house.prefix += "n"  # a database of this test's own
    house.extra["EID_PRACTICE_NATIONAL_NUMBER_SCHEME"] = "bd-nid"
    with identity_operations(house) as made:
        first_people(made)
        yield made


def through(issuer: str, number: str, scheme: Scheme) -> Person:
    return Person(
        issuer=f"https://{issuer}.example",
        subject="s",
        level=2,
        auth_time=datetime.now(UTC),
        national_number=number,
        name="Sample",
        email="",
        scheme=scheme,
    )


def invited(context: Context, number: str) -> Grant:
    today = context.clock.today()
    return first_administrator(context, "north", number, "", today, today + timedelta(days=30))


def as_of_before(context: Context, grant: Grant) -> None:
    """As the code wrote it that knew neither namespaces nor forms."""
    gone = {"national_core": "", "national_namespace": "", "number_end": ""}
    context.store.grants.collection.update_one({"_id": grant.id}, {"$unset": gone})


@pytest.mark.parametrize(("named", "said"), [(SHORT, LONG), (LONG, SHORT), (LONG, LONG)])
@pytest.mark.parametrize("before", [False, True])
def test_an_invitation_is_taken_by_its_person_in_either_form(
    context: Context, named: str, said: str, before: bool
) -> None:
    grant = invited(context, named)
    if before:
        as_of_before(context, grant)
    account = account_of(context, through("bd", said, BANGLADESH), "en")
    assert context.store.grant(grant.id).account_id == account.id


def test_another_birth_year_is_another_person(context: Context) -> None:
    grant = invited(context, LONG)
    with pytest.raises(NoGrant):
        account_of(context, through("bd", f"1990{SHORT}", BANGLADESH), "en")
    assert context.store.grant(grant.id).account_id is None


def test_a_person_of_another_countrys_eid_does_not_take_an_invitation_of_equal_digits(
    context: Context,
) -> None:
    grant = invited(context, "0101801234")
    with pytest.raises(NoGrant):
        account_of(context, through("dk", "0101801234", scheme_of("dk-cpr")), "en")
    assert context.store.grant(grant.id).status is Status.INVITED
    account = account_of(context, through("bd", "0101801234", BANGLADESH), "en")
    assert context.store.grant(grant.id).account_id == account.id


def test_people_of_two_countries_with_equal_digits_are_not_taken_for_one(context: Context) -> None:
    invited(context, "0101801234")
    one = account_of(context, through("bd", "0101801234", BANGLADESH), "en")
    with pytest.raises(NoGrant):
        account_of(context, through("dk", "0101801234", scheme_of("dk-cpr")), "en")
    assert context.store.get_account(one.id).same_person == ()


def test_the_digest_of_before_is_rewritten_when_its_person_comes(context: Context) -> None:
    invited(context, LONG)
    account = account_of(context, through("bd", LONG, BANGLADESH), "en")
    gone = {"national_core": "", "national_namespace": "", "member_forms": ""}
    context.store.accounts.collection.update_one({"_id": account.id}, {"$unset": gone})
    account_of(context, through("bd", SHORT, BANGLADESH), "en")
    kept = context.store.get_account(account.id).digests
    assert (kept.index, kept.namespace) == (kept.core, "bd")
    assert kept.index == blind_index(context.blind_key, "national_number", SHORT)


@pytest.mark.parametrize("typed", ["12345678901", "12345678", "999", "61250410123456"])
def test_an_invitation_of_a_number_that_is_none_is_refused(context: Context, typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        invited(context, typed)
    assert type(refused.value).__name__ == "NationalNumberFaulty"


def test_an_eid_that_says_no_number_of_its_scheme_is_not_believed(context: Context) -> None:
    with pytest.raises(NotVerified):
        account_of(context, through("bd", "12345678901", BANGLADESH), "en")


def test_the_same_invitation_in_the_other_form_is_no_second_one(context: Context) -> None:
    invited(context, SHORT)
    with pytest.raises((GrantOver, Refusal)) as refused:
        invited(context, LONG)
    assert type(refused.value).__name__ == "GivenAlready"


@pytest.fixture
def at_work(house: House) -> Iterator[Context]:
    """With the practice eID and its own numbers."""
    house.prefix += "w"
    house.extra.pop("EID_PRACTICE_NATIONAL_NUMBER_SCHEME", None)
    with identity_operations(house) as made:
        first_people(made)
        yield made


@pytest.fixture
def chief(house: House, at_work: Context) -> Visitor:
    for service in ("identity", "practice_eid", "gateway"):
        house.start_service(service)
    person = Visitor(house, "hq-organiser")
    person.sign_in()
    return person


def wanted(number: str, **changes: Any) -> dict[str, Any]:
    body = {"unit_id": "north", "role": "clerk", "national_number": number, **a_period()}
    return {**body, **changes}


def test_an_open_invitation_shows_the_last_signs_and_cautions_beside_another(
    chief: Visitor, at_work: Context
) -> None:
    context = at_work
    given = chief.post("/api/identity/grants", wanted("999 0000 0001 03")).json()
    assert given["holder"]["number_end"] == "103"
    assert given["cautions"] == []
    slip = chief.post("/api/identity/grants", wanted("9990000000130")).json()
    assert slip["holder"]["number_end"] == "130"
    assert [(one["kind"], one["grant_id"], one["number_end"]) for one in slip["cautions"]] == [
        ("open-invitation", given["id"], "103")
    ]
    stored = context.store.grants.collection.find_one({"_id": given["id"]}) or {}
    assert b"103" not in bytes(stored["number_end"])
    person = next(key for key, one in citizens().items() if one["national_number"] == "9990000000103")
    Visitor(chief.house, person).sign_in()
    taken = chief.get(f"/api/identity/grants/{given['id']}").json()
    assert "number_end" not in taken["holder"]

    kinds = chief.get("/api/identity/national-numbers").json()["items"]
    assert [one["scheme"] for one in kinds] == ["practice"]

    today = context.clock.today()
    refusals = {
        "eleven digits": (wanted("99900000001"), "national-number-faulty", "/national_number"),
        "another scheme": (wanted("9990000000201", national_number_scheme="dk-cpr"), "scheme-unknown", ""),
        "long ago": (
            wanted("9990000000201", valid_from="2018-01-01", valid_to=a_period()["valid_to"]),
            "begins-too-long-ago",
            "/valid_from",
        ),
        "a newline": (wanted("9990000000201", mandate="c1\n"), "", "/mandate"),
    }
    for what, (body, kind, pointer) in refusals.items():
        answer = chief.post("/api/identity/grants", body)
        assert answer.status_code == 422, (what, answer.text)
        assert kind in answer.json()["type"], (what, answer.text)
        assert pointer in [error["pointer"] for error in answer.json()["errors"]] or not pointer, answer.text

    unheard = chief.post(
        "/api/identity/grants", wanted("9990000000201", role="reader", mandate="c404")
    ).json()
    assert [one["kind"] for one in unheard["cautions"]] == ["congress-not-approved"]
    context.store.note_congress("c-south", today.isoformat(), "south")
    elsewhere = chief.post("/api/identity/grants", wanted("9990000000202", mandate="c-south"))
    assert (elsewhere.status_code, "mandate-elsewhere" in elsewhere.json()["type"]) == (422, True)


def test_a_grant_of_before_without_a_namespace_is_read(context: Context) -> None:
    grant = invited(context, LONG)
    as_of_before(context, grant)
    read = context.store.grant(grant.id)
    assert replace(read, national_core="", national_namespace="", number_end=None) == read
