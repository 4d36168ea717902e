"""Delegates' seats divided among the units below: exactly, with each step of the calculation beside it.

Largest remainder with the Hare quota, and the divisor methods of Sainte-Laguë and D'Hondt. Sources: M. Balinski and
H. P. Young, Fair Representation, 2nd edition 2001 (appendix A: the methods; section 8: minimum requirements); F.
Pukelsheim, Proportional Representation, 2nd edition 2017, chapters 4, 5 and 12 (restricted divisor methods). All
numbers are whole or fractions. Nothing is drawn by lot: of equals the larger unit comes first, then the smaller code.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from heapq import heapify, heappop, heapreplace
from itertools import groupby

from congress.domain.cautions import refuse
from servicekit.refusals import Invalid, Refusal
from servicekit.words import N_

SEATS_MOST = 20_000  # no congress in sight has more delegates
UNITS_MOST = 5_000
NUMBER_MOST = 1_000_000_000


class Basis(StrEnum):
    MEMBERS = "members"
    POPULATION = "population"
    FIXED = "fixed"  # each unit the same number
    HAND = "hand"


class Method(StrEnum):
    LARGEST_REMAINDER = "largest_remainder"
    SAINTE_LAGUE = "sainte_lague"
    DHONDT = "dhondt"


class Held(StrEnum):
    """What a unit's seats rest on where they are not those of its share."""

    NOTHING = ""
    LEAST = "least"
    MOST = "most"


class NoUnitsBelow(Invalid):
    title = N_(
        "Right below this unit no unit has a congress under this plan: there is nobody to divide seats among."
    )


class TooManyUnitsBelow(Invalid):
    title = N_("Seats are divided among {most} units at most.")


class SeatsOutOfRange(Invalid):
    title = N_("A number of seats from 1 to {most} is needed.")


class NumberMissing(Invalid):
    title = N_("The number of {code} is not known. Give it.")


class NothingToDivideBy(Invalid):
    title = N_("All units have the number 0: there is nothing to divide the seats by.")


class LeastAboveMost(Invalid):
    title = N_("The minimum of {code} is {least}, and its maximum {most}.")


class MinimaAboveTotal(Invalid):
    title = N_("The minima together are {sum} seats, more than the {seats} to be divided.")


class MaximaBelowTotal(Invalid):
    title = N_(
        "With these maxima only {sum} of the {seats} seats can be given; a unit whose number is 0 gets its minimum."
    )


class SeatsMissing(Invalid):
    title = N_("Give the number of seats of {code}.")


class SumDiffers(Invalid):
    title = N_("The seats of the units together are {sum}, and {seats} are to be divided.")


class OutsideBounds(Invalid):
    title = N_("{code} has {given} seats, which is not between its minimum {least} and its maximum {most}.")


@dataclass(frozen=True, slots=True)
class Rule:
    """`seats`: to be divided; of FIXED, for each unit. `least` and `most`: of each unit that has none of its own."""

    basis: Basis
    method: Method
    seats: int
    least: int = 0
    most: int | None = None

    @property
    def by_number(self) -> bool:
        return self.basis in (Basis.MEMBERS, Basis.POPULATION)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a unit goes into the calculation with. `by_hand`: the seats that somebody gave it. `typed`: whoever divides
    gave its number, which is not what is known of it.
    """

    unit_id: str
    code: str
    number: int | None = None
    by_hand: int | None = None
    least: int | None = None
    most: int | None = None
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """What a unit gets, and why.

    Of largest remainder `share` is number / quota within the bounds, and `rank` the place of its remainder among those
    that are not whole. Of a divisor method `share` is the quotient that won its last seat, `rank` the turn in which
    that was given, and `next` the quotient with which it would win one more. `tied`: the rule for equals decided here.
    """

    claim: Claim
    seats: int
    least: int
    most: int
    share: Fraction | None = None
    rank: int | None = None
    next: Fraction | None = None
    held: Held = Held.NOTHING
    tied: bool = False


@dataclass(frozen=True, slots=True)
class Division:
    """`quota`: how many a seat stands for, of largest remainder. `cut`: the smallest quotient that won a seat.

    `lines`: in the order of the claims.
    """

    seats: int
    lines: tuple[Line, ...]
    quota: Fraction | None = None
    cut: Fraction | None = None


def divide(rule: Rule, claims: Sequence[Claim]) -> Division:
    """The same rule and claims always give the same seats."""
    _check_rule(rule, claims)
    lines = [_bounded(rule, claim) for claim in claims]
    _check_bounds(rule, lines)
    if not rule.by_number:
        return _as_given(rule, lines)
    method = _DIVISORS.get(rule.method)
    return _by_divisor(rule.seats, lines, method) if method else _by_remainder(rule.seats, lines)


def _check_rule(rule: Rule, claims: Sequence[Claim]) -> None:
    if not 1 <= rule.seats <= SEATS_MOST:
        raise SeatsOutOfRange(field="seats", most=SEATS_MOST)
    if not claims:
        raise NoUnitsBelow()
    if len(claims) > UNITS_MOST:
        raise TooManyUnitsBelow(most=UNITS_MOST)
    if rule.by_number:
        for claim in claims:
            if claim.number is None:
                raise NumberMissing(field="lines", code=claim.code)
        if not any(claim.number for claim in claims):
            raise NothingToDivideBy(field="lines")
    if rule.basis is Basis.HAND:
        for claim in claims:
            if claim.by_hand is None:
                raise SeatsMissing(field="lines", code=claim.code)


def _bounded(rule: Rule, claim: Claim) -> Line:
    total = SEATS_MOST if rule.basis is Basis.FIXED else rule.seats
    most = rule.most if claim.most is None else claim.most
    return Line(
        claim,
        seats=0,
        least=rule.least if claim.least is None else claim.least,
        most=total if most is None else most,
    )


def _check_bounds(rule: Rule, lines: Sequence[Line]) -> None:
    for line in lines:
        if line.least > line.most:
            raise LeastAboveMost(field="lines", code=line.claim.code, least=line.least, most=line.most)
    if rule.basis is Basis.FIXED:
        return
    minima = sum(line.least for line in lines)
    if minima > rule.seats:
        raise MinimaAboveTotal(field="least", sum=minima, seats=rule.seats)
    maxima = sum(_ceiling(line) if rule.by_number else line.most for line in lines)
    if maxima < rule.seats:
        raise MaximaBelowTotal(field="most", sum=maxima, seats=rule.seats)


def _ceiling(line: Line) -> int:
    return line.most if line.claim.number else line.least


def _as_given(rule: Rule, lines: Sequence[Line]) -> Division:
    """The same for each, or by hand: nothing is calculated, and the bounds are held against it."""
    fixed = rule.basis is Basis.FIXED
    given = tuple(replace(line, seats=rule.seats if fixed else line.claim.by_hand or 0) for line in lines)
    total = sum(line.seats for line in given)
    if total > SEATS_MOST:
        raise SeatsOutOfRange(field="seats", most=SEATS_MOST)
    faults: dict[str, Refusal] = {}
    for place, line in enumerate(given):
        if not line.least <= line.seats <= line.most:
            faults[f"lines/{place}/seats"] = OutsideBounds(
                code=line.claim.code, given=line.seats, least=line.least, most=line.most
            )
    refuse(faults)
    if not fixed and total != rule.seats:
        raise SumDiffers(field="lines", sum=total, seats=rule.seats)
    return Division(total, given)


# ---------------------------------------------------------------- largest remainder


def _by_remainder(seats: int, lines: Sequence[Line]) -> Division:
    """The quota is that at which the shares, each kept within its bounds, make just the seats; with no bounds that is
    Hare's, all numbers by all seats. Bounds are whole, so rounding a share keeps them.
    """
    per_number = _rate(seats, lines)
    shared = [_shared(line, per_number) for line in lines]
    left = seats - sum(line.seats for line in shared)
    order = sorted((place for place, line in enumerate(shared) if line.rank), key=lambda p: _turn(shared[p]))
    for rank, place in enumerate(order, start=1):
        line = shared[place]
        shared[place] = replace(line, rank=rank, seats=line.seats + (rank <= left))
    if 0 < left < len(order):
        last, first_without = shared[order[left - 1]], shared[order[left]]
        if _remainder(last) == _remainder(first_without):
            for place in order:
                if _remainder(shared[place]) == _remainder(last):
                    shared[place] = replace(shared[place], tied=True)
    return Division(seats, tuple(shared), quota=1 / per_number if per_number else None)


def _rate(seats: int, lines: Sequence[Line]) -> Fraction:
    """Seats per number at which the bounded shares make `seats`; 0 where the minima alone are all seats.

    Their sum grows with it in straight pieces, which meet where a unit leaves its minimum or reaches its maximum.
    """
    constant, slope = sum(line.least for line in lines), 0
    turns = [turn for line in lines if line.claim.number and line.least < line.most for turn in _turns(line)]
    turns.sort()
    for at, numbers in groupby(turns, key=lambda turn: turn[0]):
        if constant + at * slope >= seats:
            break
        for _, more, whole in numbers:
            slope += more
            constant += whole
    return Fraction(seats - constant, slope) if slope else Fraction(0)


def _turns(line: Line) -> tuple[tuple[Fraction, int, int], ...]:
    """At which rate it begins to grow, and ends to: how the slope and the constant of the sum change there."""
    number = line.claim.number or 1
    return (
        (Fraction(line.least, number), number, -line.least),
        (Fraction(line.most, number), -number, line.most),
    )


def _shared(line: Line, per_number: Fraction) -> Line:
    """Its share rounded down; `rank` is 1 where something remains."""
    own = per_number * (line.claim.number or 0)
    share = min(max(own, Fraction(line.least)), Fraction(max(line.least, _ceiling(line))))
    held = Held.LEAST if own < line.least else Held.MOST if own > share else Held.NOTHING
    whole = share.numerator // share.denominator
    return replace(line, seats=whole, share=share, held=held, rank=1 if share != whole else None)


def _remainder(line: Line) -> Fraction:
    share = line.share or Fraction(0)
    return share - share.numerator // share.denominator


def _turn(line: Line) -> tuple[Fraction, int, str, str]:
    return (-_remainder(line), *_equals(line))


def _equals(line: Line) -> tuple[int, str, str]:
    """Of equals the larger unit comes first, then the smaller code."""
    return -(line.claim.number or 0), line.claim.code, line.claim.unit_id


# ---------------------------------------------------------------- divisor methods

Divisor = Callable[[int], int]
_DIVISORS: Mapping[Method, Divisor] = {
    Method.SAINTE_LAGUE: lambda seats: 2 * seats + 1,
    Method.DHONDT: lambda seats: seats + 1,
}


class _Bid:
    """A unit's for one seat more; the smaller one wins. Compared in whole numbers: of thousands of seats each takes a
    dozen comparisons, which as fractions take seconds.
    """

    __slots__ = ("divisor", "equals", "number", "place")

    def __init__(self, line: Line, place: int, divisor: int) -> None:
        self.number, self.divisor = line.claim.number or 0, divisor
        self.equals, self.place = _equals(line), place

    def __lt__(self, other: "_Bid") -> bool:
        mine, others = self.number * other.divisor, other.number * self.divisor
        return mine > others if mine != others else (self.equals, self.place) < (other.equals, other.place)

    @property
    def quotient(self) -> Fraction:
        return Fraction(self.number, self.divisor)


def _by_divisor(seats: int, lines: Sequence[Line], divisor: Divisor) -> Division:
    """Each unit has its minimum; then one seat after the other goes to the largest quotient, number / divisor of the
    seats it has, of a unit that is not at its maximum.
    """
    had = [line.least for line in lines]
    won: dict[int, tuple[_Bid, int]] = {}
    waiting = [
        _Bid(line, place, divisor(had[place]))
        for place, line in enumerate(lines)
        if line.claim.number and had[place] < line.most
    ]
    heapify(waiting)
    last: _Bid | None = None
    for turn in range(1, seats - sum(had) + 1):
        last = waiting[0]
        had[last.place] += 1
        won[last.place] = (last, turn)
        if had[last.place] < lines[last.place].most:
            heapreplace(waiting, _Bid(lines[last.place], last.place, divisor(had[last.place])))
        else:
            heappop(waiting)
    cut = last.quotient if last else None
    tied = bool(waiting) and waiting[0].quotient == cut
    made = []
    for place, line in enumerate(lines):
        bid, rank = won.get(place, (None, None))
        share = bid.quotient if bid else None
        following = _quotient(line, had[place], divisor) if line.claim.number else None
        made.append(
            replace(
                line,
                seats=had[place],
                share=share,
                rank=rank,
                next=following,
                held=_held(line, had[place], cut, divisor),
                tied=tied and cut in (share, following if had[place] < line.most else None),
            )
        )
    return Division(seats, tuple(made), cut=cut)


def _quotient(line: Line, has: int, divisor: Divisor) -> Fraction:
    return Fraction(line.claim.number or 0, divisor(has))


def _held(line: Line, has: int, cut: Fraction | None, divisor: Divisor) -> Held:
    """Its maximum where it would have won one more, its minimum where it would not have won the last."""
    if has == line.most and cut is not None and _quotient(line, has, divisor) > cut:
        return Held.MOST
    if has and has == line.least and (cut is None or _quotient(line, has - 1, divisor) < cut):
        return Held.LEAST
    return Held.NOTHING
