"""How much one session, one account and one address may ask in a minute."""

from collections.abc import Callable

import pytest

from gateway.limits import Limits
from servicekit.refusals import TooMany


def refused_after(hit: Callable[[], object]) -> int:
    """How often it may be done; -1 where the refusal does not say how many seconds to wait."""
    for number in range(20):
        try:
            hit()
        except TooMany as refusal:
            return number if 1 <= (refusal.retry_after or 0) <= 61 else -1
    return 20


@pytest.fixture
def limits() -> Limits:
    return Limits(session=3, account=5, address=9, sign_in=2)


def test_each_session_has_its_own_and_all_of_an_account_share_one(limits: Limits) -> None:
    assert refused_after(lambda: limits.person("one", "anna")) == 3
    # The refused one has counted for the account as well.
    assert refused_after(lambda: limits.person("two", "anna")) == 1
    assert refused_after(lambda: limits.person("three", "boris")) == 3


def test_an_address_has_more_than_a_session_and_less_for_signing_in(limits: Limits) -> None:
    assert refused_after(lambda: limits.address("192.0.2.1")) == 9
    assert refused_after(lambda: limits.sign_in("192.0.2.1")) == 2
    assert refused_after(lambda: limits.sign_in("192.0.2.2")) == 2


def test_what_is_left_is_told(limits: Limits) -> None:
    left = [limits.person("one", "anna") for _ in range(3)]
    assert [one.remaining for one in left] == [2, 1, 0]
    assert left[0].headers()["RateLimit-Limit"] == "3"
