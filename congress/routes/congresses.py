"""Congresses: listed, read, reported on, sent up, returned and approved."""

from typing import Any

from flask_smorest import Blueprint

from congress import schemas
from congress.domain.progress import Report
from congress.operations import congresses as operations
from congress.routes import views
from servicekit.web import access, caller, etag, expected_version, idempotent_if_asked, outside, versioned

api = Blueprint("congresses", __name__, url_prefix="/api/congress")


@api.route("/congresses", methods=["GET"])
@access("congress:read")
@api.arguments(schemas.CongressQuery, location="query")
@api.response(200, schemas.CongressList)
def list_congresses(query: dict[str, Any]) -> Any:
    """Of one unit (`unit_id`), or of a unit and all below it (`below`), by state and plan."""
    today = outside().clock.today()
    page = operations.find_congresses(outside(), caller(), **query)
    return page.map(lambda found: [views.congress_view(view, today) for view in found])


@api.route("/congresses/<string:congress_id>", methods=["GET"])
@access("congress:read")
@api.response(200, schemas.CongressView)
def read_congress(congress_id: str) -> Any:
    return _answer(operations.read_congress(outside(), caller(), congress_id))


@api.route("/congresses/<string:congress_id>/milestones", methods=["POST"])
@access("congress:report")
@versioned
@idempotent_if_asked
@api.arguments(schemas.MilestoneReport)
@api.response(200, schemas.CongressView)
def record_milestone(body: dict[str, Any], congress_id: str) -> Any:
    """Adds an entry; with `corrects` it replaces one, and without a date it withdraws it."""
    return _answer(
        operations.record_milestone(outside(), caller(), congress_id, Report(**body), expected_version())
    )


@api.route("/congresses/<string:congress_id>/content-type", methods=["PUT"])
@access("congress:report")
@versioned
@api.arguments(schemas.ContentTypeChoice)
@api.response(200, schemas.CongressView)
def choose_content_type(body: dict[str, Any], congress_id: str) -> Any:
    """What the congress does: the elections it skips are not missing."""
    return _answer(
        operations.choose_content_type(
            outside(), caller(), congress_id, body["content_type"], expected_version()
        )
    )


@api.route("/congresses/<string:congress_id>/results", methods=["POST"])
@access("congress:report")
@versioned
@idempotent_if_asked
@api.arguments(schemas.ResultsReport)
@api.response(200, schemas.CongressView)
def report_results(body: dict[str, Any], congress_id: str) -> Any:
    """The figures, which must add up; a later report replaces an earlier one, which stays in the history."""
    return _answer(
        operations.report_results(outside(), caller(), congress_id, body["figures"], expected_version())
    )


@api.route("/congresses/<string:congress_id>/submit", methods=["POST"])
@access("congress:report")
@versioned
@idempotent_if_asked
@api.arguments(schemas.Nothing, required=False)
@api.response(200, schemas.CongressView)
def submit(body: dict[str, Any], congress_id: str) -> Any:
    """Sends the report up; it stays as it is until the superior decides."""
    return _answer(operations.submit(outside(), caller(), congress_id, expected_version()))


@api.route("/congresses/<string:congress_id>/approve", methods=["POST"])
@access("congress:approve")
@versioned
@idempotent_if_asked
@api.arguments(schemas.OnPurpose, required=False)
@api.response(200, schemas.CongressView)
def approve(body: dict[str, Any], congress_id: str) -> Any:
    """Locks the report. Where units with a congress stand between, only on purpose: `over_levels`."""
    return _answer(
        operations.approve(
            outside(), caller(), congress_id, expected_version(), over_levels=body.get("over_levels", False)
        )
    )


@api.route("/congresses/<string:congress_id>/return", methods=["POST"])
@access("congress:approve")
@versioned
@idempotent_if_asked
@api.arguments(schemas.ReturnReasons)
@api.response(200, schemas.CongressView)
def send_back(body: dict[str, Any], congress_id: str) -> Any:
    """Returns the report for correction; `reasons` by milestone or figure, or `results` for them as a whole."""
    return _answer(
        operations.send_back(
            outside(),
            caller(),
            congress_id,
            body["reasons"],
            expected_version(),
            over_levels=body["over_levels"],
        )
    )


@api.route("/congresses/<string:congress_id>/superior-milestones", methods=["POST"])
@access("congress:approve")
@versioned
@idempotent_if_asked
@api.arguments(schemas.SuperiorsMilestone)
@api.response(200, schemas.CongressView)
def record_superiors_milestone(body: dict[str, Any], congress_id: str) -> Any:
    """Adds, corrects or withdraws an entry of a milestone that the plan gives to the superior unit."""
    over_levels = body.pop("over_levels")
    return _answer(
        operations.record_superiors_milestone(
            outside(), caller(), congress_id, Report(**body), expected_version(), over_levels=over_levels
        )
    )


@api.route("/congresses/<string:congress_id>/reopen", methods=["POST"])
@access("congress:approve")
@versioned
@idempotent_if_asked
@api.arguments(schemas.Reopening)
@api.response(200, schemas.CongressView)
def reopen(body: dict[str, Any], congress_id: str) -> Any:
    """Gives an approved report back to its unit, with a reason; it is sent up and approved anew."""
    return _answer(
        operations.reopen(outside(), caller(), congress_id, **body, expected_version=expected_version())
    )


@api.route("/congresses/<string:congress_id>/reopen-topmost", methods=["POST"])
@access("plan:manage")
@versioned
@idempotent_if_asked
@api.arguments(schemas.TopmostReopening)
@api.response(200, schemas.CongressView)
def reopen_topmost(body: dict[str, Any], congress_id: str) -> Any:
    """The same for the topmost unit, which has no superior: by whoever manages its plan and did not send it."""
    return _answer(
        operations.reopen_topmost(outside(), caller(), congress_id, body["reason"], expected_version())
    )


def _answer(view: operations.CongressView) -> Any:
    return views.congress_view(view, outside().clock.today()), etag(view.congress.version)
