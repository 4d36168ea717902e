"""The sample's seats: divided twice by the rules, once for each, and read below."""

from congress.context import Context
from congress.domain.seats import Basis, Method, Rule
from sammelan.sample.seats import CASES, CODE, Case, make_sample_seats
from tests.integration.congress.scene import READER, Desk, Json
from tests.processes import ROOT, House


def test_they_are_divided_once_for_each_and_the_last_counts(
    congress_house: House, context: Context, plan: Json
) -> None:
    found = context.plans.get(plan["id"])
    cases = (
        Case(Rule(Basis.MEMBERS, Method.LARGEST_REMAINDER, 9), 3),
        Case(Rule(Basis.MEMBERS, Method.DHONDT, 10), 1, "One more.", {0: 900}),
    )
    for _ in range(2):
        make_sample_seats(context, found, "NORTH", cases)
    make_sample_seats(context, found, "NOWHERE", cases)
    north, n1 = Desk(congress_house, "north", READER), Desk(congress_house, "n1", READER)
    made = north.get(f"/congresses/{north.congress_of('north', plan)['id']}/seats")["items"]
    assert [(one["number"], one["state"], one["reason"], one["seats"]) for one in made] == [
        (2, "decided", "One more.", 10),
        (1, "decided", "", 9),
    ]
    given = n1.get(f"/congresses/{n1.congress_of('n1', plan)['id']}/seats")["given"]
    assert (given["id"], given["own"]["before"]) == (made[0]["id"], 4)


def test_it_is_a_unit_of_the_sample_tree_and_can_be_divided_so() -> None:
    tree = (ROOT / "examples/bangladesh/units.csv").read_text(encoding="utf-8").splitlines()
    below = [line for line in tree if line.split(",")[1] == CODE]
    for case in CASES:
        assert (
            len(below) * case.rule.least
            <= case.rule.seats
            <= len(below) * (case.rule.most or case.rule.seats)
        )
        assert all(place < len(below) for place in case.other)
