"""Back from the eID: the form that was left for it, as it was typed."""

from flask import Blueprint, Response

from portal.asking import identity
from portal.pages import form_again
from portal.words import SEEN_AGAIN
from servicekit.web import SIGNED_IN, access, only_get

pages = Blueprint("drafts", __name__)


@pages.get("/drafts/<draft_id>")
@access(SIGNED_IN)
@only_get
def take_draft(draft_id: str) -> Response:
    draft = identity().take_draft(draft_id)
    return form_again(draft["path"], draft["values"], SEEN_AGAIN, 200)
