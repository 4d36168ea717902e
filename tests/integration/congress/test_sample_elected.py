"""The sample's elected people: as many as the figures say, once, and read at the congress above."""

from congress.context import Context
from congress.sample import ToDo
from sammelan.sample.elected import make_sample_elected
from tests.integration.congress.scene import APPROVER, FIGURES, READER, Desk, an_open_plan
from tests.integration.congress.test_tallies_keyed import until
from tests.processes import House


def test_they_are_named_once(congress_house: House, context: Context) -> None:
    plan = an_open_plan(congress_house, context)
    until(congress_house, context, plan, "closed")
    clerk = Desk(congress_house, "n1", ("congress:read below", "congress:report own"))
    own = clerk.congress_of("n1", plan)
    own = clerk.done(own, "results", {"figures": {**FIGURES, "delegates_up": 3}})
    own = clerk.done(own, "submit")
    Desk(congress_house, "north", APPROVER).done(own, "return", {"reasons": {"present": "Look again."}})
    found = context.plans.get(plan["id"])
    for _ in range(2):
        make_sample_elected(context, found, {"N1": ToDo.CORRECT, "N2": ToDo.CLOSE, "NOWHERE": ToDo.CORRECT})
    north = Desk(congress_house, "north", READER)
    delegates = north.get(f"/congresses/{north.congress_of('north', plan)['id']}/delegates")["items"]
    assert [(one["unit"]["code"], len(one["people"])) for one in delegates] == [("N1", 3), ("N2", 0)]
    lists = {one["of"]: one for one in clerk.get(f"/congresses/{own['id']}/elected")["items"]}
    assert (lists["delegates"]["version"], lists["delegates"]["cautions"]) == (1, [])
