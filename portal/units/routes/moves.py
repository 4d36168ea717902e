"""Moving a unit below another one: asked for, confirmed or declined by a second person."""

from flask import Blueprint, Response

from portal.access.views.grants import roles_of
from portal.frame.forms import Fault, Form
from portal.frame.pager import after, pager
from portal.frame.pages import done, or_shown_again, page
from portal.frame.query import LIST, takes
from portal.naming.units import unit_meant
from portal.naming.words import NO_SUCH_UNIT, SEVERAL_UNITS
from portal.shared.asking import identity, membership
from portal.shared.clients.answers import Document, every
from portal.shared.places import may, trail
from portal.shared.units import Crumb, unit_of
from portal.units.views import Losses, Move, Preview, losses_of, move_of, preview_of
from servicekit.out.peers import PeerRefused
from servicekit.refusals import NotFound
from servicekit.serving.patience import patient
from servicekit.web.guards import access, caller

pages = Blueprint("moves", __name__)


def _trail(unit: Document) -> tuple[Crumb, ...]:
    *above, own = trail(unit)
    return (*above, Crumb(own.names, f"/units/{unit['id']}"))


@pages.get("/units/<unit_id>/move")
@takes(*LIST)
@access("unit:read")
def read_moves(unit_id: str) -> Response:
    return move_again(unit_id, Form())


def move_again(
    unit_id: str, form: Form, preview: Preview | None = None, losses: Losses | None = None
) -> Response:
    unit = membership().unit(unit_id)
    answer = membership().moves(unit_id, after())
    moves = [move_of(one, caller().accounts) for one in answer["items"]]
    return page(
        "moves.html",
        form.status,
        choices=unit_meant(form.values.get("to_id", "")).choices if "to_id" in form.faults else (),
        unit=unit_of(unit),
        trail=_trail(unit),
        form=form,
        preview=preview,
        losses=losses,
        moves=moves,
        waiting=any(one.asked for one in moves),
        pager=pager(answer, len(moves)),
        may_move=may("unit:move", tuple(unit["path"])),
        is_top=len(unit["path"]) == 1,
    )


@pages.post("/units/<unit_id>/move")
@access("unit:move")
@patient(15)
@or_shown_again(move_again)
def ask_to_move(unit_id: str, form: Form) -> Response:
    """First shows what moves and whose access falls; done when that has been seen."""
    typed, reason = form.text("to_id", needed=True), form.text("reason", needed=True)
    form.check()
    meant = unit_meant(form.values.get("which") or typed)
    superior = meant.id
    if not superior:
        form.faults["to_id"] = Fault(SEVERAL_UNITS if meant.choices else NO_SUCH_UNIT)
        form.check()
    # What is asked for is the one that was shown, however it is called by then.
    form.values["to_id"] = superior
    if not form.text("seen"):
        preview = preview_of(membership().move_preview(unit_id, superior))
        return move_again(unit_id, form, preview, _losses(unit_id, superior))
    asked = membership().ask_to_move({"unit_id": unit_id, "to_id": superior, "reason": reason}, form.once)
    return done(f"/units/{unit_id}/move", "moved" if asked["status"] == "done" else "move-asked")


def _losses(unit_id: str, to_id: str) -> Losses | None:
    """None where identity has not heard of the move yet, or the reader sees neither side of it."""
    try:
        return losses_of(identity().move_losses(unit_id, to_id), roles_of(identity().roles()))
    except PeerRefused as refusal:
        if refusal.status == 404:
            return None
        raise


@pages.get("/units/<unit_id>/moves/<move_id>")
@access("unit:read")
@patient(15)
def read_move(unit_id: str, move_id: str) -> Response:
    return read_again(unit_id, move_id, Form())


def read_again(unit_id: str, move_id: str, form: Form) -> Response:
    unit, move = membership().unit(unit_id), _move(unit_id, move_id)
    if form.status == 412 or form.version is None:
        form.version = move.version
    return page(
        "move.html",
        form.status,
        unit=unit_of(unit),
        trail=_trail(unit),
        form=form,
        move=move,
        losses=_losses(move.unit_id, move.to_id) if move.confirmable else None,
        action=f"/units/{unit_id}/moves/{move_id}",
        back=f"/units/{unit_id}/move",
    )


@pages.post("/units/<unit_id>/moves/<move_id>/confirm")
@access("unit:move")
@patient(15)
@or_shown_again(read_again)
def confirm_move(unit_id: str, move_id: str, form: Form) -> Response:
    membership().confirm_move(move_id, form.version)
    return done(f"/units/{unit_id}/move", "moved")


def _move(unit_id: str, move_id: str) -> Move:
    """Those that wait come first, so it stands on the first page unless very many wait."""
    found = (one for one in every(lambda after: membership().moves(unit_id, after)) if one["id"] == move_id)
    one = next(found, None)
    if one is None:
        raise NotFound
    return move_of(one, caller().accounts)


@pages.post("/units/<unit_id>/moves/<move_id>/decline")
@access("unit:move")
@patient(10)
@or_shown_again(read_again)
def decline_move(unit_id: str, move_id: str, form: Form) -> Response:
    reason = form.text("reason", needed=True)
    form.check()
    membership().decline_move(move_id, reason, form.version)
    return done(f"/units/{unit_id}/move", "move-declined")
