"""The import of a unit tree: every fault is named by its row, and the plan makes a tree or nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from membership.domain.unit_import import ImportPlan, plan_import
from membership.domain.unit_table import Table, read_table
from membership.domain.units import Level, LevelScheme, LevelSchemeUnreadable, Unit, read_level_scheme

EXAMPLES = Path(__file__).parents[3] / "examples"
BANGLADESH = read_level_scheme((EXAMPLES / "bangladesh/levels.toml").read_text())
VIETNAM = read_level_scheme((EXAMPLES / "vietnam/levels.toml").read_text())
DAY = date(2026, 1, 1)
LATER = date(2026, 7, 1)

HEADER = "code,parent_code,level,name_en,name_bn"
SMALL = f"""{HEADER}
BD,,centre,Bangladesh,বাংলাদেশ
V1,BD,division,North,উত্তর
V2,BD,division,South,দক্ষিণ
D1,V1,district,First,প্রথম
D2,V1,district,Second,
U1,D1,upazila,Old Bazar,পুরান বাজার
"""


def ids() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"u{next(numbers)}"


def plan(
    text: str | bytes, stored: tuple[Unit, ...] = (), *, scheme: LevelScheme = BANGLADESH, **options: Any
) -> ImportPlan:
    table = read_table(text if isinstance(text, bytes) else text.encode())
    numbers = ids()
    for _ in stored:
        numbers()
    return plan_import(table, stored, scheme, on=LATER if stored else DAY, new_id=numbers, **options)


def stored(text: str = SMALL) -> tuple[Unit, ...]:
    return plan(text).writes


def edited(old: str, new: str, text: str = SMALL) -> str:
    assert old in text
    return text.replace(old, new)


def told(made: ImportPlan) -> list[tuple[int, str | None, str]]:
    return [(error.row, error.column, type(error.fault).__name__) for error in made.errors]


@pytest.mark.parametrize(
    ("file", "scheme", "total"),
    [
        ("bangladesh/units.csv", BANGLADESH, 5_107),
        ("vietnam/units_2024.csv", VIETNAM, 10_798),
        ("vietnam/units_2025.csv", VIETNAM, 3_355),
    ],
)
def test_the_sample_trees_are_without_a_fault_and_change_nothing_twice(
    file: str, scheme: LevelScheme, total: int
) -> None:
    data = (EXAMPLES / file).read_bytes()
    first = plan(data, scheme=scheme)
    assert (len(first.adds), first.errors) == (total, ())
    second = plan(data, first.writes, scheme=scheme)
    assert (second.writes, second.unchanged, second.missing) == ((), total, ())


def test_superiors_come_before_those_below_them_and_paths_lead_from_the_root() -> None:
    made = plan(SMALL)
    seen: set[str] = set()
    for unit in made.adds:
        assert unit.path[-1] == unit.id
        assert unit.path[:-1] == () or unit.path[-2] == unit.parent_id
        assert set(unit.path[:-1]) <= seen
        seen.add(unit.id)
    assert made.adds[-1].path == ("u1", "u2", "u4", "u6")
    assert made.adds[0].valid_from == DAY


def test_further_columns_are_kept_as_attributes() -> None:
    made = plan("code,parent_code,level,name_en,latitude,note\nBD,,centre,Bangladesh,23.7,\n")
    assert made.adds[0].attributes == {"latitude": "23.7"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", [(1, None, "FileEmpty")]),
        (b"\n\n", [(1, None, "FileEmpty")]),
        (HEADER.encode(), [(1, None, "FileEmpty")]),
        (b"code,level,name_en\nBD,centre,B\n", [(1, "parent_code", "ColumnMissing")]),
        (b"code,parent_code,level\nBD,,centre\n", [(1, None, "NameColumnMissing")]),
        (b"code,parent_code,level,name_en,name_en\n", [(1, "name_en", "ColumnTwice")]),
        (b"code,parent_code,level,name_en,$where\n", [(1, "$where", "ColumnNameUnusable")]),
        (b"code,parent_code,level,name_en,\xff\n", [(1, None, "NotUtf8")]),
        (edited("D1,V1", "D1,V9"), [(5, "parent_code", "ParentUnknown")]),
        (edited("U1,D1,upazila", "U1,D1,union"), [(7, "level", "LevelNotAllowed")]),
        (edited("U1,D1,upazila", "U1,D1,ward"), [(7, "level", "LevelUnknown")]),
        (edited("BD,,centre", "BD,,division"), [(2, "level", "LevelNotTop")]),
        (edited("D2,V1,district", "D1,V1,district"), [(6, "code", "CodeTwice")]),
        (edited("D2,V1", ",V1"), [(6, "code", "CodeMissing")]),
        (edited("Second", " "), [(6, "name_en", "NameMissing")]),
        (edited("V2,BD,division", "V2,,centre"), [(4, "parent_code", "SecondRoot")]),
        (edited("U1,D1", "U1,U1"), [(7, "parent_code", "ParentsInCircle")]),
        (edited("Second,", "Second,,,x"), [(6, None, "TooManyCells")]),
        (edited("Second", "x" * 201), [(6, "name_en", "TextTooLong")]),
        (edited("Second", "Se\x00cond"), [(6, "name_en", "TextUnprintable")]),
        (SMALL.encode().replace(b"Second", b"Sec\xffond"), [(6, "name_en", "NotUtf8")]),
        (SMALL.encode("utf-16"), [(1, None, "OtherEncoding")]),
        (SMALL.encode("utf-16-le"), [(1, None, "OtherEncoding")]),
        (SMALL.encode("utf-16-be"), [(1, None, "OtherEncoding")]),
        (SMALL.encode("utf-32"), [(1, None, "OtherEncoding")]),
        (b"PK\x03\x04" + bytes(40), [(1, None, "NotATable")]),
        (edited("First", "Premi\u00e8re").encode("cp1252", "ignore"), [(5, "name_en", "NotUtf8")]),
        (edited("First", "\u0110\u00f2ng").encode("cp1258", "ignore"), [(5, "name_en", "NotUtf8")]),
        (edited("name_en,name_bn", "name_en,"), [(2, None, "ColumnNameless")]),
        (edited("Second", '"Sec" ond'), [(6, None, "RowUnreadable")]),
        (edited("Second", '"Second'), [(6, None, "RowUnreadable")]),
    ],
)
def test_each_fault_is_told_with_its_row_and_column(
    text: str | bytes, expected: list[tuple[int, str | None, str]]
) -> None:
    assert told(plan(text))[:1] == expected


def test_every_row_of_a_circle_is_named_and_rows_below_it_are_not() -> None:
    text = f"{HEADER}\nBD,,centre,B,\nV1,D1,division,N,\nD1,V1,district,F,\nU1,D1,upazila,O,\n"
    made = plan(text)
    # A division below a district would also be of a wrong level; the circle is the fault to mend first.
    assert told(made) == [(3, "parent_code", "ParentsInCircle"), (4, "parent_code", "ParentsInCircle")]
    assert (len(made.adds), made.skipped) == (1, 3)


def test_several_faults_are_told_in_the_order_of_their_rows() -> None:
    text = edited("North", "").replace("D2,V1", "D2,V7").replace("upazila", "ward")
    assert [row for row, _, _ in told(plan(text))] == [3, 6, 7]


def test_rows_are_counted_as_a_spreadsheet_does() -> None:
    text = SMALL.replace("North", '"Nor\nth"').replace("D2,V1", "\nD2,V9")
    assert told(plan(text)) == [(7, "parent_code", "ParentUnknown")]


def test_the_order_of_rows_does_not_matter() -> None:
    header, *rows = SMALL.splitlines()
    made = plan("\n".join([header, *reversed(rows)]))
    assert {(unit.code, len(unit.path)) for unit in made.adds} == {
        (unit.code, len(unit.path)) for unit in stored()
    }


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_files_of_usual_office_programs_are_read(separator: str, mark: bytes) -> None:
    text = SMALL.replace(",", separator).replace("\n", "\r\n").encode()
    assert len(plan(mark + text).adds) == 6


def test_what_hangs_on_a_row_in_error_is_left_out_with_it() -> None:
    made = plan(edited("D1,V1,district,First", "D1,V1,district,"))
    assert told(made) == [(5, "name_en", "NameMissing")]
    assert [unit.code for unit in made.adds] == ["BD", "V1", "V2", "D2"]
    assert made.skipped == 2


def test_changes_name_what_was_and_what_will_be() -> None:
    made = plan(edited("Old Bazar", "New Bazar"), stored())
    (change,) = made.changes
    assert (change.before.names["en"], change.after.names["en"]) == ("Old Bazar", "New Bazar")
    assert change.before.id == change.after.id
    assert (made.adds, made.unchanged, made.missing) == ((), 5, ())


def test_a_moved_unit_takes_all_below_it_along_also_those_not_in_the_file() -> None:
    before = stored()
    made = plan(f"{HEADER}\nD1,V2,district,First,প্রথম\n", before)
    paths = {change.after.code: change.after.path for change in made.changes}
    assert paths == {"D1": ("u1", "u3", "u4"), "U1": ("u1", "u3", "u4", "u6")}
    assert [unit.code for unit in made.writes] == ["D1", "U1"]


def test_a_move_that_closes_a_circle_over_stored_units_is_refused() -> None:
    levels = Level("centre", {"en": "Centre"}, ("group",)), Level("group", {"en": "Group"}, ("group",))
    loose = LevelScheme("loose", levels)  # none that can be read from a file any more
    rows = "code,parent_code,level,name_en\n"
    before = plan(rows + "C,,centre,C\nA,C,group,A\nB,A,group,B\n", scheme=loose).writes
    made = plan(rows + "A,B,group,A\n", before, scheme=loose)
    assert told(made) == [(2, "parent_code", "ParentsInCircle")]
    assert made.writes == ()


def test_a_new_level_that_those_below_cannot_stand_under_is_refused() -> None:
    made = plan(f"{HEADER}\nD1,D2,upazila,First,প্রথম\n", stored())
    assert told(made) == [(2, "level", "LevelNotAllowed")]
    assert made.writes == ()


def test_codes_that_the_file_does_not_name_stay_unless_their_end_is_asked_for() -> None:
    without = edited("U1,D1,upazila,Old Bazar,পুরান বাজার\n", "")
    kept = plan(without, stored())
    assert ([unit.code for unit in kept.missing], kept.ends, kept.writes) == (["U1"], (), ())
    ended = plan(without, stored(), end_missing=True)
    assert [(unit.code, unit.valid_to) for unit in ended.ends] == [("U1", LATER)]
    assert ended.writes == ended.ends


def test_nothing_ends_while_a_row_is_in_error() -> None:
    broken = SMALL.encode().replace(b"U1,D1", b"U\xff1,D1")
    made = plan(broken, stored(), end_missing=True)
    assert told(made) == [(7, "code", "NotUtf8")]
    assert ([unit.code for unit in made.missing], made.ends, made.writes) == (["U1"], (), ())


def test_a_unit_cannot_stay_below_one_that_ends() -> None:
    without = edited("D1,V1,district,First,প্রথম\n", "")
    assert told(plan(without, stored(), end_missing=True)) == [(6, "parent_code", "ParentEnds")]


def test_an_ended_unit_lives_again_when_its_code_returns() -> None:
    without = edited("U1,D1,upazila,Old Bazar,পুরান বাজার\n", "")
    ended = plan(without, stored(), end_missing=True).ends
    now = (*stored()[:-1], *ended)
    (change,) = plan(SMALL, now).changes
    assert (change.after.id, change.after.valid_to) == (ended[0].id, None)


def test_a_second_tree_is_refused_and_a_replacement_is_not() -> None:
    other = f"{HEADER}\nXX,,centre,Other,\n"
    assert told(plan(other, stored())) == [(2, "parent_code", "SecondRoot")]
    replaced = plan(other, stored(), end_missing=True)
    assert (len(replaced.adds), len(replaced.ends), replaced.errors) == (1, 6, ())


def test_a_centre_can_be_put_above_the_old_one() -> None:
    loose = replace(
        BANGLADESH,
        levels=(replace(BANGLADESH.levels[0], children=("centre", "division")), *BANGLADESH.levels[1:]),
    )
    made = plan(f"{HEADER}\nTOP,,centre,Top,\nBD,TOP,centre,Bangladesh,বাংলাদেশ\n", stored(), scheme=loose)
    assert (made.errors, len(made.adds), len(made.changes)) == ((), 1, 6)


def test_a_language_or_attribute_without_a_column_is_kept_and_an_empty_cell_removes() -> None:
    before = stored()
    without_bangla = plan("code,parent_code,level,name_en\nBD,,centre,Bangladesh\n", before)
    assert without_bangla.writes == ()
    emptied = plan(f"{HEADER}\nBD,,centre,Bangladesh,\n", before)
    assert emptied.changes[0].after.names == {"en": "Bangladesh"}


def test_the_change_of_tiers_ends_one_tree_and_begins_the_other() -> None:
    old = plan((EXAMPLES / "vietnam/units_2024.csv").read_bytes(), scheme=VIETNAM).writes
    made = plan((EXAMPLES / "vietnam/units_2025.csv").read_bytes(), old, scheme=VIETNAM, end_missing=True)
    assert (len(made.adds), len(made.ends), made.unchanged, made.errors) == (3_354, 10_797, 1, ())


# Properties

LEVELS = ("centre", "division", "district", "upazila", "union")


@st.composite
def files(draw: st.DrawFn) -> str:
    """Files of mostly sensible rows: codes that repeat, superiors that may be wrong, missing or in a circle."""
    rows = [HEADER]
    size = draw(st.integers(0, 14))
    codes = [f"c{number}" for number in range(size)]
    for number, code in enumerate(codes):
        depth = draw(st.integers(0, 4)) if number else 0
        parent = draw(st.sampled_from(["", *codes, "c99"])) if number else ""
        own = draw(st.sampled_from([code] * 9 + codes))
        name = draw(st.sampled_from(["Name"] * 9 + [""]))
        rows.append(f"{own},{parent},{LEVELS[depth]},{name},")
    return "\n".join(rows) + "\n"


def assert_tree(units: tuple[Unit, ...]) -> None:
    live = {unit.id: unit for unit in units if unit.live}
    assert len({unit.code for unit in units}) == len(units)
    assert sum(unit.parent_id is None for unit in live.values()) <= 1
    for unit in live.values():
        if unit.parent_id is None:
            assert unit.path == (unit.id,)
            continue
        parent = live[unit.parent_id]
        assert unit.path == (*parent.path, unit.id)
        assert BANGLADESH.allows(parent.level, unit.level)


def applied(before: tuple[Unit, ...], made: ImportPlan) -> tuple[Unit, ...]:
    after = {unit.id: unit for unit in before} | {unit.id: unit for unit in made.writes}
    return tuple(after.values())


@settings(deadline=None, max_examples=200)
@given(files(), files(), st.booleans())
def test_whatever_two_files_say_the_stored_units_stay_a_tree(first: str, second: str, end: bool) -> None:
    one = applied((), plan(first))
    assert_tree(one)
    made = plan(second, one, end_missing=end)
    two = applied(one, made)
    assert_tree(two)
    again = plan(second, two, end_missing=end)
    assert again.writes == ()


@settings(deadline=None, max_examples=200)
@given(files(), files(), st.integers(0, 30))
def test_an_import_cut_off_anywhere_is_completed_by_the_next(first: str, second: str, cut: int) -> None:
    one = applied((), plan(first))
    whole = plan(second, one)
    if whole.errors:
        return
    half = applied(one, replace(whole, writes=whole.writes[:cut]))
    done = applied(half, plan(second, half))
    assert {(u.code, u.level, len(u.path)) for u in done} == {
        (u.code, u.level, len(u.path)) for u in applied(one, whole)
    }


@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_an_exception(data: bytes) -> None:
    table = read_table(data)
    assert isinstance(table, Table)
    assert table.rows or table.errors


def test_a_row_under_a_unit_that_has_ended_is_told_so_and_not_that_it_is_like_itself() -> None:
    ended = tuple(replace(unit, valid_to=DAY) if unit.code == "D2" else unit for unit in stored())
    made = plan(f"{HEADER}\nU2,D2,upazila,New,\n", ended)
    assert told(made) == [(2, "parent_code", "ParentEnded")]
    revived = plan(f"{HEADER}\nD2,V1,district,Second,\nU2,D2,upazila,New,\n", ended)
    assert told(revived) == []


@pytest.mark.parametrize(
    ("keys", "why"),
    [({"a": ("b",), "b": ("b",)}, "b"), ({"a": ("b",), "b": ("c",), "c": ("b",)}, "b"), ({"a": ("a",)}, "a")],
)
def test_no_level_can_stand_below_itself(keys: dict[str, tuple[str, ...]], why: str) -> None:
    levels = "".join(
        f'[[levels]]\nkey = "{key}"\nnames = {{ en = "N" }}\nchildren = {list(below)}\n'
        for key, below in keys.items()
    )
    with pytest.raises(LevelSchemeUnreadable, match=f"level {why} can stand below itself"):
        read_level_scheme(f'key = "x"\n{levels}')
