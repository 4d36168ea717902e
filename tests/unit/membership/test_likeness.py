"""Codes that may be mixed up stop an import until each is confirmed; a mere likeness is never taken for equality."""

from itertools import count
from pathlib import Path

import pytest

from membership.domain.likeness import Doubt, likeness
from membership.domain.unit_import import ImportPlan, PredecessorUnknown, SuccessorUnknown, plan_import
from membership.domain.unit_table import SuccessorsUnreadable, read_successors, read_table
from membership.domain.units import Unit, read_level_scheme
from tests.unit.membership.test_membership_unit_import import DAY, LATER

CASES = Path(__file__).parent / "cases"
EXAMPLES = Path(__file__).parents[3] / "examples"
SCHEME = read_level_scheme((CASES / "vn_levels.toml").read_text(encoding="utf-8"))
BASE = (CASES / "vn_base.csv").read_bytes()


def plan(data: bytes, stored: tuple[Unit, ...] = (), **options: object) -> ImportPlan:
    numbers = count(len(stored))
    on = LATER if stored else DAY
    return plan_import(
        read_table(data),
        stored,
        SCHEME,
        on=on,
        new_id=lambda: f"u{next(numbers)}",
        **options,  # type: ignore[arg-type]
    )


def stored(data: bytes = BASE) -> tuple[Unit, ...]:
    made = plan(data)
    assert (made.errors, made.doubts) == ((), ())
    return made.writes


def doubted(made: ImportPlan) -> set[tuple[str, Doubt, str]]:
    return {(one.code, one.doubt, one.other) for one in made.doubts}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("00004", "4"),
        ("01", "1"),
        ("01", "1.0"),
        ("01141", "1,141"),
        ("BD-D01", "bd-d01"),
        ("BD-D01", "BD-D1"),
        ("BD-D01", "BD_D01"),
        ("BD-D01", "BDD01"),
        ("BD-D01", "BD\u2013D01"),  # an en dash
        ("BD-D01", "BD-D01\u200b"),
        ("BD-D01", "\ufeffBD-D01"),
        ("BD-D01", "BD-\u200fD01"),
        ("BD-D01", "\uff22\uff24\uff0d\uff2401"[:3] + "-D01"),  # wide letters
        ("BD-D01", "\u0412D-D01"),  # Cyrillic Ve
        ("HN-01", "\u041d\u039d-01"),  # Cyrillic En, Greek Nu
        ("BD-D01", "BD-DO1"),  # a letter for the zero
        ("BD-D11", "BD-Dl1"),
        ("BD-D01", "BD-D\u09e6\u09e7"),  # Bangla digits
        ("01 02", "01\u00a002"),
    ],
)
def test_codes_that_hardly_differ_are_alike(one: str, other: str) -> None:
    assert one != other
    assert likeness(one) == likeness(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("01", "10"), ("1.11", "11.1"), ("V1", "V2"), ("BD-V01", "BD-D01"), ("100", "1000"),
        ("\u0995\u09bf-1", "\u0995\u09c1-1"), ("AB", "BA"),
    ],
)  # fmt: skip
def test_other_codes_are_not(one: str, other: str) -> None:
    assert likeness(one) != likeness(other)


def test_no_code_of_the_real_trees_is_taken_for_another() -> None:
    for files in (["bangladesh/units.csv"], ["vietnam/units_2024.csv", "vietnam/units_2025.csv"]):
        tables = [read_table((EXAMPLES / file).read_bytes()) for file in files]
        codes = {row.code for table in tables for row in table.rows}
        assert len({likeness(code) for code in codes}) == len(codes)


@pytest.mark.parametrize("end_missing", [False, True])
def test_lost_zeros_are_in_doubt_for_every_row(*, end_missing: bool) -> None:
    made = plan((CASES / "vn_zeros_lost.csv").read_bytes(), stored(), end_missing=end_missing)
    assert {one.code for one in made.doubts} == {"1", "8", "4", "1141", "2494"}
    assert ("4", Doubt.ALIKE, "00004") in doubted(made)


def test_a_code_that_is_new_in_two_forms_is_in_doubt() -> None:
    made = plan(BASE + "4,01,commune,Tân,New\r\n0004,01,commune,Tây,West\r\n".encode())
    assert doubted(made) == {("4", Doubt.ALIKE_IN_FILE, "00004"), ("0004", Doubt.ALIKE_IN_FILE, "00004")}


def test_ended_codes_are_known_ones_too() -> None:
    shorter = BASE.replace("00004,01,commune,Trúc Bạch,Truc Bach\r\n".encode(), b"")
    ended = plan(shorter, stored(), end_missing=True)
    now = tuple({unit.id: unit for unit in (*stored(), *ended.writes)}.values())
    assert doubted(plan(shorter + "4,01,commune,Trúc Bạch,Truc Bach\r\n".encode(), now)) == {
        ("4", Doubt.ALIKE, "00004")
    }
    again = shorter + "00004,01,commune,Quảng An,Quang An\r\n".encode()
    assert doubted(plan(again, now)) == {("00004", Doubt.REUSED, "00004")}
    assert plan(BASE, now).doubts == ()


def test_a_known_code_with_another_name_and_another_superior_may_be_another_unit() -> None:
    other = BASE.replace(
        "00004,01,commune,Trúc Bạch,Truc Bach".encode(), "00004,08,commune,Sơn Phú,Son Phu".encode()
    )
    assert doubted(plan(other, stored())) == {("00004", Doubt.ANOTHER_UNIT, "00004")}
    renamed = BASE.replace("Trúc Bạch,Truc Bach".encode(), "Sơn Phú,Son Phu".encode())
    assert plan(renamed, stored()).doubts == ()
    moved = BASE.replace(b"00004,01", b"00004,08")
    assert plan(moved, stored()).doubts == ()


def test_names_that_changed_places_are_in_doubt() -> None:
    one, other = "Nấm Dẩn,Nam Dan", "Lâm Bình,Lam Binh"
    text = BASE.decode().replace(one, "?").replace(other, one).replace("?", other)
    assert doubted(plan(text.encode(), stored())) == {
        ("01141", Doubt.NAMES_SWAPPED, "02494"),
        ("02494", Doubt.NAMES_SWAPPED, "01141"),
    }


def test_a_unit_that_would_end_while_its_namesake_begins_is_in_doubt_unless_told() -> None:
    recoded = BASE.replace(b"00004,01", b"99999,01")
    assert plan(recoded, stored()).doubts == ()  # nothing ends: the caution says it
    assert doubted(plan(recoded, stored(), end_missing=True)) == {("99999", Doubt.RECODED, "00004")}
    told = plan(recoded, stored(), end_missing=True, successors={"00004": ("99999",)})
    assert told.doubts == ()
    new = next(unit for unit in told.adds if unit.code == "99999")
    assert [unit.successors for unit in told.ends] == [(new.id,)]


def test_neighbours_of_one_name_are_cautioned_and_not_stopped() -> None:
    made = plan((CASES / "vn_siblings_same_name.csv").read_bytes())
    assert (made.errors, made.doubts, len(made.adds)) == ((), (), 4)
    assert [(one.code, one.other, one.name) for one in made.same_names] == [("00004", "00005", "Trúc Bạch")]
    alone = b"code,parent_code,level,name_vi\n00009,01,commune,TRUC BACH\n"
    assert [(one.code, one.other) for one in plan(alone, stored()).same_names] == [("00009", "00004")]
    assert plan(BASE, stored()).same_names == ()


def test_what_a_spreadsheet_adds_is_left_out() -> None:
    assert plan((CASES / "excel_trailing_columns.csv").read_bytes(), stored()).writes == ()
    said = b"sep=;\r\n" + (CASES / "excel_trailing_columns.csv").read_bytes().removeprefix(b"\xef\xbb\xbf")
    assert plan(said, stored()).writes == ()
    for sign in (b";", b"\t", b"|"):
        assert plan(BASE.replace(b",", sign), stored()).writes == ()
    quoted = BASE.replace("Trúc Bạch".encode(), '"Trúc\r\nBạch"'.encode())
    assert plan(quoted, stored()).writes == ()
    assert (
        plan(b"\xef\xbb\xbf" + BASE.replace(b"code,parent", b" Code\xe2\x80\x8b,parent"), stored()).writes
        == ()
    )


def test_a_column_that_is_there_twice_is_named_with_its_places() -> None:
    (error,) = plan(BASE.replace(b"name_vi,name_en", b"name_vi,Name_VI")).errors
    assert str(error.fault) == "The column name_vi is there twice: it is column D and column E."


def test_a_superior_that_is_missed_by_a_zero_is_named() -> None:
    (error,) = plan(BASE.replace(b"00004,01", b"00004,1"), stored()).errors
    assert str(error.fault) == "There is no unit 1; 01 hardly differs from it."


def test_successors_are_read_and_must_be_there() -> None:
    text = "predecessor_code,successor_code\r\n00004,01141\r\n00004,02494\r\n"
    assert read_successors(text.encode()) == {"00004": ("01141", "02494")}
    for bad in (
        b"a,b\n1,2\n",
        b"predecessor_code,successor_code\n1,\n",
        b"predecessor_code,successor_code\n1,1\n",
    ):
        with pytest.raises(SuccessorsUnreadable):
            read_successors(bad)
    with pytest.raises(PredecessorUnknown):
        plan(BASE, stored(), successors={"x": ("01141",)})
    shorter = BASE.replace("00004,01,commune,Trúc Bạch,Truc Bach\r\n".encode(), b"")
    with pytest.raises(SuccessorUnknown):
        plan(shorter, stored(), end_missing=True, successors={"00004": ("x",)})
    ended = plan(shorter, stored(), end_missing=True).writes
    now = tuple({unit.id: unit for unit in (*stored(), *ended)}.values())
    late = plan(shorter, now, successors={"00004": ("01141",)})
    assert [(unit.code, len(unit.successors)) for unit in late.writes] == [("00004", 1)]
