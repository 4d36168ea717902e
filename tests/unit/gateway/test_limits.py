"""How much one session, one account and one address may ask in a minute."""

import time
from collections.abc import Callable
from functools import partial

import pytest

from gateway.counting import SECONDS, CountedHere
from gateway.forward import FILE_PLACES
from gateway.limits import FILES_EACH, Limits, Rates, TooManyFiles, UnderWay
from servicekit.refusals import TooMany
from servicekit.serving.worker import FILE_SHARE

NOW = 1_000_000.0


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
    return Limits(Rates(session=3, account=5, address=9, sign_in=2), CountedHere(), lambda: NOW)


def test_with_its_next_minute_everybody_begins_anew_and_not_all_at_once() -> None:
    now = [NOW]
    limits = Limits(Rates(session=9, account=9, address=1, sign_in=9), CountedHere(), lambda: now[0])
    people = [f"192.0.2.{number}" for number in range(60)]
    for one in people:
        limits.address(one)
    again: list[int] = []
    for _ in range(60):
        now[0] += 1
        fit = [one for one in people if refused_after(partial(limits.address, one)) == 1]
        again.append(len(fit))
        people = [one for one in people if one not in fit]
    assert not people
    assert max(again) < 10


def test_what_was_counted_in_a_minute_that_is_over_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    counts = CountedHere()
    assert [counts.add("a"), counts.add("a")] == [1, 2]
    now[0] += SECONDS
    assert counts.add("a") == 3, "its minute may have begun in the second half of the one before"
    now[0] += 2 * SECONDS
    counts.add("b")
    now[0] += SECONDS
    assert counts.add("a") == 1


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
