"""Files beside a report: removed here, and said which document each is; added and opened at the service that owns the
report, not through us.
"""

from flask import Blueprint, Response
from flask_babel import gettext as _

from portal.congress.routes.congresses import looked_up, trail_of
from portal.congress.views.dossier import DOCUMENTS
from portal.congress.views.files import files_card, known
from portal.frame.forms import Form
from portal.frame.pages import done, or_shown_again, page
from portal.shared.asking import congress
from servicekit.web.guards import access

pages = Blueprint("attachments", __name__)


@pages.get("/congresses/<congress_id>/files/<file_id>/remove")
@access("congress:report")
def removal_form(congress_id: str, file_id: str) -> Response:
    return _removal_page(congress_id, file_id, Form())


def removal_again(congress_id: str, file_id: str, form: Form) -> Response:
    return _removal_page(congress_id, file_id, form)


@pages.post("/congresses/<congress_id>/files/<file_id>/remove")
@access("congress:report")
@or_shown_again(removal_again)
def remove_file(congress_id: str, file_id: str, form: Form) -> Response:
    congress().remove_file(congress_id, file_id, form.version)
    return done(f"/congresses/{congress_id}", "file-removed")


def _removal_page(congress_id: str, file_id: str, form: Form) -> Response:
    one, _plan = looked_up(congress_id)
    card = files_card(congress().files(congress_id), f"congress/congresses/{congress_id}", may_remove=True)
    form.version = one["version"]
    return page(
        "file_remove.html",
        form.status,
        file=known(card.files, file_id),
        trail=trail_of(one),
        form=form,
        action=f"/congresses/{congress_id}/files/{file_id}/remove",
        back=f"/congresses/{congress_id}#files",
    )


@pages.get("/congresses/<congress_id>/files/<file_id>/document")
@access("congress:report")
def document_form(congress_id: str, file_id: str) -> Response:
    return _document_page(congress_id, file_id, Form())


def document_again(congress_id: str, file_id: str, form: Form) -> Response:
    return _document_page(congress_id, file_id, form)


@pages.post("/congresses/<congress_id>/files/<file_id>/document")
@access("congress:report")
@or_shown_again(document_again)
def name_document(congress_id: str, file_id: str, form: Form) -> Response:
    wanted = {"file_id": file_id, "kind": form.text("document", needed=True)}
    form.check()
    congress().say_document(congress_id, wanted, form.version, form.once)
    return done(f"/congresses/{congress_id}", "document-said")


def _document_page(congress_id: str, file_id: str, form: Form) -> Response:
    one, _plan = looked_up(congress_id)
    card = files_card(congress().files(congress_id), f"congress/congresses/{congress_id}", may_remove=False)
    form.version = one["version"]
    said = [document["kind"] for document in one["documents"] if document["file_id"] == file_id]
    if said and not form.values:
        form.values["document"] = said[0]
    return page(
        "file_document.html",
        form.status,
        file=known(card.files, file_id),
        trail=trail_of(one),
        form=form,
        kinds=[(key, _(word)) for key, word in DOCUMENTS.items()],
        action=f"/congresses/{congress_id}/files/{file_id}/document",
        back=f"/congresses/{congress_id}#files",
    )
