"""Files of figures: a small one comes at once, a large one is made beside requests, told, and fetched by its owner."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import DESK, PHONE, Visitor, reload_until


def look(visitor: Visitor, name: str) -> None:
    """For whoever wants to see the pages: SCREENSHOTS names a folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        visitor.page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_a_small_file_comes_at_once_and_a_report_is_a_paper(visit: Callable[..., Visitor]) -> None:
    secretary = visit("district-secretary", "en", DESK)
    secretary.open("/dashboard")
    look(secretary, "dashboard-en")
    with secretary.page.expect_download() as book:
        secretary.page.locator('form[action="/exports/congresses"] button[value=xlsx]').click()
    assert book.value.suggested_filename.endswith(".xlsx")
    assert Path(book.value.path()).read_bytes()[:2] == b"PK"
    with secretary.page.expect_download() as table:
        secretary.page.locator('main a[href$="/csv"]').click()
    assert Path(table.value.path()).read_text(encoding="utf-8-sig").count("\n") > 1
    secretary.open("/exports")
    assert secretary.page.locator('form[action$="/take"]').count() == 0
    clerk = visit("union-clerk", "bn", PHONE)
    task = clerk.page.locator('main a[href^="/congresses/"]').first.get_attribute("href")
    assert task is not None
    clerk.open("/".join(task.split("/")[:3]))
    look(clerk, "congress-bn")
    with clerk.page.expect_download() as paper:
        report = clerk.page.locator('a[href$="/report"]')
        clerk.page.locator("details", has=report).locator("summary").click()
        report.click()
    assert Path(paper.value.path()).read_bytes()[:5] == b"%PDF-"
    assert secretary.complaints == []
    assert clerk.complaints == []


def test_a_large_file_is_made_told_and_fetched(visit: Callable[..., Visitor]) -> None:
    """The sample organisation has 5,107 congresses, more than one answer holds."""
    organiser = visit("hq-organiser", "bn", PHONE)
    organiser.open("/dashboard")
    organiser.press(organiser.page.locator('form[action="/exports/congresses"] button[value=csv]'))
    assert organiser.path.startswith("/exports")
    assert "আপনার ফাইল তৈরি হচ্ছে" in organiser.told
    look(organiser, "exports-begun-bn")
    reload_until(organiser, "নামান", 60)
    look(organiser, "exports-bn")
    with organiser.page.expect_download() as file:
        organiser.page.locator('form[action$="/take"] button').first.click()
    rows = Path(file.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) > 5_000
    organiser.open("/inbox")
    reload_until(organiser, "আপনার চাওয়া একটি ফাইল তৈরি", 30)
    organiser.speak("en")
    organiser.open("/exports")
    look(organiser, "exports-en")
    assert organiser.complaints == []


@pytest.mark.parametrize(("language", "width", "scripts"), [("en", DESK, True), ("bn", PHONE, False)])
def test_a_clerk_exports_the_members_of_the_unit(
    visit: Callable[..., Visitor], language: str, width: int, scripts: bool
) -> None:
    clerk = visit("union-clerk", language, width, scripts=scripts)
    members = clerk.page.locator('nav a[href$="/members"]').first.get_attribute("href")
    assert members is not None
    clerk.open(members)
    form = 'form[action$="/members/export"]'
    clerk.page.locator(f"details:has({form}) summary").click()
    look(clerk, f"members-export-{language}")
    for details, kind, begins in (
        ("whole", "xlsx", b"PK"),
        ("masked", "pdf", b"%PDF-"),
        ("plain", "csv", b"\xef"),
    ):
        clerk.page.locator(f'{form} input[value="{details}"]').check()
        clerk.page.locator(f"{form} select").select_option(kind)
        with clerk.page.expect_download() as file:
            clerk.page.locator(f"{form} button").click()
        assert Path(file.value.path()).read_bytes().startswith(begins)
        assert file.value.suggested_filename.endswith(f".{kind}")
    assert clerk.complaints == []
