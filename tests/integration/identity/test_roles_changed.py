"""Roles are changed by two at the top who are independent, within what they hold, and at once for everybody."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from identity import events
from identity.context import Context
from identity.domain.fallback import Scope
from identity.domain.grant_refusals import RoleUnknown
from identity.domain.grants import Status
from identity.domain.questions import AskerLostPower
from identity.domain.role_changes import (
    Act,
    MoreForMachine,
    MoreThanBothHold,
    RoleHeld,
    TooManyRoleChanges,
    Wanted,
)
from identity.domain.roles import Role, RoleSet, RoleTable
from identity.domain.together import NotAtTheTop
from identity.operations import (
    first_administrator,
    restore_roles,
    rights_of,
    role_versions,
    show_roles,
    what_would_allow,
)
from identity.operations import role_changes as operations
from identity.operations.keeping import tell_lapsed
from identity.operations.tokens import rights_by_code
from identity.store import Store
from servicekit.access.decision import Caller, Reach, SignInTooOld
from servicekit.ids import new_id
from servicekit.refusals import NotFound
from tests.integration.identity.test_offers import account_of, given, signed_in, until
from tests.people import Person, citizens
from tests.processes import House
from tests.scene import first_people, identity_operations

API = "/api/identity/role-changes"
NUMBERS = {key: one["national_number"] for key, one in citizens().items()}
BELOW, OWN = Reach.BELOW, Reach.OWN


@pytest.fixture(scope="module")
def context(house: House) -> Iterator[Context]:
    with identity_operations(house) as made:
        first_people(made)
        today = made.clock.today()
        first_administrator(
            made, "root", NUMBERS["hq-approver"], "HQ", today, today.replace(year=today.year + 1)
        )
        for service in ("identity", "practice_eid", "gateway"):
            house.start_service(service)
        yield made


@pytest.fixture(scope="module")
def chief(house: House, context: Context) -> Person:
    return signed_in(house, "hq-organiser")


@pytest.fixture(scope="module")
def second(house: House, context: Context) -> Person:
    return signed_in(house, "hq-approver")


@pytest.fixture(scope="module")
def deputy(house: House, context: Context, chief: Person, second: Person) -> Person:
    """Of the chief: an administrator at the top as well."""
    asked = given(chief, "root", "administrator", national_number=NUMBERS["hq-second"])
    confirmed(second, f"/api/identity/grants/{asked['id']}/confirm", asked["version"])
    return signed_in(house, "hq-second")


@pytest.fixture(scope="module")
def below(house: House, context: Context, chief: Person, second: Person) -> Person:
    """An administrator further down."""
    asked = given(chief, "north", "administrator", national_number=NUMBERS["district-secretary"])
    confirmed(second, f"/api/identity/grants/{asked['id']}/confirm", asked["version"])
    return signed_in(house, "district-secretary")


@pytest.fixture(autouse=True)
def as_the_file_says(context: Context) -> Iterator[None]:
    yield
    restore_roles(context, 0, "the next test")
    changes = context.store.database.mongo["role_changes"]
    changes.update_many({"state": "asked"}, {"$set": {"state": "withdrawn"}})


def confirmed(person: Person, path: str, version: int) -> dict[str, Any]:
    answer = person.post(path, If_Match=f'"{version}"')
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def as_it_is(person: Person, key: str) -> dict[str, Any]:
    (found,) = [one for one in person.get("/api/identity/roles").json()["items"] if one["key"] == key]
    return {name: found[name] for name in ("names", "strong", "deputies", "permissions")}


def may(permission: str, reach: str = "below", *, use: bool = True) -> dict[str, Any]:
    return {"permission": permission, "reach": reach, "use": use}


def with_more(person: Person, key: str, *parts: dict[str, Any]) -> dict[str, Any]:
    role = as_it_is(person, key)
    return {"act": "change", "key": key, "role": {**role, "permissions": [*role["permissions"], *parts]}}


def a_new_one(key: str, *parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    names = {"en": key, "bn": key, "vi": key}
    role = {"names": names, "strong": False, "deputies": True, "permissions": list(parts), **more}
    return {"act": "add", "key": key, "role": role}


def foreseen(person: Person, wanted: dict[str, Any]) -> dict[str, Any]:
    answer = person.post(f"{API}/preview", wanted)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def ask(person: Person, wanted: dict[str, Any], seen: int | None = None) -> Any:
    if seen is None:
        seen = foreseen(person, wanted)["seen"]
    return person.post(API, {**wanted, "seen": seen, "reason": "elections"})


def asked(person: Person, wanted: dict[str, Any]) -> dict[str, Any]:
    answer = ask(person, wanted)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def answer(person: Person, change: dict[str, Any], act: str, version: int | None = None) -> Any:
    return person.post(f"{API}/{change['id']}/{act}", If_Match=f'"{version or change["version"]}"')


def done(first: Person, other: Person, wanted: dict[str, Any]) -> dict[str, Any]:
    change = asked(first, wanted)
    return confirmed(other, f"{API}/{change['id']}/confirm", change["version"])


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition("/")[2]


def a_caller(context: Context, person: Person, **more: Any) -> Caller:
    account_id, now = account_of(person), context.clock.now()
    rights = rights_of(context, account_id)
    return replace(Caller(account_id, rights=rights, assurance=3, auth_time=now, name="N."), **more)


def entries(context: Context, action: str) -> list[dict[str, Any]]:
    kept = [
        *context.store.database.mongo["role_changes"].find({}),
        *context.store.database.mongo["role_sets"].find({}),
    ]
    return [one for document in kept for one in document.get("_outbox", []) if one.get("action") == action]


def test_two_at_the_top_change_what_a_role_gives_and_whoever_holds_it_has_it_at_once(
    house: House, context: Context, chief: Person, second: Person
) -> None:
    given(chief, "north", "reader", national_number=NUMBERS["union-clerk"])
    reader = signed_in(house, "union-clerk")
    given(chief, "south", "reader", national_number=NUMBERS["no-grant"])
    listed = "/api/identity/grants?unit_id=north"
    assert reader.get(listed).status_code == 403
    wanted = with_more(chief, "reader", may("access:read"))
    preview = foreseen(chief, wanted)
    assert preview["added"] == [may("access:read")]
    assert (preview["taken"], preview["stale"], preview["seconds"]) == ([], False, 1)
    # Who was only offered it is counted as well; one of them is a person that anybody knows.
    assert (preview["grants"], preview["people"]) == (2, 1)
    assert preview["by_level"] == [{"levels": ["l"], "grants": 2}]
    holders = chief.get("/api/identity/roles/reader/grants?limit=1").json()
    assert (holders["total"], [one["role"] for one in holders["items"]]) == (2, ["reader"])
    change = asked(chief, wanted)
    # Asked twice, it is one question; and nothing is done yet.
    assert asked(chief, wanted)["id"] == change["id"]
    assert reader.get(listed).status_code == 403
    (news,) = told(context, events.ROLE_CHANGE_ASKED)
    assert (news["unit_id"], news["asked_by"], news["change_id"]) == ("root", account_of(chief), change["id"])
    waiting = second.get(API).json()["items"]
    assert [(one["id"], one["own"], one["key"]) for one in waiting] == [(change["id"], False, "reader")]
    tasks = {one["key"]: one for one in second.get("/api/identity/tasks").json()["tasks"]}
    assert tasks["roles"]["count"] == 1
    assert "roles" not in {one["key"] for one in chief.get("/api/identity/tasks").json()["tasks"]}
    seen = second.get(f"{API}/{change['id']}").json()
    assert (seen["added"], seen["grants"], seen["reason"]) == ([may("access:read")], 2, "elections")
    confirmed(second, f"{API}/{change['id']}/confirm", change["version"])
    until(lambda: reader.get(listed).status_code == 200)
    # And taken away again, as soon.
    role = as_it_is(second, "reader")
    less = [one for one in role["permissions"] if one["permission"] != "access:read"]
    wanted = {"act": "change", "key": "reader", "role": {**role, "permissions": less}}
    assert foreseen(second, wanted)["taken"] == [may("access:read")]
    done(second, chief, wanted)
    until(lambda: reader.get(listed).status_code == 403)
    audited = [one["details"] for one in entries(context, "roles.changed")]
    assert [(one["role"], one["added"], one["taken"]) for one in audited] == [
        ("reader", "access:read below", ""),
        ("reader", "", "access:read below"),
    ]


def told(context: Context, kind: str) -> list[dict[str, Any]]:
    kept = context.store.database.mongo["role_changes"].find({})
    return [one["data"] for change in kept for one in change.get("_outbox", []) if one.get("type") == kind]


def test_whoever_asked_is_no_second_person_by_another_session_or_a_deputy(
    house: House, context: Context, chief: Person, second: Person, deputy: Person
) -> None:
    change = asked(chief, a_new_one("scribe", may("unit:read")))
    for person in (chief, signed_in(house, "hq-organiser")):
        assert problem(answer(person, change, "confirm")) == (409, "second-person-needed")
    assert problem(answer(deputy, change, "confirm")) == (409, "second-person-dependent")
    told_second, told_deputy = (
        {one["id"]: one["refusal"] for one in person.get(API).json()["items"]}[change["id"]]
        for person in (second, deputy)
    )
    assert told_second is None
    assert told_deputy["type"] == "/problems/second-person-dependent"
    assert deputy.get(f"{API}/{change['id']}").json()["refusal"] == told_deputy
    assert "roles" not in {one["key"] for one in deputy.get("/api/identity/tasks").json()["tasks"]}
    # Nor does a deputy stop what was asked.
    assert problem(answer(deputy, change, "withdraw")) == (409, "second-person-dependent")
    # What the deputy asks is no more the chief's to confirm; but theirs to stop.
    theirs = asked(deputy, a_new_one("copyist", may("unit:read")))
    assert problem(answer(chief, theirs, "confirm")) == (409, "second-person-dependent")
    assert answer(chief, theirs, "withdraw").json()["status"] == "withdrawn"
    assert answer(second, change, "confirm").json()["status"] == "done"
    assert problem(answer(second, change, "confirm", change["version"] + 1)) == (409, "not-proposed")


def test_nobody_further_down_sees_or_changes_roles(
    house: House, context: Context, chief: Person, below: Person
) -> None:
    change = asked(chief, a_new_one("bailiff", may("unit:read")))
    wanted = a_new_one("sheriff", may("unit:read"))
    refused = (403, "not-at-the-top")
    assert problem(below.post(f"{API}/preview", wanted)) == refused
    assert problem(ask(below, wanted, 0)) == refused
    for act in ("confirm", "withdraw"):
        assert problem(answer(below, change, act)) == refused
    for path in (API, f"{API}/{change['id']}", f"{API}/{new_id()}", "/api/identity/roles/reader/grants"):
        assert problem(below.get(path)) == refused


def test_what_was_not_looked_at_is_not_done(
    house: House, context: Context, chief: Person, second: Person
) -> None:
    first = asked(chief, with_more(chief, "reader", may("access:read")))
    other = asked(second, a_new_one("warden", may("unit:read")))
    assert problem(answer(second, first, "confirm", first["version"] + 1)) == (412, "stale")
    assert second.post(f"{API}/{first['id']}/confirm").status_code == 428
    assert answer(second, first, "confirm").status_code == 200
    # Roles are others now than when it was asked for, and shown so.
    assert chief.get(f"{API}/{other['id']}").json()["stale"] is True
    assert problem(answer(chief, other, "confirm")) == (409, "roles-changed-meanwhile")
    assert problem(ask(second, a_new_one("jailer", may("unit:read")), 0)) == (409, "roles-changed-meanwhile")


def test_of_two_at_once_one_is_done(house: House, context: Context, chief: Person, second: Person) -> None:
    before = context.store.roles.current().version
    first = asked(chief, a_new_one("porter", may("unit:read")))
    other = asked(second, a_new_one("usher", may("unit:read")))
    with ThreadPoolExecutor(4) as pool:
        answers = [
            pool.submit(answer, person, change, "confirm")
            for person, change in ((second, first), (chief, other), (second, first), (chief, other))
        ]
        codes = sorted(one.result().status_code for one in answers)
    assert codes[0] == 200
    assert set(codes[1:]) <= {409, 412}, codes
    own = context.store.roles.current()
    assert own.version == before + 1
    assert len({"porter", "usher"} & {one.key for one in own.roles if not one.withdrawn}) == 1


def test_neither_gives_more_to_themselves_nor_to_a_machine_nor_what_they_lack(
    house: House, context: Context, chief: Person, second: Person
) -> None:
    assert problem(ask(chief, with_more(chief, "administrator", may("congress:report")), 0)) in {
        (409, "more-for-oneself"),
        (409, "roles-changed-meanwhile"),
    }
    wanted = with_more(chief, "administrator", may("congress:report"))
    assert problem(chief.post(f"{API}/preview", wanted)) == (409, "more-for-oneself")
    # It holds of the second one, too: here they have been offered the role.
    change = asked(chief, with_more(chief, "reader", may("access:read")))
    offer = given(chief, "south", "reader", account_id=account_of(second))
    assert problem(answer(second, change, "confirm")) == (409, "more-for-oneself")
    revoked(chief, offer)
    caller = a_caller(context, chief)
    auditor = context.roles.roles["auditor"]
    more = replace(auditor, use={**auditor.use, "congress:remind": BELOW})
    a_machine_holds(context, "auditor")
    with pytest.raises(MoreForMachine):
        operations.foresee(context, caller, Wanted(Act.CHANGE, "auditor", more))
    # Of a house whose administrators hold less than the file of this one says.
    held = context.roles_file.roles["administrator"]
    less = replace(held, pass_on={p: r for p, r in held.pass_on.items() if p != "members:read"})
    poorer = RoleTable({**context.roles_file.roles, held.key: less}, context.roles_file.permissions)
    house_of_less = replace(context, roles_file=poorer)
    scribe = Role(
        "notary", {"en": "notary"}, strong=False, deputies=True, use={"members:read": OWN}, pass_on={}
    )
    with pytest.raises(MoreThanBothHold):
        operations.foresee(house_of_less, caller, Wanted(Act.ADD, "notary", scribe))
    operations.foresee(context, caller, Wanted(Act.ADD, "notary", scribe))


def revoked(person: Person, grant: dict[str, Any]) -> None:
    tag = f'"{grant["version"]}"'
    ended = person.post(f"/api/identity/grants/{grant['id']}/revoke", {"reason": "left"}, If_Match=tag)
    assert ended.status_code == 200, ended.text


def a_machine_holds(context: Context, role: str) -> None:
    machine = f"machine {new_id()}"
    account = {"_id": machine, "kind": "machine", "login": machine, "name": "M.", "closed": False}
    context.store.accounts.insert({**account, "unit_id": "south", "language": "en", "generation": 0})
    (grant,) = [one for one in context.store.grants_in("root") if one.account_id][:1]
    made = replace(
        grant,
        id=new_id(),
        unit_id="south",
        unit_path=("root", "south"),
        role=role,
        account_id=machine,
        national_index=None,
        national_core="",
    )
    context.store.add_grant(made, (), ())


def test_a_session_by_a_sealed_code_or_of_long_ago_changes_no_role(
    house: House, context: Context, chief: Person
) -> None:
    whole = a_caller(context, chief)
    scribe = Wanted(
        Act.ADD,
        "beadle",
        Role("beadle", {"en": "b"}, strong=False, deputies=True, use={"unit:read": OWN}, pass_on={}),
    )
    for scope in Scope:
        rights = rights_by_code(context, whole.rights, "root", (scope,))
        with pytest.raises(NotAtTheTop):
            operations.ask(context, replace(whole, rights=rights, fallback=True), scribe, 0, "x")
    now = context.store.roles.current().version
    old = replace(whole, auth_time=context.clock.now() - timedelta(hours=1))
    # It may look.
    operations.foresee(context, old, scribe)
    with pytest.raises(SignInTooOld):
        operations.ask(context, old, scribe, now, "x")
    for act in (operations.confirm, operations.withdraw):
        with pytest.raises(SignInTooOld):
            act(context, old, new_id(), 1)


def test_both_have_the_power_when_it_is_done(
    house: House, context: Context, chief: Person, second: Person, deputy: Person
) -> None:
    """Whoever asked has lost it meanwhile; the second has it only since."""
    change = asked(chief, a_new_one("curate", may("unit:read")))
    mine = [one for one in context.store.grants_of(account_of(chief)) if one.unit_id == "root"]
    for one in mine:
        context.store.save_grant(replace(one, status=Status.SUSPENDED), one.version)
    try:
        with pytest.raises(AskerLostPower):
            operations.confirm(context, a_caller(context, second), change["id"], change["version"])
    finally:
        for one in mine:
            context.store.save_grant(one, one.version + 1)
    late = [one for one in context.store.grants_of(account_of(second)) if one.unit_id == "root"]
    for one in late:
        context.store.save_grant(replace(one, accepted_at=context.clock.now()), one.version)
    assert problem(answer(second, change, "confirm")) == (409, "second-person-too-new")
    for one in late:
        context.store.save_grant(one, one.version + 1)
    assert answer(second, change, "confirm").status_code == 200


def test_a_role_is_withdrawn_when_nobody_holds_it_and_never_comes_back_by_its_key(
    house: House, context: Context, chief: Person, second: Person
) -> None:
    done(chief, second, a_new_one("verger", may("unit:read")))
    offer = given(chief, "south", "verger", national_number=NUMBERS["two-posts"])
    gone = {"act": "withdraw", "key": "verger"}
    assert problem(chief.post(f"{API}/preview", gone)) == (409, "role-held")
    revoked(chief, offer)
    done(second, chief, gone)
    shown = {one["key"]: one for one in chief.get("/api/identity/roles").json()["items"]}
    assert (shown["verger"]["withdrawn"], shown["verger"]["permissions"]) == (True, [])
    again = {"unit_id": "south", "role": "verger", "national_number": NUMBERS["two-posts"]}
    today = context.clock.today().isoformat()
    refused = chief.post("/api/identity/grants", {**again, "valid_from": today, "valid_to": today})
    assert problem(refused) == (422, "role-unknown")
    with pytest.raises(RoleUnknown):
        what_would_allow(context, a_caller(context, chief), "verger", "south")
    assert problem(chief.post(f"{API}/preview", a_new_one("verger", may("unit:read")))) == (
        409,
        "role-key-taken",
    )
    # What is written stays what it is.
    needed = chief.post(f"{API}/preview", {"act": "withdraw", "key": "administrator"})
    assert problem(needed) == (409, "role-needed")


def test_a_grant_that_was_given_while_its_role_was_withdrawn_gives_nothing(
    house: House, context: Context, chief: Person, second: Person
) -> None:
    done(chief, second, a_new_one("sexton", may("unit:read")))
    done(second, chief, {"act": "withdraw", "key": "sexton"})
    (grant,) = [one for one in context.store.grants_in("root") if one.account_id == account_of(chief)][:1]
    late = replace(grant, id=new_id(), role="sexton", account_id="somebody", national_index=None)
    context.store.add_grant(late, (), ())
    assert rights_of(context, "somebody") == ()


def test_a_token_is_made_of_the_roles_of_this_very_moment(
    house: House, context: Context, chief: Person
) -> None:
    """By what a process knew half a second ago it would live on for minutes, and no feed would end it."""
    assert context.roles.given("administrator") is not None
    file = context.roles_file.roles["administrator"]
    less = replace(file, use={p: r for p, r in file.use.items() if p != "audit:read"})
    own = context.store.roles.current()
    # As another process does it.
    elsewhere = Store(context.store.database).roles
    elsewhere.put(RoleSet((*own.roles, less), own.version + 1), own.version, new_id())
    held = {right.permission for right in rights_of(context, account_of(chief))}
    assert ("access:grant" in held, "audit:read" in held) == (True, False)
    # Everything else follows as soon as the half second is over.
    until(lambda: "audit:read" not in context.roles.roles["administrator"].use)


def test_the_operator_goes_back_to_an_earlier_set(
    house: House, context: Context, chief: Person, second: Person
) -> None:
    done(chief, second, a_new_one("almoner", may("unit:read")))
    kept = context.store.roles.current().version
    done(second, chief, with_more(second, "reader", may("access:read")))
    given(chief, "north", "reader", national_number=NUMBERS["upazila-clerk"])
    reader = signed_in(house, "upazila-clerk")
    listed = "/api/identity/grants?unit_id=north"
    assert reader.get(listed).status_code == 200
    assert role_versions(context)[0]["number"] == kept + 1
    back = restore_roles(context, kept, "by mistake")
    assert (back.version, back.changed, back.withdrawn) == (kept + 2, ("reader",), ())
    until(lambda: reader.get(listed).status_code == 403)
    assert not {one.key: one for one in show_roles(context)}["almoner"].withdrawn
    assert restore_roles(context, 0, "all of it").withdrawn == ("almoner",)
    (entry,) = entries(context, "roles.restored_by_operator")[-1:]
    assert (entry["details"]["to"], entry["details"]["reason"]) == (0, "all of it")
    with pytest.raises(NotFound):
        restore_roles(context, 999, "x")


def test_no_administrator_is_lost_by_going_back(
    house: House, context: Context, chief: Person, second: Person
) -> None:
    parts = [may(one) for one in ("unit:read", "access:read", "access:grant")]
    done(chief, second, a_new_one("warder", *parts, strong=True))
    offer = given(chief, "south", "warder", national_number=NUMBERS["division-supervisor"])
    with pytest.raises(RoleHeld):
        restore_roles(context, 0, "x")
    grant = context.store.grant(offer["id"])
    context.store.save_grant(replace(grant, status=Status.REVOKED), grant.version)
    restore_roles(context, 0, "x")


def test_one_asks_for_so_many_and_what_nobody_answers_lapses(
    house: House, context: Context, chief: Person
) -> None:
    caller = a_caller(context, chief)
    seen = context.store.roles.current().version
    for number in range(5):
        key = f"page-{number}"
        role = Role(key, {"en": key}, strong=False, deputies=True, use={"unit:read": OWN}, pass_on={})
        operations.ask(context, caller, Wanted(Act.ADD, key, role), seen, "x")
    other = Role("page-5", {"en": "p"}, strong=False, deputies=True, use={"unit:read": OWN}, pass_on={})
    with pytest.raises(TooManyRoleChanges):
        operations.ask(context, caller, Wanted(Act.ADD, "page-5", other), seen, "x")
    changes = context.store.database.mongo["role_changes"]
    long_ago = context.clock.now() - timedelta(hours=73)
    changes.update_many({"state": "asked"}, {"$set": {"asked_at": long_ago}})
    assert chief.get(API).json()["items"] == []
    assert tell_lapsed(context) == 5
    assert tell_lapsed(context) == 0
    assert context.store.roles.asked() == []
    assert len(entries(context, "role_change.lapsed")) == 5
    # There is room again.
    operations.ask(context, caller, Wanted(Act.ADD, "page-5", other), seen, "x")
