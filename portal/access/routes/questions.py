"""Questions about access: what may I do, why or why not, who may do it here, who sees me."""

from functools import partial

from flask import Blueprint, Response

from portal.access.views.grants import explained, grant_of, permission_word, roles_of
from portal.frame.forms import Form
from portal.frame.pages import name_of, page, titles
from portal.frame.query import asked, takes
from portal.shared.asking import ahead, identity, membership
from portal.shared.clients.answers import Document
from portal.shared.clients.titles import titles_in
from portal.shared.places import may, trail
from portal.shared.units import Crumb, unit_of
from servicekit.out.peers import PeerRefused
from servicekit.tasks.acting import units_with
from servicekit.web.guards import SIGNED_IN, access, caller
from servicekit.words.titles import PERMISSIONS

pages = Blueprint("questions", __name__)

UNITS_OFFERED = 50


@pages.get("/why")
@takes("account_id", "permission", "unit_id")
@access(SIGNED_IN)
def explain() -> Response:
    """What I may do, and why I, or somebody whose access I may see, may or may not do one act at one unit."""
    account_id = asked("account_id")
    permission, unit_id = asked("permission"), asked("unit_id")
    ahead(*(partial(membership().unit, one) for one in _units_offered(unit_id)))
    if not account_id:
        ahead(identity().me)
    roles = roles_of(identity().roles())
    units = [(one["id"], name_of(one["names"])) for one in _units(unit_id)]
    known = titles_in(titles(), PERMISSIONS)
    answerable = permission in known and unit_id
    return page(
        "why.html",
        form=Form({"permission": permission, "unit_id": unit_id, "account_id": account_id}),
        permissions=list(known.items()),
        units=units,
        units_more=max(0, len(units_with(caller(), "unit:read")) - UNITS_OFFERED),
        answer=explained(identity().why(permission, unit_id, account_id), roles, of_another=bool(account_id))
        if answerable
        else None,
        grants=[] if account_id else [grant_of(one, roles) for one in identity().me()["grants"]],
    )


def _units(unit_id: str) -> list[Document]:
    """One's own units, and the one asked about when it may be known."""
    return [one for one in map(_unit, _units_offered(unit_id)) if one is not None]


def _units_offered(unit_id: str) -> dict[str, None]:
    ids = dict.fromkeys([unit_id] if unit_id else [])
    return ids | dict.fromkeys(units_with(caller(), "unit:read")[:UNITS_OFFERED])


def _unit(unit_id: str) -> Document | None:
    try:
        return membership().unit(unit_id)
    except PeerRefused:
        return None


@pages.get("/units/<unit_id>/access/who")
@takes("permission")
@access(SIGNED_IN)
def list_who_may(unit_id: str) -> Response:
    """Everybody who may do one thing in a unit today, by a grant of the unit itself or from above."""
    unit = membership().unit(unit_id)
    permission = asked("permission")
    known = titles_in(titles(), PERMISSIONS)
    roles = roles_of(identity().roles())
    *above, own = trail(unit)
    sees = may("access:read", tuple(unit["path"]))
    return page(
        "who_may.html",
        unit=unit_of(unit),
        trail=(*above, Crumb(own.names, f"/units/{unit_id}/access" if sees else f"/units/{unit_id}")),
        linked=sees,
        form=Form({"permission": permission}),
        # Who keeps members may ask who sees them; the rest is for whoever sees the unit's access.
        permissions=[(key, word) for key, word in known.items() if sees or key == "members:read"],
        asked=permission_word(permission) if permission in known else None,
        grants=[grant_of(one, roles) for one in identity().who_may(permission, unit_id)]
        if permission in known
        else [],
    )


@pages.get("/who-sees-me")
@access(SIGNED_IN)
def list_who_sees_me() -> Response:
    """Who may today read the members, the access or the audit of the units where I hold a post."""
    roles = roles_of(identity().roles())
    return page("who_sees_me.html", grants=[grant_of(one, roles) for one in identity().who_sees_me()])
