"""Whether the superior has opened a report that waits, and that its unit can withdraw it until then."""

from typing import Any

import pytest
from flask import render_template

from portal.congress.views.blocking import blocks_of
from portal.congress.views.congress import congress_page
from portal.congress.views.explanations import explanations_of
from portal.congress.views.extensions import Extensions
from portal.congress.views.opening import opening_of
from portal.congress.views.pilots import pilots_of
from portal.congress.views.postponing import postponements_of
from portal.congress.views.taking_over import takings_of
from portal.frame.forms import Form
from tests.unit.portal.test_portal_congress_views import PLAN, TODAY, a_congress, may
from tests.unit.portal.test_portal_superior_pages import language, portal  # noqa: F401

NORTH = {"id": "north", "code": "N", "names": {"en": "North <office>"}, "level": "district"}
OPENED: dict[str, Any] = {"at": "2026-11-20T10:00:00+00:00", "by_name": "A. Approver", "unit": NORTH}
WITHDRAWN: dict[str, Any] = {"kind": "submitted", "at": "2026-11-18T10:00:00+00:00"}
UNDONE: dict[str, Any] = {"kind": "approved", "at": "2026-11-19T10:00:00+00:00"}


def told(refusal: str = "", **changes: Any) -> dict[str, Any]:
    congress = a_congress(state="submitted", **changes)
    return {**congress, "acts": {**congress["acts"], "withdraw-report": may(refusal)}}


def shown(congress: dict[str, Any], **more: Any) -> str:
    around: dict[str, Any] = {
        "trail": (), "unit_ended": None, "files_link": "", "files": None, "later": Extensions("", ()),
        "explained": explanations_of(congress), "postponed": postponements_of(congress),
        "blocked": blocks_of(congress, {}), "taking": takings_of(congress), "pilot": pilots_of(congress),
    }  # fmt: skip
    page = congress_page(congress, {**PLAN, "state": "open"}, TODAY)
    return render_template("congress.html", page=page, **around, **more)


@pytest.mark.parametrize(
    ("congress", "at", "withdraw"),
    [
        (told(opened=None), "", "/withdraw"),
        (told("opened", opened=OPENED), OPENED["at"], ""),
        (told("permission-missing", opened=None), "", ""),
    ],
)
def test_it_is_withdrawn_until_it_was_opened(congress: dict[str, Any], at: str, withdraw: str) -> None:
    found = opening_of(congress)
    assert (found.at, found.withdraw.removeprefix(f"/congresses/{congress['id']}")) == (at, withdraw)


def test_what_was_withdrawn_and_what_was_not_approved_after_all_are_told_apart() -> None:
    undone = [{**one, "undone_at": "2026-11-21T10:00:00+00:00"} for one in (WITHDRAWN, UNDONE)]
    page = congress_page(told(undone=undone), {**PLAN, "state": "open"}, TODAY)
    assert page.opening.withdrawn == ((WITHDRAWN["at"], "2026-11-21T10:00:00+00:00"),)
    assert page.taken_back == ((UNDONE["at"], "2026-11-21T10:00:00+00:00"),)


def test_the_page_says_by_whose_office_it_was_opened(language: str) -> None:  # noqa: F811
    opened = shown(told("opened", opened=OPENED))
    assert "North &lt;office&gt;" in opened
    assert "A. Approver" in opened
    assert "/withdraw" not in opened
    assert 'class="button quiet" href="/congresses/c/withdraw"' in shown(told(opened=None))


def test_the_form_says_when_it_was_sent(language: str) -> None:  # noqa: F811
    around: dict[str, Any] = {"unit": {"names": {"en": "North"}}, "trail": (), "action": "/a", "back": "/b"}
    page = render_template("withdraw_report.html", form=Form(version=1), sent=WITHDRAWN, **around)
    assert 'action="/a"' in page
    assert "2026" in page or language == "bn"


@pytest.mark.parametrize("template", ["withdraw_report.html", "undo_approval.html"])
def test_where_it_cannot_be_done_the_page_says_why_and_has_no_form(language: str, template: str) -> None:  # noqa: F811
    around: dict[str, Any] = {"unit": {"names": {"en": "North"}}, "trail": (), "action": "/a", "back": "/b"}
    shown_to = render_template(template, form=Form(version=1), against="Nothing <was> sent.", **around)
    assert "Nothing &lt;was&gt; sent." in shown_to
    assert 'action="/a"' not in shown_to
    assert 'href="/b"' in shown_to
