"""A request for access: what is offered to whoever reads it is what identity says that they may do."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, g, render_template

from portal.access.views.asking import request_of
from portal.frame.forms import Form
from portal.frame.pager import Pager
from portal.threads.views import Record, thread_of
from tests.architecture.the_code import environment, make_app

YES = {"allowed": True, "refusal": None}
OWN = {"allowed": False, "refusal": {"type": "/problems/own-request", "title": "Others answer it."}}
OVER = {"allowed": False, "refusal": {"type": "/problems/not-waiting", "title": "It waits no more."}}
REQUEST: dict[str, Any] = {
    "id": "r", "version": 1, "name": "A. Stranger", "office": "secretary", "text": "", "unit_id": "u",
    "unit_path": ["r", "u"], "unit_names": {"en": "Kalir Bazar"}, "asked_at": "2026-11-05T10:00:00+00:00",
    "until": "2026-11-19T10:00:00+00:00", "state": "asked", "answered_by_name": "", "reason": "", "own": False,
}  # fmt: skip


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(tmp_path_factory.mktemp("portal")).items():
            patch.setenv(name, value)
        yield make_app("portal")


@pytest.mark.parametrize(
    ("state", "give", "decline", "forms", "said"),
    [
        ("asked", YES, YES, {"give", "decline"}, ""),
        ("asked", OWN, YES, {"decline"}, "Others answer it."),
        ("asked", OWN, OWN, set(), "Others answer it."),
        ("declined", OVER, OVER, set(), "It was declined."),
    ],
)
def test_only_what_may_be_done_is_offered_and_else_it_is_said_why(
    portal: Flask, state: str, give: Any, decline: Any, forms: set[str], said: str
) -> None:
    answer = {**REQUEST, "state": state, "acts": {"give": give, "decline": decline}}
    with portal.test_request_context("/access-requests/r"):
        g.language, g.unread = "en", 0
        shown = render_template(
            "request.html", request=request_of(answer), trail=(), roles=[], form=Form(), back="/"
        )
    assert {act for act in ("give", "decline") if f'action="/access-requests/r/{act}"' in shown} == forms
    assert said in shown


SAID: dict[str, Any] = {
    "id": "c1", "at": "2026-11-05T11:00:00+00:00", "by": "a", "by_name": "Anna", "above": True, "about": "",
    "text": "Do you <b>know</b> them?", "mentions": [], "files": [], "changed_at": None, "withdrawn_at": None,
    "by_program": False, "own": True, "may_change": True, "may_withdraw": True, "may_add_files": False,
}  # fmt: skip


def test_those_who_answer_see_what_they_say_of_it_and_may_say_more(portal: Flask) -> None:
    answer = {**REQUEST, "acts": {"give": YES, "decline": YES}}
    found = {
        "items": [SAID],
        "people": {"a": "Anna", "b": "Binh"},
        "may_write": True,
        "next": None,
        "total": 1,
    }
    record = Record({"en": "Kalir Bazar"}, (), "/access-requests/r", "Read by those who give access.")
    with portal.test_request_context("/access-requests/r"):
        g.language, g.unread = "en", 0
        shown = render_template(
            "request.html",
            request=request_of(answer),
            trail=(),
            roles=[],
            form=Form(),
            back="/",
            thread=thread_of(found, record, ("a",)),
            pager=Pager(1, 1, 1, "", ""),
            comment=Form({"text": "kept"}),
        )
    assert "Do you &lt;b&gt;know&lt;/b&gt; them?" in shown
    assert 'action="/access-requests/r/comment"' in shown
    assert 'href="/access-requests/r/comments/c1"' in shown
    assert "Read by those who give access." in shown
    assert "What it is about" not in shown
    assert "add a file" not in shown
    assert 'name="mentions/b"' in shown
    assert ">kept</textarea>" in shown
