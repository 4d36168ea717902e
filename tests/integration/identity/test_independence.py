"""Whoever hands a deputy over does not make a second person of them who owes nothing."""

from collections.abc import Iterator

import pytest

from identity.context import Context
from identity.migrations import owe_as_before
from identity.operations import rights_of
from servicekit.audit.chain import chain_of
from tests.integration.identity.test_bans import API, account_of, give, number_of, signed_in
from tests.integration.identity.test_succession import appointed, succession
from tests.people import Person
from tests.processes import House
from tests.scene import first_people, identity_operations

DEPENDENT = (409, "/problems/second-person-dependent")


@pytest.fixture(scope="module")
def context(house: House) -> Iterator[Context]:
    with identity_operations(house) as made:
        first_people(made)
        for service in ("identity", "practice_eid", "gateway"):
            house.start_service(service)
        yield made


def confirmed_by(asking: Person, person: Person, grant_id: str) -> tuple[int, str]:
    """What comes of it when the one asks for a removal and the other confirms; asked once."""
    seen = asking.get(f"{API}/{grant_id}")
    if seen.json()["removal"] is None:
        asked = asking.post(
            f"{API}/{grant_id}/propose-removal", {"reason": "rivalry"}, If_Match=seen.headers["ETag"]
        )
        assert asked.status_code == 200, asked.text
    tag = asking.get(f"{API}/{grant_id}").headers["ETag"]
    answer = person.post(f"{API}/{grant_id}/confirm-removal", If_Match=tag)
    return answer.status_code, answer.json()["type"]


def test_of_a_superiors_grant_one_learns_that_it_is_there_and_of_ones_own_removal_nothing(
    house: House, context: Context
) -> None:
    chief = signed_in(house, "hq-organiser")
    post, above = appointed(house, chief, "hq-second", "south")
    peer, other = appointed(house, chief, "two-posts", "south")
    clerks, clerk = appointed(house, above, "auditor", "south", "clerk")
    seen = above.get(f"{API}/{peer}")
    asked = above.post(f"{API}/{peer}/propose-removal", {"reason": "bribes"}, If_Match=seen.headers["ETag"])
    assert asked.json()["removal"]["reason"] == "bribes", asked.text
    # A subordinate sees who stands above, and nothing of what is between those.
    among = clerk.get("/api/identity/who-sees-me").json()["items"]
    chain = clerk.get("/api/identity/why?permission=congress:report&unit_id=south").json()["chain"]
    for one in (*among, *chain):
        if one["id"] == clerks:
            continue
        assert (one["reason"], one["removal"], one["recertify_by"]) == ("", None, None), one
        assert one["holder"]["name"]
    assert {peer, post} <= {one["id"] for one in among}
    # Nor does whom it is about see who asks for it; whoever may decide does.
    mine = {one["id"]: one for one in other.get("/api/identity/me").json()["grants"]}
    listed = {one["id"]: one for one in other.get(f"{API}?unit_id=south").json()["items"]}
    for one in (mine[peer], listed[peer], other.get(f"{API}/{peer}").json()):
        assert one["removal"] is None
    assert chief.get(f"{API}/{peer}").json()["removal"]["reason"] == "bribes"


def test_a_deputy_handed_over_to_a_peer_owes_whoever_made_them_as_before(
    house: House, context: Context
) -> None:
    chief = signed_in(house, "hq-organiser")
    _, alone = appointed(house, chief, "district-secretary", "north")
    deputys, deputy = appointed(house, alone, "upazila-clerk", "north")
    theirs, third = appointed(house, deputy, "union-clerk", "north")
    peers, _ = appointed(house, chief, "division-supervisor", "north")
    post = context.store.grant(deputys).chain[-1]
    done = succession(alone, post, peers, grants=[deputys])
    assert done.status_code == 200, done.text
    assert done.json()["moved"] == 2
    assert context.store.grant(theirs).chain == (*context.store.grant(peers).chain, peers, deputys)
    # Also whom the deputy appoints only now; the token says the same to the other services.
    later = give(deputy, "north", "reader", national_number=number_of("two-posts"))["id"]
    for person in (deputy, third):
        assert confirmed_by(alone, person, peers) == DEPENDENT
        rights = rights_of(context, account_of(person))
        assert all(account_of(alone) in right.owed_to for right in rights)
    assert account_of(alone) in context.store.grant(later).owed_to
    # Before that was written down, the audit knew it.
    grants = context.store.database.mongo["grants"]
    grants.update_many({"_id": {"$in": [deputys, theirs]}}, {"$unset": {"owed_to": ""}})
    for number, grant_id in enumerate((deputys, theirs)):
        entry = {
            "_id": f"adopted {number}",
            "at": context.clock.now(),
            "action": "grant.adopted",
            "seq": -number,
        }
        more = {"record_id": grant_id, "outcome": "done", "details": {"of": post, "to": peers}}
        chain_of(context.store.database).entries.insert_one({**entry, **more})
    for _ in range(2):
        owe_as_before(context.store.database)
    assert confirmed_by(alone, third, peers) == DEPENDENT
