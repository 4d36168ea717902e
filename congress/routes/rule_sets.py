"""Versions of the rules of an open plan."""

from typing import Any

from flask_smorest import Blueprint

from congress import schemas
from congress.domain.plan import Reach, content_type_of, milestone_of
from congress.domain.rule_effects import Turn
from congress.domain.rule_kinds import KindRules, MajorityRules
from congress.domain.rule_sets import Edit
from congress.domain.rule_steps import NewStep, StepRules
from congress.domain.voting import Base
from congress.operations import rule_sets as operations
from congress.operations import rule_turns
from congress.routes import views
from servicekit.web.guards import access, caller
from servicekit.web.idempotency import idempotent_if_asked
from servicekit.web.kit import context
from servicekit.web.preconditions import etag, expected_version, versioned
from servicekit.web.schemas import PageQuery

api = Blueprint("rule_sets", __name__, url_prefix="/api/congress")


@api.route("/plans/<string:plan_id>/rule-sets", methods=["GET"])
@access("congress:read")
@api.response(200, schemas.RuleSetList)
def list_rule_sets(plan_id: str) -> Any:
    """All versions of the plan's rules, the newest first; there are 40 at most."""
    plan, found = operations.list_rule_sets(context(), caller(), plan_id)
    return {"items": [views.rule_set_view(plan, one) for one in found]}


@api.route("/plans/<string:plan_id>/rule-sets/preview", methods=["POST"])
@access("plan:manage")
@api.arguments(schemas.RuleSetEdit)
@api.response(200, schemas.RuleSetPreview)
def preview_rule_set(body: dict[str, Any], plan_id: str) -> Any:
    """Whom another version would reach, and who would become overdue by it or not any more; changes nothing."""
    effects = operations.preview_rule_set(context(), caller(), plan_id, edit_of(body), Reach(body["reach"]))
    return {"items": effects}


@api.route("/plans/<string:plan_id>/rule-sets/preview/congresses", methods=["POST"])
@access("plan:manage")
@api.arguments(PageQuery, location="query")
@api.arguments(schemas.TurningAsked)
@api.response(200, schemas.TurningList)
def list_turning(query: dict[str, Any], body: dict[str, Any], plan_id: str) -> Any:
    """Whom of a level the version would make overdue, or no longer: as many as the preview says; changes nothing."""
    asked = (edit_of(body), Reach(body["reach"]), body["level"], Turn(body["becomes"]))
    found = rule_turns.list_turning(context(), caller(), plan_id, *asked, query["after"], query["limit"])
    today = context().clock.today()
    return found.map(lambda some: [views.congress_line(view, today) for view in some])


@api.route("/plans/<string:plan_id>/rule-sets", methods=["POST"])
@access("plan:manage")
@versioned
@idempotent_if_asked
@api.arguments(schemas.RuleSetWanted)
@api.response(200, schemas.PlanView)
def add_rule_set(body: dict[str, Any], plan_id: str) -> Any:
    """Another version, with a reason; every congress that it reaches follows within moments."""
    asked = (edit_of(body), Reach(body["reach"]), body["reason"])
    view = operations.add_rule_set(context(), caller(), plan_id, *asked, expected_version())
    return views.plan_view(view), etag(view.plan.version)


def edit_of(body: dict[str, Any]) -> Edit:
    milestones = {key: StepRules(**one) for key, one in body["milestones"].items()}
    asked = body["results_fields"]
    figures = None if asked is None else tuple(asked)
    added = tuple(NewStep(milestone_of(one), one["after"]) for one in body["added"])
    kinds = {key: KindRules(**one) for key, one in body["content_types"].items()}
    majorities = {key: _majority_of(one) for key, one in body["majorities"].items()}
    days = (body["deadlines"], milestones, body["targets"], body["lateness"])
    documents = None if body["documents"] is None else tuple(dict.fromkeys(body["documents"]))
    types = kinds, tuple(map(content_type_of, body["added_types"]))
    return Edit(*days, figures, added, *types, majorities, documents)


def _majority_of(said: dict[str, Any]) -> MajorityRules:
    return MajorityRules(**{**said, **({"base": Base(said["base"])} if "base" in said else {})})
