"""Who must act in a unit: the office for whoever reads, names and what was released for those above it alone."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from identity.context import Context
from identity.operations.offices import SUPERIOR
from identity.operations.offices import offices as who_must_act
from servicekit.access.decision import Caller, Reach, Right
from tests.integration.identity.test_offers import NUMBERS, account_of, given, signed_in
from tests.people import Person
from tests.processes import House
from tests.scene import first_people, identity_operations

ME, OFFICES = "/api/identity/me", "/api/identity/offices"
CONTACT: dict[str, str | None] = {"office_phone": "01711 223344", "office_email": "north@office.example"}


@pytest.fixture(scope="module")
def context(house: House) -> Iterator[Context]:
    with identity_operations(house) as made:
        first_people(made)
        for service in ("identity", "practice_eid", "gateway"):
            house.start_service(service)
        yield made


@pytest.fixture(scope="module")
def chief(house: House, context: Context) -> Person:
    return signed_in(house, "hq-organiser")


@pytest.fixture(scope="module")
def people(house: House, context: Context, chief: Person) -> dict[str, Person]:
    """A clerk of north, one of south, and an approver and a reader at the top."""
    offered = {
        "union-clerk": ("north", "clerk"),
        "upazila-clerk": ("south", "clerk"),
        "division-supervisor": ("root", "approver"),
        "district-secretary": ("root", "reader"),
    }
    for key, (unit, role) in offered.items():
        given(chief, unit, role, national_number=NUMBERS[key])
    return {key: signed_in(house, key) for key in offered}


def _changed(person: Person, change: dict[str, str | None]) -> dict[str, Any]:
    answer = person.send("PATCH", ME, change)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def offices(person: Person, units: str = "north", side: str = "reporting") -> list[dict[str, Any]]:
    answer = person.get(f"{OFFICES}?{side}={units}")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def test_nothing_is_released_until_its_holder_says_so_and_nothing_after_it_is_withdrawn(
    context: Context, chief: Person, people: dict[str, Person]
) -> None:
    clerk = people["union-clerk"]
    (before,) = offices(chief)[0]["holders"]
    assert (before["office_phone"], before["office_email"]) == ("", "")
    assert before["name"] != ""
    changed = _changed(clerk, CONTACT)
    assert changed["released"] == {"office_phone": "+8801711223344", "office_email": "north@office.example"}
    (shown,) = offices(chief)[0]["holders"]
    assert (shown["account_id"], shown["office_phone"]) == (account_of(clerk), "+8801711223344")
    _changed(clerk, {"office_phone": ""})
    (left,) = offices(chief)[0]["holders"]
    assert (left["office_phone"], left["office_email"]) == ("", "north@office.example")
    _changed(clerk, {"office_email": None})
    assert offices(chief)[0]["holders"][0]["office_email"] == ""
    written = [
        (one["action"], one["details"]["contact"])
        for account in context.store.accounts.collection.find({"_id": account_of(clerk)})
        for one in account["_outbox"]
        if str(one.get("action", "")).startswith("contact.")
    ]
    assert written == [
        ("contact.released", "office_phone, office_email"),
        ("contact.withdrawn", "office_phone"),
        ("contact.withdrawn", "office_email"),
    ]


def test_those_in_the_line_above_see_names_and_others_the_office_alone(
    people: dict[str, Person], chief: Person
) -> None:
    for person, in_line in (
        (chief, True),
        (people["division-supervisor"], True),
        (people["district-secretary"], False),
        (people["union-clerk"], False),
    ):
        (one,) = offices(person)
        assert (one["unit"]["id"], [role["key"] for role in one["roles"]], one["in_line"]) == (
            "north",
            ["clerk"],
            in_line,
        )
        assert bool(one["holders"]) is in_line


def test_who_decides_is_the_nearest_office_above_named_to_those_who_report_to_it(
    people: dict[str, Person],
) -> None:
    """By name alone: what a holder releases is for those above."""
    approver = people["division-supervisor"]
    _changed(approver, CONTACT)
    for key, names in (("union-clerk", True), ("district-secretary", False)):
        (one,) = offices(people[key], side="deciding")
        assert (one["unit"]["id"], [role["key"] for role in one["roles"]]) == ("root", ["approver"])
        assert [(holder["account_id"], holder["office_phone"]) for holder in one["holders"]] == (
            [(account_of(approver), "")] if names else []
        )
    _changed(approver, dict.fromkeys(CONTACT, None))


def test_a_session_by_a_sealed_code_is_told_the_office_alone(
    context: Context, people: dict[str, Person]
) -> None:
    """Nobody has proven who holds the code."""
    path = ("root", "north")
    rights = (
        Right("congress:read", "north", path, Reach.BELOW),
        Right("congress:report", "north", path, Reach.OWN),
    )
    clerk = Caller(account_of(people["union-clerk"]), rights=rights, assurance=2)
    for caller, named in ((clerk, True), (replace(clerk, fallback=True), False)):
        (one,) = who_must_act(context, caller, ["north"], SUPERIOR)
        assert [role.key for role in one.roles] == ["approver"]
        assert bool(one.holders) is named
        assert one.further == 0


def test_units_that_one_does_not_read_and_units_that_are_not_there_are_left_out_alike(
    people: dict[str, Person], chief: Person
) -> None:
    assert offices(people["upazila-clerk"], "north,no-such-unit") == []
    assert [one["for_unit"] for one in offices(chief, "south,north,no-such-unit")] == ["south", "north"]
    (nobody,) = offices(chief, "root")
    assert (nobody["unit"], nobody["holders"]) == (None, [])


@pytest.mark.parametrize(
    ("change", "field"),
    [({"office_phone": "call me"}, "/office_phone"), ({"office_email": "nowhere"}, "/office_email")],
)
def test_what_is_no_contact_is_refused(people: dict[str, Person], change: dict[str, str], field: str) -> None:
    refused = people["union-clerk"].send("PATCH", ME, change)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, field)
