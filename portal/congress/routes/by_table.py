"""Results for many congresses: a table pasted or read from a file, foreseen row by row, then filled in."""

from functools import partial

from flask import Blueprint, Response, request

from portal.congress.views.by_table import TableFaulty, Typed, as_seen, rows_of, sendable, typed_results
from portal.frame.forms import Fault, Form, FormFaulty, sent_form
from portal.frame.pages import language, or_shown_again, page
from portal.shared.asking import ahead, congress, membership
from portal.shared.places import trail
from portal.tables.reading import MOST_ROWS, MOST_SIGNS, read_into
from portal.tables.words import NO_ROWS, NO_TABLE, TOO_MANY_ROWS
from servicekit.serving.patience import patient
from servicekit.web.guards import access

pages = Blueprint("by_table", __name__)


def table_path(plan_id: str, unit_id: str) -> str:
    return f"/results/{plan_id}/{unit_id}"


@pages.get("/results/<plan_id>/<unit_id>")
@access("congress:report")
def table_form(plan_id: str, unit_id: str) -> Response:
    return table_again(plan_id, unit_id, Form())


def table_again(plan_id: str, unit_id: str, form: Form) -> Response:
    ahead(congress().figures, partial(membership().unit, unit_id))
    plan = congress().plan(plan_id)
    unit, asked = membership().unit(unit_id), set(plan["results_fields"])
    return page(
        "by_table.html",
        form.status,
        plan=plan,
        trail=trail(unit),
        form=form,
        figures=[one for one in congress().figures()["items"] if one["key"] in asked],
        most=MOST_ROWS,
        action=table_path(plan_id, unit_id),
        back=f"/dashboard/{plan_id}/{unit_id}",
    )


@pages.post("/results/<plan_id>/<unit_id>/read")
@access("congress:report")
@patient(30)
@or_shown_again(table_again)
def read_table(plan_id: str, unit_id: str, form: Form) -> Response:
    """What stands in a file goes into the form, to be looked at like what was pasted; nothing of it is kept."""
    read_into(form)
    return table_again(plan_id, unit_id, form)


@pages.post("/results/<plan_id>/<unit_id>")
@access("congress:report")
@patient(30)
@or_shown_again(table_again)
def foresee_table(plan_id: str, unit_id: str, form: Form) -> Response:
    typed = _read(plan_id, form)
    sent = sendable(typed)
    rows = rows_of(typed, congress().foresee_results(plan_id, sent) if sent else [])
    return page(
        "by_table_preview.html",
        rows=rows,
        good=sum(row.version > 0 and not row.same for row in rows),
        plan=congress().plan(plan_id),
        trail=trail(membership().unit(unit_id)),
        form=form,
        action=f"{table_path(plan_id, unit_id)}/fill",
        change=f"{table_path(plan_id, unit_id)}/change",
    )


@pages.post("/results/<plan_id>/<unit_id>/change")
@access("congress:report")
def change_table(plan_id: str, unit_id: str) -> Response:
    """Back from the preview to the table, as it was."""
    return table_again(plan_id, unit_id, sent_form(request.form, language()))


@pages.post("/results/<plan_id>/<unit_id>/fill")
@access("congress:report")
@patient(55)
@or_shown_again(table_again)
def fill_in_table(plan_id: str, unit_id: str, form: Form) -> Response:
    """The answer says what became of each row; sent again, it says the same and changes nothing."""
    typed = _read(plan_id, form)
    seen = as_seen(typed, form.values)
    rows = rows_of(typed, congress().fill_in_results(plan_id, seen) if seen else [])
    sent = {one["line"] for one in seen}
    return page(
        "by_table_done.html",
        rows=[row for row in rows if row.line in sent],
        good=sum(row.version > 0 for row in rows if row.line in sent),
        left=[row for row in rows if row.line not in sent],
        plan=congress().plan(plan_id),
        trail=trail(membership().unit(unit_id)),
        back=table_path(plan_id, unit_id),
    )


def _read(plan_id: str, form: Form) -> list[Typed]:
    """Raises FormFaulty."""
    pasted = form.values.get("table", "")
    if len(pasted) > MOST_SIGNS:
        form.faults["table"] = Fault(TOO_MANY_ROWS, {"most": str(MOST_ROWS)})
    form.check()
    asked = congress().plan(plan_id)["results_fields"]
    try:
        rows = typed_results(pasted, congress().figures()["items"], asked, form.grouping, NO_TABLE)
    except TableFaulty as error:
        form.faults["table"] = error.fault
        raise FormFaulty from error
    if not rows:
        form.faults["table"] = Fault(NO_ROWS)
    if len(rows) > MOST_ROWS:
        form.faults["table"] = Fault(TOO_MANY_ROWS, {"most": str(MOST_ROWS)})
    form.check()
    return rows
