"""Tables as files: what each kind of file says of a value, in whose words, and that nothing in it acts."""

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pikepdf
import pytest

from servicekit.out.exports import table_papers
from servicekit.out.exports.formats import CSV, FORMATS, JSON, JSON_LINES, PDF, XLSX, Format
from servicekit.out.exports.papers import PaperTooLong
from servicekit.out.exports.papers import told as told_to
from servicekit.out.exports.tables import (
    TOLD_EVERY,
    Column,
    ColumnRepeated,
    Reader,
    Table,
    Type,
    WrongCell,
    told,
)
from servicekit.out.exports.typesetting import compiler_of
from servicekit.out.exports.workbooks import LONGEST_TEXT, Workbook
from servicekit.words.dates import Year

TABLE = Table(
    "t",
    (
        Column("code", "Code"),
        Column("level", "Level", Type.LEVEL),
        Column("count", "{milestone}: done", Type.WHOLE, {"milestone": {"en": "Closed", "bn": "বন্ধ"}}),
        Column("share", "Share", Type.DECIMAL),
        Column("day", "Day", Type.DATE),
        Column("at", "As of", Type.INSTANT),
        Column("act", "Act", Type.WORD),
        Column("more", "Details", Type.NESTED),
        Column("unit", "Unit", Type.NAMES),
    ),
)
LEVELS = {"union": {"en": "Union", "bn": "ইউনিয়ন"}}
READER = Reader("en", ZoneInfo("Asia/Dhaka"), LEVELS)
AT = datetime(2026, 3, 1, 18, 30, tzinfo=UTC)
ROW = (
    "007",
    "union",
    12,
    2.5,
    date(2026, 3, 1),
    AT,
    "Code",
    {"a": ["ঢাকা"]},
    {"en": "Dhaka", "bn": "ঢাকা"},
)
EMPTY = (None,) * len(ROW)
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def written(
    form: Format,
    rows: Sequence[Sequence[object]],
    reader: Reader = READER,
    table: Table = TABLE,
    notes: Mapping[str, object] | None = None,
) -> bytes:
    out = io.BytesIO()
    assert form.write(table, rows, reader, out, notes or {}) == len(rows)
    return out.getvalue()


def as_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def sheets(data: bytes) -> list[list[list[tuple[str, str]]]]:
    """Of each sheet its rows, of each cell its type and what it says."""
    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in sorted(name for name in archive.namelist() if "worksheets/sheet" in name):
            root = ET.fromstring(archive.read(name))
            assert root.find(f".//{SHEET}f") is None, "a formula"
            assert root.find(f".//{SHEET}hyperlink") is None, "a link"
            found.append(
                [
                    [(cell.get("t", "n"), "".join(cell.itertext())) for cell in row.iter(f"{SHEET}c")]
                    for row in root.iter(f"{SHEET}row")
                ]
            )
    return found


def test_a_csv_is_in_the_readers_words_and_zone() -> None:
    head, row, empty = as_csv(written(CSV, [ROW, EMPTY]))
    assert head == ["Code", "Level", "Closed: done", "Share", "Day", "As of", "Act", "Details", "Unit"]
    assert row == [
        "007", "Union", "12", "2.5", "2026-03-01", "2026-03-02 00:30:00+06:00", "Code", '{"a": ["ঢাকা"]}', "Dhaka",
    ]  # fmt: skip
    assert empty == [""] * len(ROW)
    bangla = as_csv(written(CSV, [ROW], Reader("bn", ZoneInfo("UTC"), LEVELS)))
    assert (bangla[0][2].startswith("বন্ধ"), bangla[1][1]) == (True, "ইউনিয়ন")
    assert bangla[1][5] == "2026-03-01 18:30:00+00:00"


def test_a_level_without_a_name_is_told_by_its_key() -> None:
    assert as_csv(written(CSV, [ROW], Reader()))[1][1] == "union"


def test_cells_of_a_workbook_have_the_type_of_their_column() -> None:
    [rows] = sheets(written(XLSX, [ROW, EMPTY]))
    assert rows[0][5] == ("inlineStr", "As of (Asia/Dhaka)")
    assert [kind for kind, _ in rows[1]] == ["inlineStr"] * 2 + ["n"] * 4 + ["inlineStr"] * 3
    assert [said for _, said in rows[1]][:4] == ["007", "Union", "12", "2.5"]
    # Days since 1899-12-30.
    assert rows[1][4][1] == "46082"
    assert float(rows[1][5][1]) == pytest.approx(46083 + 0.5 / 24)


@pytest.mark.parametrize(
    "text", ["=1+1", "+8801", "-2", "@x", "{=1}", "http://x.example/", "mailto:a@b.c", "12", "1e5", "\t=1"]
)
def test_no_text_in_a_workbook_is_a_formula_a_link_or_a_number(text: str) -> None:
    table = Table("t", (Column("a", "A"),))
    [rows] = sheets(written(XLSX, [(text,)], table=table))
    assert rows[1] == [("inlineStr", text)]


@pytest.mark.parametrize("text", ["a\x00b\x1f", "a\ud800b", "a\uffffb"])
def test_what_a_workbook_cannot_hold_is_left_out_of_a_text(text: str) -> None:
    [rows] = sheets(written(XLSX, [(text,)], table=Table("t", (Column("a", "A"),))))
    assert rows[1] == [("inlineStr", "ab")]


def test_a_text_that_is_too_long_for_a_cell_ends_with_a_mark() -> None:
    [rows] = sheets(written(XLSX, [("x" * 40_000,)], table=Table("t", (Column("a", "A"),))))
    assert (len(rows[1][0][1]), rows[1][0][1][-1]) == (LONGEST_TEXT, "…")


@pytest.mark.parametrize(
    ("type_", "value", "said"),
    [
        (Type.WHOLE, 10**17 + 1, "100000000000000001"),
        (Type.DATE, date(1890, 1, 2), "1890-01-02"),
    ],
)
def test_what_a_cell_would_change_is_told_as_text(type_: Type, value: object, said: str) -> None:
    [rows] = sheets(written(XLSX, [(value,)], table=Table("t", (Column("a", "A", type_),))))
    assert rows[1] == [("inlineStr", said)]


def test_more_rows_than_a_sheet_holds_go_on_in_the_next() -> None:
    table, out = Table("t", (Column("n", "N", Type.WHOLE),)), io.BytesIO()
    assert Workbook(table, READER, out, most_rows=4).write([(number,) for number in range(7)], {}) == 7
    found = sheets(out.getvalue())
    assert [[row[0][1] for row in rows] for rows in found] == [
        ["N", "0", "1", "2"],
        ["N", "3", "4", "5"],
        ["N", "6"],
    ]


def test_what_is_said_of_the_whole_stands_apart_from_the_rows() -> None:
    notes = {"complete": False}
    assert len(as_csv(written(CSV, [ROW], notes=notes))) == 2
    assert json.loads(written(JSON, [ROW], notes=notes))["complete"] is False
    assert sheets(written(XLSX, [ROW], notes=notes))[1] == [
        [("inlineStr", "complete"), ("inlineStr", "False")]
    ]


def test_programs_get_keys_and_values() -> None:
    item = {
        "code": "007", "level": "union", "count": 12, "share": 2.5, "day": "2026-03-01",
        "at": "2026-03-02T00:30:00.000+06:00", "act": "Code", "more": {"a": ["ঢাকা"]},
        "unit": {"en": "Dhaka", "bn": "ঢাকা"},
    }  # fmt: skip
    assert json.loads(written(JSON, [ROW, EMPTY])) == {"items": [item, dict.fromkeys(item)]}
    assert json.loads(written(JSON, [])) == {"items": []}
    assert [json.loads(line) for line in written(JSON_LINES, [ROW]).splitlines()] == [item]


@pytest.mark.parametrize("form", FORMATS.values(), ids=list(FORMATS))
@pytest.mark.parametrize(
    "row",
    [
        (1, *ROW[1:]),
        (*ROW[:2], "12", *ROW[3:]),
        (*ROW[:2], True, *ROW[3:]),
        (*ROW[:4], AT, *ROW[5:]),
        ROW[:-1],
        (*ROW, "x"),
    ],
)
def test_a_row_that_is_not_what_its_table_declares_makes_no_file(form: Format, row: Sequence[object]) -> None:
    with pytest.raises((WrongCell, ValueError)):
        written(form, [row])


def test_how_far_it_is_is_told_now_and_then() -> None:
    seen: list[int] = []
    assert len(list(told([ROW] * (2 * TOLD_EVERY + 1), seen.append))) == 2 * TOLD_EVERY + 1
    assert seen == [0, TOLD_EVERY, 2 * TOLD_EVERY]


def test_no_table_has_two_columns_of_one_key() -> None:
    with pytest.raises(ColumnRepeated, match="t: code"):
        Table("t", (Column("code", "Code"), Column("level", "Level"), Column("code", "Closed")))


# ── papers ─────────────────────────────────────────────────

BANGLA = "ক্ষ জ্ঞ ঞ্চ ঙ্ক ষ্ণ র্ক র্য ক্ত স্ত্র শ্রী কৃ কো কৌ ব্রাহ্মণবাড়িয়া ঊর্ধ্বতন"
VIETNAMESE = "Đảng bộ thị trấn Ngã Bảy: ứ ự ữ ử ừ ộ ỗ ổ ồ ố ặ ẵ ẳ ằ ắ ỹ"


@pytest.mark.parametrize("text", [BANGLA, VIETNAMESE, '#panic(1) #read("/etc/passwd") $x$ ] #['])
@pytest.mark.parametrize("language", ["bn", "vi", "en"])
def test_a_paper_sets_what_people_write_as_text_each_letter_with_a_shape(text: str, language: str) -> None:
    table = replace(TABLE, title=text, about=text)
    reader = Reader(language, ZoneInfo("Asia/Dhaka"), LEVELS)
    row = (text, "union", 1_234, 2.5, Year(1980), AT, "Code", {"a": text}, {"en": text})
    values = table_papers.values(table, [row, EMPTY], reader, {"n": text})
    pages, warnings = compiler_of(table_papers.TEMPLATE, told_to(values)).compile_with_warnings(format="svg")
    assert pages
    assert [one.message for one in warnings] == []
    with pikepdf.open(io.BytesIO(written(PDF, [row, EMPTY], reader, table))) as document:
        assert str(document.Root.Lang) == language
        assert text in str(document.docinfo["/Title"])
        assert "/StructTreeRoot" in document.Root, "it can be read aloud"


def test_a_paper_is_in_the_readers_digits_and_days() -> None:
    reader = Reader("bn", ZoneInfo("Asia/Dhaka"), LEVELS)
    values = table_papers.values(TABLE, [ROW, EMPTY], reader, {})
    assert values["rows"][0][1:6] == ["ইউনিয়ন", "১২", "২.৫", "১ মার্চ, ২০২৬", "২ মার্চ, ২০২৬, ০০:৩০"]
    assert set(values["rows"][1]) == {table_papers.NOTHING}


def test_a_paper_that_would_be_too_long_is_refused_before_it_is_set() -> None:
    with pytest.raises(PaperTooLong):
        written(PDF, [EMPTY] * (table_papers.MOST_ROWS + 1))


def test_where_only_a_year_is_known_each_file_says_the_year() -> None:
    table = Table("t", (Column("born", "Date of birth", Type.DATE),))
    row = [Year(1980)]
    assert as_csv(written(CSV, [row], table=table))[1] == ["1980"]
    assert json.loads(written(JSON, [row], table=table))["items"] == [{"born": "1980"}]
    assert sheets(written(XLSX, [row], table=table))[0][1] == [("n", "1980")]
