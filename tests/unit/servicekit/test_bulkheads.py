"""Few wait for a slow part, nobody for a silent one, and it is found again by itself."""

import pytest

from servicekit.bulkheads import ASKED_AGAIN_SECONDS, SILENT_AFTER, Bulkhead, PeerUnavailable


class Clock:
    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def silence(bulkhead: Bulkhead) -> None:
    with pytest.raises(TimeoutError), bulkhead.place(TimeoutError):
        raise TimeoutError


def test_so_many_wait_and_the_next_is_refused_at_once() -> None:
    bulkhead = Bulkhead("congress", 2)
    with bulkhead.place(), bulkhead.place():
        with pytest.raises(PeerUnavailable) as refused, bulkhead.place():
            pass
        assert refused.value.retry_after == 1
    with bulkhead.place():
        pass


def test_after_silences_in_a_row_nobody_waits_but_one_who_tries(clock: Clock) -> None:
    bulkhead = Bulkhead("congress", 8, clock)
    for _ in range(SILENT_AFTER):
        silence(bulkhead)
    silence(bulkhead)  # the one who tries
    with pytest.raises(PeerUnavailable), bulkhead.place():
        pass
    clock.seconds += ASKED_AGAIN_SECONDS
    # While somebody tries, the others do not wait.
    with bulkhead.place(), pytest.raises(PeerUnavailable), bulkhead.place():
        pass
    with bulkhead.place(), bulkhead.place():  # it answered
        pass


def test_an_answer_between_silences_begins_the_count_anew() -> None:
    bulkhead = Bulkhead("congress", 8)
    for _ in range(3 * SILENT_AFTER):
        silence(bulkhead)
        with bulkhead.place(TimeoutError):
            pass


def test_what_is_refused_for_another_reason_is_an_answer() -> None:
    bulkhead = Bulkhead("congress", 8)
    for _ in range(3 * SILENT_AFTER):
        with pytest.raises(ValueError), bulkhead.place(TimeoutError):
            raise ValueError
