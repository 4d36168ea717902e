"""All entries of the audit that fit a search, as files: asked for, told and fetched."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import DESK, PHONE, Visitor, reload_until
from tests.browser.test_asked_files import look


@pytest.mark.parametrize(("language", "width"), [("en", DESK), ("bn", PHONE)])
def test_an_auditor_exports_what_a_search_finds(
    visit: Callable[..., Visitor], language: str, width: int
) -> None:
    auditor = visit("auditor", language, width)
    auditor.open("/audit?service=membership")
    auditor.page.locator('details:has(form[action="/audit/export"]) summary').last.click()
    look(auditor, f"audit-export-{language}")
    auditor.press(auditor.page.locator('form[action="/audit/export"] button'))
    assert auditor.path.startswith("/exports?done=files-asked")
    reload_until(auditor, {"en": "Download", "bn": "নামান"}[language], 60)
    look(auditor, f"audit-exports-{language}")
    with auditor.page.expect_download() as file:
        auditor.page.locator('form[action^="/exports/membership/"][action$="/take"] button').first.click()
    assert file.value.suggested_filename == "audit-membership.csv"
    assert Path(file.value.path()).read_text(encoding="utf-8-sig").startswith("at,service,seq")
    assert auditor.complaints == []
