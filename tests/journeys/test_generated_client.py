"""Whoever has only the published document does the main job with it: a client is generated from it and used."""

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from servicekit.ids import new_id
from tests.journeys.whole_house import FIGURES, Json, WholeHouse, eventually

PACKAGE = "sammelan_client"
# Pieces of an upload are bytes like any others; the generator does not know tus's name for them.
CONFIG = """\
post_hooks: []
content_type_overrides: {application/offset+octet-stream: application/octet-stream}
"""
CLERK, APPROVER, HEADQUARTERS, UNION = "union-clerk", "upazila-clerk", "hq-organiser", "BD-N0129"


@pytest.fixture(scope="module")
def generated(document: Json, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A package of Python made by openapi-python-client from the document as the gateway serves it."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
    (folder / "config.yml").write_text(CONFIG, encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "openapi_python_client", "generate", "--path", "openapi.json", "--config", "config.yml",
         "--output-path", PACKAGE, "--meta", "none", "--fail-on-warning"],
        cwd=folder, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    sys.path.insert(0, str(folder))
    yield folder / PACKAGE
    sys.path.remove(str(folder))


class Program:
    """A program that knows the generated client and nothing else of us; it works with a person's session."""

    def __init__(self, whole: WholeHouse, key: str) -> None:
        person = whole.person(key)
        client = importlib.import_module(f"{PACKAGE}.client")
        self._client = client.Client(
            base_url=person.base,
            cookies=person.http.cookies.get_dict(),
            # One connection a call: nothing is left open.
            headers={"Origin": person.base, "Connection": "close"},
        )

    def call(self, service: str, operation: str, /, *args: str, **named: Any) -> Any:
        """The parsed answer; fails for a refusal."""
        module = importlib.import_module(f"{PACKAGE}.api.{service}.{service}_{operation}")
        answer = module.sync_detailed(*args, client=self._client, **named)
        assert answer.status_code < 400, answer.content
        return answer.parsed

    def refused(self, service: str, operation: str, /, *args: str, **named: Any) -> Any:
        module = importlib.import_module(f"{PACKAGE}.api.{service}.{service}_{operation}")
        answer = module.sync_detailed(*args, client=self._client, **named)
        assert answer.status_code >= 400
        return answer.parsed


def body(name: str, **values: Any) -> Any:
    module = importlib.import_module(f"{PACKAGE}.models")
    return getattr(module, name).from_dict(values)


def test_a_client_generated_from_the_document_does_the_main_job(
    whole_house: WholeHouse, generated: Path
) -> None:
    whole, today = whole_house, whole_house.congress.clock.today()
    day = today - timedelta(days=10)
    plan = whole.cascaded(whole.a_plan("district", "upazila", "union"))["id"]
    eventually(lambda: _congress(whole, plan, UNION), "there is a congress")
    for key, code in (("district-secretary", "BD-D01"), ("upazila-clerk", "BD-U011")):
        whole.recorded(key, whole.congress_of(key, {"id": plan}, code), "plan", day=day)

    headquarters = Program(whole, HEADQUARTERS)
    assert headquarters.call("identity", "account_read_me_get").name
    (root,) = headquarters.call("membership", "units_search_units_get", code="BD").items
    before = headquarters.call("congress", "rollups_read_rollup_get", plan, root.id)
    assert before.total == 10

    given = Program(whole, "district-secretary").call(
        "identity",
        "grants_grant_access_post",
        idempotency_key=new_id(),
        body=body(
            "IdentityGiveGrant",
            unit_id=whole.unit("BD-N0131").id,
            role="clerk",
            national_number="9990000000103",
            valid_from=today.isoformat(),
            valid_to=(today + timedelta(days=200)).isoformat(),
            reason="office secretary",
        ),
    )
    assert (given.role, given.status) == ("clerk", "invited")

    clerk = Program(whole, CLERK)
    congress = _congress(whole, plan, UNION)
    early = clerk.refused(
        "congress",
        "congresses_report_results_post",
        congress["id"],
        if_match=_tag(congress["version"]),
        body=body("CongressResultsReport", figures={}),
    )
    assert (early.type_, early.status) == ("/problems/results-too-early", 409)
    shown = clerk.call("congress", "congresses_read_congress_get", congress["id"])
    for milestone in ("plan", "opened", "closed"):
        report = body("CongressMilestoneReport", milestone=milestone, date=day.isoformat())
        shown = clerk.call(
            "congress",
            "congresses_record_milestone_post",
            shown.id,
            if_match=_tag(shown.version),
            body=report,
        )
    shown = clerk.call(
        "congress",
        "congresses_report_results_post",
        shown.id,
        if_match=_tag(shown.version),
        body=body("CongressResultsReport", figures=FIGURES),
    )
    shown = clerk.call("congress", "congresses_submit_post", shown.id, if_match=_tag(shown.version))
    assert shown.state == "submitted"

    approver = Program(whole, APPROVER)
    waiting = approver.call(
        "congress",
        "congresses_list_congresses_get",
        below=whole.unit("BD-U011").id,
        state=_state("submitted"),
    )
    assert [one.id for one in waiting.items] == [shown.id]
    shown = approver.call("congress", "congresses_approve_post", shown.id, if_match=_tag(shown.version))
    assert shown.state == "approved"

    def counted() -> bool:
        figure = headquarters.call("congress", "rollups_read_rollup_get", plan, root.id)
        return bool(figure.states.to_dict().get("approved") == 1)

    eventually(counted, "headquarters' figure follows")


def _congress(whole: WholeHouse, plan_id: str, code: str) -> Json:
    return whole.congress_of(CLERK, {"id": plan_id}, code)


def _tag(version: int) -> str:
    return f'"{version}"'


def _state(value: str) -> Any:
    return importlib.import_module(f"{PACKAGE}.models").CongressCongressesListCongressesGetState(value)
