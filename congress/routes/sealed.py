"""Reports that are sealed: asked for, listed, taken along, and each congress in them proved."""

import json
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from congress.operations import sealing as operations
from congress.operations.rollups import level_names
from congress.operations.sealing import SIGNER, HeldBy
from congress.rendering.report import TEMPLATE
from congress.rendering.sealed import sealed_values
from congress.schemas import sealed as schemas
from servicekit.exporting.at_once import headers, reader_here
from servicekit.out.exports.papers import PDF_TYPE, PNG_TYPE, paper, picture
from servicekit.serving.patience import patient
from servicekit.web.guards import access, caller
from servicekit.web.idempotency import idempotency_key, keyed
from servicekit.web.kit import context, kit
from servicekit.web.preconditions import only_get
from servicekit.work.jobs.store import JobStore

Json = dict[str, Any]
JSON_TYPE = "application/json"


def sealed_routes(jobs: JobStore) -> Blueprint:
    api = Blueprint("sealed", __name__, url_prefix="/api/congress")

    @api.route("/plans/<string:plan_id>/sealed-reports", methods=["GET"])
    @access("congress:read")
    @api.arguments(schemas.SealedQuery, location="query")
    @api.response(200, schemas.SealedList)
    def list_sealed(query: Json, plan_id: str) -> Any:
        """Of one unit, with all below it."""
        found = operations.list_sealed(context(), caller(), plan_id, query["unit_id"])
        return {"items": found.made, "next": None, "total": len(found.made), "acts": found.acts}

    @api.route("/plans/<string:plan_id>/sealed-reports", methods=["POST"])
    @access("plan:manage")
    @keyed
    @api.arguments(schemas.SealingWanted)
    @api.response(202, schemas.SealingAsked)
    def seal(body: Json, plan_id: str) -> Any:
        """Seals the figures of a unit and of all below it as they are at this moment."""
        unit_id, key = body["unit_id"], idempotency_key()
        job = operations.ask_sealing(context(), jobs, caller(), plan_id, unit_id, key)
        return {"id": job.id, "asked_at": job.asked_at}

    @api.route("/sealed-reports/<string:report_id>", methods=["GET"])
    @access("congress:read")
    @api.response(200, schemas.SealedFile)
    def read_sealed(report_id: str) -> Any:
        """What anybody can check by the public keys: `sammelan report verify`."""
        found = operations.read_sealed(context(), caller(), report_id)
        report = json.loads(found.told)
        told = {"id": found.id, "report": report, "hash": found.hash, "signature": found.signature}
        return told, headers(f"{_name(report)}.json", JSON_TYPE)

    @api.route("/sealed-reports/<string:report_id>/paper", methods=["GET"])
    @access("congress:read")
    @only_get
    @patient(20)
    @api.arguments(schemas.PaperQuery, location="query")
    @api.response(200, content_type=PDF_TYPE)
    @api.alt_response(200, content_type=PNG_TYPE)
    def take_paper(query: Json, report_id: str) -> Any:
        """The same as a paper in the reader's language, which carries the hash."""
        found = operations.take_paper(context(), caller(), report_id, query["kind"])
        report = json.loads(found.told)
        values = sealed_values(report, found.hash, reader_here(level_names(context())))
        make, kind = (picture, PNG_TYPE) if query["kind"] == "png" else (paper, PDF_TYPE)
        return Response(make(TEMPLATE, values), headers=headers(f"{_name(report)}.{query['kind']}", kind))

    @api.route("/sealed-report-keys", methods=["GET"])
    @access("congress:read")
    @api.response(200, schemas.SealedKeys)
    def read_keys() -> Any:
        """The public keys of all seals, the newest last."""
        return kit().keys.public(SIGNER)

    @api.route("/congresses/<string:congress_id>/sealed-reports", methods=["GET"])
    @access("congress:read")
    @api.response(200, schemas.HoldingList)
    def list_holding(congress_id: str) -> Any:
        """The sealed reports of its unit and of those above it in which this congress stands: see its proof."""
        found = operations.list_holding(context(), caller(), congress_id)
        return {"items": list(map(_holding, found))}

    @api.route("/congresses/<string:congress_id>/proof", methods=["GET"])
    @access("congress:read")
    @api.arguments(schemas.ProofQuery, location="query")
    @api.response(200, schemas.ProofView)
    def prove(query: Json, congress_id: str) -> Any:
        """That this congress stands in a sealed report as it was then; of no other one anything is told by it."""
        proof = operations.prove(context(), caller(), congress_id, query["report_id"])
        told = {
            "report_id": proof.sealed.id,
            "hash": proof.sealed.hash,
            "leaf": proof.leaf,
            "salt": proof.salt,
            "place": proof.place,
            "count": proof.sealed.count,
            "way": proof.way,
        }
        return told, headers(f"{proof.leaf['unit']['code']}-proof.json", JSON_TYPE)

    return api


def _name(report: Json) -> str:
    return f"{report['unit']['code']}-{report['day']}"


def _holding(one: HeldBy) -> Json:
    sealed, unit = one.sealed, one.unit
    return {
        "id": sealed.id,
        "at": sealed.at,
        "hash": sealed.hash,
        "unit_id": sealed.unit_id,
        "code": unit.code if unit else "",
        "names": dict(unit.names) if unit else {},
    }
