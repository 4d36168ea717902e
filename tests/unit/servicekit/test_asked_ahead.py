"""What a reading asks is sent once, and may be begun before its turn."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context

import pytest
import requests

from servicekit.out.ahead import SHARE_AHEAD, Ahead, Reading
from servicekit.refusals import NotFound, Unavailable
from servicekit.serving import patience
from servicekit.serving.bulkheads import SILENT_AFTER, Bulkhead, PeerUnavailable, part_of_threads

SOON = 10.0


def an_answer(status: int = 200) -> requests.Response:
    answer = requests.Response()
    answer.status_code = status
    return answer


def test_a_question_is_sent_once_and_another_one_by_itself() -> None:
    reading, sent = Reading(), []

    def ask() -> requests.Response:
        sent.append(1)
        return an_answer()

    first, again, other = reading.once("a", ask), reading.once("a", ask), reading.once("b", ask)
    assert first is again
    assert first is not other
    assert len(sent) == 2


def test_who_asks_meanwhile_waits_for_the_answer_that_is_on_its_way() -> None:
    reading, came, goes_on = Reading(), threading.Event(), threading.Event()

    def slow() -> requests.Response:
        came.set()
        assert goes_on.wait(SOON)
        return an_answer(201)

    def never() -> requests.Response:
        raise AssertionError("sent twice")

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(reading.once, "a", slow)
        assert came.wait(SOON)
        second = threads.submit(reading.once, "a", never)
        goes_on.set()
        assert second.result(SOON) is first.result(SOON)


def refused_ahead(reading: Reading, refusal: Exception) -> None:
    done = threading.Event()

    def refused() -> requests.Response:
        raise refusal

    def question() -> None:
        try:
            reading.once("a", refused)
        finally:
            done.set()

    Ahead().begin(question)
    assert done.wait(SOON)


def test_what_was_refused_ahead_is_refused_to_whose_turn_it_is_and_nobody_hears_of_it_before() -> None:
    reading = Reading()
    refused_ahead(reading, NotFound())
    with pytest.raises(NotFound):
        reading.once("a", an_answer)


def test_that_a_part_had_no_place_for_whoever_stood_aside_is_not_the_answer_of_the_page() -> None:
    reading = Reading()
    refused_ahead(reading, Unavailable(retry_after=1))
    assert reading.once("a", an_answer).status_code == 200


def test_whoever_stands_aside_takes_none_of_the_last_places_and_silences_nobody() -> None:
    way, inside, goes_on = Bulkhead("part", 2), threading.Event(), threading.Event()
    told: list[str] = []

    def aside() -> None:
        patience.stand_aside()
        for _ in range(SILENT_AFTER):
            with suppress(TimeoutError), way.place(TimeoutError):
                raise TimeoutError
        try:
            inside.set()
            assert goes_on.wait(SOON)
            with way.place(TimeoutError):
                told.append("entered")
        except PeerUnavailable:
            told.append("refused")

    thread = threading.Thread(target=copy_context().run, args=(aside,))
    thread.start()
    assert inside.wait(SOON)
    with way.place(TimeoutError):  # one is taken, so one of two is left
        goes_on.set()
        thread.join(SOON)
    assert told == ["refused"]
    with way.place(TimeoutError):
        told.append("not silent")


def test_no_thread_more_is_nothing_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    ahead = Ahead()
    monkeypatch.setattr(threading.Thread, "start", none_left)
    for _ in range(2 * part_of_threads(SHARE_AHEAD)):
        ahead.begin(lambda: None)
    monkeypatch.undo()
    done = threading.Event()
    ahead.begin(done.set)
    assert done.wait(SOON)


def test_only_so_much_is_begun_ahead_as_leaves_the_others_room() -> None:
    ahead, goes_on, begun = Ahead(), threading.Event(), threading.Semaphore(0)
    most = part_of_threads(SHARE_AHEAD)

    def question() -> None:
        begun.release()
        assert goes_on.wait(SOON)

    for _ in range(most):
        ahead.begin(question)
        assert begun.acquire(timeout=SOON)
    ahead.begin(question)
    assert not begun.acquire(timeout=0.2)
    goes_on.set()
