"""Three tallies of one round: keyed, compared row by row, withdrawn. Keyed again, one takes the place of what was keyed
before, which stays.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from congress.domain.cautions import refuse
from congress.domain.history import By, Congress
from congress.domain.plan import Plan
from congress.domain.progress import REASON_LONGEST, refuse_locked
from congress.domain.progress_refusals import ReasonNeeded, ReasonTooLong
from congress.domain.tallies import (
    SLOTS,
    Ballots,
    Keying,
    Tally,
    Withdrawal,
    refuse_later_round,
    refuse_withdrawn,
)
from congress.domain.tally_refusals import (
    MoreThanThere,
    MoreVotesThanBallots,
    TooManyKeyings,
    VotesForEach,
)
from servicekit.refusals import Refusal

KEYINGS_MOST = 60
BALLOTS = ("issued", "returned", "invalid", "blank")


def refuse_keying(plan: Plan, congress: Congress, tally: Tally, there: Sequence[Tally]) -> None:
    """Whatever was counted."""
    refuse_locked(plan, congress)
    refuse_withdrawn(tally)
    refuse_later_round(tally, there)
    if len(tally.keyings) >= KEYINGS_MOST:
        raise TooManyKeyings(most=KEYINGS_MOST)


def key(
    plan: Plan,
    congress: Congress,
    tally: Tally,
    there: Sequence[Tally],
    slot: int,
    ballots: Ballots,
    votes: Sequence[int],
    by: By,
) -> Tally:
    refuse_keying(plan, congress, tally, there)
    if len(votes) != len(tally.candidates):
        raise VotesForEach(field="votes", number=len(tally.candidates))
    refuse(_faults_of_ballots(tally, ballots) or _faults_of_votes(tally, ballots, votes))
    known = (by.at, by.account_id, by.name, by.by_code, by.kept_by)
    return replace(tally, keyings=(*tally.keyings, Keying(slot, ballots, tuple(votes), *known)))


def _faults_of_ballots(tally: Tally, ballots: Ballots) -> dict[str, Refusal]:
    if ballots.issued > tally.present:
        return {"issued": MoreThanThere(most=tally.present)}
    if ballots.returned > ballots.issued:
        return {"returned": MoreThanThere(most=ballots.issued)}
    if ballots.invalid > ballots.returned:
        return {"invalid": MoreThanThere(most=ballots.returned)}
    if ballots.valid < 0:
        return {"blank": MoreThanThere(most=ballots.returned - ballots.invalid)}
    return {}


def _faults_of_votes(tally: Tally, ballots: Ballots, votes: Sequence[int]) -> dict[str, Refusal]:
    """On a valid ballot stand at most as many names as there are seats."""
    faults: dict[str, Refusal] = {
        f"votes/{place}": MoreThanThere(most=ballots.valid)
        for place, own in enumerate(votes)
        if own > ballots.valid
    }
    most = ballots.valid * (len(votes) if tally.seats is None else tally.seats)
    if not faults and sum(votes) > most:
        seats = tally.seats or len(votes)
        faults["votes"] = MoreVotesThanBallots(sum=sum(votes), total=ballots.valid, seats=seats, most=most)
    return faults


@dataclass(frozen=True, slots=True)
class Difference:
    """A row in which the three do not say the same: of `BALLOTS`, or the place of a candidate; the values by slot."""

    row: str
    candidate: int | None
    values: tuple[int, ...]


def differences(tally: Tally) -> tuple[Difference, ...]:
    """None before all three are keyed: until then nobody is told what another one has counted."""
    if not tally.complete:
        return ()
    return tuple(one for one in _rows(tally) if len(set(one.values)) > 1)


def _rows(tally: Tally) -> Iterator[Difference]:
    keyed = [tally.keyed[slot] for slot in SLOTS]
    ballots = [
        (one.ballots.issued, one.ballots.returned, one.ballots.invalid, one.ballots.blank) for one in keyed
    ]
    for name, values in zip(BALLOTS, zip(*ballots, strict=True), strict=True):
        yield Difference(name, None, values)
    for place, votes in enumerate(zip(*(one.votes for one in keyed), strict=True)):
        yield Difference("votes", place, votes)


def refuse_withdrawing(plan: Plan, congress: Congress, tally: Tally, there: Sequence[Tally]) -> None:
    refuse_locked(plan, congress)
    refuse_withdrawn(tally)
    refuse_later_round(tally, there)


def withdraw(
    plan: Plan, congress: Congress, tally: Tally, there: Sequence[Tally], reason: str, by: By
) -> Tally:
    refuse_withdrawing(plan, congress, tally, there)
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    if len(reason) > REASON_LONGEST:
        raise ReasonTooLong(field="reason", longest=REASON_LONGEST)
    return replace(tally, withdrawn=Withdrawal(reason, by.at, by.account_id, by.name))
