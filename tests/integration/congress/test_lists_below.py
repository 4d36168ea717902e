"""Lists behind numbers: which congresses a figure counts, in which order, who must act, and the same as a file."""

import csv
import io
from datetime import timedelta

import pytest

from congress.context import Context
from tests.integration.congress.scene import APPROVER, READER, Desk, Json, project, reported
from tests.processes import House


@pytest.fixture
def lists(congress_house: House, context: Context, plan: Json) -> str:
    """The plans of the upper units are issued, those of n1, n2 and s1 are late; n1 has sent its report since."""
    reported(congress_house, plan, "n1", "submit", context.clock.today() - timedelta(days=1))
    project(context)
    return f"/congresses?below=root&plan_id={plan['id']}"


def units(answer: Json) -> list[str]:
    assert answer["total"] == len(answer["items"])
    return [one["unit_id"] for one in answer["items"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["root", "north", "n1", "n2", "south", "s1"]),
        ("&level=union", ["n1", "n2", "s1"]),
        ("&milestone=plan&standing=late", ["root", "north", "n1", "south"]),
        ("&milestone=plan&standing=done&level=union", ["n1"]),
        ("&milestone=plan&standing=overdue", ["n2", "s1"]),
        ("&milestone=plan&standing=overdue&who_acts=unit", ["n2", "s1"]),
        ("&milestone=plan&standing=overdue&who_acts=superior", []),
        ("&milestone=opened&standing=on_time", ["n1"]),
        ("&milestone=opened&standing=to_come&level=district", ["north", "south"]),
        ("&milestone=approved&standing=to_come&who_acts=superior", ["n1"]),
        ("&milestone=no-such&standing=done", []),
        ("&overdue=true", ["n2", "s1"]),
        ("&overdue=true&who_acts=superior", []),
        ("&overdue=true&level=centre", []),
        ("&state=submitted&level=union", ["n1"]),
    ],
)
def test_a_list_is_what_its_figure_counts(
    congress_house: House, lists: str, query: str, expected: list[str]
) -> None:
    assert units(Desk(congress_house, "root", READER).get(lists + query)) == expected


def test_each_says_whose_act_comes_next(congress_house: House, lists: str) -> None:
    found = Desk(congress_house, "root", APPROVER).get(lists)["items"]
    acts = {one["unit_id"]: one["who_acts"] for one in found}
    assert (acts["n1"], acts["n2"]) == ("superior", "unit")


def test_by_place_it_comes_in_pages_as_well(congress_house: House, lists: str) -> None:
    reader, found, after = Desk(congress_house, "root", READER), list[str](), ""
    while True:
        page = reader.get(f"{lists}&sort=place&limit=2" + (f"&after={after}" if after else ""))
        found += [one["unit_id"] for one in page["items"]]
        after = page["next"]
        if not after:
            break
    assert found == ["root", "north", "n1", "n2", "south", "s1"]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("&milestone=plan", "/milestone"),
        ("&standing=late", "/milestone"),
        ("&milestone=plan&standing=slow", "/standing"),
        ("&overdue=true&state=submitted", "/state"),
        ("&who_acts=unit", "/who_acts"),
        ("&milestone=plan&standing=late&who_acts=unit", "/who_acts"),
        ("&sort=name", "/sort"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    congress_house: House, lists: str, query: str, pointer: str
) -> None:
    refused = Desk(congress_house, "root", READER).send("GET", lists + query)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)


def test_the_same_list_is_a_file(congress_house: House, lists: str, plan: Json) -> None:
    path = f"/exports/listed/file?plan_id={plan['id']}&unit_id=root&as=csv&milestone=plan&standing=overdue"
    answer = Desk(congress_house, "root", READER).send("GET", path)
    assert answer.status_code == 200, answer.text
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["Code"] for row in rows] == ["N2", "S1"]
    assert rows[0]["Code of the unit above"] == "NORTH"
    assert (rows[0]["Days late"], rows[0]["Who must act"]) == ("40", "The unit itself")
    assert Desk(congress_house, "north", READER).send("GET", path).status_code == 404


def test_in_brief_the_same_are_told_of_with_less(congress_house: House, lists: str) -> None:
    desk = Desk(congress_house, "root", APPROVER)
    whole, brief = desk.get(f"{lists}&overdue=true"), desk.get(f"{lists}&overdue=true&brief=true")
    assert {key: brief[key] for key in ("next", "total")} == {key: whole[key] for key in ("next", "total")}
    assert units(brief) == units(whole) != []
    for one, all_of_it in zip(brief["items"], whole["items"], strict=True):
        milestones = one.pop("milestones")
        assert one.items() <= all_of_it.items()
        assert {"acts", "entries", "history", "results"}.isdisjoint(one)
        for line, milestone in zip(milestones, all_of_it["milestones"], strict=True):
            assert line.items() <= milestone.items()
            assert set(line) == {"key", "due", "date", "state"}
