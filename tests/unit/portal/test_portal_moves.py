"""What a page says of a move before it is done: how much moves, who must agree, and whose access falls."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, g, render_template

from portal.frame.forms import Form
from portal.frame.pager import pager
from portal.shared.units import unit_of
from portal.units.views import losses_of, preview_of
from tests.architecture.the_code import environment, make_app
from tests.unit.portal.test_portal_succession_views import OLD, ROLES

UNIT = unit_of(
    {"id": "u", "names": {"en": "Kalir Bazar"}, "code": "BD-N0129", "level": "union", "path": ["r", "u"]}
)
FALLEN: dict[str, Any] = {"count": 60, "people": 58, "left_without_count": 7, "unseen": 4, "grants": [OLD]}
NOBODY: dict[str, Any] = {"count": 0, "people": 0, "left_without_count": 0, "unseen": 0, "grants": []}
PREVIEW = {"from_names": {"en": "Here"}, "to_names": {"en": "There"}, "units": 12, "second_person": True}


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(tmp_path_factory.mktemp("portal")).items():
            patch.setenv(name, value)
        yield make_app("portal")


@pytest.fixture(params=["en", "bn", "vi"])
def language(portal: Flask, request: pytest.FixtureRequest) -> Iterator[str]:
    with portal.test_request_context("/units/u/move"):
        g.language = request.param
        g.unread = 0
        yield str(request.param)


def shown(losses: dict[str, Any] | None) -> str:
    form = Form({"to_id": "BD-D02", "reason": "<b>Decision 9</b>"})
    return render_template(
        "moves.html",
        unit=UNIT,
        trail=(),
        form=form,
        preview=preview_of(PREVIEW),
        losses=losses_of(losses, ROLES) if losses else None,
        moves=[],
        waiting=False,
        pager=pager({"items": [], "next": None, "total": 0}, 0),
        may_move=True,
        is_top=False,
    )


def test_a_move_is_sent_only_after_it_was_said_whose_access_falls(language: str) -> None:
    page = shown(FALLEN)
    numbers = {
        "en": ("60", "58", "55", "7", "4", "12"),
        "bn": ("৬০", "৫৮", "৫৫", "৭", "৪", "১২"),
        "vi": ("60", "58", "55", "7", "4", "12"),
    }
    assert all(number in page for number in numbers[language])
    assert OLD["holder"]["name"] in page
    assert 'name="seen" value="yes"' in page
    assert 'name="to_id" value="BD-D02"' in page
    assert "<b>" not in page
    assert ("Ask for the move" in page) is (language == "en")


def test_where_nobody_loses_anything_or_nothing_may_be_shown_the_page_says_so(language: str) -> None:
    assert ("Nobody loses access by it." in shown(NOBODY)) is (language == "en")
    assert ("cannot be shown to you here" in shown(None)) is (language == "en")
    assert shown(NOBODY) != shown(None)
