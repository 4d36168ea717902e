"""Members who leave or go over to another unit, and those whom an ended unit has left behind."""

from collections.abc import Callable

from flask import Blueprint, Response

from portal.frame.forms import Fault, Form
from portal.frame.pages import done, or_shown_again, page
from portal.frame.query import asked, takes
from portal.members.routes.members import trail_of_members
from portal.members.views import member_of
from portal.naming.units import unit_meant
from portal.naming.words import NO_SUCH_UNIT, SEVERAL_UNITS
from portal.shared.asking import membership
from portal.shared.clients.answers import Document
from portal.shared.units import unit_of
from servicekit.web.guards import access

pages = Blueprint("leaving", __name__)


@pages.get("/members/<member_id>/leave")
@access("members:write")
def leave_form(member_id: str) -> Response:
    return leave_again(member_id, Form())


def leave_again(member_id: str, form: Form) -> Response:
    answer = membership().member(member_id)
    form.version = form.version or answer["version"]
    return page(
        "member_leave.html",
        form.status,
        member=member_of(answer),
        trail=trail_of_members(membership().unit(answer["unit_id"])),
        form=form,
    )


@pages.post("/members/<member_id>/leave")
@access("members:write")
@or_shown_again(leave_again)
def leave(member_id: str, form: Form) -> Response:
    reason, on = form.text("reason", needed=True), form.day("on")
    form.check()
    membership().leave(member_id, {"reason": reason, "on": on}, form.version, form.once)
    return done(f"/members/{member_id}", "member-left")


@pages.get("/members/<member_id>/move")
@takes("to")
@access("members:write")
def move_form(member_id: str) -> Response:
    return move_again(member_id, Form({"to": asked("to")}))


def move_again(member_id: str, form: Form) -> Response:
    answer = membership().member(member_id)
    unit = membership().unit(answer["unit_id"])
    form.version = form.version or answer["version"]
    return _move_page(
        form,
        unit,
        lambda to: membership().member_move(member_id, to),
        member=member_of(answer),
        action=f"/members/{member_id}/move",
        back=f"/members/{member_id}",
    )


@pages.post("/members/<member_id>/move")
@access("members:write")
@or_shown_again(move_again)
def move_member(member_id: str, form: Form) -> Response:
    to, reason = _typed(form)
    membership().move_member(member_id, {"to_id": to, "reason": reason}, form.version, form.once)
    return done(f"/units/{to}/members", "member-moved")


@pages.get("/units/<unit_id>/stranded")
@takes("to")
@access("members:write")
def stranded_form(unit_id: str) -> Response:
    return stranded_again(unit_id, Form({"to": asked("to")}))


def stranded_again(unit_id: str, form: Form) -> Response:
    unit = membership().unit(unit_id)
    return _move_page(
        form,
        unit,
        lambda to: membership().stranded(unit_id, to),
        member=None,
        action=f"/units/{unit_id}/stranded",
        back=f"/units/{unit_id}/members",
    )


@pages.post("/units/<unit_id>/stranded")
@access("members:write")
@or_shown_again(stranded_again)
def move_stranded(unit_id: str, form: Form) -> Response:
    number = form.whole("number", needed=True)
    to, reason = _typed(form)
    moved = membership().move_stranded(unit_id, {"to_id": to, "reason": reason, "number": number}, form.once)
    left = moved["left_behind"]
    return done(f"/units/{unit_id}/members" if left else f"/units/{to}/members", "member-moved")


def _move_page(form: Form, unit: Document, ask: Callable[[str], Document], **values: object) -> Response:
    """`ask` tells what a move to a unit would mean, once there is one with the code that was typed."""
    typed = str(form.values.get("to", ""))
    meant = unit_meant(typed)
    to = meant.id
    if typed and not to:
        form.faults["to"] = Fault(SEVERAL_UNITS if meant.choices else NO_SUCH_UNIT)
    return page(
        "member_move.html",
        form.status,
        form=form,
        trail=trail_of_members(unit),
        choices=meant.choices,
        heirs=[unit_of(one) for one in unit["heirs"]],
        preview=_preview(ask(to)) if to else None,
        **values,
    )


def _typed(form: Form) -> tuple[str, str]:
    typed, reason = form.text("to", needed=True), form.text("reason", needed=True)
    form.check()
    to = unit_meant(typed).id
    if not to:
        form.faults["to"] = Fault(NO_SUCH_UNIT)
        form.check()
    return to, reason


def _preview(answer: Document) -> Document:
    sides = {name: unit_of(answer[f"{name}_unit"]) for name in ("from", "to")}
    return {"members": answer["members"], **sides}
