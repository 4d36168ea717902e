"""What of a division is shown to whom."""

from dataclasses import replace

from congress.domain import seat_divisions as rules
from congress.domain.seat_divisions import FEWEST_TOLD, Share
from congress.domain.seats import Basis


def test_a_unit_beside_is_not_told_how_few_they_are() -> None:
    line = Share("u1", "001", FEWEST_TOLD - 1, None, None, None, 1, 1, 9, share="4/3", next="1")
    told = rules.seen_from_beside(line, Basis.MEMBERS, own="u2")
    assert (told.number, told.share, told.next, told.few, told.seats) == (None, "", "", True, line.seats)
    assert rules.seen_from_beside(line, Basis.MEMBERS, own="u1") == line
    assert rules.seen_from_beside(line, Basis.POPULATION, own="u2") == line
    enough = replace(line, number=FEWEST_TOLD)
    assert rules.seen_from_beside(enough, Basis.MEMBERS, own="u2") == enough
