"""Lists and queues that the reader saved, by names of their own, to come back to them with one click."""

from typing import cast

from flask import Blueprint, Response, redirect

from portal.frame.forms import Form
from portal.frame.pages import done, or_shown_again, page, safe_path
from portal.frame.query import asked, takes
from portal.queues.views import Saved
from portal.shared.asking import identity
from servicekit.logs import log
from servicekit.refusals import Unavailable
from servicekit.web.guards import SIGNED_IN, access

pages = Blueprint("saved", __name__)

# What can be saved: a list behind a number, or a queue.
KINDS = ("/lists/", "/approvals/", "/steps/")


def saved_for(address: str) -> Saved:
    """Those of the reader, for the page of one list; none while they are not to be had: no page falls for it."""
    try:
        return _saved(address)
    except Unavailable as away:
        log.warning("saved_lists_not_shown", why=type(away).__name__)
        return Saved((), address)


def _saved(address: str) -> Saved:
    return Saved([one for one in identity().saved_lists() if is_list(one["address"])], address)


@pages.get("/saved-lists")
@takes("address")
@access(SIGNED_IN)
def list_saved() -> Response:
    return saved_again(Form({"address": asked("address")}))


def saved_again(form: Form) -> Response:
    address = form.values.get("address", "")
    form.values["address"] = address if is_list(address) else ""
    return page("saved.html", form.status, form=form, saved=_saved(address))


@pages.post("/saved-lists")
@access(SIGNED_IN)
@or_shown_again(saved_again)
def save_list(form: Form) -> Response:
    """Back on the list, where it is among those that were saved; what is no list of these pages is not saved."""
    address, name = form.text("address"), form.text("name", needed=True)
    form.check()
    if not is_list(address):
        return cast(Response, redirect("/saved-lists", 303))
    identity().save_list(name, address)
    return done(address, "list-saved")


@pages.post("/saved-lists/forget")
@access(SIGNED_IN)
@or_shown_again(saved_again)
def forget_list(form: Form) -> Response:
    identity().save_list(form.text("name"), "")
    return done("/saved-lists", "list-forgotten")


def is_list(address: str) -> bool:
    return safe_path(address) == address and address.startswith(KINDS)
