"""Who is responsible for a congress: a few of its unit, each with what they look after, as the unit said last."""

import pytest

from congress.domain import people as rules
from congress.domain.people import PEOPLE_MOST, TASK_LONGEST, named
from congress.domain.taking_over import take_over
from congress.domain.takings import Responsible
from congress.store.documents import congress_document, congress_of
from servicekit.refusals import Refusal
from tests.unit.congress.builders import a_congress, a_plan, by, the_top

HERE = {f"a{n}": f"Person {n}" for n in range(PEOPLE_MOST + 1)}


def test_they_are_kept_with_their_names_and_said_anew_each_time() -> None:
    people = named([("a1", " The hall. "), ("a0", "Papers")], HERE)
    assert people == (Responsible("a1", "Person 1", "The hall."), Responsible("a0", "Person 0", "Papers"))
    first = take_over(a_plan(), a_congress(), None, None, "", the_top(), by(), "e0", people=people)
    assert first.people == people
    document = congress_document(first)
    assert congress_of({**document, "version": 1}) == first
    again = take_over(a_plan(), first, None, None, "", the_top(), by(), "e1")
    assert (again.people, again.takings[0].people) == ((), people)


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        ([(f"a{n}", "x") for n in range(PEOPLE_MOST)], None),
        ([(f"a{n}", "x") for n in range(PEOPLE_MOST + 1)], rules.TooManyResponsible),
        ([("stranger", "x")], rules.NobodyHere),
        ([("", "x")], rules.NobodyHere),
        ([("a0", "x"), ("a0", "y")], rules.NamedTwice),
        ([("a0", "  ")], rules.TaskMissing),
        ([("a0", "x" * TASK_LONGEST)], None),
        ([("a0", "x" * (TASK_LONGEST + 1))], rules.TaskTooLong),
    ],
)
def test_who_can_be_named(wanted: list[tuple[str, str]], refusal: type[Refusal] | None) -> None:
    if refusal is None:
        assert len(named(wanted, HERE)) == len(wanted)
    else:
        with pytest.raises(refusal):
            named(wanted, HERE)
