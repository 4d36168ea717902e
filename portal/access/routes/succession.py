"""Another last day for a grant, and a successor for what hangs on it: shown first, then done."""

from typing import cast
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect
from flask_babel import gettext as _

from portal.access.routes.grants import looked_up, stands_over, trail_of_grant
from portal.access.views.grants import ADOPT, HAND_OVER, PERIOD, Grant, grant_of, roles_of
from portal.access.views.succession import Handover, handover_of, successors
from portal.access.words import CHAIN_AS_IT_IS, CHAIN_OF_READER, CHAINS, TICK_SOMETHING
from portal.frame.forms import Fault, Form
from portal.frame.pager import after, pager
from portal.frame.pages import done, name_of, or_shown_again, page
from portal.frame.query import LIST, asked, takes
from portal.shared.asking import identity
from portal.shared.clients.answers import Document
from servicekit.serving.patience import patient
from servicekit.web.guards import access, caller

pages = Blueprint("succession", __name__)

# The button that leads to choosing, and the name of a box that is ticked, before the grant's id.
SOME, TICKED = "some", "grant-"


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
        cut=[grant_of(one, roles_of(identity().roles())) for one in (preview or {}).get("cut_grants", ())],
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
    waits = identity().change_period(grant_id, change, form.version)["extension"]
    return done(f"/grants/{grant_id}", "period-asked" if waits else "period")


# ---------------------------------------------------------------- a successor


@pages.get("/grants/<grant_id>/succession")
@access("access:grant")
def succession_form(grant_id: str) -> Response:
    return succession_again(grant_id, Form({"to": ""}))


def succession_again(grant_id: str, form: Form, preview: Handover | None = None) -> Response:
    answer, grant = looked_up(grant_id)
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
    to, some = form.text("to", needed=True), form.text("which") == SOME
    reason = form.text("reason", needed=not some)
    form.check()
    if some:
        return cast(Response, redirect(f"/grants/{grant_id}/succession/choose?{urlencode({'to': to})}", 303))
    if not form.text("seen"):
        found = identity().succession_preview(grant_id, to)
        return succession_again(grant_id, form, handover_of(found, roles_of(identity().roles())))
    identity().hand_over(grant_id, to, (), reason, form.version, form.once)
    return done(f"/grants/{grant_id}", "handed-over")


# ---------------------------------------------------------------- some of it


@pages.get("/grants/<grant_id>/succession/choose")
@takes("to", "left_after", *LIST)
@access("access:grant")
def choose_form(grant_id: str) -> Response:
    return choose_again(grant_id, Form({"to": asked("to")}))


def choose_again(grant_id: str, form: Form) -> Response:
    """All that could go over to the successor, a page at a time, each to be ticked."""
    answer, grant = looked_up(grant_id)
    if form.status == 412 or form.version is None:
        form.version = answer["version"]
    to, here = form.text("to"), f"/grants/{grant_id}/succession/choose"
    found = identity().succession_preview(grant_id, to, after(), asked("left_after"))
    shown = handover_of(found, roles_of(identity().roles()))
    further = urlencode({"to": to, "left_after": found["left_next"] or ""})
    return page(
        "succession_choose.html",
        form.status,
        own=answer["holder"]["account_id"] in caller().accounts,
        grant=grant,
        trail=trail_of_grant(grant),
        form=form,
        to=to,
        chosen={one.id: _called(one) for one in _successors(answer)}.get(to, ""),
        going=shown.grants,
        pager=pager({**found, "total": found["direct_count"]}, len(shown.grants), to=to),
        left=shown.left,
        left_count=shown.left_count,
        left_next=f"{here}?{further}" if found["left_next"] else "",
        action=here,
        back=f"/grants/{grant_id}/succession",
    )


@pages.post("/grants/<grant_id>/succession/choose")
@access("access:grant")
@patient(30)
@or_shown_again(choose_again)
def hand_over_some(grant_id: str, form: Form) -> Response:
    to, reason = form.text("to", needed=True), form.text("reason", needed=True)
    chosen = [name.removeprefix(TICKED) for name in form.values if name.startswith(TICKED)]
    if not chosen:
        form.faults["chosen"] = Fault(TICK_SOMETHING)
    form.check()
    identity().hand_over(grant_id, to, chosen, reason, form.version, form.once)
    return done(f"/grants/{grant_id}/succession/choose?{urlencode({'to': to})}", "handed-over-some")


def _successors(answer: Document) -> list[Grant]:
    of_unit, mine = identity().every_grant(answer["unit_id"]), identity().me()["grants"]
    return successors(of_unit, mine, answer, roles_of(identity().roles()), caller().accounts)


def _called(grant: Grant) -> str:
    name = _("My own access") if grant.account_id in caller().accounts else grant.name
    return " · ".join((name, name_of(grant.role), name_of(grant.unit)))
