"""Roles beside each other, and their changes: typed, foreseen, asked for, and decided by a second administrator."""

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from portal.access.routes.together import at_the_top
from portal.access.views.grants import grant_of, permission_word, roles_of
from portal.access.views.role_changes import (
    ALSO,
    LANGUAGES,
    MAY,
    NAME,
    QUEUE,
    foreseen_of,
    form_values,
    waiting_of,
    wanted_of,
)
from portal.access.views.roles import compared, heads_of
from portal.access.words import HAND_ON, ONLY_TO_PASS_ON, REACH
from portal.frame.forms import Form, FormFaulty, sent_form
from portal.frame.pager import after, pager
from portal.frame.pages import done, language, or_shown_again, page, titles, translated
from portal.frame.query import LIST, asked, takes
from portal.queues.two import OTHERS, AskedOfTwo, behind, tabs_of
from portal.shared.asking import identity, now
from portal.shared.clients.answers import Document
from portal.shared.clients.titles import titles_in
from servicekit.out.peers import PeerRefused
from servicekit.refusals import NotFound
from servicekit.web.guards import SIGNED_IN, access
from servicekit.words.titles import PERMISSIONS

pages = Blueprint("roles", __name__)


@pages.get("/roles")
@access(SIGNED_IN)
def compare_roles() -> Response:
    """What each role includes, beside the others; for whoever may change them also what waits."""
    roles = [one for one in identity().roles() if not one["withdrawn"]]
    changes = _asked_if_may()
    return page(
        "roles.html",
        heads=heads_of(roles),
        rows=compared(roles, list(titles_in(titles(), PERMISSIONS))),
        may_change=changes is not None,
        waiting=len(changes or ()),
        queue=QUEUE,
    )


def _asked_if_may() -> list[AskedOfTwo] | None:
    """None for whoever changes no role; of several topmost units one needs to stand at the head of each."""
    if not at_the_top():
        return None
    try:
        return _asked()
    except PeerRefused as refusal:
        if refusal.status == 403:
            return None
        raise


def _asked() -> list[AskedOfTwo]:
    """All changes that wait, the oldest first: there are few, for nobody may ask for many."""
    waiting = [waiting_of(one, now()).row for one in identity().role_changes()]
    return sorted(waiting, key=lambda one: one.asked_at)


@pages.get("/roles/new")
@access("access:grant")
def new_role() -> Response:
    return role_again(Form(form_values(None)))


@pages.get("/roles/<role_key>/change")
@access("access:grant")
def changed_role(role_key: str) -> Response:
    return role_again(Form(form_values(_role(role_key))))


def _role(role_key: str) -> Document:
    found = [one for one in identity().roles() if one["key"] == role_key and not one["withdrawn"]]
    if not found:
        raise NotFound
    return found[0]


def role_again(form: Form) -> Response:
    """The form as it was typed."""
    known = titles_in(titles(), PERMISSIONS)
    others = sorted(name.removeprefix(MAY) for name in form.values if name.startswith(MAY))
    permissions = dict.fromkeys((*known, *others))
    words = {one: translated(permission_word(one)) for one in permissions}
    form.labels |= {
        **{f"{NAME}{one}": label for one, label in _name_labels().items()},
        **{f"{MAY}{one}": word for one, word in words.items()},
    }
    new = form.values.get("act") == "add"
    return page(
        "role.html",
        form.status,
        form=form,
        new=new,
        names=[(f"{NAME}{one}", label) for one, label in _name_labels().items()],
        permissions=[(f"{MAY}{one}", word) for one, word in words.items()],
        reaches=_reaches(),
        unseen={name: value for name, value in form.values.items() if name.startswith(ALSO)},
    )


def _name_labels() -> dict[str, str]:
    labels = (_("Name in English"), _("Name in Bangla"), _("Name in Vietnamese"))
    return dict(zip(LANGUAGES, labels, strict=True))


def _reaches() -> list[tuple[str, str]]:
    words = {reach: translated(word) for reach, word in REACH.items()}
    only = translated(ONLY_TO_PASS_ON)
    handed = [(f"{HAND_ON}{reach}", f"{only}: {word}") for reach, word in words.items()]
    return [*words.items(), *handed]


@pages.post("/roles/preview")
@access("access:grant")
@or_shown_again(role_again)
def foresee_role(form: Form) -> Response:
    return _foreseen(form)


@pages.post("/roles/form")
@access("access:grant")
def back_to_role() -> Response:
    """Back from what it comes to, as it was typed."""
    return role_again(sent_form(request.form, language()))


def foreseen_again(form: Form) -> Response:
    """What it comes to as things stand now, with what was refused a moment ago."""
    try:
        return _foreseen(form)
    except (FormFaulty, PeerRefused):
        return role_again(form)


def _foreseen(form: Form) -> Response:
    wanted = wanted_of(form)
    answer = identity().foresee_role_change(wanted)
    form.values["seen"] = str(answer["seen"])
    return page(
        "role_preview.html",
        form.status,
        form=form,
        change=foreseen_of(answer, str(wanted["act"])),
        carried={name: value for name, value in form.values.items() if name != "reason"},
    )


@pages.post("/roles/ask")
@access("access:grant")
@or_shown_again(foreseen_again)
def ask_for_role(form: Form) -> Response:
    wanted = wanted_of(form)
    reason, seen = form.text("reason", needed=True), form.whole("seen") or 0
    form.check()
    change = identity().ask_role_change(wanted, seen, reason)
    return done(f"/roles/changes/{change['id']}", "role-asked")


@pages.get("/roles/changes")
@takes("tab")
@access("access:grant")
def list_role_changes() -> Response:
    changes, others = _asked(), asked("tab") == OTHERS
    return page(
        "role_changes.html",
        rows=[one for one in changes if one.to_decide is not others],
        others=others,
        tabs=tabs_of(changes, QUEUE, others=others),
    )


@pages.get("/roles/changes/<change_id>")
@access("access:grant")
def read_role_change(change_id: str) -> Response:
    return role_change_again(change_id, Form())


def role_change_again(change_id: str, form: Form, **_which: str) -> Response:
    found = identity().role_change(change_id)
    return page(
        "role_change.html",
        form.status,
        form=form,
        asked=waiting_of(found, now()),
        change=foreseen_of(found, str(found["act"])),
        next=behind(_asked(), change_id),
        queue=QUEUE,
    )


@pages.post("/roles/changes/<change_id>/<any(confirm, withdraw):answer>")
@access("access:grant")
@or_shown_again(role_change_again)
def decide_role_change(change_id: str, answer: str, form: Form) -> Response:
    following = behind(_asked(), change_id)
    identity().answer_role_change(change_id, answer, form.version)
    return done(following or "/roles", f"role-{answer}-next" if following else f"role-{answer}")


@pages.get("/roles/<role_key>/holders")
@takes(*LIST)
@access("access:grant")
def list_role_holders(role_key: str) -> Response:
    """Whoever has it or has been offered it."""
    answer, roles = identity().role_holders(role_key, after()), roles_of(identity().roles())
    role = roles.get(role_key)
    return page(
        "role_holders.html",
        names=role.names if role else {},
        grants=[grant_of(one, roles) for one in answer["items"]],
        pager=pager(answer, len(answer["items"])),
    )
