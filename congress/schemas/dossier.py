"""Documents of the result dossier: what comes in and goes out."""

from marshmallow import fields

from congress.domain.dossier import ASKED_FOR, Document
from servicekit.web.schemas import StrictSchema, identifier, one_of

DOCUMENTS = tuple(one.value for one in Document)


def asked_for() -> fields.String:
    return one_of(tuple(one.value for one in ASKED_FOR))


class DocumentSaid(StrictSchema):
    """What a file of the report is; it proves the figures that stand now."""

    file_id = identifier(required=True)
    kind = one_of(DOCUMENTS, required=True)


class DocumentView(StrictSchema):
    """`version`: of the figures that it proves, from 1; `newest`: whether those are the figures that count now."""

    file_id = fields.String()
    kind = fields.String()
    version = fields.Integer()
    newest = fields.Boolean()
    at = fields.DateTime()


class DossierView(StrictSchema):
    """`documents`: files of which is said what they are."""

    documents = fields.List(fields.Nested(DocumentView))


class DecidedOnView(StrictSchema):
    """`results_version`: the number of the figures that stood then; null where there were none."""

    results_version = fields.Integer(allow_none=True)
