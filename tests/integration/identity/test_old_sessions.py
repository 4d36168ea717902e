"""In one browser there is one session: whoever comes in, by the eID or by a code, ends the one that was there."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from identity.context import Context, hashed
from identity.domain.sessions import AT_ONCE, MOST_OPEN
from identity.migrations import close_what_ran_out
from identity.operations import end_sessions_by_operator, token_for_session
from identity.operations.fallback import CodeUnknown, enter_by_code
from identity.operations.sessions import new_session
from servicekit.refusals import SignInRequired
from tests.integration.identity.test_fallback import named, provider, until
from tests.integration.identity.test_offers import signed_in
from tests.people import Person, a_period, citizens
from tests.processes import House
from tests.scene import first_people, identity_operations


@pytest.fixture(scope="module")
def context(house: House) -> Iterator[Context]:
    with identity_operations(house) as made:
        first_people(made)
        for service in ("identity", "practice_eid", "gateway"):
            house.start_service(service)
        chief = signed_in(house, "hq-organiser")
        for key in ("upazila-clerk", "union-clerk"):
            number = citizens()[key]["national_number"]
            wanted = {"unit_id": "north", "role": "clerk", "national_number": number, **a_period()}
            assert chief.post("/api/identity/grants", wanted).status_code == 201
        yield made


def secret_of(person: Person) -> str:
    return next(str(one.value) for one in person.http.cookies if one.name == "session")


def lives(context: Context, secret: str) -> bool:
    try:
        token_for_session(context, secret, "identity")
    except SignInRequired:
        return False
    return True


def replaced(context: Context, secret: str) -> bool:
    kept = context.store.sessions.collection.find_one({"_id": hashed(secret)}) or {}
    return any(one.get("action") == "session.replaced" for one in kept.get("_outbox", []))


def test_a_callback_ends_the_session_that_was_in_that_browser_and_no_other(
    house: House, context: Context
) -> None:
    clerk, elsewhere = signed_in(house, "upazila-clerk"), signed_in(house, "upazila-clerk")
    first, other = secret_of(clerk), secret_of(elsewhere)
    # Somebody else signs in with the same browser.
    visitor = Person(house, "union-clerk", clerk.http)
    visitor.sign_in()
    second = secret_of(visitor)
    assert second != first
    assert [lives(context, one) for one in (first, second, other)] == [False, True, True]
    assert [replaced(context, one) for one in (first, second, other)] == [True, False, False]
    # The same person once more: a step-up makes a new session as well.
    visitor.sign_in()
    assert [lives(context, one) for one in (second, secret_of(visitor))] == [False, True]


def test_a_callback_that_is_refused_leaves_the_session_that_was_there(house: House, context: Context) -> None:
    clerk = signed_in(house, "upazila-clerk")
    before = secret_of(clerk)
    stranger = Person(house, "no-grant", clerk.http)
    assert "no-grant" in stranger.sign_in(accept=False).url
    assert secret_of(clerk) == before
    assert lives(context, before)


@pytest.mark.parametrize("cookie", ["", "nonsense", "\u09e7" * 40])
def test_a_cookie_that_is_no_session_is_no_hindrance(house: House, context: Context, cookie: str) -> None:
    clerk = Person(house, "upazila-clerk")
    if cookie.isascii():
        clerk.http.cookies.set("session", cookie, domain="localhost.local", path="/")
    clerk.sign_in()
    assert clerk.get("/api/identity/me").status_code == 200


def test_a_code_ends_the_session_that_was_in_that_browser(house: House, context: Context) -> None:
    chief, clerk, other = (signed_in(house, key) for key in ("hq-organiser", "upazila-clerk", "union-clerk"))
    codes = named(clerk, "north", chief)
    asked = {"unit_id": "north", "hours": 1, "reason": "outage"}
    house.processes["practice_eid"].stop()
    try:
        until(lambda: not provider(house)["up"])
        until(lambda: not any(client.answers() for client in context.providers.values()))
        window = chief.post("/api/identity/fallback/windows", asked)
        assert window.status_code == 201, window.text
        mongo = context.store.database.mongo["fallback_windows"]
        opened = {"until": context.clock.now().replace(year=context.clock.now().year + 1)}
        mongo.update_one({"_id": window.json()["id"]}, {"$set": opened})
        theirs = secret_of(other)
        with pytest.raises(CodeUnknown):
            enter_by_code(context, "AAAA-AAAA-AAAA-AAAA", "a shared desk", theirs)
        assert lives(context, theirs)  # a wrong code throws out nobody
        secret = enter_by_code(context, codes[0], "a shared desk", theirs)
        assert [lives(context, one) for one in (theirs, secret)] == [False, True]
        assert replaced(context, theirs)
        # Ended before, it is not ended twice.
        again = enter_by_code(context, codes[1], "a shared desk", theirs)
        assert [lives(context, one) for one in (secret, again)] == [True, True]
    finally:
        house.start_service("practice_eid")
    until(lambda: provider(house)["up"])


def test_however_often_somebody_signs_in_they_are_signed_out_everywhere(
    house: House, context: Context
) -> None:
    """By whichever of their accounts; and what was left open before there was a bound is no hindrance."""
    person = signed_in(house, "union-clerk")
    account = str(person.get("/api/identity/me").json()["account_id"])
    store = context.store
    for _ in range(MOST_OPEN + 5):
        newest = new_session(context, account, "machine", 2, "device")
    assert len(store.sessions_of(account)) == MOST_OPEN
    assert lives(context, newest)
    assert not lives(context, secret_of(person))
    sample = store.sessions.get(hashed(newest))
    before = context.clock.now() - timedelta(days=3)
    sessions = store.sessions.collection
    sessions.insert_many([{**sample, "_id": f"old {number}", "created_at": before} for number in range(30)])
    close_what_ran_out(store.database)
    assert len(store.sessions_of(account)) == MOST_OPEN
    many = 3 * AT_ONCE
    sessions.insert_many([{**sample, "_id": f"more {number}"} for number in range(many)])
    other = {"_id": "other", "login": "elsewhere other", "joined_to": account, "closed": True, "version": 1}
    store.accounts.collection.insert_one(other)
    store.accounts.collection.update_one({"_id": account}, {"$set": {"joined": ["other"]}})
    theirs = new_session(context, "other", "practice", 2, "device")
    assert end_sessions_by_operator(context, account, "lost phone") == MOST_OPEN + many + 1
    assert [store.sessions_of(one) for one in (account, "other")] == [[], []]
    assert not lives(context, theirs)
