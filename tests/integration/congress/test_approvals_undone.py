"""Taking an approval back over HTTP: by whoever gave it, at once, and not once the congress above is approved."""

from congress.context import Context
from tests.integration.congress.scene import APPROVER, CLERK, READER, Desk, Json, project, reported
from tests.processes import House


def refused(desk: Desk, congress: Json) -> tuple[int, str]:
    answer = desk.act(congress, "undo-approval")
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


def test_it_waits_for_its_decision_again_and_what_happened_is_told(
    congress_house: House, context: Context, plan: Json
) -> None:
    sent = reported(congress_house, plan, "n1", "submit", context.clock.today())
    approver, clerk = Desk(congress_house, "north", APPROVER), Desk(congress_house, "n1", CLERK)
    approved = approver.done(sent, "approve")
    assert approver.get(f"/congresses/{approved['id']}")["acts"]["undo-approval"]["allowed"]
    assert clerk.get(f"/congresses/{approved['id']}")["acts"]["undo-approval"]["allowed"] is False
    back = approver.done(approved, "undo-approval")
    assert (back["state"], back["approved"]) == ("submitted", None)
    (undone,) = back["undone"]
    assert (undone["kind"], undone["by"], undone["undone_by"]) == ("approved", *2 * (approver.account_id,))
    project(context)
    rollup = Desk(congress_house, "root", READER).get(f"/rollups/{plan['id']}/n1")
    assert rollup["states"] == {"submitted": 1}
    # It is decided again, by the same as by another.
    assert refused(approver, back) == (409, "not-approved")
    again = approver.done(back, "approve")
    assert again["state"] == "approved"
    assert len(again["undone"]) == 1


def test_nobody_else_takes_it_back_and_nobody_an_older_version(
    congress_house: House, context: Context, plan: Json
) -> None:
    sent = reported(congress_house, plan, "n1", "submit", context.clock.today())
    approver = Desk(congress_house, "north", APPROVER)
    approved = approver.done(sent, "approve")
    above = Desk(congress_house, "root", APPROVER)
    assert refused(above, approved) == (409, "approved-by-somebody-else")
    assert refused(Desk(congress_house, "n1", CLERK), approved)[0] == 403
    assert refused(Desk(congress_house, "south", APPROVER), approved)[0] == 404
    assert refused(approver, sent) == (412, "stale")
    approver.done(approved, "undo-approval")
    assert refused(approver, approved) == (412, "stale")


def test_what_the_congress_above_was_approved_with_stays(
    congress_house: House, context: Context, plan: Json
) -> None:
    approver, above = Desk(congress_house, "north", APPROVER), Desk(congress_house, "root", APPROVER)
    own = reported(congress_house, plan, "north", "submit", context.clock.today())
    approved = approver.done(reported(congress_house, plan, "n1", "submit", context.clock.today()), "approve")
    above.done(own, "approve")
    assert refused(approver, approved) == (409, "approval-built-on")
