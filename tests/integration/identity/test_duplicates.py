"""The same person through two providers: two accounts, noticed at both, joined only with proof from both."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from identity.context import Context
from identity.domain.accounts import Account
from identity.domain.contact import EMAIL, PHONE
from identity.domain.grants import Status, why_not
from identity.eid.attempt import SignedIn
from identity.eid.id_token import Person
from identity.migrations import lead_joined_to_the_end
from identity.operations import NoGrant, account_of, open_session, token_for_session
from identity.operations.joining import (
    JoinOtherPerson,
    JoinSameAccount,
    JoinStale,
    join,
    may_begin_joining,
)
from identity.operations.offices import released
from identity.operations.sign_in_refusals import AccountClosed
from servicekit.access.keys import KeyRing
from servicekit.access.tokens import ACCESS_TOKEN, caller_of
from servicekit.data.events import AuditEntry
from servicekit.refusals import SignInRequired
from tests.people import Person as Visitor
from tests.people import citizens
from tests.processes import House
from tests.scene import accept_everything, first_people, identity_operations

NUMBER = citizens()["hq-organiser"]["national_number"]
ANOTHER_NUMBER = citizens()["hq-approver"]["national_number"]


@pytest.fixture
def context(house: House) -> Iterator[Context]:
    house.prefix += "j"  # a database of this test's own
    with identity_operations(house) as made:
        first_people(made)
        yield made


def through(issuer: str, number: str = NUMBER) -> Person:
    return Person(
        issuer=f"https://{issuer}.example",
        subject="s",
        level=2,
        auth_time=datetime.now(UTC),
        national_number=number,
        name="Sample",
        email="",
    )


def session_of(context: Context, person: Person) -> tuple[str, Account]:
    account = account_of(context, person, "en")
    return open_session(context, account, SignedIn(person, "t"), "practice", "device", ""), account


def second_account(context: Context) -> Account:
    with pytest.raises(NoGrant):  # it holds no grant, and gets none by being noticed
        account_of(context, through("two"), "en")
    return known_by(context, "https://two.example s")


def known_by(context: Context, login: str) -> Account:
    found = context.store.account_by_login(login)
    assert found is not None
    return found


def claims(house: House, token: str, audience: str) -> dict[str, Any]:
    return KeyRing(house.folder / "keys", audience).verify(token, "identity", ACCESS_TOKEN, audience)


def test_two_accounts_of_one_number_are_noticed_once_at_both_and_stay_two(context: Context) -> None:
    first = account_of(context, through("one"), "en")
    second = second_account(context)
    assert second_account(context).id == second.id != first.id
    first = context.store.get_account(first.id)
    assert (first.same_person, second.same_person) == ((second.id,), (first.id,))
    for account_id in (first.id, second.id):
        kept = context.store.accounts.collection.find_one({"_id": account_id}) or {}
        noticed = [one for one in kept["_outbox"] if one.get("action") == "account.duplicate_noticed"]
        assert len(noticed) == 1


def test_a_token_names_the_persons_other_account_and_the_number_to_membership_only(
    house: House, context: Context
) -> None:
    secret, first = session_of(context, through("one"))
    second = second_account(context)
    for audience in ("congress", "membership"):
        token = token_for_session(context, secret, audience).access_token
        said = claims(house, token, audience)
        caller = caller_of(said, token)
        assert caller.accounts == (first.id, second.id)
        assert caller.number_index == (context.member_index(NUMBER) if audience == "membership" else "")
        assert caller.session_ends is not None


def test_saving_an_account_takes_back_nothing_that_is_counted_beside_it(context: Context) -> None:
    """Whoever looked at it before its tokens ended would make them good again."""
    seen = account_of(context, through("one"), "en")
    work = context.store.database.in_transaction
    work(lambda: context.store.raise_generations([seen.id], context.clock.now()))
    context.store.save_account(replace(seen, name="Other"), seen.version)
    kept = context.store.get_account(seen.id)
    assert (kept.name, kept.generation) == ("Other", seen.generation + 1)


def test_joined_accounts_are_one_grants_go_over_and_both_logins_open_it(context: Context) -> None:
    secret, first = session_of(context, through("one"))
    second = second_account(context)
    accept_everything(context, first.id)
    held = context.store.grants_of(first.id)[0]
    theirs = replace(held, id="theirs", unit_id="north", account_id=second.id)
    twice = replace(held, id="twice", account_id=second.id)
    # Given by the one account to the other, while nobody knew that they are one person.
    to_oneself = replace(theirs, id="to-oneself", role="reader", given_by=first.id)
    for grant in (theirs, twice, to_oneself):
        context.store.add_grant(grant, (), ())
    assert may_begin_joining(context, secret) == first.id
    other_secret, _ = session_of(context, through("two"))
    numbers = {"first": {PHONE: "+1"}, "second": {PHONE: "+2", EMAIL: "two@office.example"}}
    for account, said in ((first, numbers["first"]), (second, numbers["second"])):
        sealed = {kind: context.cipher.encrypt(text) for kind, text in said.items()}
        stored = context.store.get_account(account.id)
        context.store.save_account(replace(stored, released=sealed), stored.version)
    join(context, first.id, secret, through("two"))

    # What the person released for either goes on being theirs to withdraw, and lies nowhere else.
    shown = [released(context, context.store.get_account(one.id)) for one in (first, second)]
    assert shown == [{PHONE: "+1", EMAIL: "two@office.example"}, {PHONE: "", EMAIL: ""}]
    assert context.store.grant("theirs").account_id == first.id
    assert context.store.grant("twice").status is Status.REVOKED  # held already
    assert context.store.grant("to-oneself").status is Status.REVOKED
    assert account_of(context, through("two"), "en").id == first.id
    assert account_of(context, through("one"), "en").id == first.id
    with pytest.raises(SignInRequired):
        token_for_session(context, other_secret, "identity")
    now = context.store.get_account(first.id)
    assert (now.joined, now.same_person) == ((second.id,), ())
    kept = context.store.accounts.collection.find_one({"_id": first.id}) or {}
    told = [one["data"] for one in kept["_outbox"] if one.get("type") == "accounts.joined"]
    assert told == [{"account_id": first.id, "other": second.id}]
    with pytest.raises(JoinSameAccount):
        join(context, first.id, secret, through("two"))
    with pytest.raises(JoinSameAccount):
        join(context, first.id, secret, through("one"))


def test_of_two_grants_of_one_place_the_one_in_force_stays_and_what_hangs_on_either_lives(
    context: Context,
) -> None:
    secret, first = session_of(context, through("one"))
    second = second_account(context)
    accept_everything(context, first.id)
    root = context.store.grants_of(first.id)[0]
    here: dict[str, Any] = {
        "unit_id": "north",
        "unit_path": ("root", "north"),
        "accepted_at": root.given_at,
        "code_index": None,
    }
    north = replace(root, **here, given_by="x", chain=(root.id,), national_index=None)
    # In north the account that closes holds it in force; the one that stays by somebody who was revoked.
    gone = replace(root, id="gone", account_id="gone", national_index=None, status=Status.REVOKED)
    dead = replace(north, id="dead", chain=("gone",))
    alive = replace(north, id="alive", account_id=second.id)
    hung = [
        replace(
            north,
            id=f"on {one.id}",
            account_id=f"clerk of {one.id}",
            role="reader",
            chain=(*one.chain, one.id),
        )
        for one in (dead, alive)
    ]
    for grant in (gone, dead, alive, *hung):
        context.store.add_grant(grant, (), ())
    join(context, first.id, secret, through("two"))
    stays = context.store.grant("alive")
    assert (stays.account_id, stays.status) == (first.id, Status.ACTIVE)
    assert context.store.grant("dead").status is Status.REVOKED
    for one in hung:
        now = context.store.grant(one.id)
        assert now.parent_id == "alive"
        assert why_not(now, context.store.with_chains([now]), context.clock.today()) is None


def test_joined_once_more_every_login_opens_the_account_that_stays(context: Context) -> None:
    """The third into the first, then the first into the second: and no invitation is swallowed on the way."""
    secret, first = session_of(context, through("one"))
    accept_everything(context, first.id)
    held = context.store.grants_of(first.id)[0]
    join(context, first.id, secret, through("three"))
    second = second_account(context)
    theirs = replace(held, id="theirs", unit_id="north", unit_path=("root", "north"), account_id=second.id)
    context.store.add_grant(theirs, (), ())
    other_secret, _ = session_of(context, through("two"))
    join(context, second.id, other_secret, through("one"))
    assert {account_of(context, through(one), "en").id for one in ("one", "two", "three")} == {second.id}
    # As it stood before: the third led to the first, which is closed, and an offer had got there.
    accounts = context.store.accounts.collection
    third = known_by(context, "https://three.example s")
    accounts.update_one({"_id": third.id}, {"$set": {"joined_to": first.id}})
    offered = replace(theirs, id="offered", role="reader", status=Status.OFFERED, accepted_at=None)
    context.store.add_grant(replace(offered, account_id=first.id), (), ())
    assert account_of(context, through("three"), "en").id == second.id
    for _ in range(2):
        lead_joined_to_the_end(context.store.database)
    assert context.store.get_account(third.id).joined_to == second.id
    assert context.store.grant("offered").account_id == second.id
    # What is closed for another reason gets no offer either.
    accounts.update_one({"_id": second.id}, {"$set": {"closed": True}})
    number = replace(offered, id="by-number", role="auditor", status=Status.INVITED, account_id=None)
    index = second.national_index
    context.store.add_grant(replace(number, national_index=index, national_core=""), (), ())
    with pytest.raises(AccountClosed):
        account_of(context, through("two"), "en")
    assert context.store.grant("by-number").account_id is None


def test_what_another_account_of_the_person_gave_is_not_handed_over(context: Context) -> None:
    """Three accounts of one number, and the third gave a grant to the second before anybody knew."""
    secret, first = session_of(context, through("one"))
    accept_everything(context, first.id)
    second = second_account(context)
    with pytest.raises(NoGrant):
        account_of(context, through("three"), "en")
    third = known_by(context, "https://three.example s")
    held = context.store.grants_of(first.id)[0]
    given = replace(held, id="given", role="reader", account_id=second.id, given_by=third.id)
    context.store.add_grant(given, (), ())
    join(context, first.id, secret, through("two"))
    assert context.store.grant("given").status is Status.REVOKED


def test_a_login_never_seen_before_joins_as_well(context: Context) -> None:
    secret, first = session_of(context, through("one"))
    join(context, first.id, secret, through("three"))
    assert account_of(context, through("three"), "en").id == first.id


def test_joining_needs_both_proofs_and_one_number(context: Context) -> None:
    secret, first = session_of(context, through("one"))
    second = second_account(context)
    for number in (ANOTHER_NUMBER, ""):
        with pytest.raises(JoinOtherPerson):
            join(context, first.id, secret, through("four", number))
    with pytest.raises(JoinStale):  # the browser's session is gone, or is somebody else's
        join(context, first.id, "", through("two"))
    with pytest.raises(JoinStale):
        join(context, second.id, secret, through("two"))
    sessions = context.store.sessions.collection
    sessions.update_many({}, {"$set": {"auth_time": datetime.now(UTC) - timedelta(seconds=301)}})
    with pytest.raises(JoinStale):
        may_begin_joining(context, secret)
    context.store.end_sessions(
        context.store.sessions_of(first.id), datetime.now(UTC), AuditEntry("session.ended")
    )
    with pytest.raises(JoinStale):
        may_begin_joining(context, secret)
    assert context.store.get_account(second.id).closed is False


def test_a_person_joins_both_accounts_by_signing_in_with_each(house: House, context: Context) -> None:
    """Through the gateway, with two eIDs that run."""
    house.start_second_eid("second")
    try:
        for service in ("identity", "practice_eid", "gateway"):
            house.start_service(service)
        person, elsewhere = Visitor(house, "hq-organiser"), Visitor(house, "hq-organiser")
        person.sign_in()
        first = person.get("/api/identity/me").json()
        # The other account is noticed, and opens nothing.
        assert "why=no-grant" in elsewhere.sign_in(provider="second").url
        assert elsewhere.get("/api/identity/me").status_code == 401
        assert person.get("/api/identity/me").json()["same_person"] == 1
        # Another person's second account is not joined to this one.
        stranger = Visitor(house, "hq-approver", person.http)
        assert "why=join-other-person" in stranger.sign_in(provider="second", join="1").url
        assert person.sign_in(provider="second", join="1").url.endswith("?joined=1")
        assert person.get("/api/identity/me").json()["account_id"] == first["account_id"]
        elsewhere.sign_in(provider="second")
        now = elsewhere.get("/api/identity/me").json()
        assert (now["account_id"], now["same_person"]) == (first["account_id"], 0)
        assert [grant["role"] for grant in now["grants"]] == ["administrator"]
    finally:
        house.stop()
        house.processes.clear()
        for name in [one for one in house.extra if one.startswith("EID_")]:
            del house.extra[name]


def test_a_browser_without_a_session_cannot_begin_to_join(house: House, context: Context) -> None:
    for service in ("identity", "practice_eid", "gateway"):
        house.start_service(service)
    door = f"http://localhost:{house.ports['gateway']}"

    def begin(**headers: str) -> requests.Response:
        return requests.get(
            f"{door}/sign-in/join/practice", headers=headers, allow_redirects=False, timeout=15
        )

    answer = begin(Referer=f"{door}/account")
    assert "/sign-in/refused?why=join-stale&reference=" in answer.headers["Location"]
    # Nor does another site's link begin it, nor one whose site does not say where it stands.
    for elsewhere in ({"Referer": "https://evil.example/"}, {"Origin": "null"}, {}):
        assert begin(**elsewhere).json()["type"] == "/problems/from-another-site"
