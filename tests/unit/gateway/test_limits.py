"""How much one session, one account and one address may ask in a minute."""

from collections.abc import Callable

import pytest

from gateway.forward import FILE_PLACES
from gateway.limits import FILES_EACH, Limits, TooManyFiles, UnderWay
from servicekit.refusals import TooMany
from servicekit.serving.worker import FILE_SHARE


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


def test_one_account_sends_so_many_files_at_once_and_another_as_many() -> None:
    under_way = UnderWay(2)
    with under_way.one_of("a"), under_way.one_of("a"):
        with pytest.raises(TooManyFiles), under_way.one_of("a"):
            pass
        with under_way.one_of("b"), under_way.one_of("b"):
            pass
    with pytest.raises(ValueError, match="broken off"), under_way.one_of("a"), under_way.one_of("a"):
        raise ValueError("broken off")
    with under_way.one_of("a"), under_way.one_of("a"):
        pass


def test_one_account_never_has_all_places_for_files() -> None:
    assert FILE_SHARE <= FILES_EACH <= FILE_PLACES // 4
