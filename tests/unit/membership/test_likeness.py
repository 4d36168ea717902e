"""Codes that may be mixed up stop an import until each is confirmed; a mere likeness is never taken for equality."""

from itertools import count
from pathlib import Path

import pytest

from membership.domain.likeness import MOVES_UNASKED, Doubt, likeness
from membership.domain.unit_import import (
    ImportPlan,
    PredecessorStays,
    PredecessorUnknown,
    SuccessorsInCircle,
    SuccessorUnknown,
    plan_import,
)
from membership.domain.unit_table import SuccessorsFaulty, SuccessorsUnreadable, read_successors, read_table
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
        ("01", "1,0"),  # a spreadsheet with a decimal comma
        ("00004", "00004,00"),
        ("00004", "OOOO4"),
        ("11101", "lllO1"),
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


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10000", "10,000"), ("10000", "10.000"), ("10000", "10 000"), ("10000", "১০.০০০"), ("10", "১০.০০"),
        ("10", "10.000"), ("10", "10,000"), ("302693", "3,02,693"), ("302693", "3.02.693"),
        ("302693", "৩,০২,৬৯৩"), ("1000000", "10,00,000"), ("0302693", "3,02,693"), ("1.10", "1.1"),
        ("1,20", "1,2"), ("01.10", "1.1"),
    ],
)  # fmt: skip
def test_what_a_spreadsheet_made_of_a_number_is_in_doubt_where_the_file_leaves_the_other_out(
    one: str, other: str
) -> None:
    row = "{},08,commune,Sơn Phú,Son Phu\r\n"

    def with_code(code: str) -> bytes:
        return BASE + row.format(f'"{code}"').encode()

    changed = with_code(other).replace("Sơn Phú,Son Phu".encode(), "Sơn Hà,Son Ha".encode())
    assert (other, Doubt.ALIKE, one) in doubted(plan(changed, stored(with_code(one))))


def test_numbers_that_stand_beside_each_other_are_meant_to_differ() -> None:
    more = "".join(f"1.{number},08,commune,Xã {number},Commune {number}\r\n" for number in (1, 10, 2, 20))
    assert plan(BASE + more.encode()).doubts == ()
    less = BASE + more.split("\r\n", 1)[0].encode()
    assert plan(BASE + more.encode(), stored(less)).doubts == ()


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


@pytest.mark.parametrize(
    "row",
    [
        "01141,01,commune,Nam Đàn,Nam Dan",  # other marks make another name
        "01141,01,commune,Sơn Phú,Nam Dan",  # one language is enough
        "01141,01,commune,Nấm Dẩn,Son Phu",
    ],
)
def test_marks_tell_names_apart_and_one_language_is_enough(row: str) -> None:
    (known,) = [one for one in BASE.decode().splitlines() if one.startswith("01141,")]
    assert doubted(plan(BASE.replace(known.encode(), row.encode()), stored())) == {
        ("01141", Doubt.ANOTHER_UNIT, "01141")
    }


def test_the_code_of_an_ended_unit_with_a_name_that_differs_in_marks_is_in_doubt() -> None:
    (row,) = [one for one in BASE.decode().splitlines() if one.startswith("01141,")]
    ended = plan(BASE.replace(f"{row}\r\n".encode(), b""), stored(), end_missing=True)
    now = tuple({unit.id: unit for unit in (*stored(), *ended.writes)}.values())
    again = BASE.replace("Nấm Dẩn".encode(), "Nam Đàn".encode())
    assert ("01141", Doubt.REUSED, "01141") in doubted(plan(again, now))


@pytest.mark.parametrize("code", ["1 141", "1\u00a0141", "1\u202f141", "1.141", "1'141", "1,141", "01.141"])
def test_digits_grouped_as_anywhere_in_the_world_are_in_doubt(code: str) -> None:
    added = BASE + f'"{code}",01,commune,Mới,New\r\n'.encode()
    assert [(kind, other) for _, kind, other in doubted(plan(added, stored()))] == [(Doubt.ALIKE, "01141")]


def test_names_that_changed_places_are_in_doubt() -> None:
    one, other = "Nấm Dẩn,Nam Dan", "Lâm Bình,Lam Binh"
    text = BASE.decode().replace(one, "?").replace(other, one).replace("?", other)
    assert doubted(plan(text.encode(), stored())) == {
        ("01141", Doubt.NAMES_SWAPPED, "02494"),
        ("02494", Doubt.NAMES_SWAPPED, "01141"),
    }


def test_a_namesake_of_a_unit_that_the_file_does_not_name_is_in_doubt_unless_told() -> None:
    recoded = BASE.replace(b"00004,01", b"99999,01")
    assert doubted(plan(recoded, stored())) == {("99999", Doubt.RECODED, "00004")}
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


@pytest.mark.parametrize(
    ("file", "row", "why"),
    [
        (b"", 1, "The file holds no units."),
        (b"predecessor_code,successor_code,Successor_code\n1,2,3\n", 1, "is there twice"),
        (b"predecessor_code,successor_code\n1,2\n1,2,3\n", 3, "more cells than the header"),
        (b"predecessor_code,successor_code,\n1,2,3\n", 2, "column C, which has no name"),
        ("predecessor_code,successor_code\nĐ1,Đ2\n".encode()[:-2] + b"\xe9\n", 2, "not UTF-8"),
        (b"predecessor_code,successor_code\n1,\xc3\x83\xc2\xa2\n", 2, "read as another encoding"),
        (b"predecessor_code,successor_code\n1,a\x07b\n", 2, "control characters"),
        (b'predecessor_code,successor_code\n1,2\n"3,4\n', 3, "quotation marks"),
    ],
)  # fmt: skip
def test_a_successor_that_would_be_lost_or_misread_is_told_with_its_row(
    file: bytes, row: int, why: str
) -> None:
    with pytest.raises(SuccessorsFaulty) as refused:
        read_successors(file)
    assert refused.value.params["row"] == row
    assert why in str(refused.value)
    str(refused.value).encode()


def test_empty_columns_of_the_successors_are_left_out() -> None:
    assert read_successors(b"predecessor_code,successor_code,,\n1,2,,\n,,,\n") == {"1": ("2",)}


SHORTER = "\n".join(
    line for line in BASE.decode().splitlines() if not line.startswith(("00004,", "01141,"))
).encode()


def test_successors_that_lead_back_to_units_that_end_are_refused() -> None:
    for circle in (
        {"00004": ("01141",), "01141": ("00004",)},
        {"00004": ("01141",), "01141": ("02494", "00004")},
    ):
        with pytest.raises(SuccessorsInCircle):
            plan(SHORTER, stored(), end_missing=True, successors=circle)
    chain = {"00004": ("01141",), "01141": ("02494",)}
    made = plan(SHORTER, stored(), end_missing=True, successors=chain)
    assert [len(unit.successors) for unit in made.ends] == [1, 1]


def test_a_circle_that_is_closed_years_later_is_refused_too() -> None:
    ended = plan(SHORTER, stored(), end_missing=True, successors={"00004": ("01141",)}).writes
    now = tuple({unit.id: unit for unit in (*stored(), *ended)}.values())
    with pytest.raises(SuccessorsInCircle):
        plan(SHORTER, now, successors={"01141": ("00004",)})


def test_a_unit_that_stays_has_no_successors() -> None:
    with pytest.raises(PredecessorStays):
        plan(BASE, stored(), end_missing=True, successors={"00004": ("01141",)})


@pytest.mark.parametrize(
    ("names", "cautions"),
    [
        (("Trúc Bạch", "Trúc-Bạch"), 1),
        (("Trúc Bạch", "Truc bach"), 1),
        (("TRUC BACH", "\u0422RUC BACH"), 1),  # a Cyrillic T
        (("Trúc Bạch", "Trúc Bạch 2"), 0),
    ],
)
def test_neighbours_whose_names_are_read_alike_are_told(names: tuple[str, str], cautions: int) -> None:
    one, other = names
    rows = f"code,parent_code,level,name_vi\nVN,,country,Việt Nam\n01,VN,province,{one}\n02,VN,province,{other}\n"
    assert len(plan(rows.encode()).same_names) == cautions


def test_another_name_that_is_a_neighbours_is_told() -> None:
    rows = (
        "code,parent_code,level,name_vi,also_vi\nVN,,country,Việt Nam,\n"
        "01,VN,province,Hà Nội,\n02,VN,province,Hà Tây,Hanoi; Ha-Noi\n"
    )
    (caution,) = plan(rows.encode()).same_names
    assert (caution.code, caution.other) == ("02", "01")


@pytest.mark.parametrize(
    "code",
    [
        "1.14E+03", "1,14E+03", "2E5", "#REF!", "#N/A", "#NAME?", "########", "01-Jan", "Mar-26", "1-Thg 3",
        "2026-03-12", "2026-03-12 00:00:00", "12/03/2026", "3/12/2026", "12.03.2026", "12-3-2026",
    ],
)  # fmt: skip
def test_what_a_spreadsheet_made_of_a_code_is_in_doubt(code: str) -> None:
    eaten = BASE.decode().replace("00004,01", f'"{code}",01').replace("Trúc Bạch,Truc Bach", "Khác,Other")
    assert (code, Doubt.MANGLED, code) in doubted(plan(eaten.encode(), stored()))


@pytest.mark.parametrize(
    "code",
    ["E12", "BD-D01", "JAN-BAZAR", "00004", "12-MARKET", "2026-13", "26-03-12", "1.2.3", "12/3", "34-12-2"],
)
def test_a_code_that_no_spreadsheet_makes_is_not(code: str) -> None:
    new = BASE.decode().replace("00004,01", f"{code},01").replace("Trúc Bạch,Truc Bach", "Khác,Other")
    assert {doubt for _, doubt, _ in doubted(plan(new.encode(), stored()))} <= {Doubt.ANOTHER_UNIT}


def test_names_that_were_read_in_the_wrong_encoding_are_refused_with_what_they_would_be() -> None:
    read_wrongly = BASE.decode().encode().decode("cp1252", "replace").replace("\ufffd", "").encode()
    faults = read_table(read_wrongly).errors
    assert {type(one.fault).__name__ for one in faults} == {"TextGarbled"}
    assert any("Trúc" in one.message or "Nam" in one.message for one in faults)
    (lost,) = read_table(BASE.replace("Trúc".encode(), "Tr\ufffdc".encode())).errors
    assert type(lost.fault).__name__ == "TextLost"


def test_a_sheet_saved_without_its_letters_changes_nothing() -> None:
    """As a spreadsheet saves “CSV” where its code page has no letters of Bangla, and few of Vietnamese."""
    for sheet in ("bangladesh/units.csv", "vietnam/units_2025.csv"):
        whole = (EXAMPLES / sheet).read_text(encoding="utf-8")
        read = read_table(whole.encode("cp1252", "replace").decode("cp1252").encode())
        assert "TextLost" in {type(one.fault).__name__ for one in read.errors}
        assert not [row for row in read.rows if any("?" in name for name in row.names.values())]


@pytest.mark.parametrize("name", ["?????????", "N?m D?n", "?", "? ?", "B?", "?an Phượng", "Xã Pa ?"])
@pytest.mark.parametrize("column", ["name_vi", "also_vi", "code", "parent_code"])
def test_a_question_mark_in_place_of_a_letter_is_a_letter_lost(name: str, column: str) -> None:
    cells = {"code": "A", "parent_code": "", "level": "centre", "name_vi": "Tên", "also_vi": "", column: name}
    sheet = "\n".join([",".join(cells), ",".join(cells.values())])
    assert [(one.column, type(one.fault).__name__) for one in read_table(sheet.encode()).errors] == [
        (column, "TextLost")
    ]


@pytest.mark.parametrize("note", ["Who?", "?", "Is it so??"])
def test_a_note_may_ask(note: str) -> None:
    sheet = f"code,parent_code,level,name_vi,note\nA,,centre,Tên,{note}"
    assert read_table(sheet.encode()).errors == ()


@pytest.mark.parametrize("name", ["-", "…", "()"])
def test_a_name_has_a_letter_or_a_digit(name: str) -> None:
    for sheet in (f"name_vi\n A,,centre,{name}", f"name_en,name_vi\nA,,centre,Name,{name}"):
        (fault,) = read_table(f"code,parent_code,level,{sheet}".encode()).errors
        assert (fault.column, type(fault.fault).__name__) == ("name_vi", "NameMissing")


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("XÃ\u00a0LONG", None),
        ("CÂ\u00a0MAU", None),
        ("XÃ\u00a0 LONG", "Xà LONG"),
        ("HÃ\u00a0 Nam", "Hà Nam"),
        ("HÃ\u00a0ng", "Hàng"),
        ("XÃ\u00a0LONG HÃ\u00a0 Ná»™i", None),  # of two minds: no encoding reads both
    ],
)
def test_a_blank_that_does_not_break_is_a_blank(cell: str, meant: str | None) -> None:
    found = read_table(f"code,parent_code,level,name_vi\nA,,centre,{cell}".encode()).errors
    assert [one.fault.params["meant"] for one in found] == ([meant] if meant else [])


def test_a_cell_without_end_is_told_as_one() -> None:
    (fault,) = read_table(BASE.replace(b"Truc Bach", b"x" * 200_000)).errors
    assert type(fault.fault).__name__ == "CellTooLong"


def two_provinces(size: int = 3) -> list[list[str]]:
    rows = [["VN", "", "country", "Việt Nam", "Viet Nam"]]
    for province in ("P1", "P2"):
        rows.append([province, "VN", "province", f"Tỉnh {province}", f"Province {province}"])
        rows += [
            [f"{province}C{n}", province, "commune", f"Xã {province} {n}", f"Commune {province} {n}"]
            for n in range(size)
        ]
    return rows


def sheet(rows: list[list[str]]) -> bytes:
    return "\n".join(map(",".join, [["code", "parent_code", "level", "name_vi", "name_en"], *rows])).encode()


@pytest.mark.parametrize(
    "columns", [(3, 4), (4,), (3,)], ids=["all names", "the English ones", "the Vietnamese ones"]
)
def test_names_that_are_swapped_over_provinces_or_in_one_language_are_in_doubt(
    columns: tuple[int, ...],
) -> None:
    rows = two_provinces()
    before = stored(sheet(rows))
    one, other = rows[2], rows[6]
    for column in columns:
        one[column], other[column] = other[column], one[column]
    assert doubted(plan(sheet(rows), before)) == {
        (one[0], Doubt.NAMES_SWAPPED, other[0]),
        (other[0], Doubt.NAMES_SWAPPED, one[0]),
    }


def test_a_unit_that_is_renamed_like_none_is_not() -> None:
    rows = two_provinces()
    before = stored(sheet(rows))
    rows[2][3] = "Xã Mới"
    assert doubted(plan(sheet(rows), before)) == set()


def test_a_column_of_superiors_sorted_by_itself_is_in_doubt() -> None:
    rows = two_provinces(MOVES_UNASKED)
    before = stored(sheet(rows))
    communes = [row for row in rows if row[2] == "commune"]
    for row, superior in zip(communes, sorted((row[1] for row in communes), reverse=True), strict=True):
        row[1] = superior
    made = plan(sheet(rows), before)
    assert {(one.code, one.doubt) for one in made.doubts} == {
        (row[0], Doubt.MOVED_TOGETHER) for row in communes
    }


def test_some_moves_and_those_from_superiors_that_end_are_not() -> None:
    rows = two_provinces(MOVES_UNASKED + 1)
    before = stored(sheet(rows))
    few = [[code, "P2" if code in ("P1C0", "P1C1") else above, *rest] for code, above, *rest in rows]
    assert doubted(plan(sheet(few), before)) == set()
    merged = [[code, above.replace("P1", "P2"), *rest] for code, above, *rest in rows if code != "P1"]
    assert doubted(plan(sheet(merged), before, end_missing=True)) == set()
