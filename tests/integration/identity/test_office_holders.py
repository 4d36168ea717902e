"""Who holds an office is found by name where the reader may know who does, and for all others is not there."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from identity.context import Context
from identity.domain.accounts import Account
from identity.domain.grant_acts import ended
from identity.migrations import find_people_by_name
from identity.operations.holders import PEOPLE_AT_ONCE, find_holders
from identity.store.accounts import LOOKED_AT
from identity.store.documents import account_document
from servicekit.access.decision import Caller, Reach, Right
from tests.integration.identity.test_offers import NUMBERS, account_of, given, signed_in
from tests.people import Person
from tests.processes import House
from tests.scene import first_people, identity_operations

HOLDERS, ME = "/api/identity/holders", "/api/identity/me"
HELD = {
    "union-clerk": ("north", "clerk"),
    "upazila-clerk": ("south", "clerk"),
    "division-supervisor": ("root", "approver"),
    "district-secretary": ("south", "administrator"),
    "hq-approver": ("root", "reader"),
}


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
def people(house: House, chief: Person) -> dict[str, Person]:
    for key, (unit, role) in HELD.items():
        given(chief, unit, role, national_number=NUMBERS[key])
    return {key: signed_in(house, key) for key in HELD}


def name_of(person: Person) -> str:
    return str(person.get(ME).json()["name"])


def answer_to(person: Person, words: str, **more: object) -> dict[str, Any]:
    answer = person.get(f"{HOLDERS}?{urlencode({'q': words, **more})}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def places(answer: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    return [
        (one["holder"]["name"], one["unit"]["id"], [role["key"] for role in one["roles"]])
        for one in answer["items"]
    ]


def test_a_holder_is_found_however_the_name_is_typed(chief: Person, people: dict[str, Person]) -> None:
    clerk = name_of(people["union-clerk"])
    _, first, last = clerk.split()
    here = [(clerk, "north", ["clerk"])]
    for words in (clerk, f"{first} {last}", f"{last} {first}".upper(), f"{first} {last[:2]}", first + last):
        found = answer_to(chief, words)
        assert (places(found), found["total"], found["meant"]) == (here, 1, False), words
    nearly = answer_to(chief, f"{first}{first[-1]} {last}")
    assert (places(nearly), nearly["meant"]) == (here, True)


def test_each_finds_those_whose_access_they_read_and_those_in_the_line_below(
    chief: Person, people: dict[str, Person]
) -> None:
    """Everybody's name begins with the same word."""
    everywhere = {(HELD[key][0], HELD[key][1]) for key in HELD} | {("root", "administrator")}
    for person, found in (
        (chief, everywhere),
        (people["division-supervisor"], {("north", "clerk"), ("south", "clerk"), ("south", "administrator")}),
        (people["district-secretary"], {("south", "clerk"), ("south", "administrator")}),
    ):
        assert {
            (unit, role) for _, unit, roles in places(answer_to(person, "sample")) for role in roles
        } == found


def test_to_whom_it_is_not_told_somebody_and_nobody_are_alike(people: dict[str, Person]) -> None:
    there, gone = name_of(people["union-clerk"]), "Zvxq Nobody"
    for key in ("union-clerk", "upazila-clerk", "hq-approver", "district-secretary"):
        assert answer_to(people[key], there) == answer_to(people[key], gone), key
        assert answer_to(people[key], there[:-1]) == answer_to(people[key], gone), key


def test_contact_is_what_was_released_and_for_the_line_above(
    chief: Person, people: dict[str, Person]
) -> None:
    clerk = people["union-clerk"]
    assert clerk.send("PATCH", ME, {"office_phone": "01711 223344"}).status_code == 200
    (seen,) = answer_to(chief, name_of(clerk))["items"]
    assert (seen["holder"]["office_phone"], seen["reads_access"]) == ("+8801711223344", True)
    (in_line,) = answer_to(people["division-supervisor"], name_of(clerk))["items"]
    assert (in_line["holder"]["office_phone"], in_line["reads_access"]) == ("+8801711223344", False)


def test_a_page_follows_the_other_and_nobody_comes_twice(chief: Person, people: dict[str, Person]) -> None:
    whole = answer_to(chief, "sample")
    found, after = list[tuple[str, str, list[str]]](), ""
    while True:
        page = answer_to(chief, "sample", limit=2, after=after)
        assert page["total"] == len(whole["items"])
        found += places(page)
        if not (after := page["next"] or ""):
            break
    assert found == places(whole)
    assert chief.get(f"{HOLDERS}?q=sample&after=nowhere").status_code == 422


def test_what_is_not_in_force_is_held_by_nobody(context: Context, chief: Person, house: House) -> None:
    given(chief, "north", "reader", national_number=NUMBERS["no-grant"])
    invited = signed_in(house, "no-grant", accept=False)
    (offered,) = invited.get("/api/identity/offers").json()["items"]
    name = name_of(invited)
    assert answer_to(chief, name)["items"] == []
    invited.accept_all()
    assert places(answer_to(chief, name)) == [(name, "north", ["reader"])]
    grant = context.store.grant(offered["id"])
    context.store.save_grant(ended(grant, "over"), grant.version)
    assert answer_to(chief, name)["items"] == []


def a_reader(unit: str, path: tuple[str, ...], **changes: Any) -> Caller:
    rights = (Right("access:read", unit, path, Reach.BELOW),)
    return replace(Caller("somebody", rights=rights, assurance=3), **changes)


def test_a_sealed_code_finds_nobody(context: Context, people: dict[str, Person]) -> None:
    name, reader = name_of(people["union-clerk"]), a_reader("root", ("root",))
    assert len(find_holders(context, reader, name, "", 50).items) == 1
    assert not list(find_holders(context, replace(reader, fallback=True), name, "", 50).items)


@pytest.mark.parametrize("strangers", [PEOPLE_AT_ONCE + 50, LOOKED_AT + 5])
def test_a_name_that_many_bear_is_looked_for_among_those_in_reach(
    context: Context, people: dict[str, Person], strangers: int
) -> None:
    clerk = context.store.get_account(account_of(people["union-clerk"]))
    context.store.save_account(replace(clerk, name="Rahim Mia"), clerk.version)
    # They come before the one, and none of those that are looked at first is the one.
    others = [
        Account(id=f"!{strangers} {n}", login=f"rahim {strangers} {n}", name="Rahim Mia")
        for n in range(strangers)
    ]
    context.store.accounts.collection.insert_many([{**account_document(one), "version": 1} for one in others])
    found = find_holders(context, a_reader("north", ("root", "north")), "rahim mia", "", 50)
    assert [(one.holder.account_id, one.unit.id) for one in found.items] == [(clerk.id, "north")]
    # And what is told is what would be told were they not there.
    assert found.total == 1
    assert not list(find_holders(context, a_reader("south", ("root", "south")), "rahim mia", "", 50).items)


def test_people_of_before_are_found_once_they_are_written_down(
    context: Context, people: dict[str, Person]
) -> None:
    accounts = context.store.accounts.collection
    holder = account_of(people["division-supervisor"])
    name, reader = name_of(people["division-supervisor"]), a_reader("root", ("root",))
    accounts.update_many({}, {"$unset": {"search": 1}})
    assert not list(find_holders(context, reader, name, "", 50).items)
    find_people_by_name(context.store.database)
    assert [one.holder.account_id for one in find_holders(context, reader, name, "", 50).items] == [holder]
