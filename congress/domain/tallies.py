"""Tallies: who stood for election in a round, and what the counting team keyed three times, which must agree.

Nothing is validated, and nobody is elected, before all three agree. What was keyed is only ever added to: keyed again,
it takes the place of what was keyed before, which stays.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from congress.domain.cautions import Caution, refuse
from congress.domain.history import By, Congress
from congress.domain.plan import Plan
from congress.domain.progress import content_of, has_election, refuse_locked
from congress.domain.results import cautions_of_list
from congress.domain.tally_refusals import (
    CandidatesMissing,
    CandidateTwice,
    ElectedBefore,
    ElectionNotHeld,
    ElectionTwice,
    ExcludedSince,
    ExcludedTooMany,
    LaterRoundStands,
    MoreThanThere,
    NameOfElection,
    NoFurtherRound,
    NoOtherName,
    NoSeatsHere,
    NotOfThese,
    PresentMissing,
    SaidByRoundBefore,
    SeatsNeeded,
    SummonedBefore,
    TalliesDiffer,
    TallyWithdrawn,
    TooManyTallies,
    UnknownMajority,
    UnknownRound,
)
from congress.domain.voting import ONE_VOTE, Base, Count, Majority, Next, Outcome, count, needed
from servicekit.refusals import Refusal
from servicekit.words.text import line

CANDIDATES_MOST = 200
TALLIES_MOST = 30  # of one congress, with those that were withdrawn
EXCLUSIONS_MOST = 20
SLOTS = (1, 2, 3)


class Of(StrEnum):
    """Who is elected."""

    COMMITTEE = "committee"
    STANDING = "standing"
    DELEGATES = "delegates"
    OTHER = "other"  # a secretary, an inspection: its title says


class Kind(StrEnum):
    FIRST = "first"
    SECOND = "second"
    TIE = "tie"


@dataclass(frozen=True, slots=True)
class Candidate:
    """`number`: of the member, or on the ballot, where one is needed to tell people apart."""

    name: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """So many who were summoned do not count, by a rule that is named; no person is."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Ballots:
    issued: int
    returned: int
    invalid: int
    blank: int

    @property
    def valid(self) -> int:
        return self.returned - self.invalid - self.blank


@dataclass(frozen=True, slots=True)
class Keying:
    """What one of the three counted: `votes` in the order of the candidates."""

    slot: int
    ballots: Ballots
    votes: tuple[int, ...]
    at: datetime
    by: str
    by_name: str = ""
    by_code: bool = False
    kept_by: str = ""

    @property
    def counted(self) -> tuple[Ballots, tuple[int, ...]]:
        return self.ballots, self.votes


@dataclass(frozen=True, slots=True)
class Withdrawal:
    reason: str
    at: datetime
    by: str
    by_name: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """One round. `summoned`: or all members of the body that decides; `present`: of them. `seats`: None where each is
    voted on by itself. `majority` is kept as it was, so that the same comes out whatever the organisation says later.
    """

    id: str
    congress_id: str
    of: Of
    title: str
    round: int
    kind: Kind
    majority: Majority
    seats: int | None
    summoned: int
    present: int
    exclusions: tuple[Exclusion, ...]
    candidates: tuple[Candidate, ...]
    opened_at: datetime
    opened_by: str
    opened_by_name: str = ""
    before: str = ""
    women: int | None = None
    young: int | None = None
    keyings: tuple[Keying, ...] = ()
    withdrawn: Withdrawal | None = None
    version: int = 0

    @property
    def keyed(self) -> Mapping[int, Keying]:
        """What counts of each of the three."""
        return {one.slot: one for one in self.keyings}

    @property
    def complete(self) -> bool:
        return len(self.keyed) == len(SLOTS)

    @property
    def hands(self) -> int:
        """How many people keyed what counts."""
        return len({one.by for one in self.keyed.values()})

    @property
    def agreed(self) -> Keying | None:
        """What all three say."""
        keyed = [*self.keyed.values()]
        same = self.complete and len({one.counted for one in keyed}) == 1
        return keyed[0] if same else None

    @property
    def excluded(self) -> int:
        return sum(one.number for one in self.exclusions)

    @property
    def base(self) -> int | None:
        """Of how many a part is needed; of ballots that came back it is known once the three agree."""
        if self.majority.base is Base.PRESENT:
            return self.present
        if self.majority.base is Base.RETURNED:
            return self.agreed.ballots.returned if self.agreed else None
        return self.summoned - self.excluded

    @property
    def needed(self) -> int | None:
        """The fewest votes that elect; among equals more than the others have."""
        if self.kind is Kind.TIE:
            return ONE_VOTE
        return None if self.base is None else max(needed(self.majority, self.base), ONE_VOTE)

    @property
    def count(self) -> Count | None:
        """What became of whom: not before the three agree."""
        if self.agreed is None or self.needed is None:
            return None
        return count(self.agreed.votes, self.seats, self.needed)


@dataclass(frozen=True, slots=True)
class Asked:
    """`before`: the round after which this one is; that says what is elected, by what and for how many seats. `women`,
    `young`: of the candidates, where that is said.
    """

    summoned: int
    present: int
    exclusions: tuple[Exclusion, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    of: Of | None = None
    title: str = ""
    majority: str = ""
    seats: int | None = None
    before: str = ""
    women: int | None = None
    young: int | None = None


# ---------------------------------------------------------------- opening a round


def refuse_opening(plan: Plan, congress: Congress, there: Sequence[Tally]) -> None:
    """Whatever is voted on; a body decides where nobody is elected, too. `there`: all tallies of the congress."""
    refuse_locked(plan, congress)
    if len(there) >= TALLIES_MOST:
        raise TooManyTallies(most=TALLIES_MOST)


def open_tally(
    plan: Plan,
    congress: Congress,
    there: Sequence[Tally],
    asked: Asked,
    majorities: Sequence[Majority],
    by: By,
    new_id: str,
) -> Tally:
    refuse_opening(plan, congress, there)
    begun = (
        _next_round(plan, congress, there, asked)
        if asked.before
        else _first_round(plan, congress, there, asked, majorities)
    )
    of, title, majority, kind, seats, number, candidates = begun
    refuse(_faults_of_people(asked, candidates))
    return Tally(
        *(new_id, congress.id, of, title, number, kind, majority, seats, asked.summoned, asked.present),
        exclusions=asked.exclusions,
        candidates=candidates,
        opened_at=by.at,
        opened_by=by.account_id,
        opened_by_name=by.name,
        before=asked.before,
        women=asked.women,
        young=asked.young,
    )


_Begun = tuple[Of, str, Majority, Kind, int | None, int, tuple[Candidate, ...]]


def _first_round(
    plan: Plan, congress: Congress, there: Sequence[Tally], asked: Asked, majorities: Sequence[Majority]
) -> _Begun:
    of = asked.of or Of.OTHER
    majority = next((one for one in majorities if one.key == asked.majority), None)
    if of is not Of.OTHER or (majority and majority.elects):
        _refuse_not_held(plan, congress, of)
    if bool(asked.title) is not (of is Of.OTHER):
        raise NameOfElection(field="title") if of is Of.OTHER else NoOtherName(field="title")
    if majority is None:
        raise UnknownMajority(field="majority")
    if majority.elects and not asked.seats:
        raise SeatsNeeded(field="seats")
    if not majority.elects and (asked.seats or of is not Of.OTHER):
        raise NoSeatsHere(field="seats" if asked.seats else "of")
    if of is not Of.OTHER and any(one.of is of and not one.withdrawn for one in there):
        raise ElectionTwice(field="of")
    return of, asked.title, majority, Kind.FIRST, asked.seats, 1, asked.candidates


def _refuse_not_held(plan: Plan, congress: Congress, of: Of) -> None:
    if not has_election(content_of(plan, congress), of):
        raise ElectionNotHeld(field="of")


def _next_round(plan: Plan, congress: Congress, there: Sequence[Tally], asked: Asked) -> _Begun:
    for name in ("of", "title", "majority", "seats"):
        if getattr(asked, name):
            raise SaidByRoundBefore(field=name)
    before = next((one for one in there if one.id == asked.before), None)
    if before is None:
        raise UnknownRound(field="before")
    done = _refuse_another(plan, congress, before, there)
    _refuse_fewer_summoned(before, asked)
    # The others have lost; or the votes of those with as many as each other are compared anew.
    again = done.of(Outcome.TIED if done.next is Next.TIE else Outcome.TOO_FEW)
    kept = tuple(before.candidates[at] for at in again)
    begun = (before.of, before.title, before.majority)
    if done.next is Next.TIE:
        if asked.candidates and set(asked.candidates) != set(kept):
            raise NotOfThese(field="candidates")
        return *begun, Kind.TIE, done.left, before.round + 1, kept
    elected = [*elected_until(before, there)]
    for place, one in enumerate(asked.candidates):
        if one not in kept and any(_may_be(one, other) for other in elected):
            raise ElectedBefore(field=f"candidates/{place}/name", name=one.name)
    return *begun, Kind.SECOND, done.left, before.round + 1, asked.candidates or kept


def _may_be(one: Candidate, other: Candidate) -> bool:
    """Whether two that are written otherwise may be one person: of one name, unless each has a number of their own."""
    numbers = {line(who.number).casefold() for who in (one, other)}
    return line(one.name).casefold() == line(other.name).casefold() and (len(numbers) == 1 or "" in numbers)


def _refuse_fewer_summoned(before: Tally, asked: Asked) -> None:
    """From round to round others may be present; of how many a part is needed stays, or the part would be smaller."""
    if asked.summoned != before.summoned:
        raise SummonedBefore(field="summoned", number=before.summoned)
    if sum(one.number for one in asked.exclusions) > before.excluded:
        raise ExcludedSince(field="exclusions", most=before.excluded)


def refuse_next_round(plan: Plan, congress: Congress, tally: Tally, there: Sequence[Tally]) -> None:
    """Whoever stands in it."""
    refuse_opening(plan, congress, there)
    _refuse_another(plan, congress, tally, there)


def _refuse_another(plan: Plan, congress: Congress, before: Tally, there: Sequence[Tally]) -> Count:
    _refuse_not_held(plan, congress, before.of)
    refuse_withdrawn(before)
    refuse_later_round(before, there)
    done = before.count
    if done is None:
        raise TalliesDiffer()
    if done.next is Next.NOTHING:
        raise NoFurtherRound()
    return done


def elected_until(tally: Tally, there: Sequence[Tally]) -> Iterator[Candidate]:
    """In this round and in those before it."""
    by_id = {one.id: one for one in there}
    at: Tally | None = tally
    while at is not None:
        yield from (at.candidates[place] for place in (at.count.of(Outcome.ELECTED) if at.count else ()))
        at = by_id.get(at.before)


def _faults_of_people(asked: Asked, candidates: Sequence[Candidate]) -> dict[str, Refusal]:
    faults: dict[str, Refusal] = {}
    if not 1 <= asked.present <= asked.summoned:
        faults["present"] = PresentMissing()
    elif sum(one.number for one in asked.exclusions) > asked.summoned - asked.present:
        faults["exclusions"] = ExcludedTooMany(most=asked.summoned - asked.present)
    for name, number in (("women", asked.women), ("young", asked.young)):
        if number is not None and number > len(candidates):
            faults[name] = MoreThanThere(most=len(candidates))
    if not candidates:
        faults["candidates"] = CandidatesMissing()
    seen: set[Candidate] = set()
    for place, one in enumerate(candidates):
        if one in seen:
            faults[f"candidates/{place}/name"] = CandidateTwice(name=one.name)
        seen.add(one)
    return faults


def cautions_of_tally(plan: Plan, tally: Tally) -> tuple[Caution, ...]:
    if tally.seats is None or tally.kind is not Kind.FIRST:
        return ()
    listed, targets = len(tally.candidates), plan.targets
    return (
        *cautions_of_list(tally.seats, listed, targets, "candidates"),
        *_too_few("women", tally.women, listed, targets.women),
        *_too_few("young", tally.young, listed, targets.young),
    )


def missing_of(share: int, listed: int, there: int) -> int:
    """How many more of a list of this length would make `share` per cent of it; a part of a person is a person."""
    return max(-(-share * listed // 100) - there, 0)


def _too_few(whom: str, there: int | None, listed: int, target: int) -> Iterator[Caution]:
    missing = missing_of(target, listed, there) if there is not None else 0
    if missing:
        params = {"count": there, "listed": listed, "number": missing, "target": target}
        yield Caution(f"too-few-{whom}-listed", whom, params)


def refuse_withdrawn(tally: Tally) -> None:
    if tally.withdrawn:
        raise TallyWithdrawn()


def refuse_later_round(tally: Tally, there: Sequence[Tally]) -> None:
    if any(one.before == tally.id and not one.withdrawn for one in there):
        raise LaterRoundStands()
