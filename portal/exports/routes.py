"""Files that are asked for: a small one comes at once, a large one is made beside requests and fetched here."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Answer

from portal.exports.views import file_of
from portal.exports.words import DONE
from portal.frame.forms import sent_form
from portal.frame.pages import done, page
from portal.shared.asking import congress
from servicekit.out.exports.formats import FORMATS
from servicekit.web.guards import access

pages = Blueprint("exports", __name__)

# What each export asks for; the service says what of it is wrong.
LISTED = ("plan_id", "unit_id", "state", "overdue", "milestone", "standing", "who_acts", "level")
WANTED = {
    "congresses": ("plan_id", "unit_id"),
    "listed": LISTED,
    "rollup": ("plan_id", "unit_id", "level"),
}


@pages.get("/exports")
@access("congress:read")
def read_exports() -> Response:
    files = [file_of(one) for one in congress().exports()]
    return page("exports.html", files=files, waits=any(file.open for file in files))


@pages.post("/exports/<any(congresses, listed, rollup):export>")
@access("congress:read")
def ask_for_file(export: str) -> Response | Answer:
    form = sent_form(request.form)
    kind = form.values.get("as", "")
    wanted = {name: form.values[name] for name in WANTED[export] if form.values.get(name)}
    answer = congress().ask_for_export(
        export, {**wanted, "as": kind if kind in FORMATS else "csv"}, form.once
    )
    return redirect(answer["link"], 303) if answer["link"] else done("/exports", "file-asked")


@pages.post("/exports/<export_id>/take")
@access("congress:read")
def take_file(export_id: str) -> Answer:
    """On to the service that keeps it, by a link for this session."""
    return redirect(congress().export_link(export_id), 303)


@pages.post("/exports/<export_id>/cancel")
@access("congress:read")
def cancel_file(export_id: str) -> Response:
    congress().cancel_export(export_id)
    return done("/exports", "file-cancelled")


BLUEPRINTS = (pages,)
__all__ = ("BLUEPRINTS", "DONE")
