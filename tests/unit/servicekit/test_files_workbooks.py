"""A workbook is read for the texts of its first sheet, apart from everything; what could do more is refused by name."""

import io
import os
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from servicekit.files.checking import examination
from servicekit.files.checking.examination import table_in
from servicekit.files.checking.workbooks import LOCKED, MOST_CELLS, MOST_ROWS, OLD_FORM
from servicekit.files.refusals import (
    ContentRefused,
    NotExaminable,
    ReadersBusy,
    WorkbookActs,
    WorkbookCalculates,
    WorkbookLocked,
    WorkbookTooLarge,
    WorkbookUnreadable,
)
from tests.papers import Cells, a_workbook


def changed(workbook: bytes, changes: dict[str, Callable[[bytes], bytes]], added: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as before, zipfile.ZipFile(out, "w", 8) as after:
        for part in before.infolist():
            after.writestr(part.filename, changes.get(part.filename, bytes)(before.read(part)))
        for name, content in added.items():
            after.writestr(name, content)
    return out.getvalue()


SHEET, KINDS = "xl/worksheets/sheet1.xml", "[Content_Types].xml"
PLAIN = a_workbook({(0, 0): "code", (0, 1): "number"})


def test_cells_come_as_somebody_would_type_them() -> None:
    cells: Cells = {
        (0, 0): "BD-N0129", (0, 1): 9990000000011, (0, 2): "clerk", (0, 3): date(2027, 3, 31),
        (0, 4): "নমুনা, কেয়া", (2, 0): "0012", (2, 1): 1.5, (2, 2): True,
        (2, 3): datetime.fromisoformat("2027-03-31T09:30"),
        (2, 4): "two\nlines\tand \"more\"",
    }  # fmt: skip
    assert table_in(a_workbook(cells)).split("\n", 2) == [
        "BD-N0129\t9990000000011\tclerk\t2027-03-31\tনমুনা, কেয়া",
        "",
        '0012\t1.5\tTrue\t2027-03-31 09:30:00\t"two\nlines\tand ""more"""\n',
    ]


def test_a_number_whose_last_digits_are_lost_looks_like_no_number_of_anybody() -> None:
    assert table_in(a_workbook({(0, 0): 19900000000000123})).strip() == "1.990000000000012e+16"


def test_a_sheet_that_is_not_shown_is_not_read() -> None:
    assert table_in(a_workbook({(0, 0): "seen"}, hidden=True)) == "seen\n"


def test_what_a_sheet_says_of_its_size_is_not_believed() -> None:
    wide = changed(PLAIN, {SHEET: lambda one: one.replace(b"A1:B1", b"A1:XFD1048576")}, {})
    assert table_in(wide) == "code\tnumber\n"


def a_lock(_: bytes) -> bytes:
    return OLD_FORM + bytes(600) + LOCKED + bytes(600)


def with_flag(workbook: bytes) -> bytes:
    """As if each part were under a password."""
    made = bytearray(workbook)
    at = made.find(b"PK\x01\x02")
    while at >= 0:
        made[at + 8] |= 1
        at = made.find(b"PK\x01\x02", at + 1)
    return bytes(made)


def entities(part: bytes) -> bytes:
    head, _, rest = part.partition(b"?>")
    levels = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 9))
    return (
        head
        + b'?><!DOCTYPE x [<!ENTITY e0 "ha">'
        + levels
        + b"]>"
        + rest.replace(b"<v>0</v>", b"<v>&e8;</v>")
    )


def many(count: int, step: tuple[int, int]) -> Cells:
    return {(n * step[0], n * step[1]): "x" for n in range(count)}


@pytest.mark.parametrize(
    ("file", "refusal"),
    [
        pytest.param(a_workbook({(0, 0): "=1+1"}), WorkbookCalculates, id="formula"),
        pytest.param(a_lock(b""), WorkbookLocked, id="password"),
        pytest.param(with_flag(PLAIN), WorkbookLocked, id="locked-parts"),
        pytest.param(OLD_FORM + bytes(2000), WorkbookUnreadable, id="old-workbook"),
        pytest.param(changed(PLAIN, {}, {"xl/vbaProject.bin": b"x"}), WorkbookActs, id="macros"),
        pytest.param(
            changed(PLAIN, {KINDS: lambda one: one.replace(b".sheet.main+xml", b".sheet.macroEnabled.main+xml")}, {}),
            WorkbookActs,
            id="said-to-have-macros",
        ),
        pytest.param(
            changed(PLAIN, {}, {"xl/externalLinks/externalLink1.xml": b"<x/>"}), WorkbookActs, id="other-files"
        ),
        pytest.param(changed(PLAIN, {}, {"xl/embeddings/oleObject1.bin": b"x"}), WorkbookActs, id="embedded"),
        pytest.param(changed(PLAIN, {}, {"xl/media/a.png": bytes(30 << 20)}), WorkbookTooLarge, id="bomb"),
        pytest.param(
            changed(PLAIN, {}, {f"xl/{n}.txt": b"" for n in range(500)}), WorkbookTooLarge, id="many-parts"
        ),
        pytest.param(changed(PLAIN, {SHEET: entities}, {}), WorkbookUnreadable, id="entities"),
        pytest.param(
            changed(PLAIN, {}, {"xl/worksheets/sheet9.dat": entities(b"<?xml version='1.0'?><worksheet/>")}),
            WorkbookUnreadable,
            id="entities-by-another-name",
        ),
        pytest.param(
            changed(PLAIN, {SHEET: lambda one: one.decode().encode("utf-16")}, {}), WorkbookUnreadable, id="wide-signs"
        ),
        pytest.param(a_workbook(many(2, (MOST_ROWS, 0))), WorkbookTooLarge, id="long"),
        pytest.param(a_workbook(many(2, (0, MOST_CELLS))), WorkbookTooLarge, id="wide"),
        pytest.param(a_workbook({(n, 0): "x" * 32_000 for n in range(70)}), WorkbookTooLarge, id="much-text"),
        pytest.param(PLAIN[: len(PLAIN) // 2], WorkbookUnreadable, id="cut-off"),
        pytest.param(b"PK\x03\x04" + os.urandom(2000), WorkbookUnreadable, id="no-zip"),
        pytest.param(changed(b"PK\x05\x06" + bytes(18), {}, {"a.txt": b"x"}), WorkbookUnreadable, id="another-zip"),
        pytest.param(changed(PLAIN, {SHEET: lambda one: one[:-40]}, {}), WorkbookUnreadable, id="broken-xml"),
        pytest.param(
            changed(PLAIN, {SHEET: lambda one: b"<worksheet>" + b"<a>" * 200_000}, {}), WorkbookUnreadable, id="deep"
        ),
    ],
)  # fmt: skip
def test_what_is_more_than_a_table_is_refused_by_name(file: bytes, refusal: type[ContentRefused]) -> None:
    with pytest.raises(refusal):
        table_in(file)


def test_a_reader_that_breaks_has_read_nothing(tmp_path: Path) -> None:
    program = tmp_path / "reader.py"
    program.write_text("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    with pytest.raises(NotExaminable):
        table_in(PLAIN, [sys.executable, str(program)])


@pytest.fixture
def full() -> Iterator[None]:
    """Nobody else finds a place to read."""
    for _ in range(2):
        assert examination._readers.acquire(timeout=1)
    yield
    for _ in range(2):
        examination._readers.release()


@pytest.mark.usefixtures("full")
def test_whoever_finds_no_place_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination, "PLACE_SECONDS", 0.05)
    with pytest.raises(ReadersBusy):
        table_in(PLAIN)


def test_a_refused_table_gives_its_place_back() -> None:
    for _ in range(3):
        with pytest.raises(WorkbookUnreadable):
            table_in(b"PK\x03\x04")
    assert table_in(PLAIN) == "code\tnumber\n"
