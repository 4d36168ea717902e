"""The plan goes down: each unit takes over that of the one above."""

from collections.abc import Mapping
from typing import Any

from flask import request
from flask_smorest import Blueprint

from congress import schemas
from congress.operations import taking_over as operations
from congress.operations.people import ask_people, people_here
from congress.routes.congresses import answered
from congress.schemas.taking_over import PeopleAsked, PeopleHere, PlanTaken
from servicekit.web.guards import access, caller
from servicekit.web.idempotency import asked_first, asking_first, idempotent_if_asked
from servicekit.web.kit import context
from servicekit.web.preconditions import expected_version, versioned

api = Blueprint("taking_over", __name__, url_prefix="/api/congress")


@api.route("/congresses/<string:congress_id>/take-over", methods=["POST"])
@access("congress:report")
@versioned
@asking_first(lambda congress_id: _people_asked(congress_id))
@idempotent_if_asked
@api.arguments(PlanTaken)
@api.response(200, schemas.CongressView)
def take_over(body: dict[str, Any], congress_id: str) -> Any:
    """Makes the superior's plan the unit's own: records that it is issued, with a note and, if it likes, days before
    the plan's, its own and those of the levels below it, and who is responsible.
    """
    said = body["date"], body["until"], body["note"], body["below"]
    people = [(one["account_id"], one["task"]) for one in body["people"]]
    return answered(
        operations.take_over(
            context(), caller(), congress_id, *said, people, asked_first(), expected_version()
        )
    )


def _people_asked(congress_id: str) -> Mapping[str, str] | None:
    """Nobody is asked for a plan that is taken over without people."""
    body = request.get_json(silent=True)
    names_any = isinstance(body, dict) and bool(body.get("people"))
    return ask_people(context(), caller(), congress_id) if names_any else None


@api.route("/congresses/<string:congress_id>/people", methods=["POST"])
@access("congress:report")
@api.arguments(PeopleAsked)
@api.response(200, PeopleHere)
def list_people_here(body: dict[str, Any], congress_id: str) -> Any:
    """Who holds access in this unit and can be named as responsible; changes nothing."""
    found = people_here(context(), caller(), congress_id, body["national_number"])
    return {"items": [{"account_id": one, "name": name} for one, name in found.items()]}
