"""When a step of a background program is looked at, and when it is left alone."""

import threading
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest

from servicekit.data.database import Database
from servicekit.data.room import Room
from servicekit.work.bell import Bell
from servicekit.work.leases import Lease
from servicekit.work.loop import Beat, Loop, Piecemeal, Slowly, Step, rest


class Away(Exception):
    """What a step needs is not there."""


class Lent:
    """A lease as a loop sees it."""

    seconds = 3.0

    def __init__(self) -> None:
        self.held = True

    def hold(self) -> bool:
        return self.held

    def release(self) -> None:
        self.held = False


class Work:
    """Does what is asked of it, and counts how often it was asked."""

    def __init__(self, *results: int | Exception) -> None:
        self.results = list(results)
        self.asked = 0

    def __call__(self) -> int:
        self.asked += 1
        result = self.results.pop(0) if self.results else 0
        if isinstance(result, Exception):
            raise result
        return result


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    now = [1_000.0]
    monkeypatch.setattr("servicekit.work.loop.time.monotonic", lambda: now[0])

    def forward(seconds: float) -> None:
        now[0] += seconds

    return forward


def a_loop(*steps: Step, lease: Lent | None = None) -> Loop:
    return Loop("test", cast(Database, None), cast(Lease, lease or Lent()), steps)


@pytest.mark.parametrize(("failures", "seconds"), [(1, 0.5), (2, 1), (4, 4), (7, 30), (99, 30)])
def test_what_is_away_is_left_alone_for_longer_and_longer(failures: int, seconds: float) -> None:
    assert rest(failures) == seconds


def test_a_step_is_asked_again_until_it_finds_nothing_and_then_when_the_bell_has_rung() -> None:
    work = Work(3, 2)
    loop = a_loop(Step("one", work))
    assert [loop.turn(rung=1) for _ in range(4)] == [3, 2, 0, 0]
    assert work.asked == 3
    loop.turn(rung=2)
    assert work.asked == 4


def test_what_the_bell_misses_is_found_a_little_later(clock: Callable[[float], None]) -> None:
    work = Work()
    loop = a_loop(Step("one", work, every=15))
    loop.turn(rung=1)
    clock(14.9)
    loop.turn(rung=1)
    assert work.asked == 1
    clock(0.2)
    loop.turn(rung=1)
    assert work.asked == 2


def test_a_bell_is_no_business_of_a_step_by_the_clock(clock: Callable[[float], None]) -> None:
    work = Work()
    loop = a_loop(Step("calendar", work, every=60, by_clock=True))
    for rung in range(1, 5):
        loop.turn(rung)
    assert work.asked == 1
    clock(60)
    loop.turn(rung=5)
    assert work.asked == 2


def test_a_step_for_which_nothing_becomes_due_is_looked_at_as_seldom_as_others(
    clock: Callable[[float], None],
) -> None:
    work, ahead = Work(), [False, True]
    loop = a_loop(Step("one", work, every=2, ahead=lambda _: ahead.pop(0) if ahead else False))
    loop.turn(rung=1)
    clock(14)
    loop.turn(rung=1)
    assert work.asked == 1
    loop.turn(rung=2)  # something was written, and something is due soon
    clock(2)
    loop.turn(rung=2)
    assert work.asked == 3


def test_one_step_rests_and_the_others_go_on(clock: Callable[[float], None]) -> None:
    anew: list[str] = []
    resting, other = Work(Away(), 1), Work()
    loop = a_loop(Step("away", resting, away=(Away,), afresh=lambda: anew.append("")), Step("other", other))
    for rung in (1, 2, 3):
        assert loop.turn(rung) == 0
    assert (resting.asked, other.asked, len(anew)) == (1, 3, 1)
    clock(rest(1))
    assert loop.turn(rung=3) == 1


def test_the_steps_after_one_that_fails_have_their_turn_and_the_loop_rests_afterwards() -> None:
    other = Work(1)
    with pytest.raises(LookupError):
        a_loop(Step("one", Work(LookupError("a record"))), Step("other", other)).turn(rung=1)
    assert other.asked == 1


def test_what_a_step_does_not_expect_leaves_the_loop() -> None:
    with pytest.raises(Away):
        a_loop(Step("one", Work(Away()))).turn(rung=1)


def test_who_holds_no_lease_does_nothing_and_drops_what_was_begun() -> None:
    lease, work = Lent(), Work(1, 1)
    begun = Piecemeal(lambda: iter((1, 1, 1)))
    loop = a_loop(Step("one", work), Step("pieces", begun.work, afresh=begun.begin_afresh), lease=lease)
    assert loop.turn(rung=1) == 2
    lease.held = False
    assert loop.turn(rung=2) == 0
    assert work.asked == 1


def test_pieces_are_done_one_by_one_and_begun_again_after_the_last() -> None:
    begun = []

    def begin() -> Iterator[int]:
        begun.append(1)
        return iter((1, 2) if len(begun) == 1 else ())

    pieces = Piecemeal(begin)
    assert [pieces.work() for _ in range(4)] == [1, 2, 0, 0]
    assert len(begun) == 3


def test_in_rounds_the_next_one_waits_until_the_step_is_looked_at_again() -> None:
    pieces = Piecemeal(lambda: iter((1, 2)), in_rounds=True)
    assert [pieces.work() for _ in range(6)] == [1, 2, 0, 1, 2, 0]
    pieces.work()
    pieces.begin_afresh()
    assert [pieces.work() for _ in range(3)] == [1, 2, 0]
    nothing = Piecemeal(lambda: iter(()), in_rounds=True)
    assert [nothing.work() for _ in range(2)] == [0, 0]


def test_slowly_one_piece_is_done_at_each_look() -> None:
    done = []

    def begin() -> Iterator[str]:
        for piece in ("a", "b"):
            done.append(piece)
            yield piece

    slowly = Slowly(begin)
    assert [(slowly.work(), "".join(done)) for _ in range(4)] == [(0, "a"), (0, "ab"), (0, "ab"), (0, "aba")]
    slowly.begin_afresh()
    assert (slowly.work(), "".join(done)) == (0, "abaa")


def test_it_is_prepared_before_anything_is_done_and_tried_until_that_succeeds() -> None:
    prepare: Any = Work(LookupError(), 0)
    work = Work(1)
    loop = Loop("test", cast(Database, None), cast(Lease, Lent()), [Step("one", work)], prepare=prepare)
    with pytest.raises(LookupError):
        loop.turn(rung=1)
    assert work.asked == 0
    assert loop.turn(rung=1) == 1
    loop.turn(rung=1)
    assert prepare.asked == 2


def test_who_waits_for_a_bell_is_woken_by_it_and_misses_none() -> None:
    bell = Bell(cast(Database, None))
    seen = bell.rung
    bell.ring()
    bell.wait(seen, 60)  # it has rung since: no wait
    seen = bell.rung
    ringing = threading.Timer(0.05, bell.ring)
    ringing.start()
    while bell.rung == seen:
        bell.wait(seen, 60)
    assert bell.rung == seen + 1


def test_nothing_is_done_while_there_is_no_room_to_write_it_down() -> None:
    class Disk:
        is_used_up = True

    class Beats:
        told = 0

        def beat(self) -> None:
            self.told += 1

    work, lease, disk, beats, stop = Work(1, 1), Lent(), Disk(), Beats(), threading.Event()
    loop = a_loop(Step("one", work), lease=lease)
    running = threading.Thread(
        target=lambda: loop.run(stop, Bell(cast(Database, None)), cast(Beat, beats), cast(Room, disk))
    )
    running.start()
    while not beats.told:
        stop.wait(0.01)
    assert work.asked == 0
    disk.is_used_up = False
    while not work.asked:
        stop.wait(0.01)
    stop.set()
    running.join(10)
    assert not running.is_alive()
