"""Acts on a person need to stand above all that they hold: power over one small grant is none over the person."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from identity import events
from identity.context import Context, hashed
from identity.domain.accounts import Account
from identity.domain.officials import Official
from identity.operations import (
    end_sessions_by_operator,
    end_sessions_of,
    first_administrator,
    rights_of,
    token_for_session,
)
from identity.operations.fallback import CodeUnknown, EidAnswersAgain, enter_by_code
from identity.operations.outages import after_outage, eids_of
from identity.operations.sessions import open_fallback_session
from servicekit.access.decision import Caller, SignInTooOld
from servicekit.access.tokens import caller_of
from servicekit.refusals import NotFound, SignInRequired
from tests.integration.identity.test_offers import account_of, answered, given, signed_in, until
from tests.people import Person, citizens
from tests.processes import House
from tests.scene import first_people, identity_operations

OFFICIALS, CODES = "/api/identity/fallback/officials", "/api/identity/fallback/codes"
# What an administrator may use of all they hold, when they come in by a code.
HELD = {"unit:read", "congress:read", "fallback:switch"}
JOINT = "/api/identity/joint-acts"
NUMBERS = {key: one["national_number"] for key, one in citizens().items()}


@pytest.fixture(scope="module")
def context(house: House) -> Iterator[Context]:
    with identity_operations(house) as made:
        first_people(made)
        today = made.clock.today()
        end = today.replace(year=today.year + 1)
        first_administrator(made, "root", NUMBERS["hq-approver"], "HQ", today, end)
        for service in ("identity", "practice_eid", "gateway"):
            house.start_service(service)
        yield made


@pytest.fixture
def chief(house: House, context: Context) -> Person:
    return signed_in(house, "hq-organiser")


@pytest.fixture
def below(house: House, context: Context, chief: Person) -> Person:
    """An administrator of a unit further down."""
    person = signed_in(house, "district-secretary")
    if person.get("/api/identity/me").status_code != 200:
        by_both(chief, signed_in(house, "hq-approver"), "north", "district-secretary")
        person.sign_in()
    return person


def by_both(first: Person, second: Person, unit: str, key: str) -> None:
    """An administrator, whom the two at the top make together."""
    asked = given(first, unit, "administrator", national_number=NUMBERS[key])
    assert asked["status"] == "proposed"
    done = second.post(f"/api/identity/grants/{asked['id']}/confirm", If_Match=f'"{asked["version"]}"')
    assert done.status_code == 200, done.text


def told(context: Context, kind: str) -> list[dict[str, Any]]:
    mongo = context.store.database.mongo
    return [
        one["data"]
        for name in ("accounts", "fallback_officials", "fallback_sign_ins", "joint_acts")
        for document in mongo[name].find({})
        for one in document.get("_outbox", [])
        if one.get("type") == kind
    ]


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"]


def test_a_small_grant_given_to_headquarters_is_no_power_over_headquarters(
    house: House, context: Context, chief: Person, below: Person
) -> None:
    victim = account_of(chief)
    official = {"account_id": victim, "unit_id": "north"}
    offer = given(below, "north", "clerk", account_id=victim)
    # Offered: it counts for nothing, so that the person is not even there.
    assert problem(below.post(OFFICIALS, official)) == (404, "/problems/not-found")
    end = f"/api/identity/accounts/{victim}/end-sessions"
    assert problem(below.post(end)) == (404, "/problems/not-found")
    # Accepted: they are there, and stand above.
    assert answered(chief, offer, "accept").status_code == 200
    assert problem(below.post(OFFICIALS, official)) == (403, "/problems/not-above-person")
    assert problem(below.post(end)) == (403, "/problems/not-above-person")
    for act in ("end-sessions", "name-official", "remove-official"):
        asked = below.post(JOINT, {"act": act, "account_id": victim, "unit_id": "north", "reason": "x"})
        assert problem(asked) == (403, "/problems/not-at-the-top")
    assert chief.get("/api/identity/me").status_code == 200
    # What they have power over is the grant, and that they suspend, felt at once.
    seen = below.get(f"/api/identity/grants/{offer['id']}").json()
    gone = below.post(
        f"/api/identity/grants/{offer['id']}/suspend",
        {"reason": "lost phone"},
        If_Match=f'"{seen["version"]}"',
    )
    assert gone.status_code == 200, gone.text
    until(lambda: "north" not in {r["unit_id"] for r in chief.get("/api/identity/me").json()["rights"]})
    # Suspended it counts for nothing again: it is no way to learn who is there, either.
    assert problem(below.post(end)) == (404, "/problems/not-found")


def test_a_grant_that_was_once_given_and_has_ended_is_no_power_over_the_person(
    house: House, context: Context, chief: Person, below: Person
) -> None:
    given(chief, "south", "clerk", national_number=NUMBERS["union-clerk"])
    person = signed_in(house, "union-clerk")
    offer = given(below, "north", "reader", account_id=account_of(person))
    assert answered(person, offer, "accept").status_code == 200
    seen = below.get(f"/api/identity/grants/{offer['id']}").json()
    gone = below.post(
        f"/api/identity/grants/{offer['id']}/revoke", {"reason": "left"}, If_Match=f'"{seen["version"]}"'
    )
    assert gone.status_code == 200
    end = f"/api/identity/accounts/{account_of(person)}/end-sessions"
    assert problem(below.post(end)) == (404, "/problems/not-found")
    # Whoever stands above all of it does end them; the person and whoever stands above are told.
    assert chief.post(end).status_code == 204
    until(lambda: person.get("/api/identity/me").status_code == 401)
    (news,) = [one for one in told(context, events.SESSIONS_ENDED) if one["unit_id"] == "root"][-1:]
    assert news["asked_by"] == account_of(chief)


def test_posts_in_two_branches_are_two_superiors(
    house: House, context: Context, chief: Person, below: Person
) -> None:
    given(chief, "south", "clerk", national_number=NUMBERS["two-posts"])
    person = signed_in(house, "two-posts")
    offer = given(below, "north", "administrator", account_id=account_of(person))
    assert answered(person, offer, "accept").status_code == 200
    end = f"/api/identity/accounts/{account_of(person)}/end-sessions"
    assert problem(below.post(end)) == (403, "/problems/not-above-person")


def test_two_of_the_top_act_together_where_nobody_stands_above(
    house: House, context: Context, chief: Person
) -> None:
    second = signed_in(house, "hq-approver")
    # A deputy whom the first one has made is no second will; one of the operator's making is.
    by_both(chief, second, "root", "division-supervisor")
    deputy = signed_in(house, "division-supervisor")
    given(chief, "root", "approver", national_number=NUMBERS["auditor"])
    person = signed_in(house, "auditor")
    about = {"act": "end-sessions", "account_id": account_of(person), "reason": "lost phone"}
    assert problem(chief.post(f"/api/identity/accounts/{account_of(person)}/end-sessions"))[0] == 403
    asked = chief.post(JOINT, about)
    assert asked.status_code == 201, asked.text
    again = chief.post(JOINT, about)
    assert again.json()["id"] == asked.json()["id"]
    path, tag = f"{JOINT}/{asked.json()['id']}/confirm", asked.headers["ETag"]
    for hand, kind in ((chief, "second-person-needed"), (deputy, "second-person-dependent")):
        assert problem(hand.post(path, If_Match=tag)) == (409, f"/problems/{kind}")
    assert [(one["id"], one["refusal"]) for one in second.get(JOINT).json()["items"]] == [
        (asked.json()["id"], None)
    ]
    (unasked,) = deputy.get(JOINT).json()["items"]
    assert unasked["refusal"]["type"] == "/problems/second-person-dependent"
    assert second.post(path).status_code == 428
    assert second.post(path, If_Match=tag).json()["status"] == "done"
    until(lambda: person.get("/api/identity/me").status_code == 401)
    assert second.post(path, If_Match=tag).status_code == 412
    assert second.get(JOINT).json()["items"] == []
    alone = chief.post(JOINT, {**about, "account_id": account_of(signed_in(house, "two-posts"))})
    assert problem(alone) == (409, "/problems/alone-is-enough")
    # Whom it is about, at the top too, neither hears of it before it is done nor stops it, nor do their deputies.
    other = second.post(JOINT, {**about, "account_id": account_of(chief)})
    assert chief.get(JOINT).json()["items"] == []
    away, now = f"{JOINT}/{other.json()['id']}/withdraw", other.headers["ETag"]
    assert problem(chief.post(away, If_Match=now)) == (404, "/problems/not-found")
    assert problem(deputy.post(away, If_Match=now)) == (409, "/problems/second-person-dependent")
    taken_back = second.post(f"{JOINT}/{other.json()['id']}/withdraw", If_Match=other.headers["ETag"])
    assert taken_back.json()["status"] == "withdrawn"
    assert chief.get("/api/identity/me").status_code == 200


def test_the_operator_ends_sessions_where_nobody_else_can(
    house: House, context: Context, chief: Person
) -> None:
    assert end_sessions_by_operator(context, account_of(chief), "lost phone") >= 1
    until(lambda: chief.get("/api/identity/me").status_code == 401)
    with pytest.raises(NotFound):
        end_sessions_by_operator(context, "nobody", "x")


def test_codes_are_drawn_by_their_owner_alone_just_after_a_sign_in_with_the_eid(
    house: House, context: Context, chief: Person, below: Person
) -> None:
    given(chief, "south", "clerk", national_number=NUMBERS["upazila-clerk"])
    clerk = signed_in(house, "upazila-clerk")
    assert problem(clerk.post(CODES, {"unit_id": "south"})) == (409, "/problems/not-named")
    named = chief.post(OFFICIALS, {"account_id": account_of(clerk), "unit_id": "south"})
    assert (named.status_code, "codes" in named.json(), named.json()["codes_left"]) == (201, False, 0)
    assert told(context, events.OFFICIAL_NAMED)[-1]["account_id"] == account_of(clerk)
    assert problem(chief.post(CODES, {"unit_id": "south"})) == (409, "/problems/not-named")
    assert clerk.get("/api/identity/me").json()["offices"][0]["codes_left"] == 0
    context.store.sessions.collection.update_many(
        {"account_id": account_of(clerk)},
        {"$set": {"auth_time": context.clock.now() - timedelta(seconds=301)}},
    )
    context.store.raise_generations([account_of(clerk)], context.clock.now())
    too_old = "/problems/sign-in-too-old"
    until(lambda: clerk.post(CODES, {"unit_id": "south"}).json().get("type") == too_old)
    clerk.sign_in()
    drawn = clerk.post(CODES, {"unit_id": "south"})
    assert (drawn.status_code, len(set(drawn.json()["codes"]))) == (201, 5)
    assert told(context, events.CODES_DRAWN)[-1]["account_id"] == account_of(clerk)
    listed = chief.get(f"{OFFICIALS}?unit_id=south").text
    assert not any(code in listed for code in drawn.json()["codes"])
    page = chief.get(f"{OFFICIALS}?unit_id=root&limit=1").json()
    assert (len(page["items"]), page["total"] >= 1) == (1, True)
    # Named again by anybody, they stay the owner's; drawn again, the earlier ones are over.
    assert (
        chief.post(OFFICIALS, {"account_id": account_of(clerk), "unit_id": "south"}).json()["codes_left"] == 5
    )
    with pytest.raises(EidAnswersAgain):
        enter_by_code(context, drawn.json()["codes"][0], "device")
    assert clerk.post(CODES, {"unit_id": "south"}).status_code == 201
    with pytest.raises(CodeUnknown):
        enter_by_code(context, drawn.json()["codes"][0], "device")


def test_codes_of_earlier_days_were_shown_to_others_and_open_nothing(context: Context) -> None:
    code = "AAAA-BBBB-CCCC-DDDD"
    context.store.add_account(Account(id="p", login="elsewhere p", name="P."))
    official = Official("p south", "p", "south", ("root", "south"), context.clock.now(), "q", "Q.")
    context.store.fallback.put_official(official, [], [])
    about = {"official": "p south", "account_id": "p"}
    context.store.database.mongo["fallback_codes"].insert_one({"_id": context.fallback_index(code), **about})
    with pytest.raises(CodeUnknown):
        enter_by_code(context, code, "device")
    assert context.store.fallback.codes_left(["p south"]) == {}


def test_nobody_names_themselves_while_somebody_stands_above_them(chief: Person, below: Person) -> None:
    own = {"account_id": account_of(below), "unit_id": "north"}
    assert problem(below.post(OFFICIALS, own)) == (409, "/problems/has-superior")
    # At the very top there is nobody to ask.
    assert chief.post(OFFICIALS, {"account_id": account_of(chief), "unit_id": "root"}).status_code == 201


def by_code(context: Context, account_id: str, unit_id: str) -> str:
    end = context.clock.now() + timedelta(hours=2)
    return open_fallback_session(context, account_id, unit_id, "report", end, "w", "device")


def test_a_session_by_code_is_confined_to_its_unit(house: House, context: Context, chief: Person) -> None:
    """Never the sum of all that the person holds, and nothing below the unit."""
    account = account_of(chief)
    assert len(rights_of(context, account)) >= 10
    for unit_id, permissions in (("root", HELD), ("north", set()), ("", set())):
        token = token_for_session(context, by_code(context, account, unit_id), "identity")
        assert set(token.permissions) == permissions
        claims = context.keys.verify(token.access_token, "identity", "at+jwt", "identity")
        reaches = {(right.unit_id, str(right.reach)) for right in caller_of(claims, "").rights}
        assert reaches == ({(unit_id, "own")} if permissions else set())


def test_a_session_by_code_ends_ten_minutes_after_the_eid_answers_again(
    house: House, context: Context, chief: Person
) -> None:
    secret = by_code(context, account_of(chief), "root")

    def known() -> Any:
        found = context.store.session(hashed(secret))
        assert found is not None
        return found

    def looked() -> bool:
        after_outage(context, known())
        return bool(known().until < context.clock.now() + timedelta(minutes=11))

    # It was found not to answer, and does again.
    for client in context.providers.values():
        client.metadata.answered(well=False)
    until(looked)
    first = known().until
    assert context.clock.now() + timedelta(minutes=9) < first
    # Ten minutes from when it was last silent, which is before it was heard again: never later than promised.
    heard = min(client.metadata.heard_at() or 0.0 for client in context.providers.values())
    assert first.timestamp() <= heard + 600
    assert after_outage(context, known()).until == first  # it does not move any more
    token_for_session(context, secret, "identity")
    gone = context.clock.now() - timedelta(seconds=1)
    context.store.end_fallback_session_by(hashed(secret), gone)
    with pytest.raises(SignInRequired):
        token_for_session(context, secret, "identity")


def test_a_code_bridges_the_silence_of_all_eids_of_the_person_and_no_other(
    context: Context, chief: Person
) -> None:
    account = context.store.get_account(account_of(chief))
    (client,) = eids_of(context, account)
    # By another of their accounts they sign in through an eID that is known here no more.
    alias = Account(id="alias", login="https://gone.example s", joined=(account.id,))
    assert eids_of(context, alias) == [client]
    assert eids_of(context, replace(alias, joined=())) == []
    # With none that could be silent there is no outage: no way in, and none of those inside stays.
    without = replace(context, providers={})
    secret = by_code(context, account.id, "root")
    with pytest.raises(SignInRequired):
        token_for_session(without, secret, "identity")
    with pytest.raises(SignInRequired):
        token_for_session(context, secret, "identity")
    official = Official("x root", account.id, "root", ("root",), context.clock.now())
    official = context.store.fallback.put_official(official, (), ())
    context.store.fallback.put_codes(official, [context.fallback_index("CODE")], (), ())
    with pytest.raises(EidAnswersAgain):
        enter_by_code(without, "CODE", "device")


def test_a_look_that_comes_late_lets_nobody_on_for_longer(context: Context, chief: Person) -> None:
    """Nobody asked for a token for minutes while the eID was back: the end counts from when it was last silent."""
    secret = by_code(context, account_of(chief), "root")
    silent = context.clock.now() - timedelta(minutes=7)
    mongo = context.store.sessions.collection
    mongo.update_one({"_id": hashed(secret)}, {"$set": {"created_at": silent - timedelta(minutes=20)}})
    context.store.note_silent(hashed(secret), silent)
    for client in context.providers.values():
        assert client.answers()
    known = context.store.session(hashed(secret))
    assert known is not None
    ends = after_outage(context, known).until
    assert ends is not None
    assert abs(ends - silent - timedelta(minutes=10)) < timedelta(seconds=1)
    # Silent for longer than that: over with the next look.
    context.store.note_silent(hashed(secret), context.clock.now() - timedelta(minutes=11))
    with pytest.raises(SignInRequired):
        token_for_session(context, secret, "identity")


def test_while_the_eid_is_silent_a_session_by_code_goes_on_and_remembers_it(
    house: House, context: Context, chief: Person
) -> None:
    account = account_of(chief)
    house.processes["practice_eid"].stop()
    try:
        for client in context.providers.values():
            client.metadata.answered(well=False)  # as its other endpoints show: it is asked anew
        until(lambda: not any(client.answers() for client in context.providers.values()))
        secret = by_code(context, account, "root")
        before = {"created_at": context.clock.now() - timedelta(minutes=30)}
        context.store.sessions.collection.update_one({"_id": hashed(secret)}, {"$set": before})
        known = context.store.session(hashed(secret))
        assert known is not None
        after = after_outage(context, known)
        assert (after.until, after.silent_at is not None) == (known.until, True)
        stored = context.store.session(hashed(secret))
        assert stored is not None
        assert stored.silent_at is not None
    finally:
        house.start_service("practice_eid")
    until(lambda: all(client.answers() for client in context.providers.values()))


def test_an_old_sign_in_ends_nobodys_sessions(house: House, context: Context, chief: Person) -> None:
    person = account_of(signed_in(house, "two-posts"))
    account = account_of(chief)
    rights = rights_of(context, account)
    old = Caller(account, rights=rights, assurance=3, auth_time=context.clock.now() - timedelta(minutes=6))
    with pytest.raises(SignInTooOld):
        end_sessions_of(context, old, person)
    end_sessions_of(context, replace(old, auth_time=context.clock.now()), person)
