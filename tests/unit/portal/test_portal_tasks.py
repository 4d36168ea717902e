"""What waits for the reader on the start page."""

from datetime import date

from portal.start.views import Task, in_order, second_person_task, yearly_task
from tests.unit.portal.test_portal_grant_views import a_grant

TODAY = date(2026, 11, 5)
REMOVAL = {"by": "b", "by_name": "Karim", "reason": "left", "until": "2026-11-06T10:00:00+00:00"}


def test_a_proposed_grant_and_a_removal_wait_for_the_second_person_until_their_time() -> None:
    proposed = second_person_task(
        a_grant(status="proposed", confirm_until="2026-11-08T10:00:00+00:00"), TODAY
    )
    assert (proposed.kind, proposed.due, proposed.link, proposed.name) == (
        "confirm",
        "2026-11-08",
        "/grants/g",
        "Rahima",
    )
    removal = second_person_task(a_grant(removal=REMOVAL), TODAY)
    assert (removal.kind, removal.due) == ("remove", "2026-11-06")
    assert removal.due_state is not None
    assert removal.due_state.word == "Due soon"
    longer = second_person_task(a_grant(extension={**REMOVAL, "valid_to": "2028-01-01"}), TODAY)
    assert (longer.kind, longer.due) == ("longer", "2026-11-06")


def test_the_yearly_list_is_one_task_due_with_its_first_grant() -> None:
    due = [a_grant(recertify_by=day) for day in ("2026-12-24", "2026-11-01")]
    task = yearly_task("u", {"en": "Unit"}, due, TODAY)
    assert task is not None
    assert (task.count, task.due, task.link) == (2, "2026-11-01", "/units/u/access/yearly")
    assert task.due_state is not None
    assert task.due_state.word == "The deadline has passed"
    assert yearly_task("u", {"en": "Unit"}, [], TODAY) is None


def test_what_others_wait_for_comes_before_what_is_due_soonest() -> None:
    kinds = ["submit", "recertify", "remove", "approve", "confirm", "returned"]
    tasks = [Task(kind, "/", {}, due=f"2026-11-{20 - place:02}") for place, kind in enumerate(kinds)]
    assert [task.kind for task in in_order(tasks)] == [
        "returned",
        "approve",
        "confirm",
        "remove",
        "recertify",
        "submit",
    ]
