"""Members of one's own unit: listed, looked up, registered, read, changed."""

from flask import Blueprint, Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from portal.exports.routes import asked_for
from portal.frame.forms import Fault, Form
from portal.frame.pager import after, pager
from portal.frame.pages import done, or_shown_again, page
from portal.frame.query import LIST, asked, takes
from portal.members.history import history_of, units_named_in
from portal.members.views import differences, member_of, member_values
from portal.members.words import DETAILS, KINDS, NO_SUCH_MEMBER, SEX
from portal.shared.asking import membership
from portal.shared.clients.acts import all_offered
from portal.shared.clients.answers import Document
from portal.shared.places import may, may_keep, trail
from portal.shared.units import Crumb, unit_of
from servicekit.web.guards import access

pages = Blueprint("members", __name__)


@pages.get("/units/<unit_id>/members")
@takes("q", *LIST)
@access("members:read")
def list_members(unit_id: str) -> Response:
    return _list_page(unit_id, Form())


def _list_page(unit_id: str, form: Form) -> Response:
    unit = membership().unit(unit_id)
    words = asked("q")
    answer = membership().members(unit_id, words, after())
    exporting = "details" in form.values
    form.values.setdefault("details", "plain")
    return page(
        "members.html",
        form.status,
        unit=unit_of(unit),
        trail=trail(unit),
        words=words,
        meant=answer["meant"],
        members=[
            {name: one.get(name) for name in ("id", "name", "card_number", "admission_date")}
            for one in answer["items"]
        ],
        pager=pager(answer, len(answer["items"]), q=words),
        form=form,
        exporting=exporting,
        details=[(key, _(word)) for key, word in DETAILS.items() if key in answer["exports"]],
        kinds=[(kind, kind.upper()) for kind in KINDS],
        ended=unit["valid_to"],
        may_take=unit["valid_to"] is not None and may_keep("members:write", unit),
        may_write=unit["valid_to"] is None and may("members:write", tuple(unit["path"])),
    )


def lookup_again(unit_id: str, form: Form) -> Response:
    return _list_page(unit_id, form)


@pages.post("/units/<unit_id>/members/lookup")
@access("members:read")
@or_shown_again(lookup_again)
def look_up_member(unit_id: str, form: Form) -> Response:
    """By POST: a national number must not stand in an address."""
    number = form.digits("national_number", needed=True)
    form.check()
    found = membership().look_up(number)
    if found is not None:
        return done(f"/members/{found['id']}")
    form.title, form.status = Fault(NO_SUCH_MEMBER), 404
    return _list_page(unit_id, form)


def export_again(unit_id: str, form: Form) -> Response:
    return _list_page(unit_id, form)


@pages.post("/units/<unit_id>/members/export")
@access("members:export")
@or_shown_again(export_again)
def export_members(unit_id: str, form: Form) -> Response | Answer:
    wanted = {"unit_id": unit_id, "details": form.text("details") or "plain"}
    return asked_for("membership", "members", wanted, KINDS, form)


@pages.get("/members/<member_id>")
@access("members:read")
def read_member(member_id: str) -> Response:
    answer = membership().member(member_id)
    unit = membership().unit(answer["unit_id"])
    return page(
        "member.html",
        member=member_of(answer),
        trail=trail_of_members(unit),
        may=all_offered(answer),
        may_audit=may("audit:read", tuple(unit["path"])),
        left_on=answer["left_on"],
    )


@pages.get("/members/<member_id>/history")
@access("members:read")
def read_history(member_id: str) -> Response:
    answer, history = membership().member(member_id), membership().member_history(member_id)
    units = membership().units_by_id(units_named_in(history))
    return page(
        "member_history.html",
        member=member_of(answer),
        trail=trail_of_members(membership().unit(answer["unit_id"])),
        events=history_of(history, answer, units),
    )


def trail_of_members(unit: Document) -> tuple[Crumb, ...]:
    *above, own = trail(unit)
    return (*above, Crumb(own.names, f"/units/{unit['id']}/members"))


# ---------------------------------------------------------------- registering and changing


@pages.get("/units/<unit_id>/members/new")
@access("members:write")
def member_form(unit_id: str) -> Response:
    return registration_again(unit_id, Form())


def registration_again(unit_id: str, form: Form) -> Response:
    unit = membership().unit(unit_id)
    return _form_page(
        form,
        heading=_("Register a member"),
        button=_("Register"),
        trail=trail_of_members(unit),
        action=f"/units/{unit_id}/members/new",
        back=f"/units/{unit_id}/members",
    )


@pages.post("/units/<unit_id>/members/new")
@access("members:write")
@or_shown_again(registration_again)
def register_member(unit_id: str, form: Form) -> Response:
    member = _typed(form)
    made = membership().register({"unit_id": unit_id, **member}, form.once)
    return done(f"/members/{made['id']}", "registered")


@pages.get("/members/<member_id>/edit")
@access("members:write")
def change_form(member_id: str) -> Response:
    answer = membership().member(member_id)
    return _change_page(answer, Form(member_values(answer), answer["version"]))


def change_again(member_id: str, form: Form) -> Response:
    return _change_page(membership().member(member_id), form)


@pages.post("/members/<member_id>/edit")
@access("members:write")
@or_shown_again(change_again)
def change_member(member_id: str, form: Form) -> Response:
    member = _typed(form)
    membership().change_member(member_id, member, form.version)
    return done(f"/members/{member_id}", "saved")


def _change_page(answer: Document, form: Form) -> Response:
    changed: list[tuple[str, str]] = []
    if form.status == 412:
        changed = differences(answer, form.values)
        form.version = answer["version"]
    return _form_page(
        form,
        heading=_("Change a member's record"),
        button=_("Save"),
        trail=trail_of_members(membership().unit(answer["unit_id"])),
        action=f"/members/{answer['id']}/edit",
        back=f"/members/{answer['id']}",
        changed=changed,
    )


def _typed(form: Form) -> Document:
    """The member as typed; empty fields say that nothing is known."""
    member: Document = {
        "name": form.text("name", needed=True),
        "birth_date": form.birth("birth_date"),
        "sex": form.text("sex", needed=True),
        "admission_date": form.day("admission_date"),
        "official_date": form.day("official_date"),
        "card_number": form.text("card_number") or None,
        "national_number": form.digits("national_number") or None,
        "phone": form.text("phone") or None,
    }
    form.check()
    return member


def _form_page(form: Form, **values: object) -> Response:
    values.setdefault("changed", [])
    return page(
        "member_form.html",
        form.status,
        form=form,
        sexes=[(key, _(word)) for key, word in SEX.items()],
        **values,
    )
