"""Few wait for a slow part, nobody for a silent one, and it is found again by itself."""

import contextlib
import threading
import time
from collections.abc import Iterator

import pytest

from servicekit.serving.bulkheads import (
    ASKED_AGAIN_SECONDS,
    SILENT_AFTER,
    Bulkhead,
    Bulkheads,
    OutsideBusy,
    OutsideParties,
    PeerUnavailable,
    answers_with,
)


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


def test_who_tries_a_silent_part_is_alone_however_long_that_takes(clock: Clock) -> None:
    bulkhead = Bulkhead("congress", 8, clock)
    for _ in range(SILENT_AFTER):
        silence(bulkhead)
    clock.seconds += ASKED_AGAIN_SECONDS
    with contextlib.suppress(TimeoutError), bulkhead.place(TimeoutError):
        clock.seconds += 3 * ASKED_AGAIN_SECONDS
        with pytest.raises(PeerUnavailable), bulkhead.place():
            pass
        raise TimeoutError
    # It was tried a moment ago, however long ago that began.
    with pytest.raises(PeerUnavailable), bulkhead.place():
        pass


def test_who_could_not_wait_long_says_nothing_of_the_part(clock: Clock) -> None:
    bulkhead = Bulkhead("congress", 8, clock)
    for _ in range(SILENT_AFTER):
        silence(bulkhead)
        with pytest.raises(TimeoutError), bulkhead.place(TimeoutError, fair=False):
            raise TimeoutError
        clock.seconds += ASKED_AGAIN_SECONDS
    with pytest.raises(TimeoutError), bulkhead.place(TimeoutError, fair=False):
        raise TimeoutError
    with pytest.raises(PeerUnavailable), bulkhead.place():
        pass


@pytest.fixture
def eight_threads() -> Iterator[None]:
    answers_with(8)
    yield
    answers_with(16)


def test_some_threads_are_left_for_what_does_not_need_the_part(eight_threads: None) -> None:
    way = Bulkheads(moment=0.0).to("congress")
    with contextlib.ExitStack() as waiting:
        for _ in range(5):
            waiting.enter_context(way.place())
        with pytest.raises(PeerUnavailable), way.place():
            pass


def test_a_thread_is_left_also_when_all_parts_are_slow(eight_threads: None) -> None:
    bulkheads = Bulkheads(moment=0.0)
    with contextlib.ExitStack() as waiting:
        for part in ("congress", "membership"):
            for _ in range(5):
                with contextlib.suppress(PeerUnavailable):
                    waiting.enter_context(bulkheads.to(part).place())
        with pytest.raises(PeerUnavailable), bulkheads.to("identity").place():
            pass
    for part in ("congress", "membership", "identity"):
        with bulkheads.to(part).place():
            pass


def test_whoever_found_no_place_among_all_has_not_heard_an_answer(eight_threads: None, clock: Clock) -> None:
    none = threading.Semaphore(0)
    bulkhead = Bulkhead("congress", 8, clock, 0.0)
    for _ in range(SILENT_AFTER):
        silence(bulkhead)
    clock.seconds += ASKED_AGAIN_SECONDS
    bulkhead._of_all = none
    with pytest.raises(PeerUnavailable), bulkhead.place():
        pass
    bulkhead._of_all = None
    with pytest.raises(PeerUnavailable), bulkhead.place():
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


def test_few_wait_for_somebody_outside_a_few_more_stand_a_moment_and_the_rest_goes_at_once() -> None:
    outside = OutsideParties(1, 1, 0.3)
    stood: list[float] = []

    def stand() -> None:
        began = time.monotonic()
        with pytest.raises(OutsideBusy), outside.place():
            pass
        stood.append(time.monotonic() - began)

    def refused_after() -> float:
        began = time.monotonic()
        with pytest.raises(OutsideBusy) as refused, outside.place():
            pass
        assert refused.value.retry_after == 3
        return time.monotonic() - began

    with outside.place():
        standing = threading.Thread(target=stand)
        standing.start()
        while outside._entered._value:
            time.sleep(0.005)
        assert refused_after() < 0.1
        standing.join()
    assert stood[0] >= 0.3
    with outside.place():
        pass
