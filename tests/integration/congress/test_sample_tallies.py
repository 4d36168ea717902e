"""The sample's tallies: made once by the rules, one election decided, the other with equal votes and a slip."""

from congress.context import Context
from sammelan.sample.tallies import make_sample_tallies
from tests.integration.congress.scene import CLERK, Desk, Json
from tests.processes import House


def test_they_are_made_once_and_show_what_can_become_of_an_election(
    congress_house: House, context: Context, plan: Json
) -> None:
    found = context.plans.get(plan["id"])
    for _ in range(2):
        make_sample_tallies(context, found, "NORTH")
    make_sample_tallies(context, found, "NOWHERE")
    north = Desk(congress_house, "north", CLERK)
    congress = north.congress_of("north", plan)
    made = {
        (one["of"], one["kind"]): one for one in north.get(f"/congresses/{congress['id']}/tallies")["items"]
    }
    assert {key: (one["agreed"], one["elected"], one["next"]) for key, one in made.items()} == {
        ("delegates", "first"): (True, 5, "nothing"),
        ("committee", "first"): (True, 8, "tie"),
        ("committee", "tie"): (False, None, None),
    }
    again = north.get(f"/congresses/{congress['id']}/tallies/{made['committee', 'tie']['id']}")
    assert again["differences"] == [{"row": "votes", "candidate": 1, "values": [52, 52, 53]}]
    assert [one["name"] for one in again["candidates"]] == ["প্রার্থী ৯", "প্রার্থী ১০"]
