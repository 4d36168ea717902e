"""The page of the audit: each row says what, when, who and in which unit."""

from collections.abc import Iterator

import pytest
from flask import Flask, g, render_template

from portal.audit.routes import FIELDS
from portal.audit.views import entry_of
from portal.frame.forms import Form
from tests.architecture.the_code import environment, make_app
from tests.unit.portal.test_portal_log import an_entry


@pytest.fixture
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(tmp_path_factory.mktemp("portal")).items():
            patch.setenv(name, value)
        app = make_app("portal")
    with app.test_request_context("/audit"):
        g.language = "bn"
        g.unread = 0
        g.titles = {}
        yield app


@pytest.mark.usefixtures("page")
def test_a_row_of_the_audit_names_its_unit_and_leads_to_it() -> None:
    entries = [
        entry_of(an_entry("congress", seq, seq, unit_id=unit)) for seq, unit in enumerate(("u", "gone"), 1)
    ]
    shown = render_template(
        "audit.html", filter=Form(dict.fromkeys(FIELDS, "")), services=[], acts=[], unit=None, entries=entries,
        units={"u": {"names": {"en": "Kalirbazer", "bn": "কালীরবাজার"}}}, silent=[], file_links={}, taken=1,
        more_link="", exporting=Form(), export_unit="", export_wanted={}, kinds=[],
    )  # fmt: skip
    assert '<a href="/units/u">কালীরবাজার</a>' in shown
    # One that the reader may not open any more is not led to.
    assert "/units/gone" not in shown
