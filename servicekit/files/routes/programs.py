"""Under /api/SERVICE/NOUN/ID/files: resumable uploads, and files given out in ranges."""

from collections.abc import Callable
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint as ApiBlueprint
from marshmallow import fields

from servicekit.access.decision import Caller
from servicekit.files.arriving import uploads
from servicekit.files.hanging import Owner
from servicekit.files.kinds import KINDS, MB, MOST_BYTES
from servicekit.files.refusals import FileTooLarge, NoSuchFile, TusVersionUnknown, UploadKindWrong
from servicekit.files.routes.desk import Desk, taken_to_the_end
from servicekit.files.stored import Part, State, StoredFile
from servicekit.refusals import Refusal
from servicekit.serving.bodies import takes_file
from servicekit.serving.problems import message
from servicekit.web.guards import access, caller
from servicekit.web.kit import kit
from servicekit.web.preconditions import expected_version, versioned
from servicekit.web.schemas import StrictSchema, WholeView


class FileView(StrictSchema):
    """`state`: checking, ready or refused; `refused` says why. `sha256` is of what is given out."""

    id = fields.String()
    name = fields.String()
    kind = fields.String()
    media_type = fields.String()
    bytes = fields.Integer()
    state = fields.String()
    refused = fields.Dict(keys=fields.String(), values=fields.String(), allow_none=True)
    sha256 = fields.String()
    width = fields.Integer(allow_none=True)
    height = fields.Integer(allow_none=True)
    pages = fields.Integer(allow_none=True)
    preview = fields.Boolean()
    at = fields.DateTime()
    by = fields.String()


class FileList(WholeView):
    """`form_token` goes into a form that adds one, where the caller may now; else it is empty.

    `may_remove`: whether the caller may remove one now.
    """

    items = fields.List(fields.Nested(FileView))
    form_token = fields.String()
    may_remove = fields.Boolean()
    most_mb = fields.Integer()
    media_types = fields.List(fields.String())


def for_programs(desk: Desk) -> ApiBlueprint:
    owner = desk.owner
    api = ApiBlueprint(
        f"{owner.noun}_files",
        __name__,
        url_prefix=f"/api/{owner.service}/{owner.noun}/<string:record_id>/files",
    )

    @api.route("", methods=["GET"])
    @access(owner.read)
    @api.response(200, FileList)
    def list_files(record_id: str) -> Any:
        """Those that hang on the record, in the order in which they were added."""
        found = desk.files(record_id)
        return {
            "items": [file_view(file) for file in found],
            "form_token": desk.token(record_id) if _may(owner, record_id, owner.may_add) else "",
            "may_remove": _may(owner, record_id, owner.may_remove),
            "most_mb": MOST_BYTES // MB,
            "media_types": [kind.media_type for kind in KINDS.values()],
        }

    @api.route("", methods=["POST"])
    @access(owner.write)
    @_documented("Tus-Resumable", "Upload-Length", optional=("Upload-Metadata",), api=api)
    @api.response(201, description="Location is the address that the bytes are sent to")
    def begin_upload(record_id: str) -> Response:
        """Begins a resumable upload (tus 1.0, creation). What hangs on nothing after 24 hours is removed."""
        owner.find(caller(), record_id, owner.write)
        uploads.check_version(request.headers)
        length = uploads.announced_length(request.headers)
        file = desk.begun(record_id, uploads.name_in(request.headers), length)
        place = f"/api/{owner.service}/{owner.noun}/{record_id}/files/{file.id}/arriving"
        return Response(status=201, headers={**uploads.headers_of(file), "Location": place})

    @api.route("/<string:file_id>/arriving", methods=["GET"])
    @access(owner.write)
    @_documented("Tus-Resumable", api=api)
    @api.response(204, description="Upload-Offset and Upload-Length")
    def read_upload(record_id: str, file_id: str) -> Response:
        """How far an upload has come; asked by HEAD as well."""
        file = desk.arriving(record_id, file_id)
        uploads.check_version(request.headers)
        return Response(status=204, headers={**uploads.headers_of(file), "Cache-Control": "no-store"})

    @api.route("/<string:file_id>/arriving", methods=["PATCH"])
    @access(owner.write)
    @takes_file(MOST_BYTES)
    @_documented("Tus-Resumable", "Upload-Offset", api=api, body=uploads.OFFSET_TYPE)
    @api.response(204, description="Upload-Offset says how far it has come")
    def go_on(record_id: str, file_id: str) -> Response:
        """More of an upload, from Upload-Offset on. The last byte hangs the file on its record."""
        file = desk.arriving(record_id, file_id)
        uploads.check_version(request.headers)
        if request.mimetype != uploads.OFFSET_TYPE:
            raise UploadKindWrong
        offset = uploads.number_in(request.headers, "Upload-Offset")
        owner.may_add(caller(), record_id)
        source = uploads.paced(_stream())
        file = uploads.go_on(desk.store, file, offset, source, desk.hang(caller()))
        return Response(status=204, headers=uploads.headers_of(file))

    @api.route("/<string:file_id>/arriving", methods=["DELETE"])
    @access(owner.write)
    @_documented("Tus-Resumable", api=api)
    @api.response(204)
    def end_upload(record_id: str, file_id: str) -> Response:
        """Gives an upload up (tus 1.0, termination)."""
        file = desk.arriving(record_id, file_id)
        uploads.check_version(request.headers)
        if file.state is not State.ARRIVING:
            raise NoSuchFile
        desk.store.end(file)
        return Response(status=204, headers={"Tus-Resumable": uploads.VERSION})

    @api.route("/<string:file_id>", methods=["DELETE"])
    @access(owner.write)
    @versioned
    @api.response(204)
    def remove_file(record_id: str, file_id: str) -> Response:
        """Takes it off its record and erases its key: nothing of it can be read any more, in no copy."""
        record = owner.find(caller(), record_id, owner.write)
        file = desk.store.find(file_id) if file_id in record.files else None
        if file is None or file.noun != owner.noun or file.record_id != record.id:
            raise NoSuchFile
        version, person = expected_version(), caller()

        def both() -> None:
            owner.take_off(person, record.id, file.id, version)
            desk.store.end(file)

        kit().database.in_transaction(both)
        return Response(status=204)

    def read_content(record_id: str, file_id: str) -> Response:
        """The file, or the one range of it that was asked for."""
        return desk.given(desk.hung(record_id, file_id), Part.CONTENT)

    def read_preview(record_id: str, file_id: str) -> Response:
        """A picture, small."""
        return desk.given(desk.hung(record_id, file_id), Part.PREVIEW)

    for place, view in (("content", read_content), ("preview", read_preview)):
        given = api.response(200, description="The bytes")(view)
        api.route(f"/<string:file_id>/{place}", methods=["GET"], endpoint=place)(access(owner.read)(given))

    @api.after_request
    def take_the_rest(response: Response) -> Response:
        return taken_to_the_end(response)

    @api.after_request
    def speak_tus(response: Response) -> Response:
        if request.path.endswith(("/arriving", "/files")):
            response.headers.setdefault("Tus-Resumable", uploads.VERSION)
        if response.status_code == TusVersionUnknown.status:
            response.headers["Tus-Version"] = uploads.VERSION
        return response

    return api


def _stream() -> Any:
    if request.content_length is not None and request.content_length > MOST_BYTES:
        raise FileTooLarge(most=MOST_BYTES // MB)
    return request.stream


def _may(owner: Owner, record_id: str, rule: Callable[[Caller, str], None]) -> bool:
    try:
        owner.find(caller(), record_id, owner.write)
        rule(caller(), record_id)
    except Refusal:
        return False
    return True


def _documented(
    *needed: str, api: ApiBlueprint, optional: tuple[str, ...] = (), body: str = ""
) -> Callable[[Any], Any]:
    """Headers and body as the published document names them."""
    parameters = [
        {"in": "header", "name": name, "required": name in needed, "schema": {"type": "string"}}
        for name in (*needed, *optional)
    ]
    more: dict[str, Any] = {"parameters": parameters}
    if body:
        more["requestBody"] = {"content": {body: {"schema": {"type": "string", "format": "binary"}}}}
    documented: Callable[[Any], Any] = api.doc(**more)
    return documented


def file_view(file: StoredFile) -> dict[str, Any]:
    refusal = file.refusal
    return {
        "id": file.id,
        "name": file.name,
        "kind": file.kind,
        "media_type": file.known.media_type if file.known else "",
        "bytes": file.lengths.get(Part.CONTENT, file.offset),
        "state": file.state.value,
        "refused": message(refusal.title, {}) if refusal else None,
        "sha256": file.digest,
        **{name: file.shape.get(name) for name in ("width", "height", "pages")},
        "preview": Part.PREVIEW in file.lengths and file.state is State.READY,
        "at": file.begun_at,
        "by": file.by,
    }
