"""A comment is its writer's: changed for ten minutes, withdrawn at any time, and nobody is told who may not see it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from servicekit.comments import comment as rules
from servicekit.comments.comment import Comment, Draft
from servicekit.refusals import Refusal

NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)
LATE = NOW + rules.CHANGED_WITHIN + timedelta(seconds=1)
MINE, OTHERS = ("me", "me-before"), ("somebody",)


def a_comment(**changes: object) -> Comment:
    made = Comment("c", "congresses", "r", "me", "Anna", NOW, "Why 97?", about="present", files=("f",))
    return replace(made, **changes)  # type: ignore[arg-type]


def test_a_comment_is_changed_by_its_writer_within_ten_minutes() -> None:
    changed = rules.changed(a_comment(), "Why 79?", MINE, NOW + rules.CHANGED_WITHIN)
    assert (changed.text, changed.changed_at, changed.at) == ("Why 79?", NOW + rules.CHANGED_WITHIN, NOW)
    assert (
        rules.changed(a_comment(by="me-before"), "x", MINE, NOW).text == "x"
    )  # another account of the same person


def test_a_withdrawn_comment_keeps_its_place_and_loses_what_it_said() -> None:
    left = rules.withdrawn(a_comment(mentions=("b",)), MINE, LATE + timedelta(days=400))
    assert (left.id, left.by_name, left.about, left.withdrawn_at is None) == ("c", "Anna", "present", False)
    assert (left.text, left.mentions, left.files) == ("", (), ())


@pytest.mark.parametrize(
    ("act", "refusal"),
    [
        (lambda: rules.changed(a_comment(), "x", MINE, LATE), rules.CommentTooOld),
        (lambda: rules.changed(a_comment(), "x", OTHERS, NOW), rules.CommentOfAnother),
        (lambda: rules.changed(a_comment(withdrawn_at=NOW), "x", MINE, NOW), rules.CommentWithdrawn),
        (lambda: rules.withdrawn(a_comment(), OTHERS, NOW), rules.CommentOfAnother),
        (lambda: rules.withdrawn(a_comment(withdrawn_at=NOW), MINE, NOW), rules.CommentWithdrawn),
        (lambda: rules.with_file(a_comment(), "g", OTHERS, NOW), rules.CommentOfAnother),
        (lambda: rules.with_file(a_comment(withdrawn_at=NOW), "g", MINE, NOW), rules.CommentWithdrawn),
        (
            lambda: rules.with_file(a_comment(), "g", MINE, NOW + rules.FILES_WITHIN + timedelta(seconds=1)),
            rules.FilesTooLate,
        ),
        (
            lambda: rules.with_file(a_comment(files=tuple("abcde")), "g", MINE, NOW),
            rules.CommentFull,
        ),
        (lambda: rules.without_file(a_comment(), "f", OTHERS, NOW), rules.CommentOfAnother),
        (lambda: rules.refuse_full(rules.THREAD_MOST + 1), rules.ThreadFull),
        (lambda: rules.refuse_draft(Draft("x", "nothing"), {"present"}), rules.AboutUnknown),
        (lambda: rules.refuse_draft(Draft("x", "", tuple(map(str, range(11)))), ()), rules.TooManyMentions),
        (lambda: rules.refuse_blind(("a", "b"), {"a"}), rules.MentionedCannotSee),
        (lambda: rules.refuse_blind(("nobody",), ()), rules.MentionedCannotSee),
    ],
)
def test_what_is_refused(act: object, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        act()  # type: ignore[operator]


def test_what_just_fits_is_taken() -> None:
    rules.refuse_full(rules.THREAD_MOST)
    rules.refuse_draft(Draft("x", "present", tuple(map(str, range(10)))), {"present"})
    rules.refuse_blind(("a",), {"a", "b"})
    assert rules.with_file(a_comment(), "g", MINE, NOW + rules.FILES_WITHIN).files == ("f", "g")
    assert rules.without_file(a_comment(), "f", MINE, NOW).files == ()
