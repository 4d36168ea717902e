"""One's own inbox; nobody reads another's."""

from typing import Any

from flask_smorest import Blueprint

from notifications.operations import inbox
from notifications.schemas import Inbox, InboxQuery, Nothing, NoticeView, Unread
from servicekit.web.guards import SIGNED_IN, access, caller
from servicekit.web.kit import context

api = Blueprint("inbox", __name__, url_prefix="/api/notifications/inbox")


@api.route("", methods=["GET"])
@access(SIGNED_IN)
@api.arguments(InboxQuery, location="query")
@api.response(200, Inbox)
def read_inbox(query: dict[str, Any]) -> Any:
    return inbox.read_inbox(context(), caller(), **query)


@api.route("/<notice_id>/read", methods=["POST"])
@access(SIGNED_IN)
@api.arguments(Nothing, required=False)
@api.response(200, NoticeView)
def read_notice(_body: dict[str, Any], notice_id: str) -> Any:
    return inbox.read_notice(context(), caller(), notice_id)


@api.route("/read-all", methods=["POST"])
@access(SIGNED_IN)
@api.arguments(Nothing, required=False)
@api.response(200, Unread)
def read_all_notices(_body: dict[str, Any]) -> Any:
    return inbox.read_all_notices(context(), caller())
