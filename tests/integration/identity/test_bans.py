"""What a superior suspends or ends stays so for the person, the role and the unit, whichever way round is tried."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from identity import operations
from identity.context import Context
from identity.domain.grants import Status
from identity.migrations import bar_what_superiors_ended
from identity.operations.bans import hold_back
from servicekit.audit.chain import chain_of
from tests.people import Person, a_period, citizens
from tests.processes import House
from tests.scene import UNITS, first_people, identity_operations, tell_units

BELOW = [
    {**UNITS[1], "id": "union", "code": "union", "parent_id": "north", "path": ["root", "north", "union"]},
    {
        **UNITS[1],
        "id": "cell",
        "code": "cell",
        "parent_id": "union",
        "path": ["root", "north", "union", "cell"],
    },
]
API = "/api/identity/grants"


@pytest.fixture(scope="module")
def context(house: House) -> Iterator[Context]:
    with identity_operations(house) as made:
        first_people(made)
        tell_units(made, BELOW)
        for service in ("identity", "practice_eid", "gateway"):
            house.start_service(service)
        yield made


def signed_in(house: House, key: str) -> Person:
    person = Person(house, key)
    person.sign_in()
    return person


def number_of(key: str) -> str:
    return str(citizens()[key]["national_number"])


def account_of(person: Person) -> str:
    return str(person.get("/api/identity/me").json()["account_id"])


def give(giver: Person, unit: str, role: str, status: int = 201, **holder: Any) -> dict[str, Any]:
    answer = giver.post(API, {"unit_id": unit, "role": role, "even_if_invited": True, **a_period(), **holder})
    assert answer.status_code == status, answer.text
    return dict(answer.json())


def change(person: Person, grant: str, act: str) -> Any:
    tag = person.get(f"{API}/{grant}").headers["ETag"]
    return person.post(f"{API}/{grant}/{act}", {"reason": "a reason"}, If_Match=tag)


@pytest.fixture(scope="module")
def chief(house: House, context: Context) -> Person:
    return signed_in(house, "hq-organiser")


@pytest.fixture(scope="module")
def district(house: House, chief: Person) -> Person:
    give(chief, "north", "administrator", national_number=number_of("district-secretary"))
    return signed_in(house, "district-secretary")


def tries(district: Person, key: str, account: str, unit: str) -> list[tuple[int, str]]:
    """Every detour that a subordinate has, by number, by account, with another end."""
    sooner = (date.fromisoformat(str(a_period()["valid_to"])) - timedelta(days=1)).isoformat()
    asked: list[dict[str, Any]] = [
        {"national_number": number_of(key)},
        {"account_id": account},
        {"account_id": account, "valid_to": sooner},
        {"national_number": number_of(key), "valid_to": sooner},
    ]
    answers = [
        district.post(API, {"unit_id": unit, "role": "clerk", **a_period(), **holder}) for holder in asked
    ]
    return [(one.status_code, one.json()["type"]) for one in answers]


BARRED = (409, "/problems/barred")


@pytest.mark.parametrize(("act", "key"), [("suspend", "union-clerk"), ("revoke", "upazila-clerk")])
def test_no_detour_of_a_subordinate_undoes_it(
    house: House, context: Context, chief: Person, district: Person, act: str, key: str
) -> None:
    given = give(district, "union", "clerk", national_number=number_of(key))
    person = signed_in(house, key)
    account = account_of(person)
    assert change(chief, given["id"], act).status_code == 200
    for unit in ("union", "cell"):
        assert set(tries(district, key, account, unit)) == {BARRED}
    # To end what is suspended and give it anew is no way round either.
    change(district, given["id"], "revoke")
    assert set(tries(district, key, account, "union")) == {BARRED}
    # A code names nobody; whoever is barred cannot accept what it opens.
    code = give(district, "cell", "clerk", by_code=True)["code"]
    person.sign_in(code=code, accept=False)
    offers = person.get("/api/identity/offers").json().get("items", [])
    for one in offers:
        refused = person.post(f"/api/identity/offers/{one['id']}/accept", If_Match=f'"{one["version"]}"')
        assert (refused.status_code, refused.json()["type"]) == BARRED
    held = context.store.grants_of(account)
    assert not [one for one in held if one.role == "clerk" and one.status is Status.ACTIVE]
    # Elsewhere and in another role the person may be given access.
    give(district, "union", "reader", account_id=account)
    # A subordinate does not lift it, the superior does.
    above = change(district, given["id"], "lift-ban")
    assert above.json()["type"] in ("/problems/suspended-above", "/problems/not-barred")
    lifted = change(chief, given["id"], "lift-ban")
    assert (lifted.status_code, lifted.json()["barred"]) == (200, False), lifted.text
    give(district, "union", "clerk", account_id=account)


def test_a_ban_on_a_number_holds_when_its_person_comes(
    house: House, context: Context, chief: Person, district: Person
) -> None:
    number = number_of("two-posts")
    given = give(district, "union", "clerk", national_number=number)
    earlier = give(district, "cell", "clerk", national_number=number)
    assert change(chief, given["id"], "suspend").status_code == 200
    give(district, "union", "reader", national_number=number)
    person = signed_in_without_accepting(house, "two-posts")
    waiting = {one["id"]: one for one in person.get("/api/identity/offers").json()["items"]}
    assert given["id"] not in waiting
    tag = f'"{waiting[earlier["id"]]["version"]}"'
    refused = person.post(f"/api/identity/offers/{earlier['id']}/accept", If_Match=tag)
    assert (refused.status_code, refused.json()["type"]) == BARRED


def signed_in_without_accepting(house: House, key: str) -> Person:
    person = Person(house, key)
    person.sign_in(accept=False)
    return person


@pytest.mark.parametrize(("act", "key"), [("suspend", "ended-grant"), ("revoke", "hq-second")])
def test_what_is_over_by_its_date_keeps_no_superior_from_the_person(
    house: House, context: Context, chief: Person, district: Person, act: str, key: str
) -> None:
    """A grant of a day, of the same role further down, that was left to lapse."""
    given = give(district, "union", "clerk", national_number=number_of(key))
    lapsed = give(district, "cell", "clerk", national_number=number_of(key))
    signed_in(house, key)
    yesterday = context.clock.today() - timedelta(days=1)
    before = context.store.grant(lapsed["id"])
    over = context.store.save_grant(replace(before, valid_to=yesterday), before.version)
    assert over.status is Status.ACTIVE
    done = change(chief, given["id"], act)
    assert done.status_code == 200, done.text
    assert context.store.grant(lapsed["id"]) == over


def test_what_the_person_holds_of_the_role_below_goes_with_it(
    house: House, context: Context, chief: Person, district: Person
) -> None:
    number = number_of("auditor")
    here = give(district, "union", "clerk", national_number=number)
    below = give(district, "cell", "clerk", national_number=number)
    own = give(chief, "south", "clerk", national_number=number)
    signed_in(house, "auditor")
    assert change(chief, here["id"], "suspend").status_code == 200
    states = {one: context.store.grant(one).status for one in (here["id"], below["id"], own["id"])}
    assert list(states.values()) == [Status.SUSPENDED, Status.SUSPENDED, Status.ACTIVE]
    assert change(district, below["id"], "resume").json()["type"] == "/problems/suspended-above"


def test_one_place_is_held_once_and_its_end_is_changed(
    house: House, context: Context, chief: Person, district: Person
) -> None:
    number = number_of("division-supervisor")
    given = give(district, "union", "reader", national_number=number)
    person = signed_in(house, "division-supervisor")
    account = account_of(person)
    sooner = (date.fromisoformat(str(a_period()["valid_to"])) - timedelta(days=30)).isoformat()
    twice = district.post(
        API, {"unit_id": "union", "role": "reader", **a_period(), "account_id": account, "valid_to": sooner}
    )
    assert (twice.status_code, twice.json()["type"]) == (409, "/problems/given-already")
    address = f"{API}/{given['id']}/period"
    shown = district.get(f"{address}?valid_to={sooner}")
    assert (shown.status_code, shown.json()["following"]) == (200, 0), shown.text
    tag = district.get(f"{API}/{given['id']}").headers["ETag"]
    body = {"valid_to": sooner, "reason": "a shorter post"}
    changed = district.send("PUT", address, body, If_Match=tag)
    assert (changed.status_code, changed.json()["valid_to"]) == (200, sooner), changed.text
    assert district.send("PUT", address, body, If_Match=tag).status_code == 412
    # The superior takes it over, with their own grant behind it.
    tag = chief.get(f"{API}/{given['id']}").headers["ETag"]
    taking: dict[str, Any] = {**body, "take_over": True}
    taken = chief.send("PUT", address, taking, If_Match=tag)
    assert taken.status_code == 200, taken.text
    assert len(context.store.grant(given["id"]).chain) == 1
    refused = district.send("PUT", address, taking, If_Match=taken.headers["ETag"])
    assert refused.status_code == 409
    approved = partial(operations.rights_of, context, account)
    assert {right.permission for right in approved()} >= {"unit:read"}


def told_of(context: Context, grant_id: str) -> list[tuple[str, str | None, str | None]]:
    """The events in a grant's outbox: what, to whom, why."""
    kept = context.store.grants.collection.find_one({"_id": grant_id}) or {}
    return [
        (one["type"], one["data"].get("account_id"), one["data"].get("why"))
        for one in kept.get("_outbox", [])
        if one["kind"] == "event"
    ]


def test_what_was_suspended_with_it_comes_back_by_the_superiors_choice(
    house: House, context: Context, chief: Person, district: Person
) -> None:
    number = number_of("auditor")
    union = give(district, "union", "approver", national_number=number)
    cell = give(district, "cell", "approver", national_number=number)
    other = give(district, "cell", "reader", national_number=number)
    person = signed_in(house, "auditor")
    ours = {union["id"], cell["id"], other["id"]}
    before = person.get("/api/identity/me").json()["grants"]
    assert {one["status"] for one in before if one["id"] in ours} == {"active"}
    assert change(chief, union["id"], "suspend").status_code == 200
    assert context.store.grant(cell["id"]).status is Status.SUSPENDED
    preview = f"{API}/{union['id']}/resumption-preview"
    assert [one["id"] for one in chief.get(preview).json()["grants"]] == [cell["id"]]
    assert district.get(preview).json()["grants"] == []  # not theirs to put in force again

    def resume(*also: str) -> Any:
        tag = chief.get(f"{API}/{union['id']}").headers["ETag"]
        body = {"reason": "over", "also": list(also)}
        return chief.post(f"{API}/{union['id']}/resume", body, If_Match=tag)

    # What was not suspended with it, or is somebody else's, does not come by this way; and then nothing does.
    for foreign in (other["id"], "nothing"):
        assert resume(foreign).status_code == 404
    assert context.store.grant(union["id"]).status is Status.SUSPENDED
    assert resume().json()["status"] == "active"
    assert context.store.grant(cell["id"]).status is Status.SUSPENDED
    change(chief, union["id"], "suspend")
    assert resume(cell["id"]).json()["status"] == "active"
    assert context.store.grant(cell["id"]).status is Status.ACTIVE
    assert ("grant.given", account_of(person), "resumed") in told_of(context, cell["id"])


def test_a_superiors_grant_that_takes_a_place_is_told_before_and_afterwards(
    house: House, context: Context, chief: Person, district: Person
) -> None:
    given = give(district, "cell", "approver", national_number=number_of("hq-approver"))
    person = signed_in(house, "hq-approver")
    higher = give(chief, "cell", "approver", account_id=account_of(person))
    (offer,) = person.get("/api/identity/offers").json()["items"]
    (place,) = offer["takes_place_of"]
    assert (place["given_by_name"], place["hanging"]) == (given["given_by"]["name"], 0)
    accept = f"/api/identity/offers/{higher['id']}/accept"
    assert person.post(accept, If_Match=f'"{offer["version"]}"').status_code == 200
    assert context.store.grant(given["id"]).ended_reason == "replaced"
    assert told_of(context, given["id"])[-2:] == [
        ("grant.ended", account_of(person), "replaced"),
        ("grant.displaced", account_of(district), "replaced"),
    ]


def test_what_goes_past_a_ban_is_held_back_and_its_giver_is_told(
    house: House, context: Context, chief: Person, district: Person
) -> None:
    """As when two accounts turn out to be one person's."""
    barred = give(chief, "union", "approver", national_number=number_of("no-grant"))
    person = signed_in(house, "no-grant")
    given = give(district, "cell", "approver", account_id=account_of(person))
    assert person.accept_all() == [given["id"]]
    stored = context.store.grant(barred["id"])
    suspended = replace(stored, status=Status.SUSPENDED, suspended_from=("root",))
    context.store.save_grant(suspended, stored.version)
    account = context.store.get_account(account_of(person))
    assert context.store.database.in_transaction(lambda: hold_back(context, account)) == 1
    assert context.store.grant(given["id"]).status is Status.SUSPENDED
    assert told_of(context, given["id"])[-2:] == [
        ("grant.ended", account.id, "held-back"),
        ("grant.displaced", account_of(district), "held-back"),
    ]


def test_what_was_suspended_meanwhile_is_not_resumed_past_it(
    house: House, context: Context, chief: Person, district: Person
) -> None:
    """As when the ban turns out to be the same person's, by an account of which nobody knew when this was suspended."""
    store, version = context.store, {"version": 1, "generation": 0, "closed": False, "national_index": None}
    for account, same in (("barred-one", []), ("same-one", ["barred-one"])):
        about = {"_id": account, "login": account, "name": "Sample", "same_person": same, **version}
        store.accounts.collection.insert_one(about)
    given = store.grant(give(district, "union", "reader", account_id="same-one")["id"])
    post = replace(
        given,
        status=Status.SUSPENDED,
        suspended_from=("root", "north"),
        accepted_at=context.clock.now(),
    )
    store.save_grant(post, given.version)
    ban = replace(
        post,
        id="a-ban-from-above",
        unit_id="north",
        unit_path=("root", "north"),
        account_id="barred-one",
        status=Status.REVOKED,
        barred_from=("root",),
    )
    store.add_grant(ban, (), ())
    refused = change(district, post.id, "resume")
    assert (refused.status_code, refused.json()["type"]) == BARRED
    assert store.grant(post.id).status is Status.SUSPENDED
    assert change(chief, post.id, "resume").status_code == 200


def test_an_invitation_of_ones_own_number_is_ones_own(chief: Person, district: Person) -> None:
    """Before its person has come: nobody keeps, lengthens or revives what is meant for themselves."""
    given = give(district, "cell", "reader", national_number=number_of("hq-organiser"))
    own = (409, "/problems/own-grant")
    for act in ("suspend", "revoke"):
        refused = change(chief, given["id"], act)
        assert (refused.status_code, refused.json()["type"]) == own
    for act, method, body in (
        ("recertify", "POST", None),
        ("period", "PUT", {"valid_to": a_period(1, 200)["valid_to"], "reason": "longer"}),
    ):
        tag = chief.get(f"{API}/{given['id']}").headers["ETag"]
        refused = chief.send(method, f"{API}/{given['id']}/{act}", body, If_Match=tag)
        assert (refused.status_code, refused.json()["type"]) == own
    assert change(district, given["id"], "revoke").status_code == 200


def test_what_a_superior_ended_before_bans_were_written_down_becomes_one(
    house: House, context: Context, chief: Person, district: Person
) -> None:
    """The audit says who did it; what its holder gave up, or what was lifted since, stays none."""
    database = context.store.database
    ids = {
        how: give(district, "cell", "clerk", national_number=number)["id"]
        for how, number in (
            ("above", "9990000000158"),
            ("giver", "9990000000257"),
            ("lifted", "9990000000356"),
        )
    }
    grants, entries = database.mongo["grants"], chain_of(database).entries
    for how, grant_id in ids.items():
        ended = {"status": "revoked", "account_id": "somebody", "barred_from": None, "barred_from_path": None}
        grants.update_one({"_id": grant_id}, {"$set": ended})
        by = account_of(district) if how == "giver" else account_of(chief)
        acts = ["grant.revoked", *(["grant.ban_lifted"] if how == "lifted" else [])]
        for act in acts:
            entry = {"_id": f"{how} {act}", "at": context.clock.now(), "actor": by, "action": act}
            entries.insert_one({**entry, "seq": -len(how + act), "record_id": grant_id, "outcome": "done"})
    for _ in range(2):
        bar_what_superiors_ended(database)
    bars = {how: context.store.grant(grant_id).barred_from for how, grant_id in ids.items()}
    assert bars == {"above": ("root",), "giver": ("root", "north"), "lifted": None}
