"""Forms on their way: left for the eID and shown again as they were typed, or saved while they are written."""

from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, jsonify, make_response, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from portal.drafts.kept import keepable
from portal.drafts.words import DONE, ELSEWHERE_TOO, LABELS, SEEN_AGAIN
from portal.frame.forms import sent_form
from portal.frame.kept import labels_of
from portal.frame.pages import done, form_again, language, safe_path
from portal.shared.asking import identity
from servicekit.out.peers import PeerRefused
from servicekit.refusals import NotFound
from servicekit.serving.patience import patient
from servicekit.web.guards import SIGNED_IN, access
from servicekit.web.kit import kit
from servicekit.words import formats

pages = Blueprint("drafts", __name__)
BLUEPRINTS = (pages,)
__all__ = ("BLUEPRINTS", "DONE", "LABELS")

STALE = 412
# What says which draft it is, and is none of it.
ABOUT_IT = ("csrf", "draft", "draft_of", "keep", "drop")


@pages.get("/drafts/<draft_id>")
@access(SIGNED_IN)
@patient(10)
def read_draft(draft_id: str) -> Response:
    """It is kept for an hour: loading the page again, or looking at it, uses nothing up."""
    draft = identity().draft(draft_id)
    return form_again(draft["path"], draft["values"], SEEN_AGAIN, 200)


@pages.post("/drafts")
@access(SIGNED_IN)
def save_draft() -> Response:
    """By the script while it is typed, and by the button; of two windows the one that comes second changes nothing."""
    path, typed = safe_path(request.form.get("draft_of", "")), request.form
    if "drop" in typed:
        identity().drop_saved_draft(path)
        return done(path, "draft-dropped")
    written = {name: value for name, value in typed.items() if name not in ABOUT_IT}
    values = keepable(written, labels_of(_taking(path)))
    by_script = request.accept_mimetypes.best == "application/json"
    try:
        saved = identity().save_draft(
            path, values, sent_form({"version": typed.get("draft", "")}).version or 0
        )
    except PeerRefused as refusal:
        if refusal.status != STALE:
            raise
        if by_script:
            return make_response(jsonify(said=_(ELSEWHERE_TOO)), STALE)
        return form_again(path, typed, ELSEWHERE_TOO, STALE)
    if not by_script:
        return done(path, "draft-saved")
    hour = formats.hour(saved["saved_at"], language(), ZoneInfo(kit().settings.zone))
    return jsonify(version=saved["version"], said=_("Saved as a draft at %(hour)s.", hour=hour))


def _taking(path: str) -> str:
    """What takes the form that is sent there: it knows what its fields are. Raises NotFound."""
    try:
        endpoint, _arguments = current_app.url_map.bind("").match(path, method="POST")
    except HTTPException:
        raise NotFound from None
    return str(endpoint)
