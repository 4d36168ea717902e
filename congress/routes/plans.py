"""Plans: made, listed, read, changed and opened."""

from typing import Any

from flask_smorest import Blueprint

from congress import schemas
from congress.operations import plans as operations
from congress.routes import views
from servicekit.patience import patient
from servicekit.web import (
    access,
    caller,
    etag,
    expected_version,
    idempotent,
    idempotent_if_asked,
    outside,
    versioned,
)

api = Blueprint("plans", __name__, url_prefix="/api/congress")


@api.route("/plan-template", methods=["GET"])
@access("congress:read")
@api.response(200, schemas.PlanTemplateView)
def read_plan_template() -> Any:
    """What a new plan has where its maker says nothing else."""
    return views.template_view(outside().template)


@api.route("/figures", methods=["GET"])
@access("congress:read")
@api.response(200, schemas.FigureList)
def list_figures() -> Any:
    """The figures that a congress may report, with their titles in the reader's language."""
    return {"items": views.figure_views()}


@api.route("/plans", methods=["GET"])
@access("congress:read")
@api.response(200, schemas.PlanList)
def list_plans() -> Any:
    """The plans that concern the caller's units, newest first."""
    return {"items": [views.plan_view(view) for view in operations.list_plans(outside(), caller())]}


@api.route("/plans", methods=["POST"])
@access("plan:manage")
@idempotent
@api.arguments(schemas.NewPlan)
@api.response(201, schemas.PlanView)
def create_plan(body: dict[str, Any]) -> Any:
    """A draft; cascading it opens it."""
    view = operations.create_plan(outside(), caller(), body)
    return views.plan_view(view), etag(view.plan.version)


@api.route("/plans/<string:plan_id>", methods=["GET"])
@access("congress:read")
@api.response(200, schemas.PlanView)
def read_plan(plan_id: str) -> Any:
    view = operations.read_plan(outside(), caller(), plan_id)
    return views.plan_view(view), etag(view.plan.version)


@api.route("/plans/<string:plan_id>", methods=["PUT"])
@access("plan:manage")
@versioned
@api.arguments(schemas.PlanChange)
@api.response(200, schemas.PlanView)
def change_plan(body: dict[str, Any], plan_id: str) -> Any:
    """The plan anew; an open one may only be renamed and move deadlines, for congresses that are planned later."""
    view = operations.change_plan(outside(), caller(), plan_id, body, expected_version())
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
    return operations.cascade_plan(outside(), caller(), plan_id, expected_version())


@api.route("/plans/<string:plan_id>/cascade", methods=["GET"])
@access("congress:read")
@api.response(200, schemas.CascadeView)
def read_cascade(plan_id: str) -> Any:
    return operations.read_cascade(outside(), caller(), plan_id)
