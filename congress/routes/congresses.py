"""Congresses: listed, read, reported on, sent up, returned and approved."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from congress import schemas
from congress.domain.approval import OverOthers
from congress.domain.gaps import Stated
from congress.domain.progress import Report
from congress.operations import congresses as operations
from congress.operations import extensions, listing, taking_over
from congress.operations.rollups import level_names
from congress.operations.seen import CongressView
from congress.rendering.report import TEMPLATE, report_values
from congress.routes import views
from servicekit.exporting.at_once import headers, reader_here
from servicekit.out.exports.papers import PDF_TYPE, PNG_TYPE, paper, picture
from servicekit.serving.patience import patient
from servicekit.web.guards import access, caller
from servicekit.web.idempotency import asked_first, asking_first, idempotent_if_asked
from servicekit.web.kit import context
from servicekit.web.preconditions import etag, expected_version, only_get, versioned

api = Blueprint("congresses", __name__, url_prefix="/api/congress")


@api.route("/congresses", methods=["GET"])
@access("congress:read")
@api.arguments(schemas.CongressQuery, location="query")
@api.response(200, schemas.CongressList)
def list_congresses(query: dict[str, Any]) -> Any:
    """Of one unit (`unit_id`), or of a unit and all below it (`below`), by plan and by one of state, wait, lateness."""
    today = context().clock.today()
    found = listing.find_congresses(context(), caller(), **query)
    one = views.congress_line if query["brief"] else views.congress_view
    page = found.page.map(lambda some: [one(view, today) for view in some])
    shown = {"items": page.items, "next": page.next, "total": page.total}
    return {**shown, "position": found.position, "totals": found.totals, "reminded": found.reminded}


@api.route("/congresses/named", methods=["GET"])
@access("congress:read")
@api.arguments(schemas.CongressesNamedQuery, location="query")
@api.response(200, schemas.CongressesNamed)
def name_congresses(query: dict[str, Any]) -> Any:
    """Many at once by their ids; those out of reach are left out, like those that do not exist."""
    today = context().clock.today()
    found = listing.congresses_by_id(context(), caller(), query["ids"].split(","))
    return {"items": [views.congress_view(view, today) for view in found]}


@api.route("/congresses/<string:congress_id>", methods=["GET"])
@access("congress:read")
@api.response(200, schemas.CongressView)
def read_congress(congress_id: str) -> Any:
    return answered(taking_over.read_alone(context(), caller(), congress_id))


@api.route("/congresses/<string:congress_id>/report", methods=["GET"])
@access("congress:read")
@only_get
@patient(20)
@api.arguments(schemas.ReportQuery, location="query")
@api.response(200, content_type=PDF_TYPE)
@api.alt_response(200, content_type=PNG_TYPE)
def take_report(query: dict[str, Any], congress_id: str) -> Any:
    """All that was reported and decided, as a paper (PDF) in the reader's language; `png`: its first page."""
    view = operations.take_report(context(), caller(), congress_id, query["kind"])
    reader = reader_here(level_names(context()))
    values = report_values(view.plan, view.congress, reader, context().clock.now())
    make, kind = (picture, PNG_TYPE) if query["kind"] == "png" else (paper, PDF_TYPE)
    name = f"{view.congress.unit.code}.{query['kind']}"
    return Response(make(TEMPLATE, values), headers=headers(name, kind))


@api.route("/congresses/<string:congress_id>/milestones", methods=["POST"])
@access("congress:report")
@versioned
@idempotent_if_asked
@api.arguments(schemas.MilestoneReport)
@api.response(200, schemas.CongressView)
def record_milestone(body: dict[str, Any], congress_id: str) -> Any:
    """Adds an entry; with `corrects` it replaces one, and without a date it withdraws it."""
    return answered(
        operations.record_milestone(context(), caller(), congress_id, Report(**body), expected_version())
    )


@api.route("/congresses/<string:congress_id>/content-type", methods=["PUT"])
@access("congress:report")
@versioned
@api.arguments(schemas.ContentTypeChoice)
@api.response(200, schemas.CongressView)
def choose_content_type(body: dict[str, Any], congress_id: str) -> Any:
    """What the congress does: the elections it skips are not missing."""
    return answered(
        operations.choose_content_type(
            context(), caller(), congress_id, body["content_type"], expected_version()
        )
    )


@api.route("/congresses/<string:congress_id>/results", methods=["POST"])
@access("congress:report")
@versioned
@asking_first(lambda congress_id: operations.ask_register(context(), caller(), congress_id))
@idempotent_if_asked
@api.arguments(schemas.ResultsReport)
@api.response(200, schemas.CongressView)
def report_results(body: dict[str, Any], congress_id: str) -> Any:
    """The figures, which must add up; a later report replaces an earlier one, which stays in the history."""
    return answered(
        operations.report_results(
            context(), caller(), congress_id, body["figures"], expected_version(), asked_first()
        )
    )


@api.route("/congresses/<string:congress_id>/submit", methods=["POST"])
@access("congress:report")
@versioned
@idempotent_if_asked
@api.arguments(schemas.Nothing, required=False)
@api.response(200, schemas.CongressView)
def submit(body: dict[str, Any], congress_id: str) -> Any:
    """Sends the report up; it stays as it is until the superior decides."""
    return answered(operations.submit(context(), caller(), congress_id, expected_version()))


@api.route("/congresses/<string:congress_id>/approve", methods=["POST"])
@access("congress:approve")
@versioned
@idempotent_if_asked
@api.arguments(schemas.ApprovalWanted, required=False)
@api.response(200, schemas.CongressView)
def approve(body: dict[str, Any], congress_id: str) -> Any:
    """Locks the report. Where units with a congress stand between, only on purpose: `over_levels`.

    `gaps`: what is missing from it, and until when its unit owes that.
    """
    over, stated = over_others(body), [Stated(**one) for one in body.get("gaps", ())]
    return answered(operations.approve(context(), caller(), congress_id, expected_version(), over, stated))


@api.route("/congresses/<string:congress_id>/return", methods=["POST"])
@access("congress:approve")
@versioned
@idempotent_if_asked
@api.arguments(schemas.ReturnReasons)
@api.response(200, schemas.CongressView)
def send_back(body: dict[str, Any], congress_id: str) -> Any:
    """Returns the report for correction; `reasons` by milestone or figure, or `results` for them as a whole."""
    return answered(
        operations.send_back(
            context(),
            caller(),
            congress_id,
            body["reasons"],
            expected_version(),
            over_others(body),
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
    over = over_others(body)
    return answered(
        operations.record_superiors_milestone(
            context(), caller(), congress_id, Report(**body), expected_version(), over
        )
    )


@api.route("/congresses/<string:congress_id>/undo-approval", methods=["POST"])
@access("congress:approve")
@versioned
@idempotent_if_asked
@api.arguments(schemas.Nothing, required=False)
@api.response(200, schemas.CongressView)
def undo_approval(body: dict[str, Any], congress_id: str) -> Any:
    """Takes one's own approval back within ten minutes, while nothing above was approved after it."""
    return answered(operations.undo_approval(context(), caller(), congress_id, expected_version()))


@api.route("/congresses/<string:congress_id>/reopen", methods=["POST"])
@access("congress:approve")
@versioned
@idempotent_if_asked
@api.arguments(schemas.Reopening)
@api.response(200, schemas.CongressView)
def reopen(body: dict[str, Any], congress_id: str) -> Any:
    """Gives an approved report back to its unit, with a reason; it is sent up and approved anew."""
    return answered(
        operations.reopen(
            context(), caller(), congress_id, body["reason"], expected_version(), over_others(body)
        )
    )


@api.route("/congresses/<string:congress_id>/reopen-topmost", methods=["POST"])
@access("plan:manage")
@versioned
@idempotent_if_asked
@api.arguments(schemas.TopmostReopening)
@api.response(200, schemas.CongressView)
def reopen_topmost(body: dict[str, Any], congress_id: str) -> Any:
    """The same for the topmost unit, which has no superior: by whoever manages its plan and did not send it."""
    return answered(
        operations.reopen_topmost(context(), caller(), congress_id, body["reason"], expected_version())
    )


@api.route("/congresses/<string:congress_id>/extension", methods=["POST"])
@access("congress:report")
@versioned
@idempotent_if_asked
@api.arguments(schemas.ExtensionAsked)
@api.response(200, schemas.CongressView)
def ask_extension(body: dict[str, Any], congress_id: str) -> Any:
    """Asks the superior for a later deadline, until the day of the one that counts; one at a time."""
    return answered(
        extensions.ask_extension(
            context(), caller(), congress_id, expected_version=expected_version(), **body
        )
    )


@api.route("/congresses/<string:congress_id>/withdraw-extension", methods=["POST"])
@access("congress:report")
@versioned
@idempotent_if_asked
@api.arguments(schemas.Nothing, required=False)
@api.response(200, schemas.CongressView)
def withdraw_extension(body: dict[str, Any], congress_id: str) -> Any:
    """Takes back what waits for its answer."""
    return answered(extensions.withdraw_extension(context(), caller(), congress_id, expected_version()))


@api.route("/congresses/<string:congress_id>/decide-extension", methods=["POST"])
@access("congress:approve")
@versioned
@idempotent_if_asked
@api.arguments(schemas.ExtensionDecision)
@api.response(200, schemas.CongressView)
def decide_extension(body: dict[str, Any], congress_id: str) -> Any:
    """Grants a later deadline, no later than was asked for and than the congress above has, or refuses it."""
    over = over_others(body)
    return answered(
        extensions.decide_extension(
            context(), caller(), congress_id, expected_version=expected_version(), over=over, **body
        )
    )


@api.route("/congresses/<string:congress_id>/decide-extension-topmost", methods=["POST"])
@access("plan:manage")
@versioned
@idempotent_if_asked
@api.arguments(schemas.TopmostExtensionDecision)
@api.response(200, schemas.CongressView)
def decide_extension_topmost(body: dict[str, Any], congress_id: str) -> Any:
    """The same for the topmost unit, which has no superior: by whoever manages its plan and did not ask."""
    return answered(
        extensions.decide_extension_topmost(
            context(), caller(), congress_id, body["until"], body["reason"], expected_version()
        )
    )


def over_others(body: dict[str, Any]) -> OverOthers:
    """Takes the choice out of what was sent."""
    return OverOthers(body.pop("over_levels", False), body.pop("over_reason", ""))


def answered(view: CongressView) -> Any:
    return views.congress_view(view, context().clock.today()), etag(view.congress.version)
