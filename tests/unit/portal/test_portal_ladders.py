"""The days on which somebody is reminded: as they are typed, in whatever script, and as they are read."""

import pytest

from portal.congress.views.lists import LONG_LATE, Listed, listed_of
from portal.frame.forms import Form
from portal.plans.views.ladders import FIELD, ladder_text, typed_ladder
from portal.plans.views.plans import lateness_values
from portal.plans.views.rule_sets import rule_values, versions_of
from tests.unit.portal.test_portal_rule_sets import FIRST, PLAN, SECOND


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("-7 -3 -1 0 +1 +7", [-7, -3, -1, 0, 1, 7]),
        ("−7, −3;1\n7", [-7, -3, 1, 7]),
        ("-৭ ০ +৭", [-7, 0, 7]),
        ("  ", []),
        ("soon", None),
        ("1.5", None),
        ("1e3", None),
        ("- 7", None),
    ],
)
def test_days_are_typed_in_a_row(typed: str, days: list[int] | None) -> None:
    form = Form({FIELD: typed})
    said = typed_ladder(form)
    assert said == ({} if days is None else {"reminders": days})
    assert (FIELD in form.faults) is (days is None)


def test_a_form_that_does_not_ask_says_nothing_of_it() -> None:
    assert typed_ladder(Form({})) == {}


def test_they_are_in_the_form_as_they_are_and_a_change_of_them_is_shown() -> None:
    assert ladder_text([-7, 0, 1]) == "-7 0 +1"
    assert rule_values(PLAN)[FIELD] == lateness_values(PLAN["lateness"])[FIELD] == "-7 0 +1"
    other = {**SECOND, "lateness": {**SECOND["lateness"], "reminders": []}}
    (change,) = [one for one in versions_of([other, FIRST])[0].changes if one.key == "reminders"]
    assert (change.before, change.after) == ("-7 0 +1", "")


def test_the_list_of_those_that_are_long_late_is_asked_for_as_the_service_knows_it() -> None:
    plan = {"id": "p", "deadlines": {}, "milestones": [{"key": "closed"}]}
    listed = listed_of(plan, "u", {"which": LONG_LATE})
    assert listed.conditions == {"beside": "long_late"}
    assert Listed("p", "u", LONG_LATE).link == "/lists/p/u?which=long_late"
