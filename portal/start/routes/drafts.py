"""Back from the eID: the form that was left for it, as it was typed."""

from flask import Blueprint, Response

from portal.frame.pages import form_again
from portal.shared.asking import identity
from portal.start.words import SEEN_AGAIN
from servicekit.serving.patience import patient
from servicekit.web.guards import SIGNED_IN, access

pages = Blueprint("drafts", __name__)


@pages.get("/drafts/<draft_id>")
@access(SIGNED_IN)
@patient(10)
def read_draft(draft_id: str) -> Response:
    """It is kept for an hour: loading the page again, or looking at it, uses nothing up."""
    draft = identity().draft(draft_id)
    return form_again(draft["path"], draft["values"], SEEN_AGAIN, 200)
