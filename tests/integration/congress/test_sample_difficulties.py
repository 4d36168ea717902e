"""The sample's difficulties: made once, by the rules, and seen where they lie."""

from congress.context import Context
from congress.domain.difficulties import Kind, Urgency
from sammelan.sample.difficulties import CASES, SURVEY, Case, hang_sample_survey, make_sample_difficulties
from servicekit.files.store import FileStore
from tests.integration.congress.scene import APPROVER, Desk, Json
from tests.integration.congress.test_attachments import store  # noqa: F401
from tests.processes import ROOT, House


def test_it_is_made_once_joined_at_the_top_and_lies_where_it_is_said(
    congress_house: House,
    context: Context,
    plan: Json,
    store: FileStore,  # noqa: F811
) -> None:
    for name in ("difficulties", "listed", "listed_totals", "listed_notes"):
        context.database.mongo[name].delete_many({})
    found = context.plans.get(plan["id"])
    cases = (
        Case("N1", Kind.PERSONNEL, Urgency.SOON, "One.", [("answer", "So."), ("solved", "")]),
        Case("N2", Kind.PERSONNEL, Urgency.SOON, "Two.", [("climb", "")], blocks="opened", waits="No hall."),
        Case("N1", Kind.OTHER, Urgency.URGENT, "Three.", [("forward", "Look.")]),
        Case("S1", Kind.OTHER, Urgency.URGENT, "Four.", [("forward", "Look.")]),
        Case("NOWHERE", Kind.OTHER, Urgency.URGENT, "Of another tree."),
    )
    for _ in range(2):
        make_sample_difficulties(context, found, cases)
        hang_sample_survey(context, store, cases)
    root = Desk(congress_house, "root", APPROVER)
    seen = root.get("/difficulties?unit_id=root")["items"]
    assert sorted((one["unit_id"], one["standing"], one["joined"]) for one in seen) == [
        ("n1", "open", True),
        ("n2", "overdue", False),
        ("s1", "open", True),
    ]
    assert {one["blocks"]["milestone"] for one in seen if one["blocks"]} == {"opened"}
    solved = Desk(congress_house, "north", APPROVER).get("/difficulties?unit_id=north&which=solved")
    assert [one["unit_id"] for one in solved["items"]] == ["n1"]
    files = {one["unit_id"]: root.get(f"/difficulties/{one['id']}/files")["items"] for one in seen}
    assert {unit: [one["name"] for one in some] for unit, some in files.items()} == {
        "n1": [],
        "n2": [SURVEY],
        "s1": [],
    }
    blocked = root.get(f"/congresses?plan_id={plan['id']}&below=root&beside=blocked")["items"]
    assert [(one["unit_id"], one["blocks"][0]["reason"]) for one in blocked] == [("n2", "No hall.")]


def test_each_of_them_is_of_a_unit_of_the_sample_tree() -> None:
    tree = (ROOT / "examples/bangladesh/units.csv").read_text(encoding="utf-8").splitlines()
    assert {case.code for case in CASES} <= {line.partition(",")[0] for line in tree}
    milestones = (ROOT / "examples/plan.toml").read_text(encoding="utf-8")
    assert all(f'key = "{case.blocks}"' in milestones for case in CASES if case.blocks)
