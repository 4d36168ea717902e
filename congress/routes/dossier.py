"""Documents of the result dossier."""

from typing import Any

from flask_smorest import Blueprint

from congress import schemas
from congress.operations import dossier as operations
from congress.routes.congresses import answered
from congress.schemas.dossier import DocumentSaid
from servicekit.web.guards import access, caller
from servicekit.web.idempotency import idempotent_if_asked
from servicekit.web.kit import context
from servicekit.web.preconditions import expected_version, versioned

api = Blueprint("dossier", __name__, url_prefix="/api/congress")


@api.route("/congresses/<string:congress_id>/documents", methods=["POST"])
@access("congress:report")
@versioned
@idempotent_if_asked
@api.arguments(DocumentSaid)
@api.response(200, schemas.CongressView)
def say_document(body: dict[str, Any], congress_id: str) -> Any:
    """Says which document a file of the report is; it proves the figures as they stand now."""
    return answered(
        operations.say_document(context(), caller(), congress_id, **body, expected_version=expected_version())
    )
