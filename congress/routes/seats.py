"""The seats of a congress: divided among the units right below, decided, and read with the calculation."""

from dataclasses import asdict
from typing import Any

from flask import request
from flask_smorest import Blueprint

from congress.domain.seat_divisions import Share
from congress.domain.seats import Basis, Claim, Method, Rule
from congress.operations import seats as operations
from congress.operations.seats import Below, SeatsView
from congress.schemas import seats as schemas
from servicekit.serving.patience import patient
from servicekit.tree.units import Unit
from servicekit.web.guards import access, caller
from servicekit.web.idempotency import asked_first, asking_first, idempotent, idempotent_if_asked
from servicekit.web.kit import context
from servicekit.web.preconditions import etag, expected_version, versioned
from servicekit.web.schemas import PageQuery

api = Blueprint("seats", __name__, url_prefix="/api/congress")
Json = dict[str, Any]


@api.route("/congresses/<string:congress_id>/seats", methods=["GET"])
@access("congress:read")
@api.response(200, schemas.SeatsOfCongress)
def read_seats(congress_id: str) -> Any:
    """How the seats of this congress are divided, the last division first; and what its unit was given from above."""
    found = operations.read_seats(context(), caller(), congress_id)
    return {
        "items": [_shown(view) for view in found.made],
        "next": None,
        "total": len(found.made),
        "given": _shown(found.own) if found.own else None,
        "acts": found.acts,
    }


def _below(congress_id: str) -> Below:
    """The register is asked only where the seats are divided by it."""
    body = request.get_json(silent=True)
    by_members = isinstance(body, dict) and body.get("basis") == Basis.MEMBERS
    return operations.look_below(context(), caller(), congress_id, register=by_members)


@api.route("/congresses/<string:congress_id>/seats", methods=["POST"])
@access("plan:manage")
@patient(20)
@asking_first(_below)
@idempotent
@api.arguments(schemas.SeatsAsked)
@api.response(201, schemas.SeatsView)
def divide_seats(body: dict[str, Any], congress_id: str) -> Any:
    """Calculates a division, which counts once it is decided; in place of one that was calculated and not decided."""
    rule = Rule(Basis(body["basis"]), Method(body["method"]), body["seats"], body["least"], body["most"])
    given = [
        Claim("", one["code"], one["number"], one["seats"], one["least"], one["most"])
        for one in body["lines"]
    ]
    return _answer(
        operations.divide_seats(
            context(), caller(), congress_id, rule, body["ex_officio"], given, asked_first()
        )
    )


@api.route("/seats/<string:division_id>", methods=["GET"])
@access("congress:read")
@api.response(200, schemas.SeatsView)
def read_division(division_id: str) -> Any:
    """For its congress, those above, and units right below; for others it is not there."""
    return _answer(operations.read_division(context(), caller(), division_id))


@api.route("/seats/<string:division_id>/lines", methods=["GET"])
@access("congress:read")
@api.arguments(PageQuery, location="query")
@api.response(200, schemas.SeatsLinePage)
def list_lines(query: dict[str, Any], division_id: str) -> Any:
    """Unit by unit, with what each was calculated from."""
    page = operations.list_lines(context(), caller(), division_id, query["after"], query["limit"])
    return {
        "items": [_line(one.share, one.unit) for one in page.items],
        "next": page.next,
        "total": page.total,
    }


@api.route("/seats/<string:division_id>/decide", methods=["POST"])
@access("plan:manage")
@patient(20)
@versioned
@asking_first(lambda division_id: operations.look_below_again(context(), caller(), division_id))
@idempotent_if_asked
@api.arguments(schemas.SeatsDecision)
@api.response(200, schemas.SeatsView)
def decide_division(body: dict[str, Any], division_id: str) -> Any:
    """From now on it is what counts; the one before stays as it was decided."""
    return _answer(
        operations.decide_division(
            context(), caller(), division_id, body["reason"], asked_first(), expected_version()
        )
    )


def _answer(view: SeatsView) -> Any:
    return _shown(view), etag(view.seats.version)


def _shown(view: SeatsView) -> Json:
    seats = view.seats
    return {
        **asdict(seats),
        "state": seats.state.value,
        "basis": seats.basis.value,
        "method": seats.method.value,
        "unit": view.unit,
        "own": _line(view.own, None) if view.own else None,
        "acts": view.acts,
    }


def _line(share: Share, unit: Unit | None) -> Json:
    known = {"id": share.unit_id, "code": share.code, "names": {}, "level": ""}
    return {**asdict(share), "held": share.held.value, "unit": unit or known}
