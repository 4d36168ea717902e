"""The thread on a request for access: among those who may answer it, never whoever asked, and gone with the request."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from identity.context import Context
from identity.domain.asking import ASK_LIFE, AccessRequest, Answerer, decline
from identity.events import ACCESS_COMMENTED
from identity.operations.comments import comments_on
from identity.store.asking import KEPT
from servicekit.access.decision import Caller, Reach, Right, SignInTooOld, UnknownHere
from servicekit.comments import operations
from servicekit.comments.comment import CommentOfAnother, Draft, MentionedCannotSee
from servicekit.comments.operations import Comments
from servicekit.ids import new_id
from servicekit.refusals import Refusal
from servicekit.tree.units import UnitEnded
from tests.people import Person
from tests.processes import House
from tests.scene import first_people, identity_operations, tell_units

PLACE = "/api/identity/access-requests"


@pytest.fixture(scope="module")
def context(house: House) -> Iterator[Context]:
    with identity_operations(house) as made:
        first_people(made)
        for service in ("identity", "practice_eid", "gateway"):
            house.start_service(service)
        yield made


@pytest.fixture(scope="module")
def chief(house: House, context: Context) -> Person:
    person = Person(house, "hq-organiser")
    person.sign_in()
    return person


@pytest.fixture
def threads(context: Context) -> Comments:
    return comments_on(context)


@pytest.fixture
def request_of(context: Context) -> AccessRequest:
    return asked(context)


def asked(context: Context, account_id: str = "stranger", unit: str = "north", **more: Any) -> AccessRequest:
    made = AccessRequest(
        *(new_id(), account_id, "S. Tranger", "secretary", unit, unit, ("root", unit), "call 12"),
        context.clock.now(),
        shown=True,
    )
    return context.store.asking.add(replace(made, **more), (), ())


def giver(context: Context, unit: str = "north", account_id: str = "giver", minutes: int = 0) -> Caller:
    path = ("root",) if unit == "root" else ("root", unit)
    seen = context.clock.now() - timedelta(minutes=minutes)
    right = Right("access:grant", unit, path, Reach.BELOW, max_age=300)
    return Caller(account_id, "s", (right,), assurance=2, auth_time=seen, name="G. Iver")


def say(threads: Comments, by: Caller, request: AccessRequest, text: str = "Who is it?", *told: str) -> Any:
    return operations.write_comment(threads, by, request.id, Draft(text, mentions=told), new_id())


def texts(threads: Comments, by: Caller, request: AccessRequest) -> list[str]:
    return [one.text for one in operations.read_thread(threads, by, request.id, "", 20).page.items]


def test_those_who_answer_talk_beside_it(
    chief: Person, context: Context, threads: Comments, request_of: AccessRequest
) -> None:
    place = f"{PLACE}/{request_of.id}/comments"
    sent = chief.post(place, {"text": "Do you know them?"}, Idempotency_Key="k" * 20)
    assert sent.status_code == 201, sent.text
    assert (sent.json()["above"], sent.json()["may_add_files"]) == (True, False)
    say(threads, giver(context), request_of, "The chair says yes.")
    found = chief.get(place).json()
    assert [one["text"] for one in found["items"]] == ["The chair says yes.", "Do you know them?"]
    assert (found["total"], found["may_write"]) == (2, True)
    # It leaves the request as it was: whoever looked at it may answer.
    assert chief.get(f"{PLACE}/{request_of.id}").json()["version"] == request_of.version


def test_nobody_else_reads_it_or_adds_to_it(
    context: Context, threads: Comments, request_of: AccessRequest
) -> None:
    comment = say(threads, giver(context), request_of)
    reading = Right("access:read", "north", ("root", "north"), Reach.BELOW)
    for other in (giver(context, "south"), Caller("auditor", "s", (reading,), assurance=2)):
        for act in (
            lambda by=other: texts(threads, by, request_of),
            lambda by=other: say(threads, by, request_of),
            lambda by=other: operations.read_comment(threads, by, request_of.id, comment.id),
        ):
            with pytest.raises(Refusal):
                act()
    with pytest.raises(UnknownHere):
        texts(threads, giver(context, "south"), request_of)
    hidden = asked(context, shown=False)
    with pytest.raises(UnknownHere):
        texts(threads, giver(context), hidden)
    with pytest.raises(SignInTooOld):
        texts(threads, giver(context, minutes=6), request_of)


def test_whoever_asked_reads_nothing_of_it_though_they_give_access_there(
    chief: Person, context: Context, threads: Comments
) -> None:
    own = asked(context, account_id="giver")
    say(threads, giver(context, account_id="other"), own, "Not them.")
    with pytest.raises(UnknownHere):
        texts(threads, giver(context), own)
    with pytest.raises(UnknownHere):
        texts(threads, replace(giver(context, account_id="new"), also=("giver",)), own)
    account = chief.get("/api/identity/me").json()["account_id"]
    own = asked(context, account_id=account)
    assert chief.get(f"{PLACE}/{own.id}").json()["own"] is True
    assert chief.get(f"{PLACE}/{own.id}/comments").status_code == 404


def test_whoever_answers_there_may_be_told_and_nobody_else(
    chief: Person, context: Context, threads: Comments, request_of: AccessRequest
) -> None:
    account = chief.get("/api/identity/me").json()["account_id"]
    comment = say(threads, giver(context), request_of, "Chief?", account)
    kept = context.store.database.mongo["comments"].find_one({"_id": comment.id})
    assert kept is not None
    (event,) = [one for one in kept["_outbox"] if one["kind"] == "event"]
    assert (event["type"], event["data"]["mentions"], event["data"]["request_id"]) == (
        *(ACCESS_COMMENTED, [account]),
        request_of.id,
    )
    assert "Chief?" not in str(kept["_outbox"])
    for stranger in ("nobody", request_of.account_id):
        with pytest.raises(MentionedCannotSee):
            say(threads, giver(context), request_of, "x", stranger)
    own = asked(context, account_id=account)
    with pytest.raises(MentionedCannotSee):
        say(threads, giver(context), own, "x", account)
    # Nor by another account of the same person.
    kept_account = context.store.get_account(account)
    context.store.save_account(replace(kept_account, same_person=("alias",)), kept_account.version)
    with pytest.raises(MentionedCannotSee):
        say(threads, giver(context), asked(context, account_id="alias"), "x", account)
    quiet = context.store.database.mongo["comments"].find_one({"_id": say(threads, giver(context), own).id})
    assert quiet is not None
    assert [one["kind"] for one in quiet["_outbox"]] == ["audit"]


def test_of_one_that_waits_no_more_it_is_read_and_ones_own_taken_back(
    context: Context, threads: Comments, request_of: AccessRequest
) -> None:
    by = giver(context)
    comment = say(threads, by, request_of)
    over = decline(request_of, Answerer("giver", "G."), "not known", context.clock.now())
    context.store.asking.save(over, request_of.version)
    assert operations.read_thread(threads, by, request_of.id, "", 20).may_write is False
    with pytest.raises(Refusal):
        say(threads, by, request_of)
    with pytest.raises(CommentOfAnother):
        operations.withdraw_comment(threads, giver(context, account_id="b"), request_of.id, comment.id, 1)
    operations.withdraw_comment(threads, by, request_of.id, comment.id, 1)
    assert texts(threads, by, request_of) == [""]
    lapsed = asked(context, asked_at=context.clock.now() - ASK_LIFE - timedelta(minutes=1))
    with pytest.raises(Refusal):
        say(threads, by, lapsed)


def test_a_unit_that_has_ended_adds_nothing(context: Context, threads: Comments) -> None:
    over = {"id": "over", "code": "over", "names": {"en": "over"}, "level": "l", "parent_id": "root"}
    tell_units(context, [{**over, "path": ["root", "over"], "valid_to": "2026-01-31"}])
    request = asked(context, unit="over")
    with pytest.raises(UnitEnded):
        say(threads, giver(context, "root"), request)


def test_it_goes_on_the_day_on_which_the_request_goes(
    context: Context, threads: Comments, request_of: AccessRequest
) -> None:
    comment = say(threads, giver(context), request_of)
    mongo = context.store.database.mongo
    kept = mongo["comments"].find_one({"_id": comment.id})
    thread = mongo["comment_threads"].find_one({"_id": f"access-requests {request_of.id}"})
    assert kept is not None
    assert thread is not None
    gone = mongo["access_requests"].find_one({"_id": request_of.id})
    assert gone is not None
    assert kept["kept_until"] == thread["kept_until"] == gone["asked_at"] + KEPT
    operations.change_comment(threads, giver(context), request_of.id, comment.id, "x", 1)
    changed = mongo["comments"].find_one({"_id": comment.id})
    assert changed is not None
    assert changed["kept_until"] == kept["kept_until"]
    for name in ("comments", "comment_threads"):
        index = mongo[name].index_information()["kept_until_1"]
        assert index["expireAfterSeconds"] == 0
