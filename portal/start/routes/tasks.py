"""The start: what waits for me, how far my units have come, my posts. Each service is asked once, all at once."""

from collections.abc import Mapping

from flask import Blueprint, Response, current_app, g, request
from flask_babel import gettext, ngettext

from portal.access.routes.offers import offers_again
from portal.frame import acting
from portal.frame.forms import Form
from portal.frame.pages import done, language, page, titles
from portal.shared.asking import here, now, reader, tasks_of
from portal.shared.clients.titles import OWNERS, titles_in
from portal.shared.units import Document, in_words
from portal.start.views import Home, Line, Task, home_of
from servicekit.out.ahead import of_each
from servicekit.refusals import NotFound
from servicekit.serving.cookies import ACTING_SECONDS
from servicekit.web.guards import PUBLIC, SIGNED_IN, access, caller, sets_cookie
from servicekit.words import formats
from servicekit.words.titles import AUDIT

pages = Blueprint("tasks", __name__)


@pages.get("/")
@access(PUBLIC)
def start() -> Response:
    person = reader()
    if person is None:
        return page("welcome.html")
    if person.waiting:
        return offers_again(Form())
    unit_id = acting.chosen(person)
    answers = of_each(OWNERS, lambda service: tasks_of(service).waiting(unit_id))
    home = _home(answers)
    # The frame says both too, and need not ask once more.
    for unit, line in _posts(home):
        here().names.put(unit, line.names, now())
    g.unread = sum(one.count for one in home.asides if one.key == "unread")
    return page("home.html", home=home, said=said, parts=titles(), acts=titles_in(titles(), AUDIT))


@pages.get("/acting")
@access(SIGNED_IN)
def choose_unit() -> Response:
    """All of the reader's units, and each of them, to act in."""
    home = _home({"identity": tasks_of("identity").waiting("")})
    return page("acting.html", posts=_posts(home), chosen=acting.chosen(caller()))


@pages.post("/acting")
@access(SIGNED_IN)
@sets_cookie
def act_in_unit() -> Response:
    unit_id = request.form.get("unit", "")
    if unit_id and unit_id not in acting.posts(caller()):
        raise NotFound
    response = done("/")
    acting.cookie().write(response, unit_id, ACTING_SECONDS)
    return response


def _home(answers: Mapping[str, Document | None]) -> Home:
    return home_of(answers, current_app.extensions["tasks"], current_app.extensions["lists"])


def _posts(home: Home) -> list[tuple[str, Line]]:
    """Each with its unit."""
    lines = [line for found in home.lists if found.key == "posts" for line in found.lines]
    return [(line.link.removeprefix("/units/"), line) for line in lines]


def said(task: Task) -> str:
    """The sentence of a task in the reader's language."""
    values = {
        "n": formats.number(task.count, language()),
        "milestone": in_words(task.milestone, language()).text,
    }
    if task.words.one == task.words.many:
        return str(gettext(task.words.one, **values))
    return str(ngettext(task.words.one, task.words.many, task.count, **values))
