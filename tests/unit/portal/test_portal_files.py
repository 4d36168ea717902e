"""The card of a record's files says what there is, and offers only what may be done now."""

from dataclasses import replace

import pytest
from flask import render_template_string

from congress.domain.dossier import ASKED_FOR as RULES_ASK
from congress.domain.dossier import Document as Kind
from portal.congress.views.dossier import ASKED_FOR, DOCUMENTS, proving, with_documents
from portal.congress.views.files import NOT_TAKEN, files_card, size_of, why_not_taken
from portal.frame.forms import Fault
from portal.shared.units import Document
from tests.unit.portal.test_portal_superior_pages import language, portal  # noqa: F401

FOUND: Document = {
    "items": [
        {
            "id": "f1",
            "name": "a.pdf",
            "state": "ready",
            "bytes": 3_000_000,
            "at": "2026-11-28T10:00:00+00:00",
        },
        {"id": "f2", "name": "b.jpg", "state": "checking", "bytes": 1, "at": "2026-11-28T10:00:00+00:00"},
    ],
    "form_token": "token",
    "may_remove": True,
    "most_mb": 100,
    "media_types": ["application/pdf", "image/jpeg"],
}
for one in FOUND["items"]:
    one.update(preview=False, pages=None, refused=None)


@pytest.mark.parametrize(
    ("length", "said"),
    [(1, (1, "kB")), (1024, (1, "kB")), (1025, (2, "kB")), (1024 * 1024, (1, "MB")), (2_500_000, (3, "MB"))],
)
def test_a_size_is_rounded_up(length: int, said: tuple[int, str]) -> None:
    assert size_of(length) == said


def test_only_what_was_checked_can_be_opened() -> None:
    card = files_card(FOUND, "congress/congresses/c1", may_remove=True)
    ready, checking = card.files
    assert ready.link == "/files/congress/congresses/c1/files/f1/content"
    assert ready.remove_link == "/congresses/c1/files/f1/remove"
    assert (checking.link, card.waiting) == ("", True)
    assert card.action == "/files/congress/congresses/c1/files/form"
    assert card.upload == "/api/congress/congresses/c1/files"


def test_where_nothing_may_be_changed_nothing_is_offered() -> None:
    card = files_card({**FOUND, "form_token": ""}, "congress/congresses/c1", may_remove=False)
    assert (card.action, card.upload) == ("", "")
    assert {one.remove_link for one in card.files} == {""}


def test_why_a_file_was_not_taken_is_said_in_words_of_ours_alone() -> None:
    assert why_not_taken("", {}) is None
    known = why_not_taken("file-too-large", {"most": "100"})
    assert known is not None
    assert known.params == {"most": "100"}
    assert why_not_taken("<b>made up</b>", {"most": "1"}) == Fault(NOT_TAKEN)


CONGRESS: Document = {
    "id": "c1",
    "result_entries": [{}, {}],
    "documents": [
        {"file_id": "f1", "kind": "minutes", "version": 1, "newest": False},
        {"file_id": "f2", "kind": "resolution", "version": 2, "newest": True},
    ],
}


def test_a_file_says_what_it_is_and_that_it_proves_earlier_figures() -> None:
    card = with_documents(
        files_card(FOUND, "congress/congresses/c1", may_remove=True), CONGRESS, may_say=True
    )
    old, new = card.files
    assert (old.document, old.version, old.older) == (DOCUMENTS["minutes"], 1, True)
    assert (new.document, new.version, new.older) == (DOCUMENTS["resolution"], 2, False)
    assert old.say_link == "/congresses/c1/files/f1/document"
    assert {version: [one.id for one in files] for version, files in proving(card).items()} == {
        1: ["f1"],
        2: ["f2"],
    }


def test_of_an_approved_report_it_is_said_of_what_was_added_since() -> None:
    found = files_card(FOUND, "congress/congresses/c1", may_remove=False)
    first, second = found.files
    files = (
        replace(first, at="2026-05-02T10:00:00+00:00"),
        replace(second, at="2026-05-02T10:00:00.5+00:00"),
    )
    congress = {**CONGRESS, "approved": {"at": "2026-05-02T10:00:00.250000+00:00"}}
    card = with_documents(replace(found, files=files), congress, may_say=True)
    assert [one.say_link for one in card.files] == ["", f"/congresses/c1/files/{second.id}/document"]


@pytest.mark.parametrize(("may_say", "results"), [(False, [{}]), (True, [])])
def test_it_is_said_only_where_it_may_be_and_there_is_something_to_prove(
    may_say: bool, results: list[Document]
) -> None:
    congress = {**CONGRESS, "result_entries": results, "documents": []}
    card = with_documents(
        files_card(FOUND, "congress/congresses/c1", may_remove=True), congress, may_say=may_say
    )
    assert {(one.say_link, one.document) for one in card.files} == {("", "")}
    assert proving(card) == {}


def test_each_document_of_the_service_has_a_word_here() -> None:
    assert list(DOCUMENTS) == [one.value for one in Kind]
    assert list(ASKED_FOR) == [one.value for one in RULES_ASK]


def test_the_card_shows_it_beside_the_file(language: str) -> None:  # noqa: F811
    card = with_documents(
        files_card(FOUND, "congress/congresses/c1", may_remove=True), CONGRESS, may_say=True
    )
    page = render_template_string(
        '{% extends "page.html" %}{% block main %}{% include "parts/files.html" %}'
        '{% with version = 2 %}{% include "parts/documents.html" %}{% endwith %}{% endblock %}',
        files=card,
        proving=proving(card),
    )
    assert 'href="/congresses/c1/files/f1/document"' in page
    assert page.count("badge late") == 1
    assert page.count("b.jpg") > 1
