"""The inbox: what was told to me, and where it leads."""

from flask import Blueprint, Response, request

from portal.frame.pager import after, pager
from portal.frame.pages import done, page, safe_path
from portal.frame.query import LIST, takes
from portal.shared.asking import notifications
from portal.start.inbox import message_of
from servicekit.web.guards import SIGNED_IN, access, caller

pages = Blueprint("inbox", __name__)


@pages.get("/inbox")
@takes(*LIST)
@access(SIGNED_IN)
def read_inbox() -> Response:
    answer = notifications().inbox(after=after())
    return page(
        "inbox.html",
        messages=[message_of(one) for one in answer["items"]],
        pager=pager(answer, len(answer["items"])),
    )


@pages.post("/inbox/<message_id>/read")
@access(SIGNED_IN)
def mark_read(message_id: str) -> Response:
    """Marks it as read and goes on to what it is about."""
    notifications().mark_read(message_id)
    link = request.form.get("go", "")
    # In a session by a sealed code it stays unread.
    if link:
        return done(safe_path(link))
    return done("/inbox") if caller().fallback else done("/inbox", "read")
