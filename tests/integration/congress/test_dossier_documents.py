"""Documents of the dossier over HTTP: said of a file of the report, and shown beside the figures that they prove."""

from datetime import timedelta

import pytest

from congress.context import Context
from servicekit.ids import new_id
from tests.integration.congress.scene import ADMINISTRATOR, APPROVER, CLERK, FIGURES, Desk, Json, reported
from tests.integration.congress.test_attachments import uploaded
from tests.papers import a_pdf
from tests.processes import House


@pytest.fixture
def report(congress_house: House, context: Context, plan: Json) -> Json:
    return reported(congress_house, plan, "n1", "results", context.clock.today() - timedelta(days=3))


def say(desk: Desk, report: Json, file_id: str, kind: str = "minutes", version: int | None = None) -> int:
    seen = desk.get(f"/congresses/{report['id']}")["version"] if version is None else version
    body = {"file_id": file_id, "kind": kind}
    path = f"/congresses/{report['id']}/documents"
    return desk.send("POST", path, body, If_Match=f'"{seen}"', Idempotency_Key=new_id()).status_code


def test_a_file_is_said_to_prove_these_figures_and_no_others(congress_house: House, report: Json) -> None:
    clerk, north = Desk(congress_house, "n1", CLERK), Desk(congress_house, "north", APPROVER)
    file_id = uploaded(clerk, report, a_pdf())
    assert say(clerk, report, file_id, version=1) == 412
    assert say(clerk, report, file_id, "photo") == 422
    assert say(clerk, report, new_id()) == 404
    assert say(north, report, file_id) == 403
    assert say(clerk, report, file_id) == 200
    (document,) = north.get(f"/congresses/{report['id']}")["documents"]
    assert {name: document[name] for name in ("file_id", "kind", "version", "newest")} == {
        "file_id": file_id,
        "kind": "minutes",
        "version": 1,
        "newest": True,
    }
    now = clerk.get(f"/congresses/{report['id']}")
    changed = (
        {**FIGURES, "young": 0} if "young" not in FIGURES else {**FIGURES, "young": FIGURES["young"] + 1}
    )
    clerk.done(now, "results", {"figures": changed})
    (document,) = north.get(f"/congresses/{report['id']}")["documents"]
    assert (document["version"], document["newest"]) == (1, False)
    assert say(clerk, report, file_id) == 200
    sent = clerk.done(clerk.get(f"/congresses/{report['id']}"), "submit")
    assert (sent["documents"][0]["version"], sent["history"][-1]["results_version"]) == (2, 2)
    assert say(clerk, report, file_id) == 409


def test_what_the_rules_ask_for_is_cautioned_before_it_is_sent(
    congress_house: House, plan: Json, report: Json
) -> None:
    organiser = Desk(congress_house, "root", ADMINISTRATOR)
    clerk = Desk(congress_house, "n1", CLERK)

    def cautions() -> list[str]:
        found = clerk.get(f"/congresses/{report['id']}")["cautions"]
        return [one["kind"] for one in found if one["field"] == "files"]

    assert cautions() == []
    seen = organiser.get(f"/plans/{plan['id']}")
    assert seen["documents"] == []

    def made(documents: list[str]) -> int:
        version = organiser.get(f"/plans/{plan['id']}")["version"]
        body = {"documents": documents, "reason": "They are asked for.", "reach": "not_begun"}
        path = f"/plans/{plan['id']}/rule-sets"
        return organiser.send("POST", path, body, If_Match=f'"{version}"').status_code

    assert [made(documents) for documents in (["other"], [], ["minutes", "minutes"])] == [422, 422, 200]
    assert organiser.get(f"/plans/{plan['id']}")["documents"] == ["minutes"]
    asked = [one["documents"] for one in organiser.get(f"/plans/{plan['id']}/rule-sets")["items"]]
    assert asked == [["minutes"], []]
    # A congress that had begun stands under the version before.
    assert cautions() == []


def test_a_plan_keeps_what_it_asks_for_and_a_missing_document_stops_nothing(
    congress_house: House, context: Context, plan: Json, report: Json
) -> None:
    clerk = Desk(congress_house, "n1", CLERK)
    context.database.mongo["plans"].update_one({"_id": plan["id"]}, {"$set": {"documents": ["minutes"]}})
    now = clerk.get(f"/congresses/{report['id']}")
    assert "minutes-missing" in [one["kind"] for one in now["cautions"]]
    file_id = uploaded(clerk, report, a_pdf())
    assert say(clerk, report, file_id) == 200
    now = clerk.get(f"/congresses/{report['id']}")
    assert "minutes-missing" not in [one["kind"] for one in now["cautions"]]
    assert clerk.done(now, "submit")["state"] == "submitted"
