"""Seats divided: cases by hand, and properties against slow references that share nothing with the rule."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import ceil, floor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from congress.domain import seats as rules
from congress.domain.seats import Basis, Claim, Division, Held, Method, Rule, divide
from servicekit.refusals import Refusal

LR, SL, DH = Method.LARGEST_REMAINDER, Method.SAINTE_LAGUE, Method.DHONDT


def claims(numbers: Sequence[int | None], **more: Sequence[Any]) -> list[Claim]:
    return [
        Claim(f"u{place}", f"{place:03}", number, **{name: values[place] for name, values in more.items()})
        for place, number in enumerate(numbers)
    ]


def divided(method: Method, seats: int, numbers: Sequence[int], **bounds: Any) -> list[int]:
    made = divide(Rule(Basis.MEMBERS, method, seats, **bounds), claims(numbers))
    return [line.seats for line in made.lines]


@pytest.mark.parametrize(
    ("method", "seats", "numbers", "bounds", "expected"),
    [
        # The example by which the methods are explained, with its published results.
        (LR, 10, (47_000, 16_000, 15_800, 12_000, 6_100, 3_100), {}, [5, 2, 1, 1, 1, 0]),
        (DH, 8, (100_000, 80_000, 30_000, 20_000), {}, [4, 3, 1, 0]),
        (SL, 8, (100_000, 80_000, 30_000, 20_000), {}, [3, 3, 1, 1]),
        # Exact shares leave nothing over.
        (LR, 6, (10, 20, 30), {}, [1, 2, 3]),
        # Equals: the larger number first, then the smaller code.
        (LR, 1, (5, 5), {}, [1, 0]),
        (SL, 3, (5, 5), {}, [2, 1]),
        (LR, 2, (1, 3), {}, [0, 2]),
        (DH, 1, (7, 7, 7), {}, [1, 0, 0]),
        # A minimum for each, the rest by number; and a maximum.
        (LR, 10, (97, 2, 1), {"least": 1}, [8, 1, 1]),
        (SL, 10, (97, 2, 1), {"least": 1}, [8, 1, 1]),
        (LR, 10, (97, 2, 1), {"most": 5}, [5, 3, 2]),
        (DH, 10, (97, 2, 1), {"most": 5}, [5, 4, 1]),
        # All at their minimum, all at their maximum.
        (LR, 6, (97, 2, 1), {"least": 2}, [2, 2, 2]),
        (LR, 6, (97, 2, 1), {"most": 2}, [2, 2, 2]),
        (DH, 6, (97, 2, 1), {"least": 2, "most": 2}, [2, 2, 2]),
        # Whoever has nobody gets the minimum alone.
        (LR, 5, (10, 0), {"least": 1}, [4, 1]),
        (SL, 5, (10, 0), {}, [5, 0]),
    ],
)
def test_seats_by_number(
    method: Method, seats: int, numbers: tuple[int, ...], bounds: dict[str, int], expected: list[int]
) -> None:
    assert divided(method, seats, numbers, **bounds) == expected


def test_a_plateau_where_some_are_full_and_the_others_have_not_begun() -> None:
    bounded = claims((100, 1), least=(0, 2), most=(3, 9))
    made = divide(Rule(Basis.MEMBERS, LR, 5), bounded)
    assert [line.seats for line in made.lines] == [3, 2]


def test_the_calculation_is_shown() -> None:
    made = divide(Rule(Basis.MEMBERS, LR, 10, least=1), claims((60, 30, 8, 2)))
    assert made.quota == Fraction(100 - 2 - 8, 8)
    assert [line.share for line in made.lines] == [Fraction(16, 3), Fraction(8, 3), 1, 1]
    assert [line.rank for line in made.lines] == [2, 1, None, None]
    assert [line.held for line in made.lines] == [Held.NOTHING, Held.NOTHING, Held.LEAST, Held.LEAST]
    made = divide(Rule(Basis.MEMBERS, DH, 8), claims((100_000, 80_000, 30_000, 20_000)))
    assert made.cut == 25_000
    assert [line.share for line in made.lines] == [25_000, Fraction(80_000, 3), 30_000, None]
    assert [line.rank for line in made.lines] == [8, 7, 6, None]
    assert [line.next for line in made.lines] == [20_000, 20_000, 15_000, 20_000]
    made = divide(Rule(Basis.MEMBERS, DH, 10, most=5), claims((97, 2, 1)))
    assert [line.held for line in made.lines] == [Held.MOST, Held.NOTHING, Held.NOTHING]
    made = divide(Rule(Basis.MEMBERS, SL, 10, least=1), claims((97, 2, 1)))
    assert [line.held for line in made.lines] == [Held.NOTHING, Held.LEAST, Held.LEAST]


def test_where_the_rule_for_equals_has_decided_it_is_said() -> None:
    made = divide(Rule(Basis.MEMBERS, LR, 2), claims((5, 5, 5, 1)))
    assert [line.tied for line in made.lines] == [True, True, True, False]
    made = divide(Rule(Basis.MEMBERS, DH, 3), claims((6, 3, 1)))
    assert [line.seats for line in made.lines] == [2, 1, 0]
    assert not any(line.tied for line in made.lines)
    made = divide(Rule(Basis.MEMBERS, DH, 2), claims((6, 3, 1)))
    assert [line.tied for line in made.lines] == [True, True, False]


def test_the_same_for_each_and_by_hand() -> None:
    made = divide(Rule(Basis.FIXED, LR, 3), claims((None, None)))
    assert (made.seats, [line.seats for line in made.lines]) == (6, [3, 3])
    made = divide(Rule(Basis.HAND, LR, 7), claims((None, None), by_hand=(0, 7)))
    assert (made.seats, [line.seats for line in made.lines]) == (7, [0, 7])


@pytest.mark.parametrize(
    ("rule", "given_claims", "name"),
    [
        (Rule(Basis.MEMBERS, LR, 5), [], rules.NoUnitsBelow),
        (Rule(Basis.MEMBERS, LR, 5), claims([1] * 5_001), rules.TooManyUnitsBelow),
        (Rule(Basis.MEMBERS, LR, 0), claims((1,)), rules.SeatsOutOfRange),
        (Rule(Basis.MEMBERS, LR, 20_001), claims((1,)), rules.SeatsOutOfRange),
        (Rule(Basis.FIXED, LR, 5_000), claims([None] * 5), rules.SeatsOutOfRange),
        (Rule(Basis.POPULATION, SL, 5), claims((1, None)), rules.NumberMissing),
        (Rule(Basis.MEMBERS, LR, 5), claims((0, 0)), rules.NothingToDivideBy),
        (Rule(Basis.MEMBERS, LR, 5), claims((1, 2), least=(3, 0), most=(2, 9)), rules.LeastAboveMost),
        (Rule(Basis.MEMBERS, LR, 5, least=3), claims((1, 2)), rules.MinimaAboveTotal),
        (Rule(Basis.MEMBERS, DH, 5, most=2), claims((1, 2)), rules.MaximaBelowTotal),
        (Rule(Basis.MEMBERS, SL, 5, most=4), claims((1, 0)), rules.MaximaBelowTotal),
        (Rule(Basis.HAND, LR, 5), claims((1, 2), by_hand=(5, None)), rules.SeatsMissing),
        (Rule(Basis.HAND, LR, 5), claims((1, 2), by_hand=(5, 1)), rules.SumDiffers),
        (Rule(Basis.HAND, LR, 5, most=4), claims((1, 2), by_hand=(5, 0)), rules.OutsideBounds),
        (Rule(Basis.FIXED, LR, 5, most=4), claims((1, 2)), rules.OutsideBounds),
    ],
)
def test_what_cannot_be_divided_is_refused_by_name(
    rule: Rule, given_claims: list[Claim], name: type[Refusal]
) -> None:
    with pytest.raises(Refusal) as caught:
        divide(rule, given_claims)
    assert caught.type is name or name.__name__ in repr(vars(caught.value))


# ---------------------------------------------------------------- properties


@some.composite
def bounded(draw: Any, units: int = 6, seats_most: int = 40) -> tuple[Rule, list[Claim]]:
    """A rule by number that can be followed, with bounds of each unit's own."""
    numbers = draw(some.lists(some.integers(0, 50), min_size=1, max_size=units).filter(any))
    least = [draw(some.integers(0, 3)) for _ in numbers]
    most = [draw(some.integers(low, 12)) for low in least]
    floor_ = sum(least)
    top = sum(high if number else low for number, low, high in zip(numbers, least, most, strict=True))
    if top < 1:
        most[numbers.index(max(numbers))] = 1
        top = 1
    seats = draw(some.integers(max(1, floor_), min(seats_most, max(top, 1, floor_))))
    method = draw(some.sampled_from(list(Method)))
    return Rule(Basis.MEMBERS, method, min(seats, top)), claims(numbers, least=least, most=most)


@given(bounded())
def test_the_sum_is_exact_and_minima_and_maxima_hold(asked: tuple[Rule, list[Claim]]) -> None:
    rule, given_claims = asked
    made = divide(rule, given_claims)
    assert sum(line.seats for line in made.lines) == rule.seats
    assert all(line.claim.least <= line.seats <= line.claim.most for line in made.lines)  # type: ignore[operator]


@given(bounded())
def test_done_again_it_is_the_same_and_the_order_of_units_does_not_matter(
    asked: tuple[Rule, list[Claim]],
) -> None:
    rule, given_claims = asked
    made = divide(rule, given_claims)
    assert divide(rule, given_claims) == made
    turned = divide(rule, given_claims[::-1])
    assert {line.claim.code: line for line in turned.lines} == {line.claim.code: line for line in made.lines}


@given(some.lists(some.integers(0, 1_000), min_size=1, max_size=12).filter(any), some.integers(1, 60))
def test_largest_remainder_keeps_the_quota(numbers: list[int], seats: int) -> None:
    for number, has in zip(numbers, divided(LR, seats, numbers), strict=True):
        share = Fraction(number * seats, sum(numbers))
        assert floor(share) <= has <= ceil(share)


@given(bounded(), some.sampled_from([SL, DH]))
def test_a_divisor_method_takes_no_seat_away_when_there_is_one_more(
    asked: tuple[Rule, list[Claim]], method: Method
) -> None:
    rule, given_claims = asked
    room = sum(one.most if one.number else one.least for one in given_claims)  # type: ignore[misc]
    made = divide(Rule(rule.basis, method, rule.seats), given_claims)
    if rule.seats < room:
        more = divide(Rule(rule.basis, method, rule.seats + 1), given_claims)
        assert all(one.seats <= other.seats for one, other in zip(made.lines, more.lines, strict=True))


def test_largest_remainder_can_take_one_away() -> None:
    """Why a divisor method is offered: the paradox of Alabama, with its own proportions."""
    assert divided(LR, 10, (6, 6, 2)) == [4, 4, 2]
    assert divided(LR, 11, (6, 6, 2)) == [5, 5, 1]


def hare(seats: int, numbers: Sequence[int]) -> list[int]:
    """By the book: whole quotas, then one seat after the other to the largest remainder."""
    whole = [number * seats // sum(numbers) for number in numbers]
    rest = [number * seats % sum(numbers) for number in numbers]
    order = sorted(range(len(numbers)), key=lambda place: (-rest[place], -numbers[place], place))
    for place in order[: seats - sum(whole)]:
        whole[place] += 1
    return whole


@given(some.lists(some.integers(0, 1_000), min_size=1, max_size=12).filter(any), some.integers(1, 60))
def test_largest_remainder_without_bounds_is_that_of_the_book(numbers: list[int], seats: int) -> None:
    assert divided(LR, seats, numbers) == hare(seats, numbers)


@given(bounded())
def test_bounded_shares_are_those_of_one_quota(asked: tuple[Rule, list[Claim]]) -> None:
    """Each share is number / quota, unless a bound holds it; and together they are the seats."""
    rule, given_claims = asked
    made = divide(Rule(rule.basis, LR, rule.seats), given_claims)
    assert sum(line.share for line in made.lines) == rule.seats  # type: ignore[misc]
    for line in made.lines:
        own = (line.claim.number or 0) / made.quota if made.quota else Fraction(0)
        held = {Held.NOTHING: own, Held.LEAST: line.least, Held.MOST: line.most}[line.held]
        assert line.share == held
        assert (own < line.least) == (line.held is Held.LEAST)
        assert floor(line.share) <= line.seats <= ceil(line.share)


def slowly(made: Division, rule: Rule, given_claims: Sequence[Claim]) -> list[tuple[int, ...]]:
    """Every way of dividing the seats within the bounds in which no seat should go from one unit to another."""
    per_seat = 2 if rule.method is SL else 1

    def step(has: int) -> int:
        return per_seat * has + 1

    def right(way: tuple[int, ...]) -> bool:
        return all(
            Fraction(one.number or 0, step(has - 1)) >= Fraction(other.number or 0, step(more))
            for one, has in zip(given_claims, way, strict=True)
            for other, more in zip(given_claims, way, strict=True)
            if one is not other and has > (one.least or 0) and more < (other.most or 0) and other.number
        )

    ways = product(
        *(range(one.least or 0, ((one.most if one.number else one.least) or 0) + 1) for one in given_claims)
    )
    return [way for way in ways if sum(way) == rule.seats and right(way)]


@given(bounded(units=4, seats_most=20), some.sampled_from([SL, DH]))
def test_a_divisor_method_gives_what_the_slow_search_finds(
    asked: tuple[Rule, list[Claim]], method: Method
) -> None:
    """No seat would have won more elsewhere; where that leaves several ways, only equals differ."""
    rule = Rule(asked[0].basis, method, asked[0].seats)
    made = divide(rule, asked[1])
    ways = slowly(made, rule, asked[1])
    assert tuple(line.seats for line in made.lines) in ways
    assert (len(ways) > 1) == any(line.tied for line in made.lines)


def test_as_many_as_are_taken_are_divided_soon() -> None:
    numbers = [(place * 7919) % 10_007 + 1 for place in range(rules.UNITS_MOST)]
    for method in Method:
        assert sum(divided(method, rules.SEATS_MOST, numbers, least=1, most=40)) == rules.SEATS_MOST
