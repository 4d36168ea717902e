"""Another last day for a grant, and a successor for what hangs on it: shown first, then done."""

from flask import Blueprint, Response
from flask_babel import gettext as _

from portal.asking import identity
from portal.clients import Document
from portal.forms import Form
from portal.pages import done, name_of, or_shown_again, page
from portal.routes.grants import looked_up, stands_over, trail_of_grant
from portal.views.grants import ADOPT, HAND_OVER, PERIOD, Grant, roles_of
from portal.views.succession import Handover, handover_of, successors
from portal.words import CHAIN_AS_IT_IS, CHAIN_OF_READER, CHAINS
from servicekit.patience import patient
from servicekit.web import access, caller

pages = Blueprint("succession", __name__)


# ---------------------------------------------------------------- another last day


@pages.get("/grants/<grant_id>/period")
@access("access:grant")
def period_form(grant_id: str) -> Response:
    answer = identity().grant(grant_id)
    return period_again(
        grant_id, Form({"valid_to": answer["valid_to"], "chain": CHAIN_AS_IT_IS}, answer["version"])
    )


def period_again(grant_id: str, form: Form, preview: Document | None = None) -> Response:
    answer, grant = looked_up(grant_id)
    form.labels = {"valid_to": _("Until"), "chain": _("What it hangs on"), "reason": _("Reason")}
    if form.status == 412 or form.version is None:
        form.version = answer["version"]
    may_take = stands_over(grant.unit_path) and answer["given_by"]["account_id"] not in caller().accounts
    return page(
        "period.html",
        form.status,
        act=PERIOD,
        grant=grant,
        trail=trail_of_grant(grant),
        form=form,
        chains=[(key, _(word)) for key, word in CHAINS.items()] if may_take else [],
        preview=preview,
        action=f"/grants/{grant_id}/period",
        back=f"/grants/{grant_id}",
    )


@pages.post("/grants/<grant_id>/period")
@access("access:grant")
@or_shown_again(period_again)
def change_period(grant_id: str, form: Form) -> Response:
    """First shows what the change means; done when that has been seen."""
    valid_to, reason = form.day("valid_to", needed=True), form.text("reason", needed=True)
    take_over = form.text("chain") == CHAIN_OF_READER
    form.check()
    if not form.text("seen"):
        return period_again(
            grant_id, form, identity().period_preview(grant_id, str(valid_to), take_over=take_over)
        )
    change = {"valid_to": valid_to, "take_over": take_over, "reason": reason}
    identity().change_period(grant_id, change, form.version)
    return done(f"/grants/{grant_id}", "period")


# ---------------------------------------------------------------- a successor


@pages.get("/grants/<grant_id>/succession")
@access("access:grant")
def succession_form(grant_id: str) -> Response:
    return succession_again(grant_id, Form({"to": ""}))


def succession_again(grant_id: str, form: Form, preview: Handover | None = None) -> Response:
    answer, grant = looked_up(grant_id)
    form.labels = {"to": _("Successor"), "reason": _("Reason")}
    if form.status == 412 or form.version is None:
        form.version = answer["version"]
    own = answer["holder"]["account_id"] in caller().accounts
    choices = [(one.id, _called(one)) for one in _successors(answer)]
    return page(
        "succession.html",
        form.status,
        act=HAND_OVER if own else ADOPT,
        own=own,
        grant=grant,
        trail=trail_of_grant(grant),
        form=form,
        choices=choices,
        chosen=dict(choices).get(form.values.get("to", ""), ""),
        preview=preview,
        action=f"/grants/{grant_id}/succession",
        back=f"/grants/{grant_id}",
    )


@pages.post("/grants/<grant_id>/succession")
@access("access:grant")
@patient(30)
@or_shown_again(succession_again)
def hand_over(grant_id: str, form: Form) -> Response:
    """First shows what goes over; done when that has been seen."""
    to, reason = form.text("to", needed=True), form.text("reason", needed=True)
    form.check()
    if not form.text("seen"):
        found = identity().succession_preview(grant_id, to)
        return succession_again(grant_id, form, handover_of(found, roles_of(identity().roles())))
    identity().hand_over(grant_id, to, reason, form.version)
    return done(f"/grants/{grant_id}", "handed-over")


def _successors(answer: Document) -> list[Grant]:
    of_unit, mine = identity().every_grant(answer["unit_id"]), identity().me()["grants"]
    return successors(of_unit, mine, answer, roles_of(identity().roles()), caller().accounts)


def _called(grant: Grant) -> str:
    name = _("My own access") if grant.account_id in caller().accounts else grant.name
    return " · ".join((name, name_of(grant.role), name_of(grant.unit)))
