"""What identity keeps, to the letter: other versions of the service read it so, and so do its questions."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import bson
import pytest
from bson.binary import Binary

from identity.domain.accounts import Account, Machine
from identity.domain.attempts import Draft, Farewell, KeptAttempt
from identity.domain.fallback import Answer, SignInByCode, Window
from identity.domain.grants import Extension, Grant, Removal, Status
from identity.domain.officials import Official, SealedCode
from identity.domain.role_changes import Act as RoleAct
from identity.domain.role_changes import RoleChange
from identity.domain.roles import Role, RoleSet
from identity.domain.sessions import Session
from identity.domain.succession import Handover
from identity.domain.succession import State as HandoverState
from identity.domain.together import Act, JointAct
from identity.domain.together import State as JointState
from identity.store import attempts, fallback, handovers, joint_acts, roles, sessions
from identity.store.documents import (
    account_document,
    account_of,
    grant_document,
    grant_of,
    session_document,
    session_of,
)
from servicekit.access.decision import Reach

AT, LATER = datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 3, 4, 12, tzinfo=UTC)
READ = bson.CodecOptions[dict[str, Any]](tz_aware=True, tzinfo=UTC)


def midnight(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def through_the_database(document: dict[str, Any]) -> dict[str, Any]:
    return bson.decode(bson.encode(document), READ)


SPARSE = Grant("g", "u", ("r", "u"), "reader", date(2026, 1, 1), date(2026, 12, 31), Status.INVITED)
SPARSE_DOCUMENT: dict[str, Any] = {
    "_id": "g",
    "unit_id": "u",
    "unit_path": ["r", "u"],
    "role": "reader",
    "valid_from": midnight(2026, 1, 1),
    "valid_to": midnight(2026, 12, 31),
    "status": "invited",
    "account_id": None,
    "national_index": None,
    "label": "",
    "chain": [],
    "given_by": "",
    "given_by_name": "",
    "given_at": midnight(1970, 1, 1),
    "reason": "",
    "ended_reason": "",
    "confirm_until": None,
    "recertify_by": None,
    "removal": None,
    "mandate": "",
    "handover_days": 30,
    "code_index": None,
    "confirmed_by": "",
    "invited_until": None,
    "suspended_from": None,
    "suspended_from_path": None,
    "unit_ended": None,
    "barred_from": None,
    "barred_from_path": None,
    "accepted_at": None,
    "national_core": "",
    "national_namespace": "",
    "number_end": None,
    "handed_to": "",
    "owed_to": [],
    "barred_by": "",
    "extension": None,
    "extends": False,
}
FULL = Grant(
    *("g", "u", ("r", "u"), "administrator", date(2026, 1, 1), date(2026, 12, 31), Status.SUSPENDED),
    account_id="anna",
    national_index="digest",
    label="Anna",
    chain=("h", "i"),
    given_by="boris",
    given_by_name="Boris",
    given_at=AT,
    reason="elected",
    ended_reason="lost phone",
    confirm_until=LATER,
    recertify_by=date(2026, 11, 1),
    removal=Removal("clara", "Clara", "left", LATER),
    mandate="c1",
    handover_days=10,
    code_index="code",
    confirmed_by="dora",
    invited_until=date(2026, 2, 1),
    suspended_from=("r",),
    barred_from=(),
    accepted_at=AT,
    national_core="core",
    national_namespace="BD",
    number_end=b"1234",
    unit_ended=date(2026, 6, 1),
    handed_to="k",
    owed_to=("emil",),
    barred_by="boris",
    extension=Extension(("boris", "boris-too"), "Boris", date(2027, 12, 31), True, "still here", LATER),
)
FULL_DOCUMENT = SPARSE_DOCUMENT | {
    "role": "administrator",
    "status": "suspended",
    "account_id": "anna",
    "national_index": "digest",
    "label": "Anna",
    "chain": ["h", "i"],
    "given_by": "boris",
    "given_by_name": "Boris",
    "given_at": AT,
    "reason": "elected",
    "ended_reason": "lost phone",
    "confirm_until": LATER,
    "recertify_by": midnight(2026, 11, 1),
    "removal": {"by": "clara", "by_name": "Clara", "reason": "left", "until": LATER},
    "mandate": "c1",
    "handover_days": 10,
    "code_index": "code",
    "confirmed_by": "dora",
    "invited_until": midnight(2026, 2, 1),
    "suspended_from": 1,
    "suspended_from_path": ["r"],
    "barred_from": 0,
    "barred_from_path": [],
    "accepted_at": AT,
    "national_core": "core",
    "national_namespace": "BD",
    "number_end": b"1234",
    "unit_ended": midnight(2026, 6, 1),
    "handed_to": "k",
    "owed_to": ["emil"],
    "barred_by": "boris",
    "extension": {
        "by": ["boris", "boris-too"],
        "by_name": "Boris",
        "valid_to": midnight(2027, 12, 31),
        "take_over": True,
        "reason": "still here",
        "until": LATER,
    },
    "extends": True,
}


@pytest.mark.parametrize(("grant", "document"), [(SPARSE, SPARSE_DOCUMENT), (FULL, FULL_DOCUMENT)])
def test_a_grant(grant: Grant, document: dict[str, Any]) -> None:
    assert grant_document(grant) == document
    assert grant_of(through_the_database(document)) == grant


ACCOUNT_DOCUMENT: dict[str, Any] = {
    "_id": "anna",
    "login": "https://eid.example s",
    "name": "Anna",
    "language": "bn",
    "generation": 2,
    "closed": False,
    "first_seen": AT,
    "signed_in_at": None,
    "national_index": None,
    "national_core": "",
    "national_namespace": "",
    "member_index": None,
    "member_forms": [],
    "email": None,
    "released": {},
    "saved_lists": None,
    "same_person": [],
    "joined": [],
    "joined_to": "",
}
ACCOUNT = Account(
    id="anna", login="https://eid.example s", name="Anna", language="bn", generation=2, first_seen=AT
)
FULL_ACCOUNT = replace(
    ACCOUNT,
    closed=True,
    signed_in_at=LATER,
    national_index="digest",
    national_core="core",
    national_namespace="BD",
    member_index="member",
    member_forms=("other form",),
    email=Binary(b"sealed", 6),
    released={"office_phone": Binary(b"sealed too", 6)},
    saved_lists=Binary(b"sealed as well", 6),
    same_person=("boris",),
    joined=("clara", "dora"),
    joined_to="emil",
)
FULL_ACCOUNT_DOCUMENT = ACCOUNT_DOCUMENT | {
    "closed": True,
    "signed_in_at": LATER,
    "national_index": "digest",
    "national_core": "core",
    "national_namespace": "BD",
    "member_index": "member",
    "member_forms": ["other form"],
    "email": Binary(b"sealed", 6),
    "released": {"office_phone": Binary(b"sealed too", 6)},
    "saved_lists": Binary(b"sealed as well", 6),
    "same_person": ["boris"],
    "joined": ["clara", "dora"],
    "joined_to": "emil",
}
MACHINE = Machine(
    id="printer",
    login="machine printer",
    name="Printer",
    first_seen=AT,
    unit_id="u",
    unit_path=("r", "u"),
    keys="[]",
    expires=date(2036, 1, 1),
    last_used=LATER,
    kept_by="anna",
)
MACHINE_DOCUMENT = ACCOUNT_DOCUMENT | {
    "_id": "printer",
    "login": "machine printer",
    "name": "Printer",
    "language": "en",
    "generation": 0,
    "kind": "machine",
    "unit_id": "u",
    "unit_path": ["r", "u"],
    "keys": "[]",
    "expires": "2036-01-01",
    "last_used": LATER,
    "kept_by": "anna",
}


@pytest.mark.parametrize(
    ("account", "document"),
    [(ACCOUNT, ACCOUNT_DOCUMENT), (FULL_ACCOUNT, FULL_ACCOUNT_DOCUMENT), (MACHINE, MACHINE_DOCUMENT)],
)
def test_an_account_of_a_person_and_of_a_program(account: Account, document: dict[str, Any]) -> None:
    """A person is found by name, a program is not."""
    found_by = {} if isinstance(account, Machine) else {"search": ["an", "ann", "anna"]}
    assert account_document(account) == {**document, **found_by}
    assert account_of(through_the_database(document)) == account


def test_an_account_is_read_without_what_was_added_since() -> None:
    least = {key: ACCOUNT_DOCUMENT[key] for key in ("_id", "login", "national_index", "name", "language")}
    least |= {"email": None, "generation": 2, "closed": False, "first_seen": AT, "version": 7}
    assert account_of(through_the_database(least)) == replace(ACCOUNT, version=7)
    since = ("national_core", "member_forms", "released", "same_person", "joined", "joined_to", "kept_by")
    before = {key: said for key, said in MACHINE_DOCUMENT.items() if key not in since}
    assert account_of(through_the_database(before)) == replace(MACHINE, kept_by="")


def test_a_session_is_read_with_what_was_added_since_or_without() -> None:
    least: dict[str, Any] = {
        "_id": "s",
        "account_id": "anna",
        "created_at": AT,
        "last_seen": LATER,
        "auth_time": AT,
        "assurance": 2,
        "provider": "practice",
        "device": "phone",
        "ended_at": None,
        "eid_subject": "x",
    }
    session = Session("s", "anna", AT, LATER, AT, 2, "practice", "phone", eid_subject="x")
    assert session_of(through_the_database(least)) == session
    by_code = session_of(through_the_database({**least, "scope": "report", "unit_id": "u", "until": LATER}))
    assert (by_code.scope, by_code.unit_id, by_code.until, by_code.silent_at) == ("report", "u", LATER, None)
    sealed = Binary(b"sealed", 6)
    whole = {
        **least,
        "scope": "report",
        "unit_id": "u",
        "until": LATER,
        "silent_at": LATER,
        "window_id": "w",
        "eid_session": "y",
        "id_token": sealed,
    }
    read = session_of(through_the_database({**whole, "version": 2}))
    assert (read.window_id, read.eid_subject, read.eid_session, read.id_token) == ("w", "x", "y", sealed)
    assert (session_document(read), read.version) == (whole, 2)


def test_what_is_kept_for_minutes() -> None:
    key = {"kty": "EC", "crv": "P-256", "x": "1", "y": "2", "d": "3"}
    attempt = KeptAttempt("a", "practice", "b", "n", "v", 2, 300, key, "/units/u", AT, "code", "anna")
    assert attempts._ATTEMPTS.document(attempt) == {
        "_id": "a",
        "provider": "practice",
        "browser": "b",
        "nonce": "n",
        "verifier": "v",
        "level": 2,
        "max_age": 300,
        "dpop_key": key,
        "return_to": "/units/u",
        "at": AT,
        "code_index": "code",
        "joining": "anna",
    }
    assert attempts._ATTEMPTS.value(through_the_database(attempts._ATTEMPTS.document(attempt))) == attempt
    plain = replace(attempt, max_age=None, dpop_key=None)
    assert attempts._ATTEMPTS.value(through_the_database(attempts._ATTEMPTS.document(plain))) == plain
    sealed = Binary(b"sealed", 6)
    draft = Draft("d", "anna", "/units/u", sealed, AT)
    kept = {"_id": "d", "account_id": "anna", "path": "/units/u", "values": sealed, "at": AT}
    assert attempts._DRAFTS.document(draft) == kept
    assert attempts._DRAFTS.value(through_the_database(kept)) == draft
    farewell = {"_id": "f", "url": sealed, "at": AT}
    assert sessions._FAREWELLS.document(Farewell("f", sealed, AT)) == farewell
    assert sessions._FAREWELLS.value(through_the_database(farewell)) == Farewell("f", sealed, AT)


def test_a_role_and_its_change() -> None:
    use = {"unit:read": Reach.BELOW}
    role = Role("reader", {"en": "Reader"}, strong=False, deputies=True, use=use, pass_on={})
    kept: dict[str, Any] = {
        "key": "reader",
        "names": {"en": "Reader"},
        "strong": False,
        "deputies": True,
        "use": {"unit:read": "below"},
        "pass_on": {},
        "withdrawn": False,
    }
    change = RoleChange("c", RoleAct.ADD, None, role, 3, "r", "anna", "Anna", AT, "elections")
    asked = {
        "_id": "c",
        "act": "add",
        "before": None,
        "after": kept,
        "seen": 3,
        "unit_id": "r",
        "asked_by": "anna",
        "asked_by_name": "Anna",
        "asked_at": AT,
        "reason": "elections",
        "state": "asked",
        "answered_by": "",
        "answered_by_name": "",
        "answered_at": None,
    }
    assert roles._CHANGES.document(change) == asked
    assert roles._CHANGES.value(through_the_database(asked)) == change
    assert roles._SETS.document(RoleSet((role,), 2)) == {"roles": [kept]}
    found = roles._SETS.value(through_the_database({"_id": "in-force", "roles": [kept], "version": 2}))
    assert found == RoleSet((role,), 2)


def test_what_two_do_together() -> None:
    joint = JointAct("j", Act.NAME_OFFICIAL, "anna", "r", "boris", "Boris", AT, "elections", "u")
    asked = {
        "_id": "j",
        "act": "name-official",
        "account_id": "anna",
        "unit_id": "r",
        "asked_by": "boris",
        "asked_by_name": "Boris",
        "asked_at": AT,
        "reason": "elections",
        "about_unit_id": "u",
        "state": "asked",
        "answered_by": "",
        "answered_by_name": "",
        "answered_at": None,
    }
    assert joint_acts._ACTS.document(joint) == asked
    assert joint_acts._ACTS.value(through_the_database(asked)) == joint
    done = {**asked, "state": "done", "answered_by": "clara", "answered_at": LATER, "version": 2}
    read = joint_acts._ACTS.value(through_the_database(done))
    assert (read.state, read.answered_by, read.answered_at, read.version) == (
        JointState.DONE,
        "clara",
        LATER,
        2,
    )


def test_a_hand_over_has_the_id_of_its_grant() -> None:
    handover = Handover("g", "k", ("a",), "left", ("boris", "too"), "Boris", AT, LATER, own=True, moved=3)
    kept = {
        "_id": "g",
        "to_id": "k",
        "only": ["a"],
        "reason": "left",
        "by": ["boris", "too"],
        "by_name": "Boris",
        "begun_at": AT,
        "touched_at": LATER,
        "own": True,
        "moved": 3,
        "state": "open",
        "once": "",
        "why": "",
        "reached": "",
    }
    assert handovers._document(handover) == kept
    assert handovers._handover(through_the_database({**kept, "version": 4})).version == 4
    stopped = handovers._handover(through_the_database({**kept, "state": "stopped", "why": "GrantOver"}))
    assert (stopped.grant_id, stopped.state, stopped.why) == ("g", HandoverState.STOPPED, "GrantOver")


def test_a_window_and_a_sign_in_by_code() -> None:
    window = Window("w", "u", ("r", "u"), "boris", "Boris", AT, 4, "the eID is down", asked_hands=("boris",))
    kept = {
        "_id": "w",
        "unit_id": "u",
        "unit_path": ["r", "u"],
        "asked_by": "boris",
        "asked_by_name": "Boris",
        "asked_at": AT,
        "hours": 4,
        "reason": "the eID is down",
        "confirmed_by": "",
        "confirmed_by_name": "",
        "until": None,
        "ended_at": None,
        "ended_by_name": "",
        "asked_hands": ["boris"],
    }
    assert fallback._WINDOWS.document(window) == kept
    assert fallback._WINDOWS.value(through_the_database(kept)) == window
    # Of the days before hands were written down.
    del kept["asked_hands"]
    assert fallback._WINDOWS.value(through_the_database(kept)).asked_hands == ()
    sign_in = SignInByCode("i", "anna", "u", ("r", "u"), AT, "phone", "w", Answer.CONFIRMED, LATER)
    document = {
        "_id": "i",
        "account_id": "anna",
        "unit_id": "u",
        "unit_path": ["r", "u"],
        "at": AT,
        "device": "phone",
        "window_id": "w",
        "answer": "confirmed",
        "answered_at": LATER,
    }
    assert fallback._SIGN_INS.document(sign_in) == document
    assert fallback._SIGN_INS.value(through_the_database(document)) == sign_in


def test_an_official_and_a_sealed_code() -> None:
    official = Official("anna u", "anna", "u", ("r", "u"), AT, "boris", "Boris")
    kept = {
        "_id": "anna u",
        "account_id": "anna",
        "unit_id": "u",
        "unit_path": ["r", "u"],
        "named_at": AT,
        "named_by": "boris",
        "named_by_name": "Boris",
        "removed": False,
    }
    assert fallback._OFFICIALS.document(official) == kept
    # Of those who were never removed nothing was written down.
    del kept["removed"]
    assert fallback._OFFICIALS.value(through_the_database({**kept, "version": 3})).removed is False
    assert fallback._OFFICIALS.value(through_the_database({**kept, "removed": True})).removed
    drawn = {"_id": "digest", "official": "anna u", "account_id": "anna", "drawn": True}
    assert fallback._CODES.document(SealedCode("digest", "anna u", "anna", drawn=True)) == drawn
    # Of the days when whoever named the official was shown them.
    del drawn["drawn"]
    assert fallback._CODES.value(through_the_database(drawn)).drawn is False
