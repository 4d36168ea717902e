"""The list of plans, page after page, and to whom what is shown of it."""

from datetime import timedelta

import pytest

from congress.context import Context
from servicekit.ids import new_id
from tests.integration.congress.scene import ADMINISTRATOR, READER, Desk, a_wanted_plan
from tests.processes import House


@pytest.fixture
def organiser(congress_house: House) -> Desk:
    return Desk(congress_house, "south", ADMINISTRATOR)


def drafts(context: Context, organiser: Desk, count: int) -> list[str]:
    """Of the south, the newest first; two of them open on the same day."""
    found = []
    for number in range(count):
        opens = context.clock.today() - timedelta(days=40 + max(number, 1))
        wanted = a_wanted_plan(context.clock.today(), unit_id="south", opens_on=opens.isoformat())
        wanted["deadlines"] = {"district": wanted["deadlines"]["district"]}
        answer = organiser.send("POST", "/plans", wanted, Idempotency_Key=new_id())
        assert answer.status_code == 201, answer.text
        found.append(answer.json()["id"])
    return found


def walked(desk: Desk, query: str = "") -> tuple[list[str], set[int | None]]:
    ids: list[str] = []
    after, totals = "", set()
    while True:
        answer = desk.get(f"/plans?limit=2{query}{after}")
        assert len(answer["items"]) <= 2
        ids += [one["id"] for one in answer["items"]]
        totals.add(answer["total"])
        if not answer["next"]:
            return ids, totals
        after = f"&after={answer['next']}"


def test_pages_hold_each_plan_once_the_newest_first_and_say_how_many_there_are(
    congress_house: House, context: Context, organiser: Desk
) -> None:
    made = drafts(context, organiser, 5)
    for query in ("", "&covering=south"):
        ids, totals = walked(organiser, query)
        assert len(ids) == len(set(ids))
        assert totals == {len(ids)}
        there = [one for one in ids if one in made]
        assert {*there[:2]} == {*made[:2]}
        assert there[2:] == made[2:]
    # Drafts are nobody's who does not manage them.
    reader = Desk(congress_house, "south", READER)
    ids, totals = walked(reader)
    assert not {*ids} & {*made}
    assert totals == {len(ids)}
    for draft in made:
        version = organiser.get(f"/plans/{draft}")["version"]
        assert organiser.send("DELETE", f"/plans/{draft}", If_Match=f'"{version}"').status_code == 204
    assert not {*walked(organiser)[0]} & {*made}


@pytest.mark.parametrize("query", ["after=nowhere", "limit=0", "limit=201", "other=1"])
def test_a_page_that_is_none_is_refused(organiser: Desk, query: str) -> None:
    assert organiser.send("GET", f"/plans?{query}").status_code == 422
