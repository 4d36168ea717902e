"""The addresses of a service's jobs, for whoever manages the topmost unit: what there is, and the two acts."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from servicekit.overseeing import operations
from servicekit.overseeing.operations import MANAGE, Overseen
from servicekit.web.guards import access, caller
from servicekit.web.preconditions import etag, expected_version, versioned
from servicekit.web.schemas import PageQuery, PageView, StrictSchema, one_of, prose
from servicekit.work.clock import Clock
from servicekit.work.jobs.job import Act, Job, State, why_not
from servicekit.work.jobs.store import JobStore

Json = dict[str, Any]
REASON_LONGEST = 500  # characters


class JobsQuery(PageQuery):
    """`state`: only these; without it those that failed come first, then what is under way, then what is over."""

    state = one_of(tuple(state.value for state in State), load_default="")


class WhyAct(StrictSchema):
    reason = prose(REASON_LONGEST, required=True)


class JobView(StrictSchema):
    """Nothing of what it was asked for or has made. `version` moves with its state, not while it is worked at; `why`:
    what the last try came to, a word for programs; `done` of `whole`: how far it is; `due_at`: when it is tried next.
    """

    id = fields.String()
    version = fields.Integer()
    kind = fields.String()
    owner_name = fields.String()
    state = fields.String()
    tries = fields.Integer()
    why = fields.String()
    done = fields.Integer()
    whole = fields.Integer(allow_none=True)
    asked_at = fields.DateTime()
    due_at = fields.DateTime(allow_none=True)
    over_at = fields.DateTime(allow_none=True)
    kept_until = fields.DateTime(allow_none=True)
    may_retry = fields.Boolean()
    may_cancel = fields.Boolean()


class JobList(PageView):
    items = fields.List(fields.Nested(JobView))


def job_routes(service: str, jobs: JobStore, clock: Clock) -> Blueprint:
    overseen = Overseen(service, jobs, clock)
    api = Blueprint("jobs", __name__, url_prefix=f"/api/{service}/jobs")

    @api.route("", methods=["GET"])
    @access(MANAGE)
    @api.arguments(JobsQuery, location="query")
    @api.response(200, JobList)
    def list_jobs(query: Json) -> Any:
        """What is done beside requests: in one state, or what failed for good first; of each the newest first."""
        page = operations.list_jobs(overseen, caller(), **query)
        return {"items": [_view(job) for job in page.items], "next": page.next, "total": page.total}

    @api.route("/<job_id>", methods=["GET"])
    @access(MANAGE)
    @api.response(200, JobView)
    def read_job(job_id: str) -> Any:
        return _answer(operations.read_job(overseen, caller(), job_id))

    @api.route("/<job_id>/retry", methods=["POST"])
    @access(MANAGE)
    @versioned
    @api.arguments(WhyAct)
    @api.response(200, JobView)
    def retry_job(body: Json, job_id: str) -> Any:
        """Tries one that failed for good again, from its first try on."""
        return _acted(Act.RETRY, job_id, body)

    @api.route("/<job_id>/cancel", methods=["POST"])
    @access(MANAGE)
    @versioned
    @api.arguments(WhyAct)
    @api.response(200, JobView)
    def cancel_job(body: Json, job_id: str) -> Any:
        """Ends one that waits or is under way; nothing that it made is kept."""
        return _acted(Act.CANCEL, job_id, body)

    def _acted(act: Act, job_id: str, body: Json) -> Any:
        asked = (act, job_id, body["reason"], expected_version())
        return _answer(operations.act_on(overseen, caller(), *asked))

    return api


def _answer(job: Job) -> tuple[Json, int, dict[str, str]]:
    return _view(job), 200, etag(job.moves)


def _view(job: Job) -> Json:
    return {
        "id": job.id,
        "version": job.moves,
        "kind": job.kind,
        "owner_name": job.owner.name,
        "state": job.state.value,
        "tries": job.tries,
        "why": job.why,
        "done": job.done,
        "whole": job.whole,
        "asked_at": job.asked_at,
        # Of one under way it says until when its worker need not be heard of.
        "due_at": job.ready_at if job.state is State.WAITING else None,
        "over_at": job.over_at,
        "kept_until": job.forget_at,
        "may_retry": why_not(Act.RETRY, job.state) is None,
        "may_cancel": why_not(Act.CANCEL, job.state) is None,
    }
