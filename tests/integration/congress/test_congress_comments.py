"""The thread on a congress: seen by exactly whoever sees the congress, written to by both sides, and kept."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import requests

from congress.app import file_store
from congress.context import Context
from congress.operations.comments import comments_on
from congress.settings import read_examiner_settings
from servicekit.access.decision import Caller, Reach, Right
from servicekit.comments import operations
from servicekit.comments.comment import CHANGED_WITHIN, THREAD_MOST, Draft, MentionedCannotSee
from servicekit.comments.operations import Comments
from servicekit.files.stored import State
from servicekit.ids import new_id
from tests.integration.congress.scene import (
    APPROVER,
    CLERK,
    PATHS,
    READER,
    Desk,
    Json,
    a_told_unit,
    reported,
    tell_units,
)
from tests.papers import a_pdf
from tests.processes import House

OWN, UNDER = "congress:comment own", "congress:comment under"


@pytest.fixture
def report(congress_house: House, context: Context, plan: Json) -> Json:
    return reported(congress_house, plan, "n1", "submit", context.clock.today() - timedelta(days=3))


@pytest.fixture
def clerk(congress_house: House) -> Desk:
    return Desk(congress_house, "n1", (*CLERK, OWN))


@pytest.fixture
def superior(congress_house: House) -> Desk:
    return Desk(congress_house, "north", (*APPROVER, UNDER))


@pytest.fixture
def threads(congress_house: House, context: Context) -> Comments:
    """The service's own threads beside the running service."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in congress_house.env().items():
            patch.setenv(name, value)
        files = file_store(read_examiner_settings(), context.database)
    return comments_on(context, files)


def place(report: Json, comment: Json | None = None, act: str = "") -> str:
    return f"/congresses/{report['id']}/comments" + (f"/{comment['id']}{act}" if comment else "")


def say(desk: Desk, report: Json, text: str, key: str = "", **more: Any) -> requests.Response:
    sent = {"Idempotency_Key": key} if key else {}
    return desk.send("POST", place(report), {"text": text, **more}, **sent)


def said(desk: Desk, report: Json, text: str, **more: Any) -> Json:
    answer = say(desk, report, text, **more)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def thread(desk: Desk, report: Json, query: str = "") -> Json:
    return dict(desk.get(place(report) + query))


def refused(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition("/")[2]


def change(desk: Desk, report: Json, comment: Json, text: str) -> requests.Response:
    seen = {"If_Match": f'"{comment["version"]}"'}
    return desk.send("PUT", place(report, comment), {"text": text}, **seen)


def withdraw(desk: Desk, report: Json, comment: Json) -> requests.Response:
    return desk.send("POST", place(report, comment, "/withdraw"), If_Match=f'"{comment["version"]}"')


def outbox(context: Context, comment: Json) -> list[Json]:
    found = context.database.mongo["comments"].find_one({"_id": comment["id"]})
    assert found is not None
    return list(found["_outbox"])


def test_the_superior_asks_beside_a_figure_and_the_unit_answers(
    report: Json, clerk: Desk, superior: Desk
) -> None:
    asked = said(superior, report, "Why 97?", about="present")
    answered = said(clerk, report, "Three were ill.\nThe list is in the minutes.", about="present")
    found = thread(clerk, report)
    assert [one["id"] for one in found["items"]] == [answered["id"], asked["id"]]  # the newest first
    assert [one["above"] for one in found["items"]] == [False, True]
    assert [one["own"] for one in found["items"]] == [True, False]
    assert found["people"] == {clerk.account_id: "A. Tester", superior.account_id: "A. Tester"}
    assert (found["total"], found["next"], found["may_write"]) == (2, None, True)
    assert clerk.get(f"/congresses/{report['id']}")["version"] == report["version"]


def test_a_thread_is_seen_by_exactly_whoever_sees_the_congress(
    congress_house: House, report: Json, superior: Desk
) -> None:
    comment = said(superior, report, "Why 97?")
    for unit in ("n1", "north", "root"):
        reader = Desk(congress_house, unit, READER)
        assert [one["text"] for one in thread(reader, report)["items"]] == ["Why 97?"]
        assert thread(reader, report)["may_write"] is False
        assert say(reader, report, "Me too").status_code == 403
    for stranger in (Desk(congress_house, "n2", (*CLERK, OWN)), Desk(congress_house, "s1", READER)):
        assert stranger.send("GET", place(report)).status_code == 404
        assert stranger.send("GET", place(report, comment)).status_code == 404
    clerk_next_door = Desk(congress_house, "n2", (*CLERK, OWN))
    assert say(clerk_next_door, report, "Hello").status_code == 404
    assert withdraw(clerk_next_door, report, comment).status_code == 404


def test_a_comment_is_found_through_its_own_record_alone(
    congress_house: House, context: Context, plan: Json, report: Json, superior: Desk
) -> None:
    comment = said(superior, report, "Why 97?")
    other = reported(congress_house, plan, "n2", "closed", context.clock.today() - timedelta(days=3))
    assert superior.send("GET", place(other, comment)).status_code == 404
    assert change(superior, other, comment, "x").status_code == 404


def test_both_sides_are_told_and_it_is_written_down(
    context: Context, report: Json, clerk: Desk, superior: Desk
) -> None:
    for desk, above in ((superior, True), (clerk, False)):
        audit, event = outbox(context, said(desk, report, "Look at it.", about="results"))
        assert (event["type"], event["data"]["above"]) == ("congress.commented", above)
        assert event["data"]["unit_path"] == list(PATHS["n1"])
        assert (audit["action"], audit["record_id"]) == ("comment.written", report["id"])
        assert "Look at it." not in str(audit) + str(event)


def test_sent_twice_it_is_one_comment(report: Json, clerk: Desk) -> None:
    key = new_id()
    first = say(clerk, report, "Once", key)
    assert say(clerk, report, "Once", key).json()["id"] == first.json()["id"]
    assert refused(say(clerk, report, "Another", key)) == (422, "idempotency-key-reused")
    with ThreadPoolExecutor(4) as pool:
        again = new_id()
        answers = list(pool.map(lambda _: say(clerk, report, "At once", again), range(4)))
    assert {answer.status_code for answer in answers} == {201}
    assert thread(clerk, report)["total"] == 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": " \n "}, "text"),
        ({"text": 7}, "text"),
        ({"text": "x" * 2001}, "text"),
        ({"text": "x", "about": "nothing"}, "about"),
        ({"text": "x", "about": {"$ne": 1}}, "about"),
        ({"text": "x", "mentions": "me"}, "mentions"),
        ({"text": "x", "mentions": [new_id()]}, "mentions"),
        ({"text": "x", "mentions": [new_id() for _ in range(11)]}, "mentions"),
        ({"text": "x", "by": "somebody"}, "by"),
    ],
)
def test_what_cannot_be_a_comment_is_refused_by_its_field(
    report: Json, clerk: Desk, body: Json, field: str
) -> None:
    answer = clerk.send("POST", place(report), body)
    assert answer.status_code == 422, answer.text
    assert field in answer.text
    assert thread(clerk, report)["total"] == 0


def test_one_changes_ones_own_for_the_version_that_was_seen(
    report: Json, clerk: Desk, superior: Desk
) -> None:
    comment = said(clerk, report, "Tree were ill.")
    assert refused(change(superior, report, comment, "x")) == (403, "comment-of-another")
    assert refused(withdraw(superior, report, comment)) == (403, "comment-of-another")
    changed = change(clerk, report, comment, "Three were ill.")
    assert (changed.status_code, changed.json()["text"]) == (200, "Three were ill.")
    assert changed.json()["changed_at"]
    assert change(clerk, report, comment, "Later").status_code == 412
    assert clerk.send("PUT", place(report, comment), {"text": "x"}).status_code == 428


def test_a_withdrawn_comment_stays_as_one_and_says_nothing(
    context: Context, report: Json, clerk: Desk
) -> None:
    comment = said(clerk, report, "Her number is 123.")
    assert withdraw(clerk, report, comment).status_code == 200
    (shown,) = thread(clerk, report)["items"]
    assert (shown["text"], shown["withdrawn_at"] is None, shown["may_withdraw"]) == ("", False, False)
    assert refused(withdraw(clerk, report, shown)) == (409, "comment-withdrawn")
    kept = context.database.mongo["comments"].find_one({"_id": comment["id"]})
    assert "Her number" not in str(kept)


def test_pages_follow_each_other_and_the_last_place_is_the_last(
    report: Json, clerk: Desk, threads: Comments, context: Context
) -> None:
    for number in range(5):
        said(clerk, report, f"{number}")
    first = thread(clerk, report, "?limit=2")
    said(clerk, report, "in between")
    second = thread(clerk, report, f"?limit=2&after={first['next']}")
    last = thread(clerk, report, f"?limit=2&after={second['next']}")
    told = [one["text"] for page in (first, second, last) for one in page["items"]]
    assert (told, last["next"], last["total"]) == (["4", "3", "2", "1", "0"], None, 6)
    assert clerk.send("GET", place(report) + "?after=x").status_code == 422
    context.database.mongo["comment_threads"].update_one(
        {"_id": f"congresses {report['id']}"}, {"$set": {"count": THREAD_MOST - 1}}
    )
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda one: say(clerk, report, str(one)), range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert thread(clerk, report)["total"] == THREAD_MOST
    assert len(list(context.database.mongo["comments"].find({"record_id": report["id"]}))) == 7


def test_after_its_unit_has_moved_those_above_it_now_see_it_and_after_its_end_it_is_read_alone(
    congress_house: House, context: Context, report: Json, clerk: Desk, superior: Desk
) -> None:
    comment = said(clerk, report, "Three were ill.")
    try:
        tell_units(context, [a_told_unit(("root", "south", "n1"))])
        assert superior.send("GET", place(report)).status_code == 404
        assert thread(Desk(congress_house, "south", READER), report)["total"] == 1
        tell_units(context, [a_told_unit(PATHS["n1"], valid_to="2026-01-01")])
        assert thread(superior, report)["may_write"] is False
        assert refused(say(superior, report, "Why?")) == (409, "unit-ended")
        assert refused(change(clerk, report, comment, "x")) == (409, "unit-ended")
        assert withdraw(clerk, report, comment).status_code == 200
    finally:
        tell_units(context, [a_told_unit(PATHS["n1"])])


def test_nobody_is_told_of_a_comment_who_may_not_see_it(
    context: Context, report: Json, threads: Comments
) -> None:
    sees, sees_not = new_id(), new_id()
    right = Right("congress:comment", "n1", PATHS["n1"], Reach.OWN)
    writer = Caller(new_id(), rights=(right,), assurance=2, name="B. Tester")
    inside = replace(threads, owner=replace(threads.owner, readers=lambda record: {sees}))
    comment = operations.write_comment(
        inside, writer, report["id"], Draft("See this", "", (sees, sees, writer.account_id)), ""
    )
    assert comment.mentions == (sees,)
    for one in (sees_not, "nobody"):
        with pytest.raises(MentionedCannotSee):
            operations.write_comment(inside, writer, report["id"], Draft("See this", "", (sees, one)), "")
    assert threads.store.count("congresses", report["id"]) == 1


def test_a_file_on_a_comment_is_read_by_whoever_sees_the_congress_and_goes_with_the_comment(
    congress_house: House, context: Context, report: Json, clerk: Desk, superior: Desk, threads: Comments
) -> None:
    comment = said(clerk, report, "The list")
    data, base = a_pdf(), f"/comments/{comment['id']}/files"
    tus = {"Tus_Resumable": "1.0.0"}
    assert superior.send("POST", base, Upload_Length=str(len(data)), **tus).status_code == 403
    begun = clerk.send("POST", base, Upload_Length=str(len(data)), **tus)
    assert begun.status_code == 201, begun.text
    sent = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    went = clerk.http.patch(
        congress_house.url("congress") + begun.headers["Location"],
        data,
        headers={**sent, "Authorization": f"Bearer {clerk.token}"},
        timeout=20,
    )
    assert went.status_code == 204, went.text
    (shown,) = thread(superior, report)["items"]
    (file,) = shown["files"]
    assert file["state"] == "checking"
    stranger = Desk(congress_house, "s1", READER)
    assert stranger.send("GET", f"{base}/{file['id']}/content").status_code == 404
    assert stranger.send("GET", base).status_code == 404
    assert refused(withdraw(clerk, report, comment)) == (412, "stale")  # it has a file since
    assert withdraw(clerk, report, shown).status_code == 200
    left = context.database.mongo["files"].find_one({"_id": file["id"]})
    assert left is not None
    assert left["state"] == State.ENDED
    assert threads.files is not None
    assert threads.files.find(file["id"]) is None  # its key is gone
    assert superior.send("GET", f"{base}/{file['id']}/content").status_code == 404


def test_a_comment_of_ten_minutes_ago_is_no_longer_changed(
    context: Context, report: Json, clerk: Desk
) -> None:
    comment = said(clerk, report, "Tree were ill.")
    before = context.clock.now() - CHANGED_WITHIN - timedelta(minutes=1)
    context.database.mongo["comments"].update_one({"_id": comment["id"]}, {"$set": {"at": before}})
    assert thread(clerk, report)["items"][0]["may_change"] is False
    assert refused(change(clerk, report, comment, "x")) == (409, "comment-too-old")
