"""The report of a congress as a paper: whole in each language, and nothing that people wrote is markup."""

import io
import sys
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pikepdf
import pytest
from PIL import Image

from congress.domain.history import Act, Congress, State
from congress.rendering.report import TEMPLATE, report_values
from servicekit.out.exports import papers
from servicekit.out.exports.papers import PaperNotSet, PaperTooLong, paper, picture
from servicekit.out.exports.tables import Reader
from servicekit.out.exports.typesetting import FONTS, compiler_of
from tests.unit.congress.builders import a_plan, at

NOW = datetime(2026, 3, 1, 18, 30, tzinfo=UTC)
# Conjuncts, vowel signs before and around, reph and ya-phala; stacked marks.
BANGLA = "ক্ষ জ্ঞ ঞ্চ ঙ্ক ষ্ণ র্ক র্য ক্ত স্ত্র শ্রী কৃ কো কৌ ব্রাহ্মণবাড়িয়া ঊর্ধ্বতন সম্মেলন"
VIETNAMESE = "Đại hội Đảng bộ thị trấn Ngã Bảy: ứ ự ữ ử ừ ộ ỗ ổ ồ ố ặ ẵ ẳ ằ ắ ỹ"
ATTACKS = (
    "#panic(1)",
    '#read("/etc/passwd")',
    '#import "@preview/x:1.0.0"',
    "$ x^2 $",
    "`code` *strong* _em_ = head",
    "\\ \" ' </script> {number}",
    '#eval("1+1")',
    "] #[",
)


def a_report(note: str = "", unit: str = "") -> Congress:
    congress = at("submitted")
    entries = tuple(replace(entry, note=note) for entry in congress.entries)
    names = dict.fromkeys(("bn", "vi", "en"), unit) if unit else congress.unit.names
    returned = Act(State.RETURNED, NOW, "b", {"results": note or "–"})
    return replace(
        congress,
        entries=entries,
        unit=replace(congress.unit, names=names),
        acts=(*congress.acts, returned),
    )


def a_reader(language: str) -> Reader:
    return Reader(language, ZoneInfo("Asia/Dhaka"), {"district": {"en": "District", "bn": "জেলা"}})


@pytest.mark.parametrize(("language", "unit"), [("bn", BANGLA), ("vi", VIETNAMESE), ("en", "North district")])
def test_a_report_is_one_document_in_the_readers_language(language: str, unit: str) -> None:
    values = report_values(a_plan(), a_report(unit=unit), a_reader(language), NOW)
    with pikepdf.open(io.BytesIO(paper(TEMPLATE, values))) as document:
        assert len(document.pages) >= 1
        assert str(document.Root.Lang) == language
        assert unit in str(document.docinfo["/Title"])
        assert "/StructTreeRoot" in document.Root, "it can be read aloud"
        fonts = {
            str(font["/BaseFont"]).partition("+")[2]
            for page in document.pages
            for font in page.Resources.get("/Font", {}).values()
        }
        assert fonts, "nothing is set"
        assert all(name.startswith("NotoSans") for name in fonts), fonts
        assert any("Bengali" in name for name in fonts) == (language == "bn")


@pytest.mark.parametrize("language", ["bn", "vi", "en"])
def test_its_first_page_is_a_picture_as_well(language: str) -> None:
    values = report_values(a_plan(), a_report(unit=BANGLA), a_reader(language), NOW)
    with Image.open(io.BytesIO(picture(TEMPLATE, values))) as made:
        made.load()
        assert made.format == "PNG"
        # A sheet of A4, and something stands on it.
        assert round(made.height / made.width, 2) == 1.41
        assert len(made.convert("L").getcolors(256) or ()) > 10


def test_what_is_no_picture_is_not_given_out_as_one() -> None:
    with pytest.raises(PaperNotSet):
        picture(TEMPLATE, {"title": "x"}, a_program("print('%PDF-')"))


@pytest.mark.parametrize("text", [BANGLA, VIETNAMESE])
def test_every_letter_has_a_shape(text: str) -> None:
    """A letter that no font of ours has is a warning of the library's."""
    values = report_values(a_plan(), a_report(unit=text), a_reader("bn"), NOW)
    _, warnings = compiler_of(TEMPLATE, papers.told(values)).compile_with_warnings(format="pdf")
    assert [one.message for one in warnings] == []


@pytest.mark.parametrize("text", ATTACKS)
def test_what_people_write_is_text_and_never_markup(text: str) -> None:
    values = report_values(a_plan(), a_report(note=text, unit=text), a_reader("en"), NOW)
    pages, warnings = compiler_of(TEMPLATE, papers.told(values)).compile_with_warnings(format="svg")
    assert pages
    assert [one.message for one in warnings] == []
    with pikepdf.open(io.BytesIO(paper(TEMPLATE, values))) as document:
        assert text in str(document.docinfo["/Title"])


def test_a_report_names_no_account() -> None:
    congress = a_report()
    said = papers.told(report_values(a_plan(), congress, a_reader("en"), NOW))
    who = {entry.by for entry in congress.entries} | {act.by for act in congress.acts}
    assert who
    assert not [one for one in who if f'"{one}"' in said]


def a_program(text: str) -> tuple[str, ...]:
    return (sys.executable, "-c", text)


def test_one_that_breaks_or_takes_too_long_is_refused_and_leaves_its_place() -> None:
    values = {"title": "x"}
    for _ in range(papers.AT_ONCE + 1):
        with pytest.raises(PaperNotSet):
            paper(TEMPLATE, values, a_program("raise SystemExit(3)"))
        with pytest.raises(PaperNotSet):
            paper(TEMPLATE, values, a_program("print('no paper')"))
        with pytest.raises(PaperNotSet):
            paper(TEMPLATE, values, a_program("import time; time.sleep(60)"), seconds=0.3)


def test_one_that_is_too_long_is_not_begun() -> None:
    with pytest.raises(PaperTooLong):
        paper(TEMPLATE, {"title": "x" * papers.MOST_BYTES}, a_program("raise SystemExit(3)"))


def test_the_process_that_sets_it_is_told_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIELD_KEY", "a secret")
    shown = a_program("import os; print('%PDF-', sorted(os.environ))")
    told = paper(TEMPLATE, {"title": "x"}, shown).decode()
    assert "FIELD_KEY" not in told
    assert "PYTHONPATH" in told


def test_the_fonts_come_with_their_licence() -> None:
    assert (FONTS / "OFL.txt").read_text(encoding="utf-8").count("SIL OPEN FONT LICENSE") == 1
