"""Lists of what stands in a unit and below it: each thing once, the newest first, wherever it is moved meanwhile."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier

import pytest

from servicekit.data.database import Database
from servicekit.tree import listed, totals
from servicekit.tree.listed import COUNTED, NEVER, Listed, Lists
from tests.growth import METER

NOW = datetime(2026, 5, 1, tzinfo=UTC)
ROOT, NORTH = ("u", "u0"), ("u", "u1")


@pytest.fixture
def lists(new_database: Callable[..., Database]) -> Lists:
    made = Lists(new_database("listed"))
    made.prepare()
    return made


def thing(number: int, places: tuple[str, ...] = ROOT, state: str = "on", days: float = 0) -> Listed:
    return Listed("things", f"t{number:05}", places, state, NOW - timedelta(days=days))


def every(lists: Lists, place: str, state: str = "", most: int = 7) -> list[str]:
    found, after = list[str](), ""
    while page := lists.page("things", [place], state, after, most, NOW):
        found += [line.id for line in page]
        after = page[-1].order
    return found


def test_pages_give_each_thing_once_and_the_newest_first(lists: Lists) -> None:
    days = [0, 0, 0.2, 0.9, 1, 5, 17, 17, 17, 300, 300, 5_000, 12_000, 20_000]
    lists.put(thing(number, days=one) for number, one in enumerate(days))
    assert every(lists, "u", most=3) == [f"t{number:05}" for number in range(len(days))]
    assert every(lists, "u", most=100) == every(lists, "u", most=1)


def test_things_of_one_moment_stand_in_the_order_of_their_ids(lists: Lists) -> None:
    lists.put(thing(number) for number in (5, 3, 4, 1, 2))
    assert every(lists, "u", most=2) == ["t00001", "t00002", "t00003", "t00004", "t00005"]


def test_what_changes_its_state_or_its_place_stands_there_and_nowhere_else(lists: Lists) -> None:
    lists.put([thing(1), thing(2)])
    lists.put([thing(1, NORTH, "off")])
    assert (every(lists, "u0"), every(lists, "u1")) == (["t00002"], ["t00001"])
    assert (every(lists, "u", "on"), every(lists, "u", "off")) == (["t00002"], ["t00001"])
    lists.put([thing(2, ())])
    assert every(lists, "u") == ["t00001"]
    assert lists.count("things", ["u"], "", NOW) == 1


def test_several_places_give_one_list(lists: Lists) -> None:
    lists.put([thing(1, ("u",), days=3), thing(2, ("u0",), days=1), thing(3, ("u",), days=2)])
    found = lists.page("things", ["u", "u0"], "", "", 10, NOW)
    assert [line.id for line in found] == ["t00002", "t00003", "t00001"]
    assert lists.count("things", ["u", "u0"], "", NOW) == 3


def test_what_has_lapsed_is_neither_listed_nor_counted(lists: Lists) -> None:
    lapsed = Listed("things", "old", ROOT, "on", NOW, NOW - timedelta(hours=1))
    lists.put([lapsed, thing(1)])
    assert every(lists, "u") == ["t00001"]
    assert lists.count("things", ["u"], "on", NOW) == 1


def test_a_moment_is_kept_as_finely_as_the_database_keeps_it(lists: Lists) -> None:
    fine = NOW + timedelta(microseconds=123_456)
    coarse = fine.replace(microsecond=123_000)
    first, second = (Listed("things", "t", ROOT, "on", at).lines() for at in (fine, coarse))
    assert first == second


@pytest.mark.parametrize("after", ["0", "not a place", "９" * 20, "0" * 20, " "])
def test_what_is_no_place_in_the_order_is_refused(lists: Lists, after: str) -> None:
    with pytest.raises(ValueError):
        lists.page("things", ["u"], "", after, 5, NOW)


def test_a_page_of_very_many_reads_what_it_shows(lists: Lists) -> None:
    lists.add(thing(number, days=number / 100) for number in range(COUNTED + 500))
    lists.add(thing(number, NORTH) for number in range(COUNTED + 500, COUNTED + 510))
    while lists.totals.sum_up():
        continue
    before = METER.documents
    assert lists.count("things", ["u"], "", NOW) == COUNTED + 510
    assert lists.count("things", ["u1"], "", NOW) == 10
    assert METER.documents - before <= 10
    before = METER.documents
    assert len(lists.page("things", ["u"], "", "", 20, NOW)) == 20
    assert len(lists.page("things", ["u1"], "", "", 20, NOW)) == 10
    assert METER.documents - before <= 50


def numbers(lists: Lists) -> dict[tuple[str, str], int | None]:
    return {
        (place, state): lists.count("things", [place], state, NOW)
        for place in (*ROOT, "u1")
        for state in ("", "on", "off")
    }


def test_the_number_is_that_of_the_lines_whatever_is_summed_up_yet(lists: Lists) -> None:
    chance = random.Random(7)
    standing: dict[int, tuple[tuple[str, ...], str, datetime]] = {}
    for _ in range(120):
        number, until = chance.randrange(12), chance.choice([NEVER, NOW - timedelta(seconds=1)])
        where = chance.choice([ROOT, NORTH, ("u",), ()]), chance.choice(["on", "off"]), until
        standing[number] = where
        lists.put([Listed("things", f"t{number}", where[0], where[1], NOW, until)])
        works: list[Callable[[], int]] = [
            partial(lists.totals.sum_up, 3),
            partial(lists.drop_lapsed, NOW),
            int,
        ]
        chance.choice(works)()
        assert numbers(lists) == {
            (place, state): sum(
                place in places and state in ("", its) and lasts >= NOW
                for places, its, lasts in standing.values()
            )
            for place, state in numbers(lists)
        }
    while lists.totals.sum_up() or lists.drop_lapsed(NOW):
        continue
    kept = lists.totals.look(
        [f"things {place}{end}" for place in (*ROOT, "u1") for end in ("", " on", " off")]
    )
    assert kept.differences == []


def test_two_that_change_the_same_branch_at_one_time_are_both_counted(
    new_database: Callable[..., Database],
) -> None:
    database = new_database("listed")
    lists = Lists(database)
    lists.prepare()
    together = Barrier(4, timeout=20)

    def put(number: int) -> None:
        together.wait()
        for step in range(5):
            database.in_transaction(partial(lists.add, [thing(number * 10 + step)]))
        lists.totals.sum_up(2)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put, range(1, 5)))
    assert lists.count("things", ["u"], "", NOW) == 20
    while lists.totals.sum_up():
        continue
    assert lists.count("things", ["u"], "on", NOW) == 20


def test_while_too_much_waits_to_be_summed_up_a_long_list_is_only_said_to_go_on(
    lists: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(totals, "NOTES_MOST", 3)
    monkeypatch.setattr(listed, "COUNTED", 5)
    for number in range(5):
        lists.put([thing(number)])
    assert lists.count("things", ["u"], "", NOW) == 5
    lists.put([thing(5)])
    assert lists.count("things", ["u"], "", NOW) is None
    lists.totals.sum_up()
    assert lists.count("things", ["u"], "", NOW) == 6


def test_a_number_that_drifted_is_named_and_made_right_and_what_is_noted_stays_counted(
    new_database: Callable[..., Database],
) -> None:
    database = new_database("listed")
    lists = Lists(database)
    lists.prepare()
    lists.put([thing(1), thing(2, NORTH)])
    lists.totals.sum_up()
    database.mongo["listed_totals"].update_one({"_id": "things u"}, {"$set": {"number": 7}})
    lists.put([thing(3)])
    assert lists.count("things", ["u"], "", NOW) == 8
    parts = list(lists.totals.parts())
    assert [text for part in parts for text in part] == [
        *("things u", "things u on", "things u0", "things u0 on", "things u1", "things u1 on"),
    ]
    (part,) = parts
    looked = database.in_transaction(lambda: lists.totals.look(part))
    assert [(one.scope, one.unit_id, one.stored, one.counted) for one in looked.differences] == [
        ("things", "u", 8, 3)
    ]
    database.in_transaction(lambda: lists.totals.mend(lists.totals.look(part)))
    assert lists.count("things", ["u"], "", NOW) == 3
    lists.totals.sum_up()
    assert lists.count("things", ["u"], "", NOW) == 3
    assert database.in_transaction(lambda: lists.totals.look(part)).differences == []


def soonest(lists: Lists, most: int, end: int = 60, place: str = "u") -> list[str]:
    found, after = list[str](), ""
    ends = [NOW + timedelta(days=days) for days in (-30, 0, 30, 60) if days <= end]
    while page := lists.soonest("due", place, after, ends, most, NOW):
        found += [line.id for line in page]
        after = page[-1].order
    return found


def test_a_list_of_what_is_due_begins_with_the_most_urgent_and_ends_at_its_last_day(lists: Lists) -> None:
    days = [-9_000, -30, -29, -0.5, 0, 0, 29, 30, 31, 59, 60, 400]
    due = [
        Listed("due", f"d{n:02}", ROOT, "", NOW + timedelta(one), soonest=True) for n, one in enumerate(days)
    ]
    lists.put(reversed(due))
    first_ten = [f"d{number:02}" for number in range(10)]
    assert soonest(lists, 3) == soonest(lists, 1) == soonest(lists, 100) == first_ten
    assert soonest(lists, 4, end=0) == first_ten[:4]
    assert soonest(lists, 4, place="u9") == []
    assert lists.count_soonest("due", "u", NOW + timedelta(days=60), NOW) == 10
    lists.put([Listed("due", "d03", (), "", NOW, soonest=True)])
    lists.put([Listed("due", "d04", ROOT, "", NOW, NOW - timedelta(seconds=1), soonest=True)])
    assert soonest(lists, 3) == [one for one in first_ten if one not in ("d03", "d04")]
    assert lists.count_soonest("due", "u", NOW + timedelta(days=60), NOW) == 8
    while lists.totals.sum_up() or lists.drop_lapsed(NOW):
        continue
    assert lists.count_soonest("due", "u", NOW + timedelta(days=60), NOW) == 8
    assert lists.count_soonest("due", "u", NOW + timedelta(days=30), NOW) == 5
    (part,) = lists.totals.parts()
    assert lists.totals.look(part).differences == []
