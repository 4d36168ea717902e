"""An administrator leaves and a successor takes over; a superior takes what hangs on a dead grant."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from identity.context import Context
from identity.domain.grants import Status, why_not
from identity.operations import handing_over as operations
from servicekit.ids import new_id
from tests.integration.identity.test_bans import API, BELOW, change, give, number_of, signed_in
from tests.people import Person
from tests.processes import House
from tests.scene import first_people, identity_operations, tell_units


@pytest.fixture(scope="module")
def context(house: House) -> Iterator[Context]:
    with identity_operations(house) as made:
        first_people(made)
        tell_units(made, BELOW)
        for service in ("identity", "practice_eid", "gateway"):
            house.start_service(service)
        yield made


@pytest.fixture(scope="module")
def chief(house: House, context: Context) -> Person:
    return signed_in(house, "hq-organiser")


def appointed(
    house: House, giver: Person, key: str, unit: str, role: str = "administrator"
) -> tuple[str, Person]:
    grant = give(giver, unit, role, national_number=number_of(key))
    return str(grant["id"]), signed_in(house, key)


def succession(person: Person, old: str, new: str, **more: Any) -> Any:
    tag = person.get(f"{API}/{old}").headers["ETag"]
    body = {"to": new, "reason": "a new post", **more}
    return person.post(f"{API}/{old}/succession", body, If_Match=tag)


def why(context: Context, grant_id: str) -> str | None:
    grant = context.store.grant(grant_id)
    found = why_not(grant, context.store.with_chains([grant]), context.clock.today())
    return str(found) if found else None


def test_whoever_leaves_hands_over_and_the_superior_revives_what_had_died(
    house: House, context: Context, chief: Person
) -> None:
    post, secretary = appointed(house, chief, "district-secretary", "north")
    clerk, _ = appointed(house, secretary, "union-clerk", "union", "clerk")
    deputy, successor = appointed(house, secretary, "upazila-clerk", "north")
    told = [one.get(f"{API}/{post}").json()["acts"]["succession"] for one in (chief, secretary, successor)]
    assert [one["allowed"] for one in told] == [True, True, False]
    assert told[-1]["refusal"]["type"] == "/problems/outside-own-units"
    shown = secretary.get(f"{API}/{post}/succession?to={deputy}")
    assert (shown.json()["count"], shown.json()["ends_own"]) == (1, True), shown.text
    assert [one["id"] for one in shown.json()["grants"]] == [clerk]
    done = succession(secretary, post, deputy)
    assert (done.status_code, done.json()["moved"]) == (200, 1), done.text
    assert (why(context, post), why(context, deputy), why(context, clerk)) == ("revoked", None, None)
    assert context.store.grant(clerk).chain[-1] == deputy
    # The superior ends the successor: what hangs on them dies, with its reason, and comes back by choice.
    assert change(chief, deputy, "revoke").status_code == 200
    assert why(context, clerk) == "giver-revoked"
    again = give(chief, "north", "administrator", account_id=context.store.grant(deputy).account_id)
    successor.sign_in()
    assert why(context, clerk) == "giver-revoked"
    revived = succession(chief, deputy, again["id"])
    assert (revived.status_code, revived.json()["moved"]) == (200, 1), revived.text
    assert why(context, clerk) is None
    # Once more finds nothing to do, and does no harm.
    assert succession(chief, deputy, again["id"]).json()["moved"] == 0


def test_nothing_is_handed_over_beyond_what_the_successor_could_give(
    house: House, context: Context, chief: Person
) -> None:
    post, leaving = appointed(house, chief, "hq-approver", "south")
    clerk = give(leaving, "south", "clerk", national_number="9990000000455")["id"]
    stranger, other = appointed(house, chief, "division-supervisor", "union")
    # A foreign branch's administrator could not have given it, and the one who leaves does not see them.
    assert succession(leaving, post, stranger).status_code == 404
    left = chief.get(f"{API}/{post}/succession?to={stranger}").json()
    assert (left["count"], [one["why"] for one in left["left"]]) == (0, ["beyond"])
    # Not one's own, not to oneself, not by somebody who has no power over it.
    assert succession(leaving, post, post).json()["type"] == "/problems/successor-is-oneself"
    body = {"to": stranger, "reason": "mine now"}
    refused = other.post(f"{API}/{post}/succession", body, If_Match='"1"')
    assert refused.status_code in (403, 404), refused.text
    # A suspended successor is none.
    deputy, _ = appointed(house, chief, "two-posts", "south")
    assert change(chief, deputy, "suspend").status_code == 200
    assert succession(leaving, post, deputy).json()["type"] == "/problems/successor-unfit"
    assert why(context, clerk) == "invited"


def test_nobody_hangs_what_they_gave_on_a_superior_who_did_not_ask_for_it(
    house: House, context: Context, chief: Person
) -> None:
    """A reader at the top sees the grant there; what the superior takes themselves goes over."""
    post, leaving = appointed(house, chief, "ended-grant", "north")
    give(chief, "root", "reader", account_id=context.store.grant(post).account_id)
    leaving.accept_all()
    reader = give(leaving, "union", "reader", national_number="9990000000554")["id"]
    (top,) = [one for one in chief.get("/api/identity/me").json()["grants"] if one["unit_id"] == "root"]
    shown = leaving.get(f"{API}/{post}/succession?to={top['id']}")
    assert (shown.status_code, shown.json()["type"]) == (403, "/problems/successor-above"), shown.text
    refused = succession(leaving, post, top["id"], grants=[reader])
    assert refused.json()["type"] == "/problems/successor-above", refused.text
    done = succession(chief, post, top["id"], grants=[reader])
    assert done.status_code == 200, done.text
    assert context.store.grant(reader).chain == (top["id"],)


def test_hundreds_go_over_in_steps(house: House, context: Context, chief: Person) -> None:
    post, _ = appointed(house, chief, "auditor", "north")
    new = next(
        one for one in context.store.grants_in("north") if one.status is Status.ACTIVE and one.id != post
    )
    old = context.store.grant(post)
    many = [
        replace(
            old,
            id=new_id(),
            role="reader",
            account_id=f"somebody {number}",
            chain=(*old.chain, old.id),
            version=0,
        )
        for number in range(250)
    ]
    context.store.add_grants(many)
    assert len(context.store.hanging_on(post)) == 250
    done = succession(chief, post, new.id)
    assert (done.status_code, done.json()["moved"]) == (200, 250), done.text
    assert context.store.hanging_on(post) == []
    assert operations.STEP < 250
