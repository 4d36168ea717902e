"""Whom a matter of a unit concerns: questions to identity, asked round after round until one finds somebody."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from notifications.domain.kinds import Kind

REPORT = "congress:report"
APPROVE = "congress:approve"
ADMINISTER = "access:grant"
FOR_ADMINISTRATORS = {
    *(Kind.SECOND_PERSON, Kind.GRANTS_TO_CONFIRM, Kind.GRANTS_UNCONFIRMED, Kind.UNITS_LEFT_ALONE),
    *(Kind.SIGNED_OUT_BELOW, Kind.OFFICIAL_NAMED_BELOW, Kind.OFFICIAL_REMOVED_BELOW),
    *(Kind.CODES_DRAWN_BELOW,),
    *(Kind.ENTERED_BY_CODE_BELOW, Kind.JOINT_ACT_ASKED, Kind.ROLE_CHANGE_ASKED),
    *(Kind.ACCESS_ASKED, Kind.NOBODY_REPORTS),
    *(Kind.FALLBACK_ASKED, Kind.FALLBACK_DENIED, Kind.MOVE_ASKED),
}
FOR_APPROVERS = {
    *(Kind.CONGRESS_SUBMITTED, Kind.CONGRESS_WITHDRAWN, Kind.CONGRESS_WAITS_FOR_SUPERIOR),
    Kind.CONGRESS_GAP_SUPPLIED,
    *(Kind.COMMENTED_BELOW, Kind.REMINDED_ABOVE, Kind.CONGRESS_EXTENSION_ASKED),
    *(Kind.DEADLINE_PASSED_ABOVE, Kind.CONGRESS_EXPLANATION_WRITTEN, Kind.CONGRESS_POSTPONED),
    # Its path names the one superior with which it lies.
    Kind.DIFFICULTY_WAITS,
}
# Where nobody is found for these, the nearest who give access are told that nobody can report there.
DUE = (Kind.DEADLINE_NEAR, Kind.DEADLINE_PASSED)
# Told to those who are asked first, if there are any: that one of them knows already sends nobody to the next level.
TO_THE_NEAREST = {Kind.COMMENTED_ABOVE, Kind.COMMENTED_BELOW}


@dataclass(frozen=True)
class Question:
    """Who holds the permission over the last unit of the path, by a grant in a unit of the path?"""

    permission: str
    unit_path: tuple[str, ...]


Round = tuple[Question, ...]


def rounds(kind: Kind, unit_path: tuple[str, ...]) -> tuple[Round, ...]:
    """Sent up, or waiting for a superior's step or answer: the approvers of the nearest level that has any. Sent back,
    approved, reopened or answered: the unit's own clerks and administrators. A deadline, or a question from above: the
    unit's clerks, or its administrators while it has no clerk. What a second person or a superior must look at: the
    administrators of the unit and of the nearest level above that has any.
    """
    unit = unit_path[-1:]
    above = tuple((one, *unit) for one in reversed(unit_path[:-1]))
    if kind is Kind.DIFFICULTY_WAITS:
        # Of the unit with which it lies: nobody else can answer it.
        return ((Question(APPROVE, unit_path),),)
    if kind in FOR_APPROVERS:
        # A path that names one superior alone is answered with the people of that superior alone.
        return tuple((Question(APPROVE, path),) for path in (unit, *above))
    if kind in FOR_ADMINISTRATORS:
        return tuple((Question(ADMINISTER, path),) for path in (unit, *above))
    clerks, administrators = Question(REPORT, unit), Question(ADMINISTER, unit)
    if kind in (*DUE, Kind.REMINDED, Kind.COMMENTED_ABOVE):
        return (clerks,), (administrators,)
    return ((clerks, administrators),)


def people_of(
    kind: Kind,
    unit_path: tuple[str, ...],
    besides: Collection[str],
    holders: Callable[[Question], Iterable[str]],
) -> list[str]:
    """The accounts to tell, each once: of the first round that finds anybody besides those who need not hear of it."""
    for asked in rounds(kind, unit_path):
        held = dict.fromkeys(who for question in asked for who in holders(question))
        found = [who for who in held if who not in besides]
        if found or (held and kind in TO_THE_NEAREST):
            return found
    return []
