"""Moving a unit: what changes with it, and whose leave it needs, by tables."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from membership.domain import moves as rules
from membership.domain.moves import (
    Move,
    MoveDecided,
    MoveIntoItself,
    MoveLapsed,
    MoveNothingNew,
    MoveState,
    MoveTooLarge,
    RootStays,
)
from membership.domain.unit_import import LevelNotAllowed
from membership.domain.units import Level, LevelScheme, Unit
from servicekit.access.decision import Caller, Reach, Right
from servicekit.access.second_person import (
    SecondPersonDependent,
    SecondPersonNeeded,
    SecondPersonTooNew,
)
from servicekit.tree.units import UnitEnded

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SCHEME = LevelScheme(
    "s",
    (
        Level("centre", {"en": "Centre"}, ("district",)),
        Level("district", {"en": "District"}, ("union",)),
        Level("union", {"en": "Union"}),
    ),
)


def a_unit(path: str, level: str) -> Unit:
    ids = tuple(path.split("/"))
    parent = ids[-2] if len(ids) > 1 else None
    return Unit(ids[-1], ids[-1].upper(), {"en": ids[-1]}, level, parent, ids, date(2020, 1, 1))


ROOT = a_unit("r", "centre")
NORTH, SOUTH = a_unit("r/n", "district"), a_unit("r/s", "district")
UNION = a_unit("r/n/u", "union")
WARD = a_unit("r/n/u/w", "union")
MOVE = Move(
    *("m", "u", UNION.path, "n", NORTH.path, "s", SOUTH.path, "anna", "A.", NOW, "because", 2),
    held=("u", "n"),
)


def test_a_unit_takes_all_that_is_below_it_along_superiors_first() -> None:
    after = rules.moved(UNION, SOUTH, [WARD], SCHEME)
    assert [(one.id, one.parent_id, one.path) for one in after] == [
        ("u", "s", ("r", "s", "u")),
        ("w", "u", ("r", "s", "u", "w")),
    ]


@pytest.mark.parametrize(
    ("unit", "superior", "refusal"),
    [
        (ROOT, NORTH, RootStays),
        (NORTH, UNION, MoveIntoItself),
        (UNION, UNION, MoveIntoItself),
        (UNION, NORTH, MoveNothingNew),
        (UNION, ROOT, LevelNotAllowed),
        (NORTH, SOUTH, LevelNotAllowed),
        (replace(UNION, valid_to=date(2021, 1, 1)), SOUTH, UnitEnded),
        (UNION, replace(SOUTH, valid_to=date(2021, 1, 1)), UnitEnded),
    ],
)
def test_what_cannot_be_moved(unit: Unit, superior: Unit, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        rules.moved(unit, superior, [], SCHEME)


def test_what_is_too_large_for_one_transaction_is_the_operators() -> None:
    with pytest.raises(MoveTooLarge):
        rules.moved(UNION, SOUTH, [WARD] * rules.MOST_MOVED, SCHEME)


def over(unit: Unit, *, minutes: int = 0) -> Caller:
    right = Right(rules.MOVE, unit.id, unit.path, Reach.BELOW, max_age=300)
    return Caller("p", rights=(right,), assurance=2, auth_time=NOW - timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("caller", "held"),
    [
        (over(ROOT), ("u", "n", "s")),
        (over(NORTH), ("u", "n")),
        (over(SOUTH), ("s",)),
        (over(UNION), ("u",)),
        (over(ROOT, minutes=6), ()),
        (Caller("p"), ()),
    ],
)
def test_whose_leave_there_is(caller: Caller, held: tuple[str, ...]) -> None:
    assert rules.held_over(caller, MOVE.places, NOW) == held
    assert rules.too_old_for(caller, MOVE.places, NOW) is (
        caller.account_id == "p" and not held and bool(caller.rights)
    )


@pytest.mark.parametrize(
    ("move", "hours", "refusal"),
    [
        (MOVE, 73, MoveLapsed),
        (rules.decided(MOVE, MoveState.DONE, "B.", "", NOW), 0, MoveDecided),
        (rules.decided(MOVE, MoveState.DECLINED, "B.", "no", NOW), 0, MoveDecided),
    ],
)
def test_a_move_is_confirmed_once_and_in_time(move: Move, hours: int, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        rules.check_open(move, NOW + timedelta(hours=hours))
    rules.check_open(MOVE, NOW + timedelta(hours=72))
    assert rules.state_of(MOVE, NOW + timedelta(hours=73)) is MoveState.LAPSED


def a_mover(
    account: str, unit: Unit, *owed_to: str, also: tuple[str, ...] = (), hours: float = -24, kept_by: str = ""
) -> Caller:
    """Somebody who has been able to move units there since so many hours after the question arose."""
    since = int((NOW + timedelta(hours=hours)).timestamp())
    right = Right(
        rules.MOVE, unit.id, unit.path, Reach.BELOW, f"g-{account}", 0, owed_to=owed_to, since=since
    )
    return Caller(account, rights=(right,), also=also, kept_by=kept_by)


ASKED = replace(MOVE, asked_hand=rules.asking_hand(a_mover("anna", NORTH)))
BY_A_DEPUTY = replace(MOVE, asked_hand=rules.asking_hand(a_mover("deputy", SOUTH, "boris")))
BELOW_BORIS = replace(MOVE, asked_hand=rules.asking_hand(a_mover("anna", NORTH, "boris")))


@pytest.mark.parametrize(
    ("move", "caller", "refusal"),
    [
        (ASKED, a_mover("boris", SOUTH), None),
        (ASKED, a_mover("boris", ROOT), None),
        (ASKED, a_mover("anna", SOUTH), SecondPersonNeeded),
        (ASKED, a_mover("other", SOUTH, also=("anna",)), SecondPersonNeeded),
        (ASKED, a_mover("program", SOUTH, kept_by="anna"), SecondPersonNeeded),
        # Of Anna's making, or hanging on what she holds.
        (ASKED, a_mover("boris", SOUTH, "anna"), SecondPersonDependent),
        (ASKED, a_mover("boris", SOUTH, "somebody", "anna"), SecondPersonDependent),
        # Appointed for the purpose.
        (ASKED, a_mover("boris", SOUTH, hours=1), SecondPersonTooNew),
        # One's own deputy asks in one's place; a subordinate asks the superior.
        (BY_A_DEPUTY, a_mover("boris", SOUTH), SecondPersonDependent),
        (BELOW_BORIS, a_mover("boris", ROOT), None),
        # What was asked for before hands were written down.
        (MOVE, a_mover("boris", SOUTH), None),
        (MOVE, a_mover("anna", SOUTH), SecondPersonNeeded),
        (MOVE, a_mover("boris", SOUTH, "anna"), SecondPersonDependent),
    ],
)
def test_the_second_person_is_independent(
    move: Move, caller: Caller, refusal: type[Exception] | None
) -> None:
    told = rules.acts_of(move, caller, NOW)["confirm"]
    if refusal is None:
        rules.check_confirming(move, caller, NOW)
        assert told is None
        return
    with pytest.raises(refusal):
        rules.check_confirming(move, caller, NOW)
    assert type(told) is refusal


LATE = replace(a_mover("boris", SOUTH), auth_time=NOW - timedelta(hours=1))
FRESH_NEEDED = replace(LATE, rights=tuple(replace(one, max_age=300) for one in LATE.rights))


@pytest.mark.parametrize(
    ("move", "caller", "confirm", "decline"),
    [
        (ASKED, a_mover("boris", SOUTH), "", ""),
        # Whoever asked takes it back; who stands elsewhere over it may stop it, and cannot carry it out.
        (ASKED, a_mover("anna", NORTH), "unknown-here", ""),
        (ASKED, a_mover("chandra", UNION), "unknown-here", ""),
        (ASKED, Caller("nobody"), "unknown-here", "unknown-here"),
        (
            rules.decided(ASKED, MoveState.DONE, "B.", "", NOW),
            a_mover("boris", SOUTH),
            "move-decided",
            "move-decided",
        ),
        # That the eID must see them again cures no other reason.
        (ASKED, FRESH_NEEDED, "sign-in-too-old", "sign-in-too-old"),
        (rules.decided(ASKED, MoveState.DONE, "B.", "", NOW), FRESH_NEEDED, "move-decided", "move-decided"),
    ],
)
def test_what_may_be_done_with_a_move_is_said_with_it(
    move: Move, caller: Caller, confirm: str, decline: str
) -> None:
    told = {act: found.slug() if found else "" for act, found in rules.acts_of(move, caller, NOW).items()}
    assert told == {"confirm": confirm, "decline": decline}
