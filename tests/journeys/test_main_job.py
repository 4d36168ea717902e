"""The main job, step by step: from an empty system to the figure at headquarters.

Everything runs; people sign in through the practice eID and act through the gateway.
"""

from datetime import timedelta

import requests

from tests.journeys.whole_house import FIGURES, Json, WholeHouse, eventually
from tests.people import Person

# The congress that the story follows, and who decides on it.
UNION, CLERK, APPROVER = "BD-N0129", "union-clerk", "upazila-clerk"


def rollup(whole: WholeHouse, plan: Json, key: str = "hq-organiser", code: str = "BD") -> Json:
    answer = whole.person(key).get(f"/api/congress/rollups/{plan['id']}/{whole.unit(code).id}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def milestone(figure: Json, key: str) -> Json:
    (found,) = (one for one in figure["milestones"] if one["key"] == key)
    return dict(found)


def test_the_main_job_from_the_first_grant_to_the_figure_at_headquarters(whole_house: WholeHouse) -> None:
    whole = whole_house
    today = whole.congress.clock.today()

    # 1–4. The tree is imported, the first administrator has signed in, grants have gone down to the union.
    me = whole.person(CLERK).get("/api/identity/me").json()
    assert [(grant["role"], grant["unit_id"]) for grant in me["grants"]] == [("clerk", whole.unit(UNION).id)]
    assert me["assurance"] == 2
    chain = whole.person(CLERK).get(
        f"/api/identity/why?permission=congress:report&unit_id={whole.unit(UNION).id}"
    )
    units = [grant["unit_id"] for grant in chain.json()["chain"]]
    assert units == [whole.unit(code).id for code in ("BD", "BD-D01", "BD-U011", UNION)]

    # 5. Headquarters opens a plan and cascades it: one congress per unit of three levels.
    plan = whole.cascaded(whole.a_plan("district", "upazila", "union"))
    assert plan["cascade"] == {"total": 10, "made": 10, "state": "done"}
    before = eventually(lambda: rollup(whole, plan), "there is a figure")
    assert before["total"] == 10
    assert milestone(before, "approved")["done"] == 0

    # 6. Milestones go down the tree: nobody goes before their superior.
    day = today - timedelta(days=10)
    congress = whole.congress_of(CLERK, plan, UNION)
    early = whole.act(CLERK, congress, "milestones", {"milestone": "plan", "date": day.isoformat()})
    assert (early.status_code, early.json()["type"]) == (409, "/problems/before-parents-plan")
    for key, code in (("district-secretary", "BD-D01"), ("upazila-clerk", "BD-U011")):
        whole.recorded(key, whole.congress_of(key, plan, code), "plan", day=day)
    late = whole.act(CLERK, congress, "results", {"figures": FIGURES})
    assert (late.status_code, late.json()["type"]) == (409, "/problems/results-too-early")
    congress = whole.recorded(CLERK, congress, "plan", "opened", "closed", day=day)

    # 7–8. Results, and the report goes up; it is then with the superior.
    congress = whole.done(CLERK, congress, "results", {"figures": {**FIGURES, "summoned": 100}})
    congress = whole.done(CLERK, congress, "submit")
    assert congress["state"] == "submitted"
    locked = whole.act(CLERK, congress, "results", {"figures": FIGURES})
    assert locked.json()["type"] == "/problems/waiting-for-approval"

    # 9. Returned with a reason for each field, corrected, sent up again.
    reasons = {"present": "The list of signatures says 96.", "closed": "Was it not a day later?"}
    congress = whole.done(APPROVER, congress, "return", {"reasons": reasons})
    assert congress["state"] == "returned"
    assert congress["returned"]["reasons"] == reasons
    eventually(
        lambda: "congress.returned" in [one["kind"] for one in whole.notices(CLERK)],
        "the clerk has the return in her inbox",
    )
    figures = {**FIGURES, "present": 96, "absent_with_reason": 4}
    congress = whole.done(CLERK, whole.congress_of(CLERK, plan, UNION), "results", {"figures": figures})
    (closed,) = (entry for entry in congress["entries"] if entry["milestone"] == "closed")
    correction = {
        "milestone": "closed",
        "date": (day + timedelta(days=1)).isoformat(),
        "note": "Corrected after the return.",
        "corrects": closed["id"],
    }
    congress = whole.done(CLERK, congress, "milestones", correction)
    assert [e["id"] for e in congress["entries"] if e["milestone"] == "closed"][0] == closed[
        "id"
    ]  # history stays
    congress = whole.done(CLERK, congress, "submit")
    # Withdrawn and sent once more; then whoever decides it opens it, and it stays.
    congress = whole.done(CLERK, whole.done(CLERK, congress, "withdraw-report"), "submit")
    form = whole.person(APPROVER).get(f"/congresses/{congress['id']}/decide")
    assert form.status_code == 200, form.text
    assert whole.congress_of(CLERK, plan, UNION)["opened"]["unit"]["id"] == whole.unit("BD-U011").id
    opened = whole.act(CLERK, congress, "withdraw-report")
    assert (opened.status_code, opened.json()["type"]) == (409, "/problems/opened")

    # 10. Approved, by the unit above and by nobody else; then it is locked.
    own = whole.act(CLERK, congress, "approve")
    assert own.status_code == 403
    congress = whole.done(APPROVER, congress, "approve")
    assert congress["state"] == "approved"
    after = whole.act(CLERK, congress, "results", {"figures": FIGURES})
    assert (after.status_code, after.json()["type"]) == (409, "/problems/congress-approved")

    # 11. Headquarters' figure counts it, and every unit on the way up.
    def counted() -> bool:
        return bool(milestone(rollup(whole, plan), "approved")["done"])

    eventually(counted, "headquarters' figure counts the approval")
    for key, code in (
        ("hq-organiser", "BD"),
        ("division-supervisor", "BD-V01"),
        ("district-secretary", "BD-D01"),
        ("upazila-clerk", "BD-U011"),
        (CLERK, UNION),
    ):
        figure = rollup(whole, plan, key, code)
        assert milestone(figure, "approved")["done"] == 1, code
        assert figure["results"]["union"]["figures"]["present"] == 96
        assert figure["states"]["approved"] == 1
    plans = milestone(rollup(whole, plan), "plan")["by_level"]
    assert {level: count["done"] for level, count in plans.items()} == {
        "district": 1,
        "upazila": 1,
        "union": 1,
    }
    table = whole.person("hq-organiser").get(f"/api/congress/rollups/{plan['id']}/{whole.unit('BD').id}/csv")
    assert table.headers["Content-Type"].startswith("text/csv")
    assert "BD-V01" in table.text
    whole.settled()
    assert whole.rollup_differences() == []

    # 12. Everybody was told, and everything is written down.
    assert {"grant.bound", "congress.returned", "congress.approved"} <= {
        n["kind"] for n in whole.notices(CLERK)
    }
    assert "congress.submitted" in {n["kind"] for n in whole.notices(APPROVER)}
    assert told_by_mail(whole, CLERK)
    actions = [entry["action"] for entry in audited(whole, congress["id"])]
    assert actions[:3] == ["congress.approved", "congress.opened", "congress.submitted"]
    assert actions.count("milestone.recorded") == 4
    assert actions.count("results.reported") == 2
    assert actions.count("congress.returned") == 1
    assert [faults for faults in whole.audit_faults().values() if faults] == []


def told_by_mail(whole: WholeHouse, key: str) -> bool:
    """A mail links to the house, is in the reader's language and names neither person nor unit."""
    mails = eventually(lambda: whole.caught_mails(key), "a mail is caught")
    for mail in mails:
        text = mail["text"] + mail["subject"]
        assert whole.person(key).base in text
        assert whole.unit(UNION).names["en"] not in text
        assert "Golapi" not in text
    return bool(mails)


def audited(whole: WholeHouse, record_id: str) -> list[Json]:
    """The auditor's view of one record, newest first."""
    answer = whole.person("auditor").get(f"/api/congress/audit?unit_id={whole.unit(UNION).id}&limit=200")
    assert answer.status_code == 200, answer.text
    return [entry for entry in answer.json()["items"] if entry["record_id"] == record_id]


def test_a_notice_is_marked_as_read_by_its_reader(whole_house: WholeHouse) -> None:
    whole = whole_house
    eventually(lambda: whole.notices("division-supervisor"), "a notice has come")
    reader = whole.person("division-supervisor")
    inbox = reader.get("/api/notifications/inbox").json()
    read = reader.post(f"/api/notifications/inbox/{inbox['items'][0]['id']}/read", {})
    assert read.status_code == 200, read.text
    after = reader.get("/api/notifications/inbox").json()
    # Another test may have read all of this person's notices before.
    newly = 1 if inbox["items"][0]["read_at"] is None else 0
    assert after["unread"] == inbox["unread"] - newly
    assert after["items"][0]["read_at"] is not None


def test_a_draft_is_kept_for_its_writer_and_taken_once(whole_house: WholeHouse) -> None:
    writer = whole_house.person("district-secretary")
    kept = writer.post("/api/identity/drafts", {"path": "/units", "values": {"reason": "half a"}})
    assert kept.status_code == 201, kept.text
    taken = writer.post(f"/api/identity/drafts/{kept.json()['id']}/take")
    assert taken.json()["values"] == {"reason": "half a"}
    assert writer.post(f"/api/identity/drafts/{kept.json()['id']}/take").status_code == 404


def test_a_person_ends_one_of_their_own_sessions(whole_house: WholeHouse) -> None:
    whole = whole_house
    here = whole.person("division-supervisor")
    elsewhere = Person(whole.house, "division-supervisor")
    assert elsewhere.sign_in().status_code == 200
    others = [one for one in here.get("/api/identity/sessions").json()["items"] if not one["current"]]
    for one in others:
        assert here.send("DELETE", f"/api/identity/sessions/{one['id']}").status_code == 204
    eventually(lambda: elsewhere.get("/api/identity/me").status_code == 401, "the other session is over", 2.0)
    assert here.get("/api/identity/me").status_code == 200


def test_the_gateway_is_the_only_door_and_everything_behind_it_is_ready(whole_house: WholeHouse) -> None:
    house = whole_house.house
    base = f"http://localhost:{house.ports['gateway']}"
    ready = eventually(
        lambda: (answer := requests.get(f"{base}/readyz", timeout=10)).ok and answer.json(), "all is ready"
    )
    assert isinstance(ready, dict)
    assert set(ready["services"].values()) == {"ready"}
    for path in ("/internal/feed", "/metrics", "/internal/events"):
        assert requests.get(base + path, timeout=10).status_code == 404
    for packed, headers in (("gzip", {"Accept-Encoding": "gzip"}), (None, {"Accept-Encoding": "identity"})):
        page = requests.get(f"{base}/sign-in", headers=headers, timeout=10)
        assert (page.status_code, page.headers.get("Content-Encoding")) == (200, packed)
    # A service believes nobody for standing in front of it.
    for service in ("membership", "congress", "identity", "notifications", "portal"):
        forged = requests.get(
            house.url(service) + "/internal/subscriptions",
            headers={"Authorization": "Bearer x", "X-Forwarded-For": "127.0.0.1"},
            timeout=10,
        )
        assert forged.status_code in (401, 403, 404), service
