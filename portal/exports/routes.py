"""Files that are asked for: a small one comes at once, a large one is made beside requests and fetched here."""

from collections.abc import Iterable, Mapping

from flask import Blueprint, Response, redirect, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as Answer

from portal.exports.views import files_of
from portal.exports.words import DONE, LABELS
from portal.frame.forms import Form, sent_form
from portal.frame.pages import done, or_shown_again, page, titles
from portal.shared.asking import exports_of, holds_any
from servicekit.out.ahead import of_each
from servicekit.out.exports.formats import FORMATS
from servicekit.web.guards import SIGNED_IN, access

pages = Blueprint("exports", __name__)
BLUEPRINTS = (pages,)
__all__ = ("BLUEPRINTS", "DONE", "LABELS")

# What each export asks for; the service says what of it is wrong.
LISTED = ("plan_id", "unit_id", "state", "overdue", "milestone", "standing", "who_acts", "level")
WANTED = {
    "congresses": ("plan_id", "unit_id"),
    "difficulties": ("unit_id", "which", "about", "below"),
    "listed": LISTED,
    "rollup": ("plan_id", "unit_id", "level"),
}
# Who makes files, and by which permissions somebody may have asked there.
OFFERING = {
    "congress": ("congress:read", "audit:export"),
    "membership": ("members:export", "audit:export"),
    "identity": ("audit:export",),
    "notifications": ("audit:export",),
}


@pages.get("/exports")
@access(SIGNED_IN)
def read_exports() -> Response:
    return _files_page(Form())


def _files_page(form: Form) -> Response:
    asked = [service for service, permissions in OFFERING.items() if holds_any(permissions)]
    found = of_each(asked, lambda service: exports_of(service).mine()) if asked else {}
    files = [
        file
        for service, answers in found.items()
        for file in files_of(service, titles()[service].name, answers or ())
    ]
    silent = [titles()[service].name for service, answers in found.items() if answers is None]
    files.sort(key=lambda file: file.asked_at, reverse=True)
    return page(
        "exports.html",
        form.status,
        files=files,
        silent=silent,
        waits=any(file.open for file in files),
        form=form,
    )


@pages.post("/exports/<any(congresses, difficulties, listed, rollup):export>")
@access("congress:read")
def ask_for_file(export: str) -> Response | Answer:
    form = sent_form(request.form)
    wanted = {name: form.values[name] for name in WANTED[export] if form.values.get(name)}
    return asked_for("congress", export, wanted, FORMATS, form)


def asked_for(
    service: str, export: str, wanted: Mapping[str, str], kinds: Iterable[str], form: Form
) -> Response | Answer:
    """To the file where it is there at once, to the page of those that are being made otherwise."""
    kind = form.values.get("as", "")
    known = tuple(kinds)
    answer = exports_of(service).ask(export, {**wanted, "as": kind if kind in known else known[0]}, form.once)
    return redirect(answer["link"], 303) if answer["link"] else done("/exports", "file-asked")


def again(service: str, export_id: str, form: Form) -> Response:
    return _files_page(form)


@pages.post("/exports/<service>/<export_id>/take")
@access(SIGNED_IN)
@or_shown_again(again)
def take_file(service: str, export_id: str, form: Form) -> Answer:
    """On to the service that keeps it, by a link for this session."""
    return redirect(exports_of(_known(service)).link(export_id), 303)


@pages.post("/exports/<service>/<export_id>/cancel")
@access(SIGNED_IN)
@or_shown_again(again)
def cancel_file(service: str, export_id: str, form: Form) -> Response:
    exports_of(_known(service)).cancel(export_id)
    return done("/exports", "file-cancelled")


def _known(service: str) -> str:
    if service not in OFFERING:
        raise NotFound
    return service
