"""The thread on a congress, as it is shown: what may be done stands there, what was withdrawn says nothing."""

from typing import Any

import pytest
from flask import Flask

from portal.congress.views.comments import parts_of, record_of
from portal.frame.forms import Fault, Form
from portal.frame.pager import Pager
from portal.threads.routes import choices_of
from portal.threads.views import Record, thread_of
from servicekit.comments.comment import MentionedCannotSee
from tests.unit.portal.test_portal_congress_views import PLAN as MILESTONES_ALONE
from tests.unit.portal.test_portal_superior_pages import language, portal

__all__ = ["language", "portal"]

PLAN = {**MILESTONES_ALONE, "results_fields": ["summoned", "present"]}
AT = "2026-11-28T10:00:00+00:00"
FILE = {"id": "f", "name": "list.pdf", "state": "ready", "bytes": 9, "at": AT, "preview": False}
SAID: dict[str, Any] = {
    "id": "c1", "at": AT, "by": "a", "by_name": "Anna", "above": True, "about": "present", "text": "<b>Why 97?</b>",
    "mentions": ["b", "unknown"], "files": [{**FILE, "pages": None, "refused": None}], "changed_at": AT,
    "withdrawn_at": None, "by_program": False, "own": True, "may_change": True, "may_withdraw": True,
    "may_add_files": True,
}  # fmt: skip
GONE = {**SAID, "id": "c2", "text": "", "withdrawn_at": AT, "own": False, "files": [], "mentions": []}
GONE |= {"may_withdraw": False, "may_change": False, "may_add_files": False, "about": ""}
FOUND: dict[str, Any] = {
    "items": [SAID, GONE], "people": {"a": "Anna", "b": "Binh"}, "may_write": True, "next": None, "total": 2,
}  # fmt: skip
CONGRESS = {
    "id": "c",
    "unit": {"names": {"en": "Daulatpur"}},
    "results_fields": PLAN["results_fields"],
    "milestones": PLAN["milestones"],
}


@pytest.fixture
def record(portal: Flask) -> Record:
    with portal.test_request_context():
        return record_of(CONGRESS, PLAN, ())


def test_only_what_may_be_done_is_offered(record: Record) -> None:
    said, gone = thread_of(FOUND, record, ("a",)).lines
    assert (said.link, said.withdraw_link) == (
        "/congresses/c/comments/c1",
        "/congresses/c/comments/c1/withdraw",
    )
    assert (gone.link, gone.withdraw_link) == ("", "")
    assert said.told == ("Binh",)  # whose name is known
    assert said.files[0].link == "/files/congress/comments/c1/files/f/content"
    assert thread_of(FOUND, record, ("a",)).people == (("mentions/b", "Binh"),)


def test_a_comment_may_be_about_each_step_of_the_congress_and_each_figure_that_is_asked_for() -> None:
    keys = {
        key
        for key, _ in parts_of(
            {"milestones": PLAN["milestones"][:1], "results_fields": ["summoned", "women"]}, PLAN
        )
    }
    assert keys == {PLAN["milestones"][0]["key"], "summoned", "women"}


def page_of(portal: Flask, record: Record, found: dict[str, Any], form: Form) -> str:
    template = (
        '{% import "parts/ui.html" as ui with context %}{% from "parts/icons.html" import icon %}'
        '{% include "parts/comments.html" %}'
    )
    return portal.jinja_env.from_string(template).render(
        thread=thread_of(found, record, ("a",)),
        pager=Pager(1, 2, 2, "", ""),
        form=form,
        choices=choices_of(record),
    )


@pytest.mark.usefixtures("language")
def test_the_thread_is_shown_as_text_and_its_form_keeps_what_was_typed(portal: Flask, record: Record) -> None:
    refused = Form(
        {"text": "And the list?", "mentions/b": "yes"}, faults={"mentions": Fault(MentionedCannotSee.title)}
    )
    page = page_of(portal, record, FOUND, refused)
    assert "&lt;b&gt;Why 97?&lt;/b&gt;" in page
    assert "And the list?" in page
    assert 'name="mentions/b" value="yes" checked' in page
    assert page.count("/withdraw") == 1
    read_only = page_of(portal, record, {**FOUND, "may_write": False}, Form())
    assert "<form" not in read_only
    assert "Anna" in read_only
