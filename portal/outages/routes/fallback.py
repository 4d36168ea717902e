"""The way in while the eID is down: officials with sealed codes, windows of two administrators, what became of it."""

from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, Response

from portal.access.routes.together import at_the_top, together_instead
from portal.frame.forms import Form
from portal.frame.pager import Pager, after, pager
from portal.frame.pages import done, language, or_shown_again, page
from portal.frame.query import LIST, asked, takes
from portal.outages.views import Window, candidates, sealed_sign_in_of, window_of
from portal.shared.asking import ahead, identity, membership
from portal.shared.clients.answers import Document
from portal.shared.doors import eid_providers
from portal.shared.places import may, trail
from portal.shared.units import Crumb, unit_of
from servicekit.out.peers import PeerRefused
from servicekit.refusals import NotFound
from servicekit.serving.patience import patient
from servicekit.web.guards import SIGNED_IN, access, caller

pages = Blueprint("fallback", __name__)

SWITCH = "fallback:switch"
# The eIDs are asked whether they answer, and one that is down says nothing for a while: seconds.
PROBING = 10
USUAL_HOURS = 4
PLACE = "/units/{}/access/fallback"
OFFICIALS, SIGN_INS, WINDOWS = "officials", "sign-ins", "windows"
NONE: Document = {"items": [], "next": None, "total": 0}


@pages.get("/units/<unit_id>/access/fallback")
@takes("list", *LIST)
@access(SIGNED_IN)
def read_fallback(unit_id: str) -> Response:
    """For whoever may open a window here, also with a sealed code, and for whoever may see the access."""
    return fallback_again(unit_id, Form())


def fallback_again(unit_id: str, form: Form) -> Response:
    unit = membership().unit(unit_id)
    path = tuple(unit["path"])
    may_switch, may_read = may(SWITCH, path), may("access:read", path)
    if not may_switch and not may_read:
        raise NotFound
    # Three lists on one page: the address says which of them it goes on with.
    going_on = asked("list")
    ahead(partial(identity().windows, unit_id))
    if may_read:
        ahead(partial(identity().officials, unit_id, after() if going_on == OFFICIALS else ""))
        ahead(partial(identity().sealed_sign_ins, unit_id, after() if going_on == SIGN_INS else ""))
    officials = identity().officials(unit_id, after() if going_on == OFFICIALS else "") if may_read else None
    sign_ins = (
        identity().sealed_sign_ins(unit_id, after() if going_on == SIGN_INS else "") if may_read else NONE
    )
    others = {one["unit_id"] for one in (officials or NONE)["items"]} - {unit_id}
    # Those that are open stand on the first page, whichever page of the earlier ones is looked at.
    newest = identity().windows(unit_id)
    earlier = identity().windows(unit_id, after()) if going_on == WINDOWS else newest
    open_ones, past = (
        [window_of(one, caller().accounts) for one in answer["items"]] for answer in (newest, earlier)
    )
    return page(
        "fallback.html",
        form.status,
        unit=unit_of(unit),
        trail=_trail(unit),
        form=form,
        down=_down(),
        rows=[one for one in open_ones if one.asked or one.on],
        past=[one for one in past if not one.asked and not one.on],
        past_shown=going_on == WINDOWS,
        windows_pager=pager_of(earlier, WINDOWS, going_on),
        officials=officials["items"] if officials else None,
        officials_pager=pager_of(officials or NONE, OFFICIALS, going_on),
        places={other: membership().unit(other)["names"] for other in others},
        sign_ins=[sealed_sign_in_of(one) for one in sign_ins["items"]],
        sign_ins_pager=pager_of(sign_ins, SIGN_INS, going_on),
        may_switch=may_switch,
        may_name=may("access:grant", path),
        place=PLACE.format(unit_id),
    )


def pager_of(answer: Document, which: str, going_on: str) -> Pager:
    shown = len(answer["items"])
    if which == going_on:
        return pager(answer, shown, list=which)
    more = (
        f"?{urlencode({'list': which, 'after': answer['next'], 'from': shown + 1})}" if answer["next"] else ""
    )
    return Pager(1, shown, answer["total"], more, "")


def _down() -> list[Document]:
    return [one for one in eid_providers(language()) or () if not one["up"]]


def _trail(unit: Document) -> tuple[Crumb, ...]:
    *above, own = trail(unit)
    return (*above, Crumb(own.names, f"/units/{unit['id']}"))


# ---------------------------------------------------------------- officials


@pages.get("/units/<unit_id>/access/fallback/officials/new")
@access("access:grant")
def official_form(unit_id: str) -> Response:
    return official_again(unit_id, Form())


def official_again(unit_id: str, form: Form) -> Response:
    unit = membership().unit(unit_id)
    programs = [one["id"] for one in identity().machines(unit_id)]
    return page(
        "official_new.html",
        form.status,
        unit=unit_of(unit),
        trail=_trail(unit),
        form=form,
        people=candidates(identity().every_grant(unit_id), (*caller().accounts, *programs)),
        action=f"{PLACE.format(unit_id)}/officials/new",
        back=PLACE.format(unit_id),
    )


@pages.post("/units/<unit_id>/access/fallback/officials/new")
@access("access:grant")
@or_shown_again(official_again)
def name_official(unit_id: str, form: Form) -> Response:
    """Alone by whoever stands above the person; where nobody does, asked of a second one of the topmost unit."""
    account_id, reason = form.text("account_id", needed=True), form.text("reason", needed=True)
    form.check()
    try:
        identity().name_official(account_id, unit_id)
    except PeerRefused as refusal:
        if not together_instead(refusal):
            raise
        identity().ask_joint_act("name-official", account_id, unit_id, reason, form.once)
        return done(PLACE.format(unit_id), "together-asked")
    return done(PLACE.format(unit_id), "official-named")


@pages.get("/units/<unit_id>/access/fallback/officials/<account_id>/remove")
@access("access:grant")
def removing_form(unit_id: str, account_id: str) -> Response:
    return removing_again(unit_id, account_id, Form())


def removing_again(unit_id: str, account_id: str, form: Form) -> Response:
    unit = membership().unit(unit_id)
    holders = {one["holder"]["account_id"]: one["holder"]["name"] for one in identity().every_grant(unit_id)}
    return page(
        "official_remove.html",
        form.status,
        unit=unit_of(unit),
        name=holders.get(account_id, ""),
        trail=_trail(unit),
        form=form,
        together=at_the_top(),
        action=f"{PLACE.format(unit_id)}/officials/{account_id}/remove",
        back=PLACE.format(unit_id),
    )


@pages.post("/units/<unit_id>/access/fallback/officials/<account_id>/remove")
@access("access:grant")
@or_shown_again(removing_again)
def remove_official(unit_id: str, account_id: str, form: Form) -> Response:
    """Alone by whoever named or stands above them; where nobody does, asked of a second one of the topmost unit."""
    try:
        identity().remove_official(account_id, unit_id)
    except PeerRefused as refusal:
        if not together_instead(refusal):
            raise
        reason = form.text("reason", needed=True)
        form.check()
        identity().ask_joint_act("remove-official", account_id, unit_id, reason, form.once)
        return done(PLACE.format(unit_id), "together-asked")
    return done(PLACE.format(unit_id), "official-removed")


# ---------------------------------------------------------------- windows


@pages.get("/units/<unit_id>/access/fallback/windows/new")
@access(SWITCH)
def window_form(unit_id: str) -> Response:
    return window_again(unit_id, Form({"hours": str(USUAL_HOURS)}))


def window_again(unit_id: str, form: Form) -> Response:
    unit = membership().unit(unit_id)
    return page(
        "window_new.html",
        form.status,
        unit=unit_of(unit),
        trail=_trail(unit),
        form=form,
        down=_down(),
        action=f"{PLACE.format(unit_id)}/windows/new",
        back=PLACE.format(unit_id),
    )


@pages.post("/units/<unit_id>/access/fallback/windows/new")
@access(SWITCH)
@patient(PROBING)
@or_shown_again(window_again)
def ask_for_window(unit_id: str, form: Form) -> Response:
    window = {
        "unit_id": unit_id,
        "hours": form.whole("hours", needed=True),
        "reason": form.text("reason", needed=True),
    }
    form.check()
    identity().ask_for_window(window, form.once)
    return done(PLACE.format(unit_id), "window-asked")


@pages.get("/units/<unit_id>/access/fallback/windows/<window_id>")
@access(SIGNED_IN)
def read_window(unit_id: str, window_id: str) -> Response:
    """For whoever sees the page of which it is one row."""
    return read_window_again(unit_id, window_id, Form())


def read_window_again(unit_id: str, window_id: str, form: Form) -> Response:
    unit = membership().unit(unit_id)
    may_switch = may(SWITCH, tuple(unit["path"]))
    if not may_switch and not may("access:read", tuple(unit["path"])):
        raise NotFound
    window = _window(unit_id, window_id)
    if form.status == 412 or form.version is None:
        form.version = window.version
    return page(
        "window.html",
        form.status,
        unit=unit_of(unit),
        trail=_trail(unit),
        form=form,
        window=window,
        may_switch=may_switch,
        action=f"{PLACE.format(unit_id)}/windows/{window_id}",
        back=PLACE.format(unit_id),
    )


def _window(unit_id: str, window_id: str) -> Window:
    """Those that are open stand on the first page."""
    found = (one for one in identity().windows(unit_id)["items"] if one["id"] == window_id)
    one = next(found, None)
    if one is None:
        raise NotFound
    return window_of(one, caller().accounts)


@pages.post("/units/<unit_id>/access/fallback/windows/<window_id>/confirm")
@access(SWITCH)
@or_shown_again(read_window_again)
def confirm_window(unit_id: str, window_id: str, form: Form) -> Response:
    identity().confirm_window(window_id, form.version)
    return done(PLACE.format(unit_id), "window-confirmed")


@pages.get("/units/<unit_id>/access/fallback/windows/<window_id>/end")
@access(SWITCH)
def window_end_form(unit_id: str, window_id: str) -> Response:
    return window_end_again(unit_id, window_id, Form())


def window_end_again(unit_id: str, window_id: str, form: Form) -> Response:
    unit = membership().unit(unit_id)
    window = _window(unit_id, window_id)
    if form.status == 412 or form.version is None:
        form.version = window.version
    return page(
        "window_end.html",
        form.status,
        unit=unit_of(unit),
        trail=_trail(unit),
        form=form,
        window=window,
        action=f"{PLACE.format(unit_id)}/windows/{window_id}/end",
        back=PLACE.format(unit_id),
    )


@pages.post("/units/<unit_id>/access/fallback/windows/<window_id>/end")
@access(SWITCH)
@or_shown_again(window_end_again)
def end_window(unit_id: str, window_id: str, form: Form) -> Response:
    reason = form.text("reason", needed=True)
    form.check()
    identity().end_window(window_id, reason, form.version)
    return done(PLACE.format(unit_id), "window-ended")
