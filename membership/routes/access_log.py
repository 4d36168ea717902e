"""What a person can ask about themselves."""

from typing import Any

from flask_smorest import Blueprint

from membership import operations, schemas
from servicekit.web.guards import SIGNED_IN, access, caller
from servicekit.web.kit import context

access_log = Blueprint("looks", __name__, url_prefix="/api/membership")


@access_log.route("/me/looks", methods=["GET"])
@access(SIGNED_IN)
@access_log.response(200, schemas.OwnLooksView)
def read_own_looks() -> Any:
    """Who looked at the caller's own record as a member, newest first."""
    return operations.read_own_access_log(context(), caller())
