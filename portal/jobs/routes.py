"""What is done beside requests, for whoever manages the topmost unit: what failed comes first, and is tried again."""

from flask import Blueprint, Response
from flask_babel import gettext as _

from portal.frame.forms import Form
from portal.frame.pager import after, pager
from portal.frame.pages import done, or_shown_again, page, titles
from portal.frame.query import LIST, asked, takes
from portal.jobs.views import against, job_of
from portal.jobs.words import DONE, STATES
from portal.shared.asking import congress
from portal.shared.clients.titles import titles_in
from servicekit.web.guards import access
from servicekit.words.titles import JOBS

pages = Blueprint("jobs", __name__)
BLUEPRINTS = (pages,)
__all__ = ("BLUEPRINTS", "DONE")

MANAGE = "jobs:manage"


@pages.get("/jobs")
@takes("state", *LIST)
@access(MANAGE)
def read_jobs() -> Response:
    state = asked("state") if asked("state") in STATES else ""
    answer = congress().jobs(state, after())
    kinds = titles_in(titles(), JOBS)
    found = [job_of(one, kinds) for one in answer["items"]]
    return page(
        "jobs.html",
        jobs=found,
        filter=Form({"state": state}),
        states=[(key, _(one.word)) for key, one in STATES.items()],
        pager=pager(answer, len(found), state=state),
    )


@pages.get("/jobs/<job_id>/<any(retry, cancel):act>")
@access(MANAGE)
def job_form(job_id: str, act: str) -> Response:
    return _act_page(job_id, act, Form())


def retry_again(job_id: str, form: Form) -> Response:
    return _act_page(job_id, "retry", form)


def cancel_again(job_id: str, form: Form) -> Response:
    return _act_page(job_id, "cancel", form)


@pages.post("/jobs/<job_id>/retry")
@access(MANAGE)
@or_shown_again(retry_again)
def retry_job(job_id: str, form: Form) -> Response:
    _act_on(job_id, "retry", form)
    return done("/jobs", "job-retry")


@pages.post("/jobs/<job_id>/cancel")
@access(MANAGE)
@or_shown_again(cancel_again)
def cancel_job(job_id: str, form: Form) -> Response:
    _act_on(job_id, "cancel", form)
    return done("/jobs", "job-cancel")


def _act_on(job_id: str, act: str, form: Form) -> None:
    reason = form.text("reason", needed=True)
    form.check()
    congress().act_on_job(job_id, act, reason, form.version)


def _act_page(job_id: str, act: str, form: Form) -> Response:
    """What was typed stays on the page, also where the task has come to its end meanwhile."""
    answer = congress().job(job_id)
    form.version, form.labels = answer["version"], {"reason": _("Reason")}
    return page(
        "job_act.html",
        form.status,
        job=job_of(answer, titles_in(titles(), JOBS)),
        act=act,
        against=against(act, answer),
        form=form,
    )
