"""A report that was sent up, over HTTP: withdrawn by its unit until the superior has opened it."""

from concurrent.futures import ThreadPoolExecutor

from congress.context import Context
from congress.operations import verify_rollups
from tests.integration.congress.scene import APPROVER, CLERK, FIGURES, READER, Desk, Json, project, reported
from tests.processes import House


def refused(desk: Desk, congress: Json, act: str) -> tuple[int, str]:
    answer = desk.act(congress, act)
    assert answer.status_code >= 400, answer.text
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


def waiting(desk: Desk, plan: Json, unit: str = "north", sort: str = "longest") -> list[str]:
    found = desk.get(f"/congresses?plan_id={plan['id']}&below={unit}&state=submitted&sort={sort}")
    return [one["unit_id"] for one in found["items"]]


def test_it_is_with_the_unit_again_and_out_of_the_queue(
    congress_house: House, context: Context, plan: Json
) -> None:
    sent = reported(congress_house, plan, "n1", "submit", context.clock.today())
    clerk, approver = Desk(congress_house, "n1", CLERK), Desk(congress_house, "north", APPROVER)
    project(context)
    assert waiting(approver, plan) == waiting(approver, plan, sort="deadline") == ["n1"]
    seen = clerk.get(f"/congresses/{sent['id']}")
    assert (seen["opened"], seen["acts"]["withdraw-report"]["allowed"]) == (None, True)
    back = clerk.done(sent, "withdraw-report")
    assert (back["state"], back["submitted"]) == ("closed", None)
    (undone,) = back["undone"]
    assert (undone["kind"], undone["undone_by"]) == ("submitted", clerk.account_id)
    assert "sent" not in back["current"]
    # Before the projector has counted, too, it is in no list by since when it waits.
    assert waiting(approver, plan) == []
    project(context)
    assert waiting(approver, plan, sort="deadline") == []
    assert Desk(congress_house, "root", READER).get(f"/rollups/{plan['id']}/n1")["states"] == {"closed": 1}
    assert verify_rollups(context, plan["id"]) == []
    assert refused(approver, back, "approve") == (409, "nothing-submitted")
    assert refused(approver, back, "open-report") == (409, "nothing-submitted")
    again = clerk.done(clerk.done(back, "results", {"figures": FIGURES}), "submit")
    assert again["state"] == "submitted"
    assert waiting(approver, plan) == ["n1"]
    assert approver.done(again, "approve")["state"] == "approved"


def test_once_the_superior_has_opened_it_it_stays(
    congress_house: House, context: Context, plan: Json
) -> None:
    sent = reported(congress_house, plan, "n1", "submit", context.clock.today())
    clerk, approver = Desk(congress_house, "n1", CLERK), Desk(congress_house, "north", APPROVER)
    # Whoever merely reads it, or stands further above, has not opened it.
    Desk(congress_house, "north", READER).get(f"/congresses/{sent['id']}")
    assert refused(Desk(congress_house, "root", APPROVER), sent, "open-report") == (409, "nearer-superior")
    assert refused(Desk(congress_house, "south", APPROVER), sent, "open-report")[0] == 404
    assert refused(clerk, sent, "open-report")[0] == 403
    assert clerk.get(f"/congresses/{sent['id']}")["opened"] is None
    opened = approver.done(sent, "open-report")
    assert opened["version"] == sent["version"]
    assert opened["opened"]["unit"]["id"] == "north"
    # Once: whoever opens it after changes nothing.
    later = Desk(congress_house, "north", APPROVER).done(sent, "open-report")
    assert later["opened"] == opened["opened"]
    told = clerk.get(f"/congresses/{sent['id']}")
    assert (told["opened"]["at"], told["opened"]["unit"]["id"]) == (opened["opened"]["at"], "north")
    assert told["acts"]["withdraw-report"]["refusal"]["type"] == "/problems/opened"
    assert refused(clerk, sent, "withdraw-report") == (409, "opened")
    # What is sent again was not opened yet.
    returned = approver.done(sent, "return", {"reasons": {"present": "Check it."}})
    assert refused(clerk, returned, "withdraw-report") == (409, "nothing-submitted")
    again = clerk.done(clerk.done(returned, "results", {"figures": FIGURES}), "submit")
    assert clerk.get(f"/congresses/{sent['id']}")["opened"] is None
    assert clerk.done(again, "withdraw-report")["state"] == "returned"


def test_nobody_else_withdraws_it_and_nobody_an_older_version(
    congress_house: House, context: Context, plan: Json
) -> None:
    done = reported(congress_house, plan, "n1", "results", context.clock.today())
    clerk = Desk(congress_house, "n1", CLERK)
    sent = clerk.done(done, "submit")
    assert refused(Desk(congress_house, "north", APPROVER), sent, "withdraw-report")[0] == 403
    assert refused(Desk(congress_house, "s1", CLERK), sent, "withdraw-report")[0] == 404
    assert refused(clerk, done, "withdraw-report") == (412, "stale")
    top = reported(congress_house, plan, "root", "submit", context.clock.today())
    assert refused(Desk(congress_house, "root", CLERK), top, "withdraw-report") == (409, "final-as-sent")


def at_once(congress: Json, *doing: tuple[Desk, str]) -> list[tuple[int, str]]:
    def act(one: tuple[Desk, str]) -> tuple[int, str]:
        answer = one[0].act(congress, one[1])
        said = answer.json()
        return answer.status_code, said["state"] if answer.status_code == 200 else said["type"]

    with ThreadPoolExecutor(len(doing)) as pool:
        return list(pool.map(act, doing))


def test_withdrawn_and_approved_at_once_one_of_them_is_refused(
    congress_house: House, context: Context, plan: Json
) -> None:
    clerk, approver = Desk(congress_house, "n1", CLERK), Desk(congress_house, "north", APPROVER)
    sent = reported(congress_house, plan, "n1", "submit", context.clock.today())
    for number in range(6):
        doing = ((clerk, "withdraw-report"), (approver, "approve"))
        said = at_once(sent, *(doing if number % 2 else reversed(doing)))
        assert sorted(status for status, _ in said)[0] == 200, said
        assert sorted(status for status, _ in said)[1] in (409, 412), said
        now = clerk.get(f"/congresses/{sent['id']}")
        assert [one for status, one in said if status == 200] == [now["state"]]
        if now["state"] == "approved":
            assert not [one for one in now["undone"] if one["undone_at"] > now["approved"]["at"]]
            sent = approver.done(now, "undo-approval")
        else:
            sent = clerk.done(now, "submit")


def test_withdrawn_and_opened_at_once_one_of_them_is_refused(
    congress_house: House, context: Context, plan: Json
) -> None:
    clerk, approver = Desk(congress_house, "n2", CLERK), Desk(congress_house, "north", APPROVER)
    sent = reported(congress_house, plan, "n2", "submit", context.clock.today())
    for number in range(6):
        doing = ((clerk, "withdraw-report"), (approver, "open-report"))
        said = at_once(sent, *(doing if number % 2 else reversed(doing)))
        assert sorted(status for status, _ in said) == [200, 409], said
        assert {one for status, one in said if status == 409} <= {
            "/problems/opened",
            "/problems/nothing-submitted",
        }
        now = clerk.get(f"/congresses/{sent['id']}")
        assert (now["state"] == "submitted") is (now["opened"] is not None), now
        if now["opened"]:
            now = approver.done(now, "return", {"reasons": {"present": "Check it."}})
            now = clerk.done(now, "results", {"figures": FIGURES})
        sent = clerk.done(now, "submit")
