"""Giving access: to a person by national number, by a code on paper, or to a service account."""

from collections.abc import Sequence
from functools import partial

from flask import Blueprint, Response
from flask_babel import gettext as _

from portal.access.views.grants import Grant, grant_of, included_in, period_within, roles_of, to_give
from portal.access.words import BY_CODE, BY_NUMBER, HANDOVER_DAYS, NAMED_BY
from portal.drafts.kept import forget_draft, saved_draft
from portal.frame.forms import Form, refused_by_peer, sent_form
from portal.frame.pages import done, language, name_of, or_shown_again, page
from portal.frame.query import asked, takes
from portal.shared.asking import ahead, congress, here, identity, membership, today
from portal.shared.clients.answers import Document
from portal.shared.places import may, trail
from portal.shared.units import Crumb, plan_names, unit_of
from servicekit.out.peers import PeerRefused
from servicekit.web.guards import access

pages = Blueprint("giving", __name__)

INVITED_ALREADY = "invited-already"


@pages.get("/units/<unit_id>/access/new")
@takes("role", "machine")
@access("access:grant")
def grant_form(unit_id: str) -> Response:
    ahead(identity().roles, identity().number_kinds, partial(membership().unit, unit_id))
    begun = {**usual_period(), "by": BY_NUMBER, "handover_days": str(HANDOVER_DAYS), "role": asked("role")}
    if asked("machine"):
        # It has the address of the form for people, whose draft is not about it.
        return grant_again(unit_id, Form({**begun, "account_id": asked("machine")}))
    draft = saved_draft(giving_path(unit_id))
    form = sent_form(draft["values"], language()) if draft else Form(begun)
    if asked("role"):
        form.values["role"] = asked("role")
    return grant_again(unit_id, form, draft=draft)


def giving_path(unit_id: str) -> str:
    return f"/units/{unit_id}/access/new"


def usual_period() -> dict[str, str]:
    return period_within(identity().me()["grants"], today())


def grant_again(
    unit_id: str, form: Form, invited: Sequence[Grant] = (), draft: Document | None = None
) -> Response:
    """`invited`: what this number is invited to already, and nobody has taken up."""
    unit = membership().unit(unit_id)
    if may("congress:read", tuple(unit["path"])):
        ahead(congress().plans, partial(congress().congresses_of, unit_id))
    roles = roles_of(identity().roles())
    return page(
        "grant_new.html",
        form.status,
        unit=unit_of(unit),
        trail=trail(unit),
        form=form,
        machine=_machine(unit_id, form.values.get("account_id", "")),
        ways=[(key, _(word)) for key, word in NAMED_BY.items()],
        kinds=_kinds(),
        roles=[(role.key, name_of(role.names)) for role in to_give(roles)],
        explained=to_give(roles),
        offices=_offices(unit_id) if may("congress:read", tuple(unit["path"])) else [],
        invited=invited,
        asks_twice=bool(invited) or _knows_of_another(form),
        saved=draft,
        action=giving_path(unit_id),
        back=f"/units/{unit_id}/access",
    )


def _kinds() -> list[tuple[str, str]]:
    """To choose from where the eIDs here give numbers of several countries."""
    kinds = identity().number_kinds()
    if len(kinds) < 2:
        return []
    return [(one["scheme"], ", ".join(name_of(names) for names in one["names"])) for one in kinds]


def _machine(unit_id: str, account_id: str) -> str:
    """The name of the service account that the grant is for; empty for a person."""
    if not account_id:
        return ""
    return next((str(one["name"]) for one in identity().machines(unit_id) if one["id"] == account_id), "")


def _offices(unit_id: str) -> list[tuple[str, str]]:
    """The unit's congresses: an office that one of them gave ends after the next."""
    names = {one["id"]: plan_names(one) for one in congress().plans(unit_id)}
    return [(one["id"], name_of(names.get(one["plan_id"], {}))) for one in congress().congresses_of(unit_id)]


@pages.post("/units/<unit_id>/access/new")
@access("access:grant")
@or_shown_again(grant_again)
def give_access(unit_id: str, form: Form) -> Response:
    account_id = form.text("account_id")
    by_code = not account_id and form.text("by") == BY_CODE
    by_number = not account_id and not by_code
    mandate = form.text("mandate")
    grant = {
        "unit_id": unit_id,
        "role": form.text("role", needed=True),
        "national_number": form.digits("national_number", needed=True) if by_number else None,
        "national_number_scheme": form.text("national_number_scheme") if by_number else "",
        "account_id": account_id or None,
        "by_code": by_code,
        "label": form.text("label"),
        "valid_from": form.day("valid_from", needed=True),
        "valid_to": form.day("valid_to", needed=True),
        "reason": form.text("reason"),
        "even_if_invited": _knows_of_another(form),
        **(
            {"mandate": mandate, "handover_days": form.whole("handover_days", needed=True)} if mandate else {}
        ),
    }
    form.check()
    try:
        given = identity().give(grant, form.once)
    except PeerRefused as refusal:
        if refusal.type != INVITED_ALREADY:
            raise
        open_beside = _named_in(refusal)
        return grant_again(unit_id, refused_by_peer(form, refusal), open_beside)
    forget_draft(giving_path(unit_id), form)
    # A form that is sent twice gets its answer again, without the code: it is told once.
    if given.get("code"):
        return _paper(unit_id, given)
    if any(one["kind"] == "open-invitation" for one in given.get("cautions", [])):
        return done(given_link(given), "given-beside")
    if any(one["kind"] == "congress-not-approved" for one in given.get("cautions", [])):
        return done(given_link(given), "given-congress")
    return done(f"/units/{unit_id}/access", "proposed" if given["status"] == "proposed" else "given")


def _knows_of_another(form: Form) -> bool:
    """Ticked for the number that was asked about, and for no other that is typed in its place."""
    number = form.text("national_number")
    return bool(number) and form.text("even_if_invited") == number


def _named_in(refusal: PeerRefused) -> list[Grant]:
    ids = [error["params"]["grant_id"] for error in refusal.body["errors"]]
    roles = roles_of(identity().roles())
    return [grant_of(identity().grant(one), roles) for one in ids]


def given_link(given: Document) -> str:
    return f"/grants/{given['id']}"


def _paper(unit_id: str, given: Document) -> Response:
    """The answer itself is the sheet: the code is told once and is in no address and on no other page."""
    return page(
        "grant_paper.html",
        201,
        grant=grant_of(given, roles_of(identity().roles())),
        code=given["code"],
        door=f"{here().settings.common.public_url}/sign-in",
        trail=_trail_to_access(unit_id),
        back=f"/units/{unit_id}/access",
    )


def _trail_to_access(unit_id: str) -> tuple[Crumb, ...]:
    *above, own = trail(membership().unit(unit_id))
    return (*above, Crumb(own.names, f"/units/{unit_id}/access"))


@pages.get("/units/<unit_id>/access/what-if")
@takes("role")
@access("access:read")
def foresee(unit_id: str) -> Response:
    """What a grant of a role would allow its holder here, before it is given."""
    unit = membership().unit(unit_id)
    roles = roles_of(identity().roles())
    role = roles.get(asked("role"))
    answer = identity().what_if(role.key, unit_id) if role else None
    return page(
        "what_if.html",
        unit=unit_of(unit),
        trail=_trail_to_access(unit_id),
        form=Form({"role": role.key if role else ""}),
        roles=[(one.key, name_of(one.names)) for one in to_give(roles)],
        role=role,
        strong=answer["strong"] if answer else False,
        uses=included_in(answer["permissions"], use=True) if answer else (),
        passes_on=included_in(answer["permissions"], use=False) if answer else (),
        may_give=may("access:grant", tuple(unit["path"])),
        back=f"/units/{unit_id}/access",
    )
