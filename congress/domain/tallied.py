"""What the tallies of a congress say beside its report, and who has a part in them."""

from collections.abc import Sequence
from dataclasses import replace

from congress.domain.history import By, Choice, Congress
from congress.domain.tallies import Kind, Of, Tally
from congress.domain.tally_refusals import TooManyTellers
from congress.domain.voting import Base, Next, Outcome, Tallied

TELLERS_MOST = 200


def note(congress: Congress, there: Sequence[Tally], by: By) -> Congress:
    """The congress after something was done to one of its tallies: who has a part in them, and what they say."""
    live = [[one for one in there if one.of is of and _elects(one)] for of in Of]
    tallied = tuple(_tallied(rounds) for rounds in live if rounds)
    return replace(with_teller(congress, by), tallied=tallied)


def _elects(tally: Tally) -> bool:
    return tally.majority.elects and not tally.withdrawn


def with_teller(congress: Congress, by: By) -> Congress:
    """With whoever says who was elected among those who have a part in the report."""
    others = tuple(one for one in congress.tellers if one.by != by.account_id or one.kept_by != by.kept_by)
    if len(others) >= TELLERS_MOST:
        raise TooManyTellers(most=TELLERS_MOST)
    return replace(congress, tellers=(*others, Choice(by.at, by.account_id, by.kept_by)))


def _tallied(rounds: Sequence[Tally]) -> Tallied:
    """Of the rounds of one election, the first of which says for how many seats who stood. Of others, as a secretary,
    it says no more than that there are some, for no figure stands beside them.
    """
    if rounds[0].of is Of.OTHER:
        return Tallied(Of.OTHER.value, 0, 0, 0, agreed=all(one.count is not None for one in rounds))
    rounds = sorted(rounds, key=lambda one: one.round)
    first, last = rounds[0], rounds[-1]
    won = [one for tally in rounds for one in _votes_that_won(tally)]
    among_equals = any(one.kind is Kind.TIE and _votes_that_won(one) for one in rounds)
    by_summoned = first.majority.base is Base.SUMMONED
    least = [one.needed for one in rounds if one.kind is not Kind.TIE and one.needed is not None]
    return Tallied(
        *(first.of.value, first.seats or 0, len(first.candidates), len(won)),
        agreed=all(one.count is not None for one in rounds),
        tie_left=last.count is not None and last.count.next is Next.TIE,
        summoned=first.summoned if by_summoned else None,
        excluded=first.excluded if by_summoned else None,
        lowest=None if among_equals else min(won, default=None),
        needed=min(least, default=None),
        among_equals=among_equals,
        one_hand=any(one.complete and one.hands == 1 for one in rounds),
        judges=True,
    )


def _votes_that_won(tally: Tally) -> list[int]:
    return (
        [one.votes for one in tally.count.verdicts if one.outcome is Outcome.ELECTED] if tally.count else []
    )
