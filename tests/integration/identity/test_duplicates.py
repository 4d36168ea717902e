"""The same person through two providers: two accounts, noticed at both, joined only with proof from both."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from identity.domain.grants import Status
from identity.eid.client import SignedIn
from identity.eid.id_token import Person
from identity.operations import NoGrant, Outside, account_of, open_session, token_for_session
from identity.operations.joining import (
    JoinOtherPerson,
    JoinSameAccount,
    JoinStale,
    join,
    may_begin_joining,
)
from servicekit.events import AuditEntry
from servicekit.keys import KeyRing
from servicekit.refusals import SignInRequired
from servicekit.tokens import ACCESS_TOKEN, caller_of
from tests.people import Person as Visitor
from tests.people import citizens
from tests.processes import House
from tests.scene import accept_everything, first_people, identity_operations

NUMBER = citizens()["hq-organiser"]["national_number"]
ANOTHER_NUMBER = citizens()["hq-approver"]["national_number"]


@pytest.fixture
def outside(house: House) -> Iterator[Outside]:
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


def session_of(outside: Outside, person: Person) -> tuple[str, dict[str, Any]]:
    account = account_of(outside, person, "en")
    return open_session(outside, account, SignedIn(person, "t"), "practice", "device", ""), account


def second_account(outside: Outside) -> dict[str, Any]:
    with pytest.raises(NoGrant):  # it holds no grant, and gets none by being noticed
        account_of(outside, through("two"), "en")
    found = outside.store.account_by_login("https://two.example s")
    assert found is not None
    return found


def claims(house: House, token: str, audience: str) -> dict[str, Any]:
    return KeyRing(house.folder / "keys", audience).verify(token, "identity", ACCESS_TOKEN, audience)


def test_two_accounts_of_one_number_are_noticed_once_at_both_and_stay_two(outside: Outside) -> None:
    first = account_of(outside, through("one"), "en")
    second = second_account(outside)
    assert second_account(outside)["_id"] == second["_id"] != first["_id"]
    first = outside.store.accounts.get(first["_id"])
    assert (first["same_person"], second["same_person"]) == ([second["_id"]], [first["_id"]])
    for account_id in (first["_id"], second["_id"]):
        kept = outside.store.accounts.collection.find_one({"_id": account_id}) or {}
        noticed = [one for one in kept["_outbox"] if one.get("action") == "account.duplicate_noticed"]
        assert len(noticed) == 1


def test_a_token_names_the_persons_other_account_and_the_number_to_membership_only(
    house: House, outside: Outside
) -> None:
    secret, first = session_of(outside, through("one"))
    second = second_account(outside)
    for audience in ("congress", "membership"):
        token = token_for_session(outside, secret, audience)["access_token"]
        said = claims(house, token, audience)
        caller = caller_of(said, token)
        assert caller.accounts == (first["_id"], second["_id"])
        assert caller.number_index == (outside.member_index(NUMBER) if audience == "membership" else "")
        assert caller.session_ends is not None


def test_joined_accounts_are_one_grants_go_over_and_both_logins_open_it(outside: Outside) -> None:
    secret, first = session_of(outside, through("one"))
    second = second_account(outside)
    accept_everything(outside, first["_id"])
    held = outside.store.grants_of(first["_id"])[0]
    theirs = replace(held, id="theirs", unit_id="north", account_id=second["_id"])
    twice = replace(held, id="twice", account_id=second["_id"])
    # Given by the one account to the other, while nobody knew that they are one person.
    to_oneself = replace(theirs, id="to-oneself", role="reader", given_by=first["_id"])
    for grant in (theirs, twice, to_oneself):
        outside.store.add_grant(grant, (), ())
    assert may_begin_joining(outside, secret) == first["_id"]
    other_secret, _ = session_of(outside, through("two"))
    join(outside, first["_id"], secret, through("two"))

    assert outside.store.grant("theirs").account_id == first["_id"]
    assert outside.store.grant("twice").status is Status.REVOKED  # held already
    assert outside.store.grant("to-oneself").status is Status.REVOKED
    assert account_of(outside, through("two"), "en")["_id"] == first["_id"]
    assert account_of(outside, through("one"), "en")["_id"] == first["_id"]
    with pytest.raises(SignInRequired):
        token_for_session(outside, other_secret, "identity")
    now = outside.store.accounts.get(first["_id"])
    assert (now["joined"], now["same_person"]) == ([second["_id"]], [])
    kept = outside.store.accounts.collection.find_one({"_id": first["_id"]}) or {}
    told = [one["data"] for one in kept["_outbox"] if one.get("type") == "accounts.joined"]
    assert told == [{"account_id": first["_id"], "other": second["_id"]}]
    with pytest.raises(JoinSameAccount):
        join(outside, first["_id"], secret, through("two"))
    with pytest.raises(JoinSameAccount):
        join(outside, first["_id"], secret, through("one"))


def test_a_login_never_seen_before_joins_as_well(outside: Outside) -> None:
    secret, first = session_of(outside, through("one"))
    join(outside, first["_id"], secret, through("three"))
    assert account_of(outside, through("three"), "en")["_id"] == first["_id"]


def test_joining_needs_both_proofs_and_one_number(outside: Outside) -> None:
    secret, first = session_of(outside, through("one"))
    second = second_account(outside)
    for number in (ANOTHER_NUMBER, ""):
        with pytest.raises(JoinOtherPerson):
            join(outside, first["_id"], secret, through("four", number))
    with pytest.raises(JoinStale):  # the browser's session is gone, or is somebody else's
        join(outside, first["_id"], "", through("two"))
    with pytest.raises(JoinStale):
        join(outside, second["_id"], secret, through("two"))
    sessions = outside.store.sessions.collection
    sessions.update_many({}, {"$set": {"auth_time": datetime.now(UTC) - timedelta(seconds=301)}})
    with pytest.raises(JoinStale):
        may_begin_joining(outside, secret)
    outside.store.end_sessions(
        outside.store.sessions_of(first["_id"]), datetime.now(UTC), AuditEntry("session.ended")
    )
    with pytest.raises(JoinStale):
        may_begin_joining(outside, secret)
    assert outside.store.accounts.get(second["_id"])["closed"] is False


def test_a_person_joins_both_accounts_by_signing_in_with_each(house: House, outside: Outside) -> None:
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


def test_a_browser_without_a_session_cannot_begin_to_join(house: House, outside: Outside) -> None:
    for service in ("identity", "practice_eid", "gateway"):
        house.start_service(service)
    url = f"http://localhost:{house.ports['gateway']}/sign-in/start/practice?join=1"
    answer = requests.get(url, allow_redirects=False, timeout=15)
    assert "/sign-in/refused?why=join-stale&reference=" in answer.headers["Location"]
