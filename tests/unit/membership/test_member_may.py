"""What an answer says may be done with a member is what happens when it is done."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from membership.domain.leaving import READ, WRITE, acts_of
from membership.domain.members import Details, Member, Sex
from membership.domain.units import Unit
from servicekit.access.decision import Caller, Reach, Right

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
HERE = Unit("u", "U", {"en": "U"}, "union", "r", ("r", "u"), date(2020, 1, 1))
HEIR = replace(HERE, id="h", path=("r", "h"))
ENDED = replace(HERE, valid_to=date(2026, 1, 1))
MEMBER = Member("m", 1, "u", HERE.path, Details("Rahima", date(1980, 1, 1), Sex.FEMALE))
LEFT = replace(MEMBER, left_on=date(2026, 2, 1))
UNKNOWN = dict.fromkeys(("change", "leave", "move", "history"), "unknown-here")
FREE = dict.fromkeys(UNKNOWN, "")


def keeper(unit: Unit, *permissions: str, assurance: int = 2) -> Caller:
    rights = tuple(Right(one, unit.id, unit.path, Reach.OWN) for one in permissions or (READ, WRITE))
    return Caller("k", rights=rights, assurance=assurance)


@pytest.mark.parametrize(
    ("member", "unit", "caller", "told"),
    [
        (MEMBER, HERE, keeper(HERE), FREE),
        (MEMBER, HERE, keeper(HEIR), UNKNOWN),
        (MEMBER, HERE, Caller("k"), UNKNOWN),
        (MEMBER, HERE, keeper(HERE, READ), {**dict.fromkeys(FREE, "permission-missing"), "history": ""}),
        (LEFT, HERE, keeper(HERE), {**dict.fromkeys(FREE, "member-left"), "history": ""}),
        # An ended unit's members go; nothing else becomes of them. The keepers of what followed it see to that.
        (MEMBER, ENDED, keeper(HERE), {**FREE, "change": "unit-ended"}),
        (MEMBER, ENDED, keeper(HEIR), {**FREE, "change": "unit-ended"}),
        (LEFT, ENDED, keeper(HEIR), {**dict.fromkeys(FREE, "member-left"), "history": ""}),
        # That the eID must see them again cures no other reason.
        (MEMBER, HERE, keeper(HERE, assurance=1), dict.fromkeys(FREE, "assurance-too-low")),
        (
            LEFT,
            HERE,
            keeper(HERE, assurance=1),
            {**dict.fromkeys(FREE, "member-left"), "history": "assurance-too-low"},
        ),
    ],
)
def test_what_may_be_done_with_a_member(
    member: Member, unit: Unit, caller: Caller, told: dict[str, str]
) -> None:
    acts = acts_of(member, unit, [HEIR], caller, NOW)
    assert {act: refusal.slug() if refusal else "" for act, refusal in acts.items()} == told
