"""What is done beside requests, for whoever manages the topmost unit: what failed comes first, and is tried again."""

from flask import Blueprint, Response
from flask_babel import gettext as _

from portal.frame.forms import Form
from portal.frame.pager import after, pager
from portal.frame.pages import done, or_shown_again, page, titles
from portal.frame.query import LIST, asked, takes
from portal.jobs.views import against, job_of
from portal.jobs.words import DONE, LABELS, STATES
from portal.shared.asking import jobs_of
from portal.shared.clients.titles import titles_in
from servicekit.web.guards import access
from servicekit.words.titles import JOBS

pages = Blueprint("jobs", __name__)
BLUEPRINTS = (pages,)
__all__ = ("BLUEPRINTS", "DONE", "LABELS")

MANAGE = "jobs:manage"
# Who does anything beside requests; the first is shown where none is chosen.
OVERSEEN = ("congress", "membership", "identity", "notifications")


@pages.get("/jobs")
@takes("service", "state", *LIST)
@access(MANAGE)
def read_jobs() -> Response:
    state = asked("state") if asked("state") in STATES else ""
    service = asked("service") if asked("service") in OVERSEEN else OVERSEEN[0]
    answer = jobs_of(service).page(state, after())
    kinds = titles_in(titles(), JOBS)
    found = [job_of(one, kinds) for one in answer["items"]]
    return page(
        "jobs.html",
        jobs=found,
        service=service,
        services=[(key, titles()[key].name) for key in OVERSEEN],
        filter=Form({"service": service, "state": state}),
        states=[(key, _(one.word)) for key, one in STATES.items()],
        pager=pager(answer, len(found), service=service, state=state),
    )


@pages.get(
    "/jobs/<any(congress, membership, identity, notifications):service>/<job_id>/<any(retry, cancel):act>"
)
@access(MANAGE)
def job_form(service: str, job_id: str, act: str) -> Response:
    return _act_page(service, job_id, act, Form())


def retry_again(service: str, job_id: str, form: Form) -> Response:
    return _act_page(service, job_id, "retry", form)


def cancel_again(service: str, job_id: str, form: Form) -> Response:
    return _act_page(service, job_id, "cancel", form)


@pages.post("/jobs/<any(congress, membership, identity, notifications):service>/<job_id>/retry")
@access(MANAGE)
@or_shown_again(retry_again)
def retry_job(service: str, job_id: str, form: Form) -> Response:
    _act_on(service, job_id, "retry", form)
    return done(f"/jobs?service={service}", "job-retry")


@pages.post("/jobs/<any(congress, membership, identity, notifications):service>/<job_id>/cancel")
@access(MANAGE)
@or_shown_again(cancel_again)
def cancel_job(service: str, job_id: str, form: Form) -> Response:
    _act_on(service, job_id, "cancel", form)
    return done(f"/jobs?service={service}", "job-cancel")


def _act_on(service: str, job_id: str, act: str, form: Form) -> None:
    reason = form.text("reason", needed=True)
    form.check()
    jobs_of(service).act(job_id, act, reason, form.version)


def _act_page(service: str, job_id: str, act: str, form: Form) -> Response:
    """What was typed stays on the page, also where the task has come to its end meanwhile."""
    answer = jobs_of(service).job(job_id)
    form.version = answer["version"]
    return page(
        "job_act.html",
        form.status,
        service=service,
        job=job_of(answer, titles_in(titles(), JOBS)),
        act=act,
        against=against(act, answer),
        form=form,
    )
