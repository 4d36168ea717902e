"""Service accounts of a unit: programs that sign in with a key of their own."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response
from flask_babel import gettext as _

from portal.frame.forms import Fault, Form
from portal.frame.pages import done, or_shown_again, page
from portal.machines.views import A_PRIVATE_KEY, Machine, NotKeys, keys_in, machine_of
from portal.machines.words import DONE, LABELS
from portal.shared.asking import identity, membership, today
from portal.shared.places import may, trail
from portal.shared.units import Crumb, unit_of
from servicekit.refusals import NotFound
from servicekit.web.guards import access

pages = Blueprint("machines", __name__)
BLUEPRINTS = (pages,)
__all__ = ("BLUEPRINTS", "DONE", "LABELS")

A_YEAR = timedelta(days=365)


def _trail(unit: dict[str, Any]) -> tuple[Crumb, ...]:
    *above, own = trail(unit)
    return (*above, Crumb(own.names, f"/units/{unit['id']}/access"))


@pages.get("/units/<unit_id>/machines")
@access("access:read")
def list_machines(unit_id: str) -> Response:
    unit = membership().unit(unit_id)
    return page(
        "machines.html",
        unit=unit_of(unit),
        trail=_trail(unit),
        machines=[machine_of(one, today()) for one in identity().machines(unit_id)],
        may_register=may("access:grant", tuple(unit["path"])),
    )


@pages.get("/units/<unit_id>/machines/new")
@access("access:grant")
def machine_form(unit_id: str) -> Response:
    return machine_again(unit_id, Form({"expires": (today() + A_YEAR).isoformat()}))


def machine_again(unit_id: str, form: Form) -> Response:
    unit = membership().unit(unit_id)
    return page(
        "machine_form.html",
        form.status,
        heading=_("Register a service account"),
        button=_("Register it"),
        unit=unit_of(unit),
        trail=_trail(unit),
        form=form,
        machine=None,
        action=f"/units/{unit_id}/machines/new",
        back=f"/units/{unit_id}/machines",
    )


@pages.post("/units/<unit_id>/machines/new")
@access("access:grant")
@or_shown_again(machine_again)
def register_machine(unit_id: str, form: Form) -> Response:
    machine = {
        "unit_id": unit_id,
        "name": form.text("name", needed=True),
        "keys": _keys(form),
        "expires": form.day("expires", needed=True),
    }
    form.check()
    made = identity().register_machine(machine, form.once)
    return done(f"/units/{unit_id}/machines/{made['id']}", "machine-registered")


def _keys(form: Form) -> list[dict[str, Any]]:
    """A private key that was pasted is not sent back to the page either."""
    pasted = form.text("keys", needed=True)
    if "keys" in form.faults:
        return []
    try:
        return keys_in(pasted)
    except NotKeys as error:
        form.faults["keys"] = Fault(str(error))
        if str(error) == A_PRIVATE_KEY:
            form.values["keys"] = ""
        return []


# ---------------------------------------------------------------- one service account


def _machine(unit_id: str, machine_id: str) -> Machine:
    for one in identity().machines(unit_id):
        if one["id"] == machine_id:
            return machine_of(one, today())
    raise NotFound


@pages.get("/units/<unit_id>/machines/<machine_id>")
@access("access:read")
def read_machine(unit_id: str, machine_id: str) -> Response:
    unit = membership().unit(unit_id)
    return page(
        "machine.html",
        machine=_machine(unit_id, machine_id),
        trail=_trail(unit),
    )


@pages.get("/units/<unit_id>/machines/<machine_id>/change")
@access("access:grant")
def machine_change_form(unit_id: str, machine_id: str) -> Response:
    machine = _machine(unit_id, machine_id)
    return machine_change_again(unit_id, machine_id, Form({"expires": machine.expires}, machine.version))


def machine_change_again(unit_id: str, machine_id: str, form: Form) -> Response:
    unit, machine = membership().unit(unit_id), _machine(unit_id, machine_id)
    if form.status == 412:
        form.version = machine.version
    return page(
        "machine_form.html",
        form.status,
        heading=_("Change the service account"),
        button=_("Save"),
        unit=unit_of(unit),
        trail=_trail(unit),
        form=form,
        machine=machine,
        action=f"{machine.link}/change",
        back=machine.link,
    )


@pages.post("/units/<unit_id>/machines/<machine_id>/change")
@access("access:grant")
@or_shown_again(machine_change_again)
def change_machine(unit_id: str, machine_id: str, form: Form) -> Response:
    changed = {"keys": _keys(form), "expires": form.day("expires", needed=True), "closed": False}
    form.check()
    identity().change_machine(machine_id, changed, form.version)
    return done(f"/units/{unit_id}/machines/{machine_id}", "saved")


@pages.get("/units/<unit_id>/machines/<machine_id>/close")
@access("access:grant")
def machine_close_form(unit_id: str, machine_id: str) -> Response:
    return machine_close_again(unit_id, machine_id, Form(version=_machine(unit_id, machine_id).version))


def machine_close_again(unit_id: str, machine_id: str, form: Form) -> Response:
    unit, machine = membership().unit(unit_id), _machine(unit_id, machine_id)
    if form.status == 412:
        form.version = machine.version
    return page(
        "machine_close.html",
        form.status,
        trail=_trail(unit),
        form=form,
        machine=machine,
        action=f"{machine.link}/close",
        back=machine.link,
    )


@pages.post("/units/<unit_id>/machines/<machine_id>/close")
@access("access:grant")
@or_shown_again(machine_close_again)
def close_machine(unit_id: str, machine_id: str, form: Form) -> Response:
    """Identity takes keys with every change; nobody keeps the private half of this one, so nothing can use it."""
    identity().change_machine(machine_id, {"closed": True}, form.version)
    return done(f"/units/{unit_id}/machines/{machine_id}", "machine-closed")
