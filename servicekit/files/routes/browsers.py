"""Under /files/SERVICE/NOUN/ID: forms and links of pages without a script, sent on to a page whatever happens."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request

from servicekit.files.arriving import uploads
from servicekit.files.arriving.forms import sent_file
from servicekit.files.hanging import Owner
from servicekit.files.kinds import MB, MOST_BYTES
from servicekit.files.refusals import FileTooLarge
from servicekit.files.routes.desk import Desk, taken_to_the_end
from servicekit.files.stored import Part
from servicekit.refusals import Refusal, SignInRequired
from servicekit.serving.bodies import takes_file
from servicekit.serving.problems import problem
from servicekit.web.guards import access, caller

# A form's other fields and its borders come on top of the file.
FORM_BYTES = MOST_BYTES + 64 * 1024


def for_browsers(desk: Desk) -> Blueprint:
    owner = desk.owner
    pages = Blueprint(
        f"{owner.noun}_file_pages",
        __name__,
        url_prefix=f"/files/{owner.service}/{owner.noun}/<string:record_id>/files",
    )

    @pages.post("/form")
    @access(owner.write)
    @takes_file(FORM_BYTES)
    def add_file(record_id: str) -> Any:
        """A form with one file, streamed as it arrives; back to the record's page."""
        owner.find(caller(), record_id, owner.write)
        owner.may_add(caller(), record_id)
        if (request.content_length or 0) > FORM_BYTES:
            raise FileTooLarge(most=MOST_BYTES // MB)
        source = uploads.paced(request.stream)
        name, contents = sent_file(
            source, request.headers.get("Content-Type", ""), lambda token: desk.is_ours(record_id, token)
        )
        file = desk.begun(record_id, name, None, min(MOST_BYTES, request.content_length or MOST_BYTES))
        uploads.take_whole(desk.store, file, contents, desk.hang(caller()))
        return redirect(_back(owner, record_id, done="file-added"), 303)

    @pages.get("/<string:file_id>/content")
    @access(owner.read)
    def save_file(record_id: str, file_id: str) -> Any:
        return desk.given(desk.hung(record_id, file_id), Part.CONTENT)

    @pages.after_request
    def take_the_rest(response: Response) -> Response:
        return taken_to_the_end(response)

    @pages.errorhandler(Refusal)
    def sent_back(refusal: Refusal) -> Any:
        """To the page of the record, which says it in words; who is signed out is asked by the gateway."""
        record_id = (request.view_args or {}).get("record_id", "")
        if isinstance(refusal, SignInRequired) or not record_id:
            return problem(refusal)
        most = {"most": str(refusal.params["most"])} if "most" in refusal.params else {}
        return redirect(_back(owner, record_id, refused=refusal.slug(), **most), 303)

    return pages


def _back(owner: Owner, record_id: str, **said: str) -> str:
    return f"{owner.page(record_id)}?{urlencode(said)}#files"
