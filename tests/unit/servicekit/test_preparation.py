"""What is prepared before the first request: once, by one thread, and nobody queues behind a try that hangs."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from servicekit.web.observing import PREPARED_AGAIN_SECONDS, PREPARING_SECONDS, Preparation, StillStarting


def test_it_is_done_once() -> None:
    done = []
    preparation = Preparation((lambda: done.append(1),))
    for _ in range(3):
        preparation.done()
    assert done == [1]


def test_while_one_tries_in_vain_the_others_are_refused_in_a_moment() -> None:
    """Without a database: one after the other they would each wait as long as the first."""
    tried = []
    hanging = threading.Event()

    def hang() -> None:
        tried.append(1)
        assert hanging.wait(20)
        raise TimeoutError

    preparation = Preparation((hang,))

    def ask(_: int) -> tuple[str, float]:
        began = time.monotonic()
        with pytest.raises((StillStarting, TimeoutError)) as refused:
            preparation.done()
        return refused.type.__name__, time.monotonic() - began

    with ThreadPoolExecutor(8) as many:
        found = [many.submit(ask, number) for number in range(8)]
        threading.Timer(1.5 * PREPARING_SECONDS, hanging.set).start()
        told = [one.result() for one in found]
    assert sorted(name for name, _ in told) == ["StillStarting"] * 7 + ["TimeoutError"]
    assert max(seconds for name, seconds in told if name == "StillStarting") < 1.5 * PREPARING_SECONDS
    assert tried == [1]


def test_it_is_tried_again_after_a_moment() -> None:
    faults = [TimeoutError()]

    def step() -> None:
        if faults:
            raise faults.pop()

    preparation = Preparation((step,))
    with pytest.raises(TimeoutError):
        preparation.done()
    with pytest.raises(StillStarting):
        preparation.done()
    time.sleep(PREPARED_AGAIN_SECONDS)
    preparation.done()
