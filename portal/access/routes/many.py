"""Access for many: a table pasted or read from a file, foreseen row by row, given, looked at, taken back."""

from flask import Blueprint, Response, request

from portal.access.routes.giving import usual_period
from portal.access.views.grants import Role, roles_of, to_give
from portal.access.views.many import (
    TableUnreadable,
    Typed,
    foreseen_rows,
    given_rows,
    sendable,
    typed_rows,
)
from portal.access.views.rollout import WITHOUT, table_of
from portal.drafts.kept import forget_draft, saved_draft
from portal.frame.forms import Fault, Form, FormFaulty, sent_form
from portal.frame.pager import after, pager
from portal.frame.pages import done, language, name_of, or_shown_again, page
from portal.frame.query import LIST, asked, takes
from portal.shared.asking import ahead, here, identity, membership, today
from portal.shared.clients.answers import Document
from portal.shared.places import trail
from portal.shared.units import Crumb, unit_of
from portal.tables.reading import MOST_ROWS, MOST_SIGNS, read_into
from portal.tables.words import NO_ROWS, NO_TABLE, TOO_MANY_ROWS
from servicekit.serving.patience import patient
from servicekit.web.guards import access

pages = Blueprint("many", __name__)


@pages.get("/units/<unit_id>/access/many")
@takes("of", "level")
@access("access:grant")
def many_form(unit_id: str) -> Response:
    """`of`: with the codes of the units that a list of the roll-out begins with."""
    state, draft = asked("of"), saved_draft(many_path(unit_id))
    form = sent_form(draft["values"], language()) if draft else Form(valid_until())
    if state in WITHOUT:
        found = identity().rollout_units(unit_id, state, asked("level"), limit=MOST_ROWS)
        form.values["table"] = table_of(found["items"])
    return many_again(unit_id, form, draft)


def valid_until() -> dict[str, str]:
    return {"valid_to": usual_period()["valid_to"]}


def many_path(unit_id: str) -> str:
    return f"/units/{unit_id}/access/many"


def many_again(unit_id: str, form: Form, draft: Document | None = None) -> Response:
    ahead(identity().roles)
    unit = membership().unit(unit_id)
    return page(
        "many.html",
        form.status,
        unit=unit_of(unit),
        trail=trail(unit),
        form=form,
        roles=[(role.key, name_of(role.names)) for role in to_give(roles_of(identity().roles()))],
        most=MOST_ROWS,
        saved=draft,
        action=many_path(unit_id),
        back=f"/units/{unit_id}/access",
    )


@pages.post("/units/<unit_id>/access/many/read")
@access("access:grant")
@patient(30)
@or_shown_again(many_again)
def read_file(unit_id: str, form: Form) -> Response:
    """What stands in a file goes into the form, to be looked at like what was pasted."""
    form.values = {**valid_until(), **form.values}
    read_into(form)
    return many_again(unit_id, form)


@pages.post("/units/<unit_id>/access/many")
@access("access:grant")
@patient(30)
@or_shown_again(many_again)
def foresee(unit_id: str, form: Form) -> Response:
    roles, rows = _read(form)
    answers = identity().foresee_many(unit_id, sendable(rows, _from())) if sendable(rows, _from()) else []
    unit = membership().unit(unit_id)
    found = list(foreseen_rows(rows, answers, roles))
    return page(
        "many_preview.html",
        unit=unit_of(unit),
        trail=trail(unit),
        form=form,
        rows=found,
        good=sum(row.why is None for row in found),
        action=f"/units/{unit_id}/access/many/give",
        change=f"/units/{unit_id}/access/many/change",
    )


@pages.post("/units/<unit_id>/access/many/change")
@access("access:grant")
def change(unit_id: str) -> Response:
    """Back from the preview to the table, as it was."""
    return many_again(unit_id, sent_form(request.form, language()))


@pages.post("/units/<unit_id>/access/many/give")
@access("access:grant")
@patient(55)
@or_shown_again(many_again)
def give_to_many(unit_id: str, form: Form) -> Response:
    """The answer itself holds the codes on paper: they are told once, and are in no address and on no other page."""
    _roles, rows = _read(form)
    batch = identity().give_many(unit_id, sendable(rows, _from()), form.text("reason"), form.once)
    forget_draft(many_path(unit_id), form)
    if any("code" in row for row in batch["rows"]):
        return _letters(batch, 201)
    return done(f"/access/batches/{batch['id']}", "given-many")


def _from() -> str:
    return today().isoformat()


def _read(form: Form) -> tuple[dict[str, Role], list[Typed]]:
    """Raises FormFaulty."""
    pasted, valid_to = form.values.get("table", ""), form.day("valid_to", needed=True)
    roles = roles_of(identity().roles())
    if len(pasted) > MOST_SIGNS:
        form.faults["table"] = Fault(TOO_MANY_ROWS, {"most": str(MOST_ROWS)})
    form.check()
    try:
        rows = typed_rows(pasted, roles, valid_to or "")
    except TableUnreadable as error:
        form.faults["table"] = Fault(NO_TABLE)
        raise FormFaulty from error
    if not rows:
        form.faults["table"] = Fault(NO_ROWS)
    if len(rows) > MOST_ROWS:
        form.faults["table"] = Fault(TOO_MANY_ROWS, {"most": str(MOST_ROWS)})
    form.check()
    return dict(roles), rows


# ---------------------------------------------------------------- afterwards


@pages.get("/access/batches")
@takes(*LIST)
@access("access:grant")
def list_batches() -> Response:
    answer = identity().batches(after())
    return page("batches.html", batches=answer["items"], pager=pager(answer, len(answer["items"])))


@pages.get("/access/batches/<batch_id>")
@access("access:grant")
def read_batch(batch_id: str) -> Response:
    return batch_again(batch_id, Form())


def batch_again(batch_id: str, form: Form) -> Response:
    batch = identity().batch(batch_id)
    rows = given_rows(batch, roles_of(identity().roles()))
    if form.status == 412 or form.version is None:
        form.version = batch["version"]
    return page(
        "batch.html",
        form.status,
        batch=batch,
        trail=_trail(batch["unit_id"]),
        rows=rows,
        open=sum(row.open for row in rows),
        letters=any(row.open and row.grant and row.grant.number_end for row in rows),
        form=form,
    )


@pages.post("/access/batches/<batch_id>/take-back")
@access("access:grant")
@patient(55)
@or_shown_again(batch_again)
def take_back(batch_id: str, form: Form) -> Response:
    reason = form.text("reason", needed=True)
    form.check()
    identity().take_back(batch_id, reason, form.version)
    return done(f"/access/batches/{batch_id}", "taken-back")


@pages.get("/access/batches/<batch_id>/letters")
@access("access:grant")
def letters(batch_id: str) -> Response:
    """To hand out: where to sign in, and what for. Codes are on none of these, for they were told once."""
    return _letters(identity().batch(batch_id), 200)


def _letters(batch: Document, status: int) -> Response:
    rows = [row for row in given_rows(batch, roles_of(identity().roles())) if row.grant and row.open]
    return page(
        "letters.html",
        status,
        batch=batch,
        rows=[row for row in rows if row.code or (row.grant and row.grant.number_end)],
        codes=any(row.code for row in rows),
        door=f"{here().settings.common.public_url}/sign-in",
        trail=_trail(batch["unit_id"]),
        back=f"/access/batches/{batch['id']}",
    )


def _trail(unit_id: str) -> tuple[Crumb, ...]:
    *above, own = trail(membership().unit(unit_id))
    return (*above, Crumb(own.names, f"/units/{unit_id}/access"))
