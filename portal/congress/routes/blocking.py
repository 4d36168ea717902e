"""A congress that a difficulty keeps from going on: said to be blocked, and said to go on all the same."""

from flask import Blueprint, Response

from portal.congress.routes.congresses import looked_up, looked_up_again, names_of, trail_of
from portal.congress.views.blocking import choices_of
from portal.congress.views.congress import unit_with_id
from portal.frame.forms import Form
from portal.frame.pages import done, name_of, or_shown_again, page
from portal.shared.asking import congress
from portal.shared.clients.answers import Document
from servicekit.web.guards import access

pages = Blueprint("blocking", __name__)


@pages.get("/congresses/<congress_id>/block")
@access("congress:report")
def blocking_form(congress_id: str) -> Response:
    one, plan = looked_up(congress_id)
    choices = _choices(one, plan)
    values = {"difficulty_id": choices[0][0]} if len(choices) == 1 else {}
    return _page("block.html", one, plan, Form(values, version=one["version"]))


def blocking_again(congress_id: str, form: Form) -> Response:
    return _again("block.html", congress_id, form)


@pages.post("/congresses/<congress_id>/block")
@access("congress:report")
@or_shown_again(blocking_again)
def block_congress(congress_id: str, form: Form) -> Response:
    wanted = {
        "difficulty_id": form.text("difficulty_id", needed=True),
        "reason": form.text("reason", needed=True),
    }
    form.check()
    congress().block(congress_id, wanted, form.version, form.once)
    return done(f"/congresses/{congress_id}", "blocked")


@pages.get("/congresses/<congress_id>/unblock")
@access("congress:report")
def unblocking_form(congress_id: str) -> Response:
    one, plan = looked_up(congress_id)
    return _page("unblock.html", one, plan, Form(version=one["version"]))


def unblocking_again(congress_id: str, form: Form) -> Response:
    return _again("unblock.html", congress_id, form)


@pages.post("/congresses/<congress_id>/unblock")
@access("congress:report")
@or_shown_again(unblocking_again)
def unblock_congress(congress_id: str, form: Form) -> Response:
    congress().unblock(congress_id, form.version, form.once)
    return done(f"/congresses/{congress_id}", "unblocked")


def _again(template: str, congress_id: str, form: Form) -> Response:
    one, plan = looked_up_again(congress_id, form)
    return _page(template, one, plan, form)


def _choices(one: Document, plan: Document) -> list[tuple[str, str]]:
    return choices_of(one, {key: name_of(names) for key, names in names_of(plan).items()})


def _page(template: str, one: Document, plan: Document, form: Form) -> Response:
    start = f"/congresses/{one['id']}"
    return page(
        template,
        form.status,
        unit=unit_with_id(one),
        trail=trail_of(one),
        form=form,
        deadline=one["deadline"],
        choices=_choices(one, plan),
        raise_link=f"/difficulties/new?unit={one['unit_id']}&congress={one['id']}",
        action=f"{start}/{template.removesuffix('.html')}",
        back=start,
    )
