"""Plans: made, listed, read, changed and opened."""

from typing import Any

from flask_smorest import Blueprint

from congress import schemas
from congress.operations import plan_life
from congress.operations import plans as operations
from congress.routes import views
from servicekit.serving.patience import patient
from servicekit.web.guards import access, caller
from servicekit.web.idempotency import idempotent, idempotent_if_asked
from servicekit.web.kit import context
from servicekit.web.preconditions import etag, expected_version, versioned

api = Blueprint("plans", __name__, url_prefix="/api/congress")


@api.route("/plan-template", methods=["GET"])
@access("congress:read")
@api.arguments(schemas.TemplateQuery, location="query")
@api.response(200, schemas.LevelledTemplateView)
def read_plan_template(query: dict[str, Any]) -> Any:
    """What a new plan has where its maker says nothing else, and which levels one of a unit can be for."""
    view = views.template_view(context().template)
    if not query["unit_id"]:
        return view
    return view | {"levels": operations.levels_of_plan(context(), caller(), query["unit_id"])}


@api.route("/figures", methods=["GET"])
@access("congress:read")
@api.response(200, schemas.FigureList)
def list_figures() -> Any:
    """What a congress may report, with titles in the reader's language, and how the figures hang together."""
    return views.figure_views()


@api.route("/plans", methods=["GET"])
@access("congress:read")
@api.arguments(schemas.PlanQuery, location="query")
@api.response(200, schemas.PlanList)
def list_plans(query: dict[str, Any]) -> Any:
    """The plans that concern the caller's units, newest first."""
    found = operations.list_plans(context(), caller(), **query)
    return found.map(lambda plans: [views.plan_view(view) for view in plans])


@api.route("/plans", methods=["POST"])
@access("plan:manage")
@idempotent
@api.arguments(schemas.NewPlan)
@api.response(201, schemas.PlanView)
def create_plan(body: dict[str, Any]) -> Any:
    """A draft; cascading it opens it."""
    view = operations.create_plan(context(), caller(), body)
    return views.plan_view(view), etag(view.plan.version)


@api.route("/plans/<string:plan_id>", methods=["GET"])
@access("congress:read")
@api.response(200, schemas.PlanView)
def read_plan(plan_id: str) -> Any:
    view = operations.read_plan(context(), caller(), plan_id)
    return views.plan_view(view), etag(view.plan.version)


@api.route("/plans/<string:plan_id>", methods=["PUT"])
@access("plan:manage")
@versioned
@api.arguments(schemas.PlanChange)
@api.response(200, schemas.PlanView)
def change_plan(body: dict[str, Any], plan_id: str) -> Any:
    """The plan anew; an open one may only be renamed; its deadlines are changed by themselves."""
    view = operations.change_plan(context(), caller(), plan_id, body, expected_version())
    return views.plan_view(view), etag(view.plan.version)


@api.route("/plans/<string:plan_id>/cascade", methods=["POST"])
@access("plan:manage")
@patient(10)
@versioned
@idempotent_if_asked
@api.arguments(schemas.Nothing, required=False)
@api.response(202, schemas.CascadeView)
def cascade_plan(body: dict[str, Any], plan_id: str) -> Any:
    """Opens the plan and begins to make its congresses, one per unit; GET tells how far it is."""
    return operations.cascade_plan(context(), caller(), plan_id, expected_version())


@api.route("/plans/<string:plan_id>/cascade", methods=["GET"])
@access("congress:read")
@api.response(200, schemas.CascadeView)
def read_cascade(plan_id: str) -> Any:
    return operations.read_cascade(context(), caller(), plan_id)


@api.route("/plans/<string:plan_id>", methods=["DELETE"])
@access("plan:manage")
@versioned
@api.response(204)
def delete_plan(plan_id: str) -> None:
    """A draft only; an open plan is closed."""
    plan_life.delete_draft(context(), caller(), plan_id, expected_version())


@api.route("/plans/<string:plan_id>/close", methods=["POST"])
@access("plan:manage")
@versioned
@idempotent_if_asked
@api.arguments(schemas.Nothing, required=False)
@api.response(200, schemas.PlanView)
def close_plan(body: dict[str, Any], plan_id: str) -> Any:
    """Ends all reporting under the plan: its figures are final."""
    view = plan_life.close_plan(context(), caller(), plan_id, expected_version())
    return views.plan_view(view), etag(view.plan.version)
