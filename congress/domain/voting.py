"""Voting, in whole numbers and fractions alone: what a decision takes, and what became of each who was voted on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

DENOMINATOR_MOST = 100
# A round among equals is won by more votes than the others have; of no votes nobody wins.
ONE_VOTE = 1


class Base(StrEnum):
    """Of whom a part must have voted for it."""

    SUMMONED = (
        "summoned"  # those officially summoned, present or not, less the exclusions that the rules list
    )
    BODY = "body"  # all members of the body that decides, less those exclusions
    PRESENT = "present"
    RETURNED = "returned"  # ballots that came back, whatever stands on them


@dataclass(frozen=True, slots=True)
class Majority:
    """What a decision of one kind takes: `numerator` / `denominator` of the base, or `more` than that.

    `elects`: the seats go to those with the most votes; else each that is voted on stands by itself.
    """

    key: str
    names: Mapping[str, str]
    numerator: int
    denominator: int
    more: bool
    base: Base
    elects: bool = False

    @property
    def share(self) -> Fraction:
        return Fraction(self.numerator, self.denominator)


# Where the organisation's file says nothing else.
MAJORITIES = (
    Majority(
        "election",
        {
            "en": "Election by delegates",
            "bn": "প্রতিনিধিদের ভোটে নির্বাচন",
            "vi": "Đại biểu bầu",
        },
        *(1, 2),
        more=True,
        base=Base.SUMMONED,
        elects=True,
    ),
    Majority(
        "body_election",
        {
            "en": "Election by a committee among its members",
            "bn": "কমিটির সদস্যদের মধ্য থেকে নির্বাচন",
            "vi": "Cấp ủy bầu trong số ủy viên",
        },
        *(1, 2),
        more=True,
        base=Base.BODY,
        elects=True,
    ),
    Majority(
        "admission",
        {"en": "Admission of members", "bn": "সদস্য গ্রহণ", "vi": "Kết nạp thành viên"},
        *(2, 3),
        more=False,
        base=Base.BODY,
    ),
    Majority(
        "resolution",
        {"en": "Resolution of a body", "bn": "কমিটির সিদ্ধান্ত", "vi": "Nghị quyết của tập thể"},
        *(1, 2),
        more=True,
        base=Base.BODY,
    ),
)


class MajoritiesUnreadable(ValueError):
    """The text says what of them is wrong."""


def majorities_of(document: Mapping[str, Any]) -> tuple[Majority, ...]:
    """`KEY = {names, numerator, denominator, more, base, elects}`. Raises MajoritiesUnreadable."""
    return tuple(_majority_of(key, found) for key, found in document.items()) or MAJORITIES


def _majority_of(key: str, found: object) -> Majority:
    wrong = f"majorities.{key}"
    if not isinstance(found, Mapping):
        raise MajoritiesUnreadable(f"{wrong} is no table")
    wanted = {"names", "numerator", "denominator", "more", "base"}
    differing = (wanted - found.keys()) | (found.keys() - wanted - {"elects"})
    if differing:
        raise MajoritiesUnreadable(f"{wrong}.{min(differing)} is missing or not known")
    names, base = found["names"], found["base"]
    if not isinstance(names, Mapping) or not names.get("en"):
        raise MajoritiesUnreadable(f"{wrong}.names needs a name in English, and may have others by language")
    if base not in [one.value for one in Base]:
        raise MajoritiesUnreadable(f"{wrong}.base is none of those there are")
    parts = (found["numerator"], found["denominator"])
    if any(type(part) is not int for part in parts) or not 1 <= parts[0] <= parts[1] <= DENOMINATOR_MOST:
        raise MajoritiesUnreadable(f"{wrong} is no fraction from 1/{DENOMINATOR_MOST} to 1")
    flags = (found["more"], found.get("elects", False))
    if any(type(flag) is not bool for flag in flags):
        raise MajoritiesUnreadable(f"{wrong}: more and elects are true or false")
    if parts[0] == parts[1] and flags[0]:
        raise MajoritiesUnreadable(f"{wrong}: nobody has more than all")
    return Majority(key, dict(names), *parts, more=flags[0], base=Base(base), elects=flags[1])


def threshold(majority: Majority, base: int) -> Fraction:
    """Half of 121 is 121/2: it is never rounded before it is compared."""
    return majority.share * base


def needed(majority: Majority, base: int) -> int:
    """The fewest votes that reach it."""
    exact = threshold(majority, base)
    floor = exact.numerator // exact.denominator
    return floor + 1 if majority.more or floor != exact else floor


class Outcome(StrEnum):
    ELECTED = "elected"
    TIED = "tied"  # enough votes, as many as others, and fewer seats left than there are of them
    NO_SEAT = "no_seat"  # enough votes, and others with more took the seats
    TOO_FEW = "too_few"


class Next(StrEnum):
    """What a round leaves to be done."""

    NOTHING = "nothing"
    TIE = "tie"  # a vote among those with as many votes as each other for the seats that are left
    SECOND = "second"  # another vote for the seats that nobody won


@dataclass(frozen=True, slots=True)
class Verdict:
    """`candidate`: the place in the list. `place`: by votes, equals sharing one."""

    candidate: int
    votes: int
    place: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Count:
    """`verdicts`: in the order of the list. `left`: seats that nobody has yet. `needed`: the fewest votes."""

    needed: int
    verdicts: tuple[Verdict, ...]
    left: int
    next: Next

    def of(self, outcome: Outcome) -> tuple[int, ...]:
        """Places in the list."""
        return tuple(one.candidate for one in self.verdicts if one.outcome is outcome)


def count(votes: Sequence[int], seats: int | None, needed: int) -> Count:
    """`seats`: None where each stands by itself."""
    order = sorted(range(len(votes)), key=lambda at: -votes[at])
    enough = [at for at in order if votes[at] >= needed]
    room = len(enough) if seats is None else seats
    last = votes[enough[room - 1]] if len(enough) >= room > 0 else None
    equals = [at for at in enough if votes[at] == last]
    above = [at for at in enough if last is None or votes[at] > last]
    tied = set(equals) if len(above) + len(equals) > room else set()
    won = set(above) if tied else {*above, *equals}

    def outcome(at: int) -> Outcome:
        if at in won:
            return Outcome.ELECTED
        if at in tied:
            return Outcome.TIED
        return Outcome.NO_SEAT if votes[at] >= needed else Outcome.TOO_FEW

    verdicts = tuple(
        Verdict(at, own, 1 + sum(other > own for other in votes), outcome(at)) for at, own in enumerate(votes)
    )
    left = 0 if seats is None else seats - len(won)
    after = Next.TIE if tied else Next.SECOND if left else Next.NOTHING
    return Count(needed, verdicts, left, after)


@dataclass(frozen=True, slots=True)
class Tallied:
    """What the tallies of one election say, all rounds of it; nothing of `elected` counts before they are `agreed`.

    `tie_left`: equals were not voted on again. `summoned`, `excluded`: where a part of the summoned is needed.
    `lowest`: the fewest votes that elected, where none did in a round among equals. `needed`: where it is known.
    `one_hand`: one person keyed all three counts of a round.
    `judges`: not those that were kept before the rest of this was.
    """

    of: str
    seats: int
    listed: int
    elected: int
    agreed: bool
    tie_left: bool = False
    summoned: int | None = None
    excluded: int | None = None
    lowest: int | None = None
    needed: int | None = None
    among_equals: bool = False
    one_hand: bool = False
    judges: bool = False
