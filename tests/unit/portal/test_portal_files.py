"""The card of a record's files says what there is, and offers only what may be done now."""

import pytest

from portal.congress.views.files import NOT_TAKEN, files_card, size_of, why_not_taken
from portal.frame.forms import Fault
from portal.shared.units import Document

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
