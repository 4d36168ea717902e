"""The thread on a record: written to, and one's own comment changed or withdrawn."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response

from portal.frame.forms import Form
from portal.frame.pages import done, name_of, or_shown_again, page
from portal.frame.query import asked, takes
from portal.shared.clients.answers import Document
from portal.shared.clients.comments import Comments
from portal.threads.views import TOLD, Record, Thread, line_of, thread_of
from portal.threads.words import DONE, LABELS
from servicekit.web.guards import access, caller

BLUEPRINTS: tuple[Blueprint, ...] = ()  # those of each record stand with its capability
__all__ = ("BLUEPRINTS", "DONE", "LABELS", "Threads", "choices_of", "thread_on", "thread_pages")


@dataclass(frozen=True)
class Threads:
    """The threads on one kind of record. `place`: where its pages are, such as /congresses.

    `files_card` of a comment: for `parts/files.html`; nothing where no files hang on these comments.
    """

    name: str
    place: str
    permission: str
    ask: Callable[[], Comments]
    record: Callable[[str], Record]
    files_card: Callable[[Document], object] | None = None


def thread_on(record: Record, found: Document) -> Thread:
    return thread_of(found, record, caller().accounts)


def choices_of(record: Record) -> list[tuple[str, str]]:
    """What a comment may be about, in words."""
    return [(key, name_of(word)) for key, word in record.parts]


def thread_pages(threads: Threads) -> Blueprint:
    pages = Blueprint(threads.name, __name__)
    form_at = f"{threads.place}/<record_id>/comment"
    comment_at = f"{threads.place}/<record_id>/comments/<comment_id>"

    @pages.get(form_at)
    @takes("about")
    @access(threads.permission)
    def comment_form(record_id: str) -> Response:
        return comment_again(record_id, Form({"about": asked("about")}))

    def comment_again(record_id: str, form: Form) -> Response:
        record = threads.record(record_id)
        return page(
            "comment.html",
            form.status,
            record=record,
            form=form,
            thread=thread_on(record, threads.ask().newest(record_id)),
            choices=choices_of(record),
        )

    @pages.post(form_at)
    @access(threads.permission)
    @or_shown_again(comment_again)
    def write_comment(record_id: str, form: Form) -> Response:
        text, about = form.text("text", needed=True), form.text("about")
        form.check()
        told = [name.removeprefix(TOLD) for name in form.values if name.startswith(TOLD)]
        body = {"text": text, "mentions": told, **({"about": about} if about else {})}
        threads.ask().add(record_id, body, form.once)
        return done(f"{threads.place}/{record_id}", "commented")

    @pages.get(comment_at)
    @access(threads.permission)
    def own_comment(record_id: str, comment_id: str) -> Response:
        comment = threads.ask().one(record_id, comment_id)
        return comment_page(record_id, comment, Form({"text": comment["text"]}, comment["version"]))

    def own_comment_again(record_id: str, comment_id: str, form: Form) -> Response:
        comment = threads.ask().one(record_id, comment_id)
        form.version = comment["version"]
        return comment_page(record_id, comment, form)

    @pages.post(comment_at)
    @access(threads.permission)
    @or_shown_again(own_comment_again)
    def change_comment(record_id: str, comment_id: str, form: Form) -> Response:
        text = form.text("text", needed=True)
        form.check()
        threads.ask().change(record_id, comment_id, text, form.version)
        return done(f"{threads.place}/{record_id}", "comment-changed")

    def comment_page(record_id: str, comment: Document, form: Form) -> Response:
        record = threads.record(record_id)
        return page(
            "comment_own.html",
            form.status,
            record=record,
            form=form,
            line=line_of(comment, record, {}),
            may_change=comment["may_change"],
            files=threads.files_card(comment) if threads.files_card else None,
            not_taken=None,
        )

    @pages.get(f"{comment_at}/withdraw")
    @access(threads.permission)
    def withdrawal_form(record_id: str, comment_id: str) -> Response:
        return withdrawal_again(record_id, comment_id, Form())

    def withdrawal_again(record_id: str, comment_id: str, form: Form) -> Response:
        record, comment = threads.record(record_id), threads.ask().one(record_id, comment_id)
        form.version = comment["version"]
        line = line_of(comment, record, {})
        return page("comment_withdraw.html", form.status, record=record, form=form, line=line)

    @pages.post(f"{comment_at}/withdraw")
    @access(threads.permission)
    @or_shown_again(withdrawal_again)
    def withdraw_comment(record_id: str, comment_id: str, form: Form) -> Response:
        threads.ask().withdraw(record_id, comment_id, form.version)
        return done(f"{threads.place}/{record_id}", "comment-withdrawn")

    return pages
