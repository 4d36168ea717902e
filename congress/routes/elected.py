"""Elected people: named by their unit, read in its chain; delegates read at the congress they are elected to."""

from dataclasses import asdict
from typing import Any

from flask_smorest import Blueprint

from congress.domain.elected import Person, cautions_of_people
from congress.operations import elected as operations
from congress.operations.elected import ListView
from congress.routes.views import cautions_view
from congress.schemas import elected as schemas
from servicekit.serving.patience import patient
from servicekit.web.guards import access, caller
from servicekit.web.kit import context
from servicekit.web.preconditions import etag, expected_version, versioned
from servicekit.web.schemas import PageQuery

api = Blueprint("elected", __name__, url_prefix="/api/congress")
Json = dict[str, Any]


@api.route("/congresses/<string:congress_id>/elected", methods=["GET"])
@access("congress:read")
@api.response(200, schemas.ElectedOfCongress)
def read_elected(congress_id: str) -> Any:
    """The committee, the standing committee, delegates and offices, by name."""
    found = operations.read_elected(context(), caller(), congress_id)
    return {"items": [_shown(one) for one in found.lists], "acts": found.acts}


@api.route("/congresses/<string:congress_id>/elected/<string:of>", methods=["PUT"])
@access("congress:report")
@versioned
@api.arguments(schemas.ElectedPeople)
@api.response(200, schemas.ElectedListView)
def name_elected(body: dict[str, Any], congress_id: str, of: str) -> Any:
    """Names those of one body, in their order. Nobody has access by it."""
    people = [Person(**one) for one in body["people"]]
    view = operations.name_elected(context(), caller(), congress_id, of, people, expected_version())
    return _shown(view), etag(view.list.version if view.list else 0)


@api.route("/congresses/<string:congress_id>/delegates", methods=["GET"])
@access("congress:read")
@patient(20)
@api.arguments(PageQuery, location="query")
@api.response(200, schemas.DelegatesPage)
def list_delegates(query: dict[str, Any], congress_id: str) -> Any:
    """Whom the units right below have elected to this congress, unit by unit."""
    page = operations.list_delegates(context(), caller(), congress_id, query["after"], query["limit"])
    return {
        "items": [
            {
                "unit": {
                    "id": one.unit.id,
                    "code": one.unit.code,
                    "names": one.unit.names,
                    "level": one.unit.level,
                },
                "state": one.state.value,
                "people": [asdict(person) for person in one.people],
            }
            for one in page.items
        ],
        "next": page.next,
        "total": page.total,
    }


def _shown(view: ListView) -> Json:
    found = view.list
    return {
        "of": view.of.value,
        "version": found.version if found else 0,
        "people": [asdict(one) for one in (found.people if found else ())],
        "tallied": [asdict(one) for one in view.tallied[view.of]],
        "since": view.since,
        "at": found.at if found else None,
        "by_name": found.by_name if found and view.named else "",
        "by_code": bool(found and found.by_code),
        "cautions": cautions_view(cautions_of_people(view.congress, view.lists, view.tallied, view.of)),
    }
