"""When a strong role takes two hands, and whose the second one is: a rule by count.

One administrator alone may make another, for an organisation begins with one. From two independent administrators on,
of the unit from which a strong role is given, there are two wills, and it takes both. When fewer remain, it does not
become one person's again: the second hand is then the superior's and, where nobody is above, the operator's.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations

from servicekit.access.second_person import Hand, owes


class SecondBy(StrEnum):
    """Whose the second hand is."""

    NOBODY = "nobody"  # one hand is enough
    PEER = "peer"  # another administrator of the unit, or whoever stands above it
    SUPERIOR = "superior"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Tenure:
    """Somebody gives access in the unit, or did, from the one day to the other."""

    hand: Hand
    first: date
    last: date

    def meets(self, other: "Tenure") -> bool:
        return self.first <= other.last and other.first <= self.last


def are_independent(one: Hand, other: Hand) -> bool:
    """Neither is the other by another account, owes the other anything, or hangs on what the other holds."""
    return not (one.accounts & other.accounts or owes(one, other) or owes(other, one))


def were_two(tenures: Collection[Tenure]) -> bool:
    """Whether two independent ones were in office on one day."""
    return any(
        one.meets(other) and are_independent(one.hand, other.hand) for one, other in combinations(tenures, 2)
    )


def second_by(
    asking: Hand, in_office: Sequence[Hand], superiors: Sequence[Hand], *, have_been_two: bool
) -> SecondBy:
    """`in_office`: who gives access in the unit today; `superiors`: who does so in the units above it."""
    two = any(are_independent(one, other) for one, other in combinations(in_office, 2))
    if not (have_been_two or two):
        return SecondBy.NOBODY
    if any(are_independent(asking, one) for one in in_office):
        return SecondBy.PEER
    # That those below hang on them is what makes them superiors.
    if any(not asking.accounts & one.accounts and not owes(one, asking) for one in superiors):
        return SecondBy.SUPERIOR
    return SecondBy.OPERATOR
