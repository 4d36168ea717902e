"""How many sessions of one account may be open: all of them can always be ended in one go."""

from datetime import timedelta

from identity.domain.sessions import AT_ONCE, MOST_OPEN, Session, beyond_the_most
from tests.unit.identity.test_grants import NOW


def opened(number: int, seen: int) -> Session:
    """`seen`: how many minutes after the first one."""
    at = NOW + timedelta(minutes=seen)
    return Session(f"s{number}", "anna", NOW, at, NOW, 2, "practice")


def test_the_newest_closes_what_was_used_longest_ago() -> None:
    as_many = [opened(number, number) for number in range(MOST_OPEN)]
    assert beyond_the_most(as_many) == []
    used_again = opened(0, 500)
    assert [one.id for one in beyond_the_most([used_again, *as_many[1:], opened(99, 99)])] == ["s1"]


def test_what_was_opened_before_there_was_a_bound_is_closed_a_part_at_a_time() -> None:
    many = [opened(number, number) for number in range(MOST_OPEN + AT_ONCE + 7)]
    closed = beyond_the_most(many)
    assert [one.id for one in closed] == [f"s{number}" for number in reversed(range(AT_ONCE))]
