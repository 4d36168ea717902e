"""Who hears of a matter of a unit, by a table of who holds what where."""

import pytest

from notifications.domain.audience import ADMINISTER, APPROVE, REPORT, Question, people_of
from notifications.domain.kinds import Kind

UNIT, NORTH = ("u1",), ("north", "u1")
HELD = {
    Question(REPORT, UNIT): ["anna", "bela"],
    Question(ADMINISTER, UNIT): ["bela", "anna"],
    Question(ADMINISTER, NORTH): ["carl"],
    Question(APPROVE, NORTH): ["carl"],
}


@pytest.mark.parametrize(
    ("kind", "besides", "people"),
    [
        (Kind.SECOND_PERSON, (), ["bela", "anna"]),
        # Whoever asked is not told, nor whom it is about.
        (Kind.SECOND_PERSON, ("anna",), ["bela"]),
        (Kind.JOINT_ACT_ASKED, ("bela",), ["anna"]),
        (Kind.ROLE_CHANGE_ASKED, ("anna",), ["bela"]),
        # Where the unit has nobody else, the next level above decides and is told; where none has, nobody is.
        (Kind.MOVE_ASKED, ("anna", "bela"), ["carl"]),
        (Kind.MOVE_ASKED, ("anna", "bela", "carl"), []),
        # By two permissions, and told once.
        (Kind.CONGRESS_APPROVED, (), ["anna", "bela"]),
        (Kind.CONGRESS_SUBMITTED, (), ["carl"]),
        # A remark goes to the nearest who are there: that its writer is one of them sends it no further.
        (Kind.COMMENTED_ABOVE, ("anna", "bela"), []),
        (Kind.COMMENTED_ABOVE, ("anna",), ["bela"]),
    ],
)
def test_who_is_told_and_who_need_not_hear_of_it(
    kind: Kind, besides: tuple[str, ...], people: list[str]
) -> None:
    assert people_of(kind, ("hq", "north", "u1"), besides, lambda one: HELD.get(one, [])) == people


def test_a_unit_without_clerks_has_its_administrators_told() -> None:
    held = {Question(ADMINISTER, UNIT): ["bela"]}
    assert people_of(Kind.DEADLINE_NEAR, UNIT, (), lambda one: held.get(one, [])) == ["bela"]
