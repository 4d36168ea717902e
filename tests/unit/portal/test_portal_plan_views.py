"""Plans as the pages show them."""

from typing import Any

from portal.plans.views.plans import differences, milestones_offered, plan_values


def a_step(key: str, days: int = 1) -> dict[str, Any]:
    return {"key": key, "names": {"en": key}, "days_before_deadline": days}


DRAFT: dict[str, Any] = {
    "name": "Plan", "names": {"bn": "পরিকল্পনা"}, "cycle": "2026–2031", "opens_on": "2026-01-01",
    "open_below": "refuse", "lateness": {"explained_after": 45, "postponed_most": 30, "reminders": [-7, 0, 1]},
    "deadlines": {"union": "2026-06-30"},
    "milestones": [a_step("opened", 2), a_step("own", 3), a_step("closed", 0)],
}  # fmt: skip


def test_the_form_of_a_draft_offers_its_own_milestones_and_those_that_it_leaves_out_in_their_places() -> None:
    template = {"milestones": [a_step(key) for key in ("issued", "opened", "elected", "closed", "thanked")]}
    keys = [one["key"] for one in milestones_offered(DRAFT, template)]
    assert keys == ["issued", "opened", "elected", "own", "closed", "thanked"]


def test_a_draft_fills_its_form_and_what_others_saved_meanwhile_is_told() -> None:
    values = plan_values(DRAFT)
    assert (values["milestones/own"], values["names/bn"], values["open_below"]) == ("3", "পরিকল্পনা", "refuse")
    assert values["lateness/explained_after"] == "45"
    assert differences(DRAFT, values) == []
    assert differences(DRAFT, {**values, "cycle": "2027"}) == [("cycle", "2026–2031")]
