"""Whose the second hand is for a strong role: by how many independent administrators there are, and have been."""

from datetime import UTC, date, datetime

import pytest

from identity.domain.two_hands import SecondBy, Tenure, second_by, were_two
from servicekit.access.second_person import Hand, Power

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
DISTRICT = ("root", "district")


def a_hand(
    name: str,
    *others: str,
    hangs_on: tuple[str, ...] = (),
    given_by: str = "operator",
    path: tuple[str, ...] = DISTRICT,
) -> Hand:
    power = Power(f"g-{name}", path, frozenset(hangs_on), given_by, LONG_AGO)
    return Hand(frozenset({name, *others}), (power,))


def in_office(hand: Hand, first: int, last: int) -> Tenure:
    """From the first day of one month to that of another."""
    return Tenure(hand, date(2025, first, 1), date(2025, last, 1))


ANNA = a_hand("anna")
BELA = a_hand("bela")
DEPUTY = a_hand("deputy", hangs_on=("g-anna",), given_by="anna")
DEPUTYS_DEPUTY = a_hand("third", hangs_on=("g-anna", "g-deputy"), given_by="deputy")
ANNA_AGAIN = a_hand("anna-2", "anna")
CHIEF = a_hand("chief", path=("root",))
BELOW_CHIEF = a_hand("below", hangs_on=("g-chief",), given_by="chief")
ALSO_BELOW_CHIEF = a_hand("beside", hangs_on=("g-chief",), given_by="chief")


@pytest.mark.parametrize(
    ("asking", "in_office", "superiors", "have_been_two", "whose"),
    [
        # An organisation begins with one, and what that one has made are no second will.
        (ANNA, [ANNA], [], False, SecondBy.NOBODY),
        (ANNA, [ANNA, DEPUTY], [], False, SecondBy.NOBODY),
        (ANNA, [ANNA, DEPUTY, DEPUTYS_DEPUTY], [], False, SecondBy.NOBODY),
        (ANNA, [ANNA, ANNA_AGAIN], [], False, SecondBy.NOBODY),
        (ANNA, [], [], False, SecondBy.NOBODY),
        (ANNA, [ANNA], [CHIEF], False, SecondBy.NOBODY),
        # From two on.
        (ANNA, [ANNA, BELA], [], False, SecondBy.PEER),
        (ANNA, [ANNA, BELA], [CHIEF], True, SecondBy.PEER),
        (ANNA, [ANNA, DEPUTY, BELA], [], False, SecondBy.PEER),
        (BELOW_CHIEF, [BELOW_CHIEF, ALSO_BELOW_CHIEF], [CHIEF], False, SecondBy.PEER),
        # Two who owe the one that asks everything, and each other nothing.
        (CHIEF, [BELOW_CHIEF, ALSO_BELOW_CHIEF], [CHIEF], False, SecondBy.OPERATOR),
        # When fewer remain, it is not one person's again.
        (ANNA, [ANNA], [CHIEF], True, SecondBy.SUPERIOR),
        (ANNA, [ANNA, DEPUTY], [CHIEF], True, SecondBy.SUPERIOR),
        (BELOW_CHIEF, [BELOW_CHIEF], [CHIEF], True, SecondBy.SUPERIOR),
        (ANNA, [ANNA, ANNA_AGAIN], [CHIEF], True, SecondBy.SUPERIOR),
        # At the top nobody is above, and a superior who owes the one that asks is none.
        (ANNA, [ANNA], [], True, SecondBy.OPERATOR),
        (ANNA, [ANNA, DEPUTY], [], True, SecondBy.OPERATOR),
        (ANNA, [ANNA], [ANNA_AGAIN], True, SecondBy.OPERATOR),
        (ANNA, [ANNA], [DEPUTY], True, SecondBy.OPERATOR),
    ],
)
def test_whose_the_second_hand_is(
    asking: Hand, in_office: list[Hand], superiors: list[Hand], have_been_two: bool, whose: SecondBy
) -> None:
    assert second_by(asking, in_office, superiors, have_been_two=have_been_two) is whose


@pytest.mark.parametrize(
    ("one", "other", "two"),
    [
        (in_office(ANNA, 1, 6), in_office(BELA, 6, 12), True),
        (in_office(ANNA, 1, 5), in_office(BELA, 6, 12), False),
        (in_office(ANNA, 1, 12), in_office(DEPUTY, 1, 12), False),
        (in_office(ANNA, 1, 12), in_office(ANNA_AGAIN, 1, 12), False),
    ],
)
def test_two_were_in_office_together_when_their_days_meet(one: Tenure, other: Tenure, two: bool) -> None:
    assert were_two([one, other]) is two
    assert were_two([other, one]) is two
    assert not were_two([one])
