"""The addresses of a service's exports: ask for a file, see how far it is, end it, and have it."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import fields

from servicekit.data.records import ReadLog
from servicekit.exporting import operations
from servicekit.exporting.at_once import at_once, headers, reader_here
from servicekit.exporting.declared import Export, Exports
from servicekit.exporting.operations import AtOnce
from servicekit.files.giving import in_time
from servicekit.serving.patience import patient
from servicekit.serving.problems import language
from servicekit.web.guards import SIGNED_IN, access, caller
from servicekit.web.idempotency import idempotency_key, keyed
from servicekit.web.preconditions import only_get
from servicekit.web.schemas import StrictSchema, WholeView, one_of, verbatim
from servicekit.words.i18n import translate
from servicekit.work.jobs.job import Job, State

Json = dict[str, Any]
NOW = "now"


class ExportView(StrictSchema):
    """`state`: now (it is small: `link` answers with it), waiting, running, done, dead (it failed) or cancelled."""

    id = fields.String()
    export = fields.String()
    title = fields.String()
    kind = fields.String(data_key="as")
    state = fields.String()
    link = fields.String()
    name = fields.String()
    done = fields.Integer()
    whole = fields.Integer(allow_none=True)
    rows = fields.Integer(allow_none=True)
    bytes = fields.Integer(allow_none=True)
    asked_at = fields.DateTime(allow_none=True)
    kept_until = fields.DateTime(allow_none=True)


class ExportList(WholeView):
    items = fields.List(fields.Nested(ExportView))


class LinkView(StrictSchema):
    link = fields.String()
    until = fields.DateTime()


class Ticket(StrictSchema):
    ticket = verbatim(200, required=True)


def export_routes(
    exports: Exports, queries: Mapping[str, type[StrictSchema]], reads: ReadLog | None = None
) -> Blueprint:
    """`queries`: what each export asks for, all of it texts. `reads`: where any of them is given at once."""
    api = Blueprint("exports", __name__, url_prefix=f"/api/{exports.service}/exports")
    for export in exports.offered.values():
        _add(api, exports, export, queries[export.key], reads)

    @api.route("", methods=["GET"])
    @access(SIGNED_IN)
    @api.response(200, ExportList)
    def list_exports() -> Any:
        """One's own, the newest first; each is removed a day after it is over."""
        return {"items": [_view(exports, job) for job in operations.own_exports(exports, caller())]}

    @api.route("/<export_id>", methods=["GET"])
    @access(SIGNED_IN)
    @api.response(200, ExportView)
    def read_export(export_id: str) -> Any:
        return _view(exports, operations.own_export(exports, caller(), export_id))

    @api.route("/<export_id>/cancel", methods=["POST"])
    @access(SIGNED_IN)
    @api.response(200, ExportView)
    def cancel_export(export_id: str) -> Any:
        return _view(exports, operations.cancel(exports, caller(), export_id))

    @api.route("/<export_id>/link", methods=["POST"])
    @access(SIGNED_IN)
    @api.response(200, LinkView)
    def link_export(export_id: str) -> Any:
        """For this session, for a quarter of an hour. Whether one may have it is decided now, and when it is taken."""
        return operations.link(exports, caller(), export_id)

    @api.route("/<export_id>/content", methods=["GET"])
    @access(SIGNED_IN)
    @only_get
    @patient(20)
    @api.arguments(Ticket, location="query")
    @api.response(200, description="The bytes")
    def take_export(query: Json, export_id: str) -> Any:
        job = operations.take(exports, caller(), export_id, query["ticket"])
        told = headers(job.result["name"], job.result["media_type"])
        response = Response(in_time(exports.kept.read(job.result)), headers=told)
        response.headers["Content-Length"] = str(job.result["bytes"])
        return response

    return api


def _add(
    api: Blueprint, exports: Exports, export: Export, query: type[StrictSchema], reads: ReadLog | None
) -> None:
    kind = one_of(tuple(export.formats), data_key="as", required=True)
    asked = type(f"{export.key.capitalize()}FileAsked", (query,), {"kind": kind})

    def ask(body: Json) -> Any:
        form = export.formats[body.pop("kind")]
        found = operations.ask(exports, caller(), export, form, body, idempotency_key())
        if isinstance(found, AtOnce):
            return _nothing_kept(export, form.key, found.link)
        return _view(exports, found)

    ask.__doc__ = (
        "Asks for a file. A small one is there at once, under `link`; a large one is made beside requests."
    )
    ask.__name__ = f"ask_{export.key}"
    asking = access(export.permission)(api.arguments(asked)(api.response(201, ExportView)(ask)))
    _route(api, f"/{export.key}", "POST", keyed(asking))
    if reads is None or not export.counted:
        return

    def take(query: Json) -> Any:
        form = export.formats[query.pop("kind")]
        operations.require_short(caller(), export, query, exports)
        reader = reader_here(exports.levels())
        table, rows = export.make(query, reader)
        reads.record(operations.taken_at_once(export, form, query, export.scope(query).unit_path))
        return at_once(form, table, rows, reader)

    take.__doc__ = "A file of at most 5,000 rows, at once."
    take.__name__ = f"take_{export.key}"
    taken = api.arguments(asked, location="query")(api.response(200, description="The file")(take))
    _route(api, f"/{export.key}/file", "GET", access(export.permission)(only_get(patient(20)(taken))))


def _route(api: Blueprint, path: str, method: str, view: Callable[..., Any]) -> None:
    api.route(path, methods=[method], endpoint=view.__name__)(view)


def _nothing_kept(export: Export, kind: str, link: str) -> Json:
    empty = dict.fromkeys(("whole", "rows", "bytes", "asked_at", "kept_until"))
    title = translate(export.title, language())
    told = {"id": "", "export": export.key, "title": title, "kind": kind, "state": NOW, "link": link}
    return {**empty, **told, "name": "", "done": 0}


def _view(exports: Exports, job: Job) -> Json:
    export = exports.offered.get(job.parameters["export"])
    there = job.state is State.DONE
    return {
        "id": job.id,
        "export": job.parameters["export"],
        "title": translate(export.title, language()) if export else job.parameters["export"],
        "kind": job.parameters["as"],
        "state": job.state.value,
        "link": "",
        "name": job.result["name"] if there else "",
        "done": job.done,
        "whole": job.whole,
        "rows": job.result["rows"] if there else None,
        "bytes": job.result["bytes"] if there else None,
        "asked_at": job.asked_at,
        "kept_until": job.forget_at,
    }
