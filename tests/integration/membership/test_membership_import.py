"""Importing unit trees into the real database: all steps or none of a step, and the next run completes."""

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from membership.app import make_context
from membership.context import Context
from membership.domain.members import Counts, Details, Member, Sex
from membership.domain.unit_table import read_successors
from membership.domain.units import LevelScheme, read_level_scheme
from membership.migrations import tell_units_again
from membership.operations import ImportRunning, import_units, preview_import, register_member, search_units
from membership.operations.counting import check_of, count_all_changes
from membership.operations.unit_import import (
    ImportOvertaken,
    LevelInUse,
    LevelSchemeMissing,
    NumberEndingUnconfirmed,
)
from servicekit.access.decision import Caller, Reach, Right
from servicekit.audit.chain import chain_of
from servicekit.data.database import JOB_TIMEOUT_MS, Database
from servicekit.events.relay import Collector
from servicekit.work.clock import Clock
from tests.integration.membership.conftest import BANGLADESH, EXAMPLES, SCHEME, settings_of
from tests.processes import ROOT, House

CASES = ROOT / "tests/unit/membership/cases"
VIETNAM = read_level_scheme((EXAMPLES / "vietnam/levels.toml").read_text(encoding="utf-8"))
VIETNAM_2024 = (EXAMPLES / "vietnam/units_2024.csv").read_bytes()
VIETNAM_2025 = (EXAMPLES / "vietnam/units_2025.csv").read_bytes()

SMALL = b"""code,parent_code,level,name_en
BD,,centre,Bangladesh
V1,BD,division,North
V2,BD,division,South
D1,V1,district,First
U1,D1,upazila,Bazar
"""
DETAILS = Details("Rahima Khatun", date(1980, 1, 1), Sex.FEMALE, admission_date=date(2005, 1, 1))


@pytest.fixture
def context(house: House, new_database: Callable[..., Database]) -> Context:
    made = make_context(settings_of(house), new_database("membership", JOB_TIMEOUT_MS))
    made.prepare()
    return made


def later(context: Context) -> Context:
    return replace(context, clock=Clock(shift=timedelta(seconds=11)))


def told_units(context: Context) -> list[dict[str, object]]:
    """Units as the events tell them, in the order in which consumers get them."""
    collector = Collector(context.database, b"key")
    collector.prepare()
    while collector.collect():
        pass
    events = sorted(context.database.mongo["events"].find({}), key=lambda event: int(event["seq"]))
    return [unit for event in events if event["type"] == "units.changed" for unit in event["data"]["units"]]


def assert_told_all(context: Context) -> None:
    told = told_units(context)
    seen: set[object] = set()
    for unit in told:
        assert unit["parent_id"] is None or unit["parent_id"] in seen
        seen.add(unit["id"])
    latest = {unit["id"]: unit for unit in told}
    assert {unit.id: list(unit.path) for unit in context.units.all()} == {
        key: unit["path"] for key, unit in latest.items()
    }


@pytest.mark.parametrize(
    ("data", "scheme", "total"),
    [(BANGLADESH, SCHEME, 5_107), (VIETNAM_2024, VIETNAM, 10_798), (VIETNAM_2025, VIETNAM, 3_355)],
    ids=["Bangladesh", "Vietnam 2024", "Vietnam 2025"],
)
def test_a_sample_tree_is_imported_told_and_changes_nothing_the_second_time(
    context: Context, data: bytes, scheme: LevelScheme, total: int
) -> None:
    steps: list[tuple[int, int]] = []
    done = import_units(
        context, data, scheme=scheme, progress=lambda written, of: steps.append((written, of))
    )
    assert (done.adds, done.written, done.errors) == (total, total, ())
    assert steps[-1] == (total, total)
    assert all(before < after for (before, _), (after, _) in pairwise(steps))
    assert context.units.tree().scheme == scheme
    assert_told_all(context)

    again = import_units(context, data)
    assert (again.written, again.unchanged, again.missing) == (0, total, 0)
    assert context.units.tree().running is None
    assert told_units(context)[total:] == []


def test_rows_in_error_hold_everything_back(context: Context) -> None:
    broken = SMALL.replace(b"First", b"").replace(b"U1,D1", b"U1,D9")
    done = import_units(context, broken, scheme=SCHEME)
    assert done.messages() == [
        (5, "name_en", "The name is missing."),
        (6, "parent_code", "There is no unit D9."),
    ]
    assert done.written == 0
    assert context.units.all() == []
    assert context.units.tree().scheme is None
    assert told_units(context) == []


def test_skipping_bad_rows_writes_the_others(context: Context) -> None:
    done = import_units(context, SMALL.replace(b"First", b""), scheme=SCHEME, skip_bad=True)
    assert (done.written, done.skipped, len(done.errors)) == (3, 2, 1)
    assert {unit.code for unit in context.units.all()} == {"BD", "V1", "V2"}


def test_a_dry_run_and_a_preview_tell_the_same_and_write_nothing(context: Context) -> None:
    dry = import_units(context, SMALL, scheme=SCHEME, dry_run=True)
    shown = preview_import(context, SMALL, scheme=SCHEME)
    assert (dry.adds, dry.written) == (shown.adds, shown.written) == (5, 0)
    assert context.units.all() == []
    assert told_units(context) == []


def test_the_first_import_needs_a_level_scheme(context: Context) -> None:
    with pytest.raises(LevelSchemeMissing):
        import_units(context, SMALL)


def test_a_scheme_without_a_level_in_use_is_refused(context: Context) -> None:
    import_units(context, SMALL, scheme=SCHEME)
    with pytest.raises(LevelInUse):
        import_units(context, SMALL, scheme=VIETNAM)


def test_a_scheme_alone_can_be_replaced(context: Context) -> None:
    import_units(context, SMALL, scheme=SCHEME)
    wider = replace(SCHEME, key="wider")
    done = import_units(context, SMALL, scheme=wider)
    assert (done.written, context.units.tree().scheme) == (0, wider)


def test_ends_happen_only_when_asked_for(context: Context) -> None:
    import_units(context, SMALL, scheme=SCHEME)
    shorter = SMALL.replace(b"U1,D1,upazila,Bazar\n", b"")
    assert (import_units(context, shorter).missing, import_units(context, shorter).ends) == (1, 0)
    for number in (0, 2):
        with pytest.raises(NumberEndingUnconfirmed):
            import_units(context, shorter, end_missing=number)
    assert preview_import(context, shorter, end_missing=True).ends == 1
    ended = import_units(context, shorter, end_missing=1)
    assert (ended.ends, ended.written) == (1, 1)
    unit = context.units.by_code("U1")
    assert unit is not None
    assert unit.valid_to == context.clock.today()
    assert told_units(context)[-1]["valid_to"] == context.clock.today().isoformat()


def test_lost_zeros_write_no_second_tree_and_end_no_unit(context: Context) -> None:
    scheme = read_level_scheme((CASES / "vn_levels.toml").read_text(encoding="utf-8"))
    base, broken = ((CASES / name).read_bytes() for name in ("vn_base.csv", "vn_zeros_lost.csv"))
    import_units(context, base, scheme=scheme)
    before = context.units.all()
    for end_missing in (None, 5):
        for skip_bad in (False, True):
            done = import_units(context, broken, end_missing=end_missing, skip_bad=skip_bad)
            assert (done.written, len({one.code for one in done.doubts})) == (0, 5)
    assert import_units(context, broken, confirmed=["1", "8", "4", "1141"]).written == 0
    assert context.units.all() == before
    assert import_units(context, broken, confirmed=["1", "8", "4", "1141", "2494"]).written == 5
    assert import_units(context, broken).doubts == ()  # what is stored is in doubt no more


def test_a_unit_that_ends_tells_what_it_went_into(context: Context) -> None:
    import_units(context, SMALL, scheme=SCHEME)
    shorter = SMALL.replace(b"U1,D1,upazila,Bazar\n", b"U9,D1,upazila,Market\n")
    import_units(context, shorter, end_missing=1, successors={"U1": ("U9",)})
    new = context.units.by_code("U9")
    assert new is not None
    assert told_units(context)[-1]["successors"] == [new.id]
    ended = context.units.by_code("U1")
    assert ended is not None
    assert ended.successors == (new.id,)
    back = import_units(context, SMALL)
    assert back.written == 1
    assert told_units(context)[-1]["successors"] == []


def test_a_word_that_thousands_of_units_share_still_finds_those_within_a_small_reach(
    context: Context,
) -> None:
    import_units(context, VIETNAM_2024, scheme=VIETNAM)
    district = max((u for u in context.units.all() if u.level == "district"), key=lambda unit: unit.code)
    communes = {u.id for u in context.units.children(district.id, "", 200) if u.names["vi"].startswith("Xã")}
    assert communes
    right = Right("unit:read", district.id, district.path, Reach.BELOW)
    caller = Caller("clerk", rights=(right,), assurance=2)
    page = search_units(context, caller, query="xa", code="", below="", limit=200)
    assert communes <= {unit.id for unit in page.items}
    assert all(district.id in unit.path for unit in page.items)


def test_the_reorganisation_of_tiers_is_one_import(context: Context) -> None:
    import_units(context, VIETNAM_2024, scheme=VIETNAM)
    assert import_units(context, VIETNAM_2025, end_missing=10_797).written == 0  # Hanoi would end and begin
    heirs = read_successors((EXAMPLES / "vietnam/reorganisation_2025-07-01.csv").read_bytes())
    done = import_units(context, VIETNAM_2025, end_missing=10_797, successors=heirs)
    assert (done.adds, done.ends, done.unchanged) == (3_354, 10_797, 1)
    assert sum(unit.live for unit in context.units.all()) == 3_355
    assert_told_all(context)


def test_a_moved_unit_takes_its_members_and_their_numbers_along(context: Context) -> None:
    import_units(context, SMALL, scheme=SCHEME)
    unit = context.units.by_code("U1")
    assert unit is not None
    for number in range(3):
        context.members.insert(Member(f"m{number}", 1, unit.id, unit.path, DETAILS), [])
    import_units(context, SMALL.replace(b"D1,V1", b"D1,V2"))

    moved = context.units.by_code("U1")
    assert moved is not None
    assert moved.path != unit.path
    member = context.members.find("m1")
    assert member is not None
    assert member.unit_path == moved.path
    north, south = (context.units.by_code(code) for code in ("V1", "V2"))
    assert north is not None
    assert south is not None
    count_all_changes(context.counting)
    counts = context.counts.of([north.id, south.id])
    assert north.id not in counts
    assert counts[south.id][1] == Counts(probationary=3)
    assert check_of(context.counting).verify() == []


def test_registrations_while_units_move_end_in_the_right_place_and_number(context: Context) -> None:
    import_units(context, SMALL, scheme=SCHEME)
    unit = context.units.by_code("U1")
    assert unit is not None
    right = Right("members:write", unit.id, unit.path, Reach.OWN)
    keeper = Caller("keeper", rights=(right,), assurance=2)
    done = threading.Event()

    moves = 0

    def move() -> None:
        nonlocal moves
        while not done.is_set():
            parent = (b"D1,V2", b"D1,V1")[moves % 2]
            moves += import_units(context, SMALL.replace(b"D1,V1", parent)).written > 0

    def register(_: int) -> str:
        return register_member(context, keeper, unit.id, DETAILS).id

    with ThreadPoolExecutor(3) as pool:
        moving = pool.submit(move)
        ids: list[str] = []
        while moves < 2 and not moving.done():
            ids += pool.map(register, range(20))
        done.set()
        moving.result()
        assert moves > 1

    now = context.units.by_code("U1")
    assert now is not None
    for member_id in ids:
        member = context.members.find(member_id)
        assert member is not None
        assert member.unit_path == now.path
    count_all_changes(context.counting)
    assert check_of(context.counting).verify() == []
    assert context.counts.of(now.path)[now.path[0]][1] == Counts(probationary=len(ids))


def test_an_import_that_is_killed_leaves_whole_steps_and_the_next_one_completes_it(house: House) -> None:
    house.prefix += "k"  # a database of this test's own
    program = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.integration.membership.import_program",
            str(EXAMPLES / "bangladesh/units.csv"),
            str(EXAMPLES / "bangladesh/levels.toml"),
        ],
        env=house.env(),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    for _ in range(3):
        program.stdout.readline()
    program.kill()
    program.wait()
    program.stdout.close()

    context = make_context(
        settings_of(house), Database(house.database.url, f"{house.prefix}_membership", JOB_TIMEOUT_MS)
    )
    halfway = context.units.all()
    assert 1_500 <= len(halfway) < 5_107
    assert len(halfway) % 500 == 0
    with pytest.raises(ImportRunning):
        import_units(context, BANGLADESH)

    done = import_units(later(context), BANGLADESH)
    assert (done.adds, done.unchanged) == (5_107 - len(halfway), len(halfway))
    assert import_units(context, BANGLADESH).written == 0
    assert_told_all(context)
    context.database.client.close()


def test_of_two_imports_at_once_the_second_is_refused(context: Context) -> None:
    refused: list[ImportRunning] = []

    def another(done: int, total: int) -> None:
        with pytest.raises(ImportRunning) as running:
            import_units(context, SMALL.replace(b"Bazar", b"Market"))
        refused.append(running.value)

    import_units(context, SMALL, scheme=SCHEME, progress=another)
    assert refused
    assert "until" in refused[0].params
    assert {unit.names["en"] for unit in context.units.all() if unit.code == "U1"} == {"Bazar"}


def test_an_import_that_was_taken_for_dead_writes_no_more(context: Context) -> None:
    def overtake(done: int, total: int) -> None:
        if done == 500:
            import_units(later(context), BANGLADESH)

    with pytest.raises(ImportOvertaken):
        import_units(context, BANGLADESH, scheme=SCHEME, progress=overtake)
    assert len(context.units.all()) == 5_107
    assert import_units(context, BANGLADESH).written == 0


def test_an_import_is_in_the_audit_with_its_numbers(context: Context) -> None:
    import_units(context, SMALL, scheme=SCHEME)
    told_units(context)
    entries = {entry["action"]: entry for entry in chain_of(context.database).entries.find({})}
    assert entries["units.import_begun"]["details"]["adds"] == 5
    assert entries["units.imported"]["outcome"] == "done"
    root = context.units.by_code("BD")
    assert root is not None
    assert entries["units.imported"]["unit_path"] == [root.id]


def test_all_units_are_told_once_more_and_once_only(context: Context) -> None:
    import_units(context, SMALL, scheme=SCHEME)
    import_units(context, SMALL.replace(b"U1,D1,upazila,Bazar\n", b""), end_missing=1)
    before = len(told_units(context))
    for _ in range(2):
        tell_units_again(context.database)
    again = told_units(context)[before:]
    assert [unit["code"] for unit in again] == ["BD", "V1", "V2", "D1", "U1"]
    assert again[-1]["valid_to"] == context.clock.today().isoformat()
