"""The search over one service's audit: what it finds is what a scan would find, in order, and it is quick."""

import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from servicekit.access.decision import Caller, Reach, Right
from servicekit.audit.chain import Document, chain_of
from servicekit.audit.search import AT_ONCE, FIELDS, LOOKED_AT, WHOLE_BY, Wanted, about, search
from servicekit.audit.totals import COUNTED_AT_ONCE, AuditTotals
from servicekit.calendar.order import instant_in
from servicekit.data.database import Database
from servicekit.web.listing import CursorUnknown, cursor, key_of

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
NOW = BEGAN + timedelta(days=8)
MANY = 60_000
# On a quiet machine a page takes a tenth to a fifth of this.
SECONDS = 3.0


def auditor(*path: str) -> Caller:
    return Caller("auditor", rights=(Right("audit:read", path[-1], path, Reach.BELOW),))


ROOT = auditor("hq")
DIVISION = auditor("hq", "d1")
DISTRICT = auditor("hq", "d1", "d1x1")


def an_entry(seq: int, **changes: object) -> Document:
    return {
        "_id": f"e{seq:06}", "seq": seq, "at": BEGAN + timedelta(seconds=10 * seq), "actor": "system",
        "actor_name": "", "via": "", "request_id": "", "action": "member.read", "outcome": "done", "unit_id": "hq",
        "unit_path": ["hq"], "record_type": "", "record_id": "", "subject_id": "", "details": {}, **changes,
    }  # fmt: skip


def a_log(count: int, drawn: random.Random) -> Iterator[Document]:
    """As time went, with some that came late, and bursts of one instant."""
    for seq in range(1, count + 1):
        division = f"d{drawn.randrange(8)}"
        district = f"{division}x{drawn.randrange(8)}"
        unit = f"{district}u{drawn.randrange(80)}"
        late = drawn.choice([0, 0, 0, 40, 4000])
        burst = BEGAN + timedelta(days=3) if drawn.random() < 0.05 else None
        yield an_entry(
            seq,
            at=burst or BEGAN + timedelta(seconds=10 * seq - late),
            actor=f"a{drawn.randrange(500)}" if drawn.random() < 0.5 else "system",
            action=drawn.choice(["member.read", "members.listed", "grant.given"]),
            outcome="refused" if drawn.random() < 0.01 else "done",
            unit_path=[] if drawn.random() < 0.01 else ["hq", division, district, unit],
            record_id=f"r{drawn.randrange(count // 3)}",
            subject_id=f"s{drawn.randrange(count // 3)}",
        )


@pytest.fixture(scope="module")
def long_log(new_database: Callable[..., Database]) -> tuple[Database, list[Document]]:
    database = new_database("longlog", 60_000)
    chain_of(database).prepare()
    entries = list(a_log(MANY, random.Random(7)))
    for first in range(0, MANY, 1000):
        chain_of(database).entries.insert_many([dict(one) for one in entries[first : first + 1000]])
    ended(database, MANY)
    while AuditTotals(database).count_on():
        continue
    return database, entries


def ended(database: Database, seq: int) -> None:
    """As the relay says where the log ends."""
    chain_of(database).ends.update_one({"_id": chain_of(database).service}, {"$set": {"seq": seq}})


def counts(reader: Caller, wanted: Wanted, number: int) -> bool:
    """Of a unit or the whole reach the number is kept; of a record, and of one page, it is that of what is at hand."""
    at_hand = number <= 200 or bool(WHOLE_BY & wanted.telling().keys())
    plain = not (wanted.telling() or wanted.since or wanted.until)
    return at_hand or (plain and (reader is ROOT or not wanted.unit_id))


def expected(entries: list[Document], wanted: Wanted, inside: str) -> list[int]:
    """By looking at each; `inside` is the unit that bounds the reader's reach."""
    found = [
        one
        for one in entries
        if wanted.fits(one) and (inside in one["unit_path"] or (inside == "hq" and not one["unit_path"]))
    ]
    return [one["seq"] for one in sorted(found, key=lambda one: (one["at"], one["seq"]), reverse=True)]


CASES = [
    (ROOT, "hq", Wanted()),
    (ROOT, "hq", Wanted(actor="a7")),
    (ROOT, "hq", Wanted(actor="system", action="grant.given")),
    (ROOT, "hq", Wanted(action="members.listed")),
    (ROOT, "hq", Wanted(outcome="refused")),
    (ROOT, "hq", Wanted(record_id="r77")),
    (ROOT, "hq", Wanted(subject_id="s77", outcome="done")),
    (ROOT, "hq", Wanted(unit_id="d2x3")),
    (ROOT, "hq", Wanted(unit_id="d2x3u9")),
    (ROOT, "hq", Wanted(unit_id="hq", actor="a9")),
    (ROOT, "hq", Wanted(since=BEGAN + timedelta(days=2), until=BEGAN + timedelta(days=4))),
    (ROOT, "hq", Wanted(until=BEGAN + timedelta(hours=1))),
    (ROOT, "hq", Wanted(since=NOW + timedelta(days=900))),
    (ROOT, "hq", Wanted(outcome="refused", since=BEGAN + timedelta(days=5))),
    (DIVISION, "d1", Wanted()),
    (DIVISION, "d1", Wanted(actor="a11")),
    (DIVISION, "d1", Wanted(outcome="refused")),
    (DISTRICT, "d1x1", Wanted()),
    (DISTRICT, "d1x1", Wanted(actor="system")),
    (DISTRICT, "d1x1", Wanted(unit_id="d2")),
    (DISTRICT, "d1x1", Wanted(unit_id="hq", outcome="refused")),
]


@pytest.mark.parametrize(("reader", "inside", "wanted"), CASES)
def test_what_is_found_is_what_a_scan_finds_and_each_page_is_quick(
    long_log: tuple[Database, list[Document]], reader: Caller, inside: str, wanted: Wanted
) -> None:
    database, entries = long_log
    right = expected(entries, wanted, inside)
    found: list[int] = []
    totals = set[int | None]()
    after: str | None = ""
    for _ in range(8):
        began = time.monotonic()
        page = search(database, reader, wanted, NOW, after=after or "", limit=200)
        assert time.monotonic() - began < SECONDS
        found += [one["seq"] for one in page.items]
        totals.add(page.total)
        after = page.next
        if after is None:
            break
    assert found == right[: len(found)]
    # One number on all pages, which is that of a scan; it may be unsaid where much fits that is not of one place.
    assert totals <= {None, len(right)}
    if counts(reader, wanted, len(right)):
        assert totals - {None} == {len(right)}
    assert after is not None or len(found) == len(right)
    assert len(found) == len(right) or len(found) >= 200


def test_many_entries_of_one_instant_are_paged_one_after_the_other(
    new_database: Callable[..., Database],
) -> None:
    database = new_database("instant", 60_000)
    chain_of(database).prepare()
    count = AT_ONCE * 2 + 3
    chain_of(database).entries.insert_many([an_entry(seq, at=BEGAN) for seq in range(1, count + 1)])
    found: list[int] = []
    after: str | None = ""
    while True:
        page = search(database, ROOT, Wanted(), NOW, after=after or "", limit=200)
        found += [one["seq"] for one in page.items]
        if (after := page.next) is None:
            break
    assert found == list(range(count, 0, -1))


def test_a_page_that_finds_nothing_says_where_to_go_on(long_log: tuple[Database, list[Document]]) -> None:
    database, entries = long_log
    page = search(database, ROOT, Wanted(unit_id="hq", action="never.done", outcome="done"), NOW)
    assert (page.items, page.next) == ([], None)
    page = search(database, DIVISION, Wanted(actor="system", unit_id="d2"), NOW)
    assert page.items == []
    assert page.next is not None
    reached = instant_in(key_of(page.next, 2)[0])
    newer = [one for one in entries if one["actor"] == "system" and one["at"] >= reached]
    assert len(newer) >= LOOKED_AT // 2


def test_every_field_of_the_search_has_an_index(long_log: tuple[Database, list[Document]]) -> None:
    there = chain_of(long_log[0]).entries.index_information()
    assert {f"{name}_1_at_1" for name in FIELDS} | {"seq_1", "at_1", "unit_path_1"} <= there.keys()


def test_what_is_about_a_person_is_found_from_all_units(long_log: tuple[Database, list[Document]]) -> None:
    database, entries = long_log
    found = about(database, ("s5", "s6", "r5"), NOW, 5)
    right = sorted(
        (one for one in entries if {one["subject_id"], one["record_id"]} & {"s5", "s6", "r5"}),
        key=lambda one: (one["at"], one["seq"]),
        reverse=True,
    )
    assert [one["seq"] for one in found] == [one["seq"] for one in right[:5]]


def test_a_number_counts_what_was_appended_since_and_is_not_said_while_that_is_much(
    new_database: Callable[..., Database],
) -> None:
    database = new_database("totals", 60_000)
    log, totals = chain_of(database), AuditTotals(database)
    log.prepare()
    paths: list[list[str]] = [["hq", "d1"], ["hq", "d2"], []]

    def append(first: int, last: int) -> None:
        log.entries.insert_many([an_entry(seq, unit_path=paths[seq % 3]) for seq in range(first, last + 1)])
        ended(database, last)

    def said() -> tuple[int | None, ...]:
        return totals.of(), totals.of("hq"), totals.of("d1"), totals.of("nowhere")

    assert said() == (0, 0, 0, 0)
    append(1, 30)
    assert said() == (30, 20, 10, 0)
    assert (totals.count_on(), totals.count_on()) == (30, 0)
    assert said() == (30, 20, 10, 0)
    append(31, 33)
    assert said() == (33, 22, 11, 0)
    append(34, 33 + COUNTED_AT_ONCE)
    assert said() == (None, None, None, None)
    while totals.count_on():
        continue
    assert said()[0] == 33 + COUNTED_AT_ONCE
    page = search(database, ROOT, Wanted(), NOW, limit=5)
    assert page.total == 33 + COUNTED_AT_ONCE
    # What was counted beyond the end of a log that was put back is counted anew.
    log.entries.delete_many({"seq": {"$gt": 30}})
    ended(database, 30)
    while totals.count_on():
        continue
    assert said() == (30, 20, 10, 0)


def test_of_several_units_of_a_reach_no_number_is_made_up(long_log: tuple[Database, list[Document]]) -> None:
    both = Caller("two", rights=(*DIVISION.rights, *auditor("hq", "d2").rights))
    page = search(long_log[0], both, Wanted(), NOW, limit=5)
    assert (page.total, page.next is not None) == (None, True)


@pytest.mark.parametrize("after", ["7", cursor(("0" * 20, "x")), cursor(("x", "1")), cursor(("0" * 20,))])
def test_a_place_that_no_page_gave_is_refused(long_log: tuple[Database, list[Document]], after: str) -> None:
    with pytest.raises(CursorUnknown):
        search(long_log[0], ROOT, Wanted(), NOW, after=after)
