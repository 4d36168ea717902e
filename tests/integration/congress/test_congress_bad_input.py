"""Whatever is sent, the answer is a problem document that names the field, and nothing is written."""

from typing import Any

import pytest

from congress.context import Context
from servicekit.ids import new_id
from tests.integration.congress.scene import (
    ADMINISTRATOR,
    APPROVER,
    CLERK,
    FIGURES,
    Desk,
    Json,
    a_wanted_plan,
    an_open_plan,
    reported,
)
from tests.processes import House

NOT_A_TEXT: Any = {"$ne": None}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"name": NOT_A_TEXT}, "/name"),
        ({"name": ""}, "/name"),
        ({"name": "x" * 201}, "/name"),
        ({"name": None}, "/name"),
        ({"cycle": 2026}, "/cycle"),
        ({"unit_id": NOT_A_TEXT}, "/unit_id"),
        ({"opens_on": "31.03.2026"}, "/opens_on"),
        ({"opens_on": NOT_A_TEXT}, "/opens_on"),
        ({"deadlines": {}}, "/deadlines"),
        ({"deadlines": {"union": "soon"}}, "/deadlines/union/value"),
        ({"deadlines": {"$where": "2030-01-01"}}, "/deadlines/$where/key"),
        ({"deadlines": {"village": "2030-01-01"}}, "/deadlines/village"),
        ({"deadlines": ["2030-01-01"]}, "/deadlines"),
        ({"milestones": []}, "/milestones"),
        ({"milestones": [{"key": "a.b", "names": {"en": "A"}, "days_before_deadline": 1}]}, "/milestones/0/key"),
        ({"milestones": [{"key": "a", "names": {"en": "A"}, "days_before_deadline": 1.5}]},
         "/milestones/0/days_before_deadline"),
        ({"milestones": [{"key": "a", "names": {"en": "A"}, "days_before_deadline": 1, "mark": "won"}]},
         "/milestones/0/mark"),
        ({"milestones": [{"key": "a", "names": {"$gt": "A"}, "days_before_deadline": 1}]},
         "/milestones/0/names/$gt/key"),
        ({"names": {"xx": "A"}}, "/names/xx/key"),
        ({"names": {"en": "x" * 201}}, "/names/en/value"),
        ({"results_fields": ["horoscope"]}, "/results_fields/0"),
        ({"targets": {"women": "many"}}, "/targets/women"),
        ({"surprise": 1}, "/surprise"),
    ],
)  # fmt: skip
def test_a_plan_is_refused_field_by_field(
    congress_house: House, context: Context, changes: Json, pointer: str
) -> None:
    organiser = Desk(congress_house, "root", ADMINISTRATOR)
    count = len(context.plans.drafts_of(["root"]))
    wanted = {**a_wanted_plan(context.clock.today()), **changes}
    answer = organiser.send("POST", "/plans", wanted, Idempotency_Key=new_id())
    assert answer.status_code == 422, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert len(context.plans.drafts_of(["root"])) == count


@pytest.fixture(scope="module")
def running(congress_house: House, context: Context) -> Json:
    """A congress that has closed, whose clerk can report anything."""
    plan = an_open_plan(congress_house, context)
    for unit in ("root", "north"):
        reported(congress_house, plan, unit, "plan", context.clock.today())
    return reported(congress_house, plan, "n1", "closed", context.clock.today())


@pytest.mark.parametrize(
    ("act", "body", "status", "pointer"),
    [
        ("milestones", {}, 422, "/milestone"),
        ("milestones", {"milestone": NOT_A_TEXT, "date": "2026-01-01"}, 422, "/milestone"),
        ("milestones", {"milestone": "horoscope", "date": "2026-01-01"}, 422, "/milestone"),
        ("milestones", {"milestone": "opened", "date": NOT_A_TEXT}, 422, "/date"),
        ("milestones", {"milestone": "opened", "date": "2026-13-01"}, 422, "/date"),
        ("milestones", {"milestone": "opened", "date": 20260101}, 422, "/date"),
        ("milestones", {"milestone": "opened", "date": "2026-01-01", "note": NOT_A_TEXT}, 422, "/note"),
        ("milestones", {"milestone": "opened", "date": "2026-01-01", "note": "x" * 2001}, 422, "/note"),
        (
            "milestones",
            {"milestone": "opened", "date": "2026-01-01", "corrects": NOT_A_TEXT},
            422,
            "/corrects",
        ),
        ("milestones", {"milestone": "opened", "date": "2026-01-01", "at": "now"}, 422, "/at"),
        ("milestones", {"milestone": "opened", "date": "2999-01-01", "corrects": "zz"}, 422, "/corrects"),
        ("milestones", ["opened"], 422, "/"),
        ("results", {}, 422, "/figures"),
        ("results", {"figures": NOT_A_TEXT}, 422, "/figures/$ne/value"),
        ("results", {"figures": {"summoned": "100"}}, 422, "/figures/summoned/value"),
        ("results", {"figures": {"summoned": 1.5}}, 422, "/figures/summoned"),
        ("results", {"figures": {"summoned": -1, "present": 0}}, 422, "/figures/summoned"),
        ("results", {"figures": {**FIGURES, "present": 98}}, 422, "/figures/present"),
        ("results", {"figures": {**FIGURES, "horoscopes": 1}}, 422, "/figures/horoscopes"),
        ("submit", {"force": True}, 422, "/force"),
    ],
)
def test_a_report_is_refused_field_by_field(
    congress_house: House, context: Context, running: Json, act: str, body: Any, status: int, pointer: str
) -> None:
    clerk = Desk(congress_house, "n1", CLERK)
    answer = clerk.act(running, act, body)
    assert answer.status_code == status, answer.text
    assert pointer in [error["pointer"] for error in answer.json()["errors"]], answer.text
    assert context.congresses.find(running["id"]).version == running["version"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("reasons", "pointer"),
    [
        ({}, "/reasons"),
        ({"weather": "bad"}, "/reasons/weather"),
        ({"present": ""}, "/reasons/present"),
        ({"present": NOT_A_TEXT}, "/reasons/present/value"),
        ({"$set": "x"}, "/reasons/$set/key"),
        ("because", "/reasons"),
    ],
)
def test_a_return_is_refused_field_by_field(
    congress_house: House, context: Context, plan: Json, reasons: Any, pointer: str
) -> None:
    congress = reported(congress_house, plan, "n1", "submit", context.clock.today())
    answer = Desk(congress_house, "north", APPROVER).act(congress, "return", {"reasons": reasons})
    assert answer.status_code == 422, answer.text
    assert pointer in [error["pointer"] for error in answer.json()["errors"]], answer.text


@pytest.mark.parametrize(
    "query",
    [
        "",
        "unit_id=n1&below=n1",
        "unit_id=%7B%24ne%3A1%7D",
        "unit_id=n1&state=lost",
        "below=n1&limit=0",
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(
    congress_house: House, context: Context, query: str
) -> None:
    answer = Desk(congress_house, "n1", CLERK).send("GET", f"/congresses?{query}")
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"]


def test_a_missing_version_is_428_a_stale_one_412_a_strange_one_400(
    congress_house: House, running: Json
) -> None:
    clerk, path = Desk(congress_house, "n1", CLERK), f"/congresses/{running['id']}/results"
    body = {"figures": FIGURES}
    assert clerk.send("POST", path, body).status_code == 428
    assert clerk.send("POST", path, body, If_Match='"1"').status_code == 412
    assert clerk.send("POST", path, body, If_Match="*").status_code == 400
    organiser = Desk(congress_house, "root", ADMINISTRATOR)
    plan = organiser.get(f"/plans/{running['plan_id']}")
    change = {"name": "x", "cycle": "y", "deadlines": plan["deadlines"]}
    assert organiser.send("PUT", f"/plans/{plan['id']}", change).status_code == 428
    assert organiser.send("PUT", f"/plans/{plan['id']}", change, If_Match='"1"').status_code == 412
    assert organiser.send("POST", f"/plans/{plan['id']}/cascade", {}).status_code == 428
    assert organiser.send("POST", f"/plans/{plan['id']}/cascade", {}, If_Match='"1"').status_code == 412


def test_of_two_who_saw_the_same_version_one_saves(
    congress_house: House, context: Context, plan: Json
) -> None:
    clerk = Desk(congress_house, "n2", CLERK)
    seen = clerk.congress_of("n2", plan)
    body = {"milestone": "plan", "date": context.clock.today().isoformat()}
    statuses = [clerk.act(seen, "milestones", body).status_code for _ in range(2)]
    assert statuses == [200, 412]


def test_a_repeated_key_gives_the_first_answer_and_another_body_is_refused(
    congress_house: House, context: Context, plan: Json
) -> None:
    organiser, key = Desk(congress_house, "root", ADMINISTRATOR), new_id()
    wanted = a_wanted_plan(context.clock.today())
    assert organiser.send("POST", "/plans", wanted).status_code == 428
    first, second = (organiser.send("POST", "/plans", wanted, Idempotency_Key=key) for _ in range(2))
    assert (first.status_code, first.json(), first.headers["ETag"]) == (
        201,
        second.json(),
        second.headers["ETag"],
    )
    other = organiser.send("POST", "/plans", {**wanted, "name": "Other"}, Idempotency_Key=key)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")

    clerk, key = Desk(congress_house, "n2", CLERK), new_id()
    seen = clerk.congress_of("n2", plan)
    body = {"milestone": "plan", "date": context.clock.today().isoformat()}
    path = f"/congresses/{seen['id']}/milestones"
    both = [clerk.send("POST", path, body, If_Match='"1"', Idempotency_Key=key) for _ in range(2)]
    assert [answer.status_code for answer in both] == [200, 200]
    assert both[0].json() == both[1].json()
    assert len(clerk.congress_of("n2", plan)["entries"]) == 1


def test_what_is_corrected_after_a_lost_answer_is_compared_like_any_other_change(
    congress_house: House, running: Json
) -> None:
    """The first sending arrived and its answer did not: the same page, the same key, another content."""
    clerk, key = Desk(congress_house, "n1", CLERK), new_id()
    path = f"/congresses/{running['id']}/results"
    tag = f'"{running["version"]}"'
    first, corrected = ({"figures": {**FIGURES, "committee_listed": listed}} for listed in (11, 12))
    sent = clerk.send("POST", path, first, If_Match=tag, Idempotency_Key=key)
    assert sent.status_code == 200, sent.text
    stale = clerk.send("POST", path, corrected, If_Match=tag, Idempotency_Key=key)
    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/stale")
    # The page then shows what is saved, and sends with the version that it showed.
    now = f'"{sent.json()["version"]}"'
    again = [clerk.send("POST", path, corrected, If_Match=now, Idempotency_Key=key) for _ in range(2)]
    assert [answer.status_code for answer in again] == [200, 200], again[0].text
    assert again[0].json() == again[1].json()
    # And what was sent first, sent once more, is still answered as it was.
    assert clerk.send("POST", path, first, If_Match=tag, Idempotency_Key=key).json() == sent.json()


def test_a_body_that_is_too_large_broken_or_deep_is_refused(congress_house: House, running: Json) -> None:
    clerk = Desk(congress_house, "n1", CLERK)
    huge = clerk.act(running, "milestones", {"milestone": "opened", "note": "x" * 300_000})
    assert huge.status_code == 413
    deep: Any = 1
    for _ in range(40):
        deep = {"a": deep}
    assert clerk.act(running, "results", {"figures": deep}).status_code == 400
    url = f"{congress_house.url('congress')}/api/congress/congresses/{running['id']}/results"
    headers = {
        "Authorization": f"Bearer {clerk.token}",
        "If-Match": '"1"',
        "Content-Type": "application/json",
    }
    broken = clerk.http.post(url, data=b'{"figures": {"a": 1', headers=headers, timeout=9)
    assert broken.status_code == 400
    unstorable = clerk.act(running, "results", {"figures": {"a\x00b": 1}})
    assert unstorable.status_code == 400
    too_big = clerk.act(running, "results", {"figures": {"summoned": 2**60}})
    assert too_big.status_code in (400, 422)
