"""Who may set out to an eID while a minute fills: nobody closes the door for all."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.domain.starts import (
    EACH_CALLBACK,
    MOST_OF_ACCOUNT,
    Minute,
    is_written_down,
    may_set_out,
    to_be_told,
)
from servicekit.out.addresses import address_group


class Door:
    """One minute of one provider, as the store counts it."""

    def __init__(self, limit: int) -> None:
        self.limit, self.begun = limit, 0
        self.of: dict[str, int] = {}
        self.accounts: Counter[str] = Counter()

    def knock(self, address: str, account: str = "") -> bool:
        """`account`: whose session asks; nobody's where it is empty."""
        of_address = self.of.setdefault(address, 0)
        minute = Minute(self.begun, len(self.of), of_address, self.accounts[account] if account else 0)
        went = may_set_out(minute, self.limit, inside=bool(account))
        if went:
            self.begun += 1
            self.of[address] += 1
            self.accounts[account] += 1
        return went


def test_a_flood_from_one_address_leaves_room_for_another_and_for_those_inside() -> None:
    door = Door(40)
    assert sum(door.knock("flood") for _ in range(60)) == 18
    assert sum(door.knock("office") for _ in range(30)) == 12
    assert sum(door.knock("home") for _ in range(30)) == 6
    assert sum(door.knock("flood", f"person {number}") for number in range(10)) == 4
    assert door.begun == 40


def test_one_account_inside_does_not_use_up_what_is_kept_for_all_inside() -> None:
    door = Door(40)
    assert sum(door.knock("flood", "one") for _ in range(60)) == 18
    assert sum(door.knock("flood") for _ in range(60)) == 0
    assert all(door.knock("flood", f"person {number}") for number in range(22))
    assert not door.knock("flood", "late")


def test_of_an_account_the_first_few_go_into_the_kept_room_and_its_next_as_anybody() -> None:
    door = Door(40)
    while door.knock("flood"):
        continue
    while door.knock("office"):
        continue
    left = door.limit - door.begun
    assert [door.knock("flood", "one") for _ in range(5)] == [True] * MOST_OF_ACCOUNT + [False] * 2
    assert left > MOST_OF_ACCOUNT


def test_three_hundred_people_behind_one_address_get_in_within_five_minutes_of_a_flood() -> None:
    waiting = 300
    for minute in range(5):
        door = Door(300)
        for _ in range(5_000):
            door.knock("flood")
        waiting -= sum(door.knock("hall") for _ in range(waiting))
        assert waiting > 0 or minute > 0
    assert waiting <= 0


def test_nobody_is_refused_while_the_minute_is_half_empty() -> None:
    door = Door(3_000)
    assert all(door.knock("hall") for _ in range(1_350))


@given(st.integers(1, 60), st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans()), max_size=200))
def test_the_limit_holds_and_what_is_kept_for_those_inside_is_never_given_to_others(
    limit: int, knocks: list[tuple[str, bool]]
) -> None:
    door = Door(limit)
    outside = sum(door.knock(address) for address, inside in knocks if not inside)
    assert outside <= limit - max(1, limit // 10)
    assert sum(door.knock("a", f"person {number}") for number in range(limit)) == limit - outside


@pytest.mark.parametrize(("refused", "told"), [(1, True), (2, False), (10, True), (99, False), (100, True)])
def test_refused_starts_are_told_in_counts(refused: int, told: bool) -> None:
    assert to_be_told(refused) is told


def test_callbacks_of_no_attempt_are_written_one_by_one_and_then_in_counts() -> None:
    written = [refused for refused in range(1, 2_000) if is_written_down(refused, refused)]
    assert written == [*range(1, EACH_CALLBACK + 1), 100, 1_000]
    # A flood from elsewhere takes nobody's reference away.
    assert is_written_down(1, 5_001)
    assert not is_written_down(EACH_CALLBACK + 1, 5_001)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("", "nonsense", False),
    ],
)
def test_an_ipv6_caller_is_one_by_their_network(one: str, other: str, same: bool) -> None:
    assert (address_group(one) == address_group(other)) is same
