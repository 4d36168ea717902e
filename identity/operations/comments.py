"""The thread on a request for access: among those who may answer it, and never whoever asked."""

from collections.abc import Collection, Sequence
from functools import partial

from identity import events
from identity.context import Context, UnitUnknown
from identity.domain import asking
from identity.domain.asking import GIVE, AccessRequest
from identity.operations.account import recipients
from identity.store.asking import KEPT
from servicekit.access import decision as access
from servicekit.access.decision import Caller, UnknownHere
from servicekit.comments.comment import Comment
from servicekit.comments.hanging import Owner, Subject
from servicekit.comments.operations import Comments
from servicekit.comments.store import CommentStore
from servicekit.data.events import Event
from servicekit.tree.units import require_live
from servicekit.web.guards import origin

NOUN = "access-requests"


def comments_on(context: Context) -> Comments:
    owner = Owner(
        service="identity",
        noun=NOUN,
        record_type="access_request",
        read=GIVE,
        write=GIVE,
        find=partial(_find, context),
        may_write=partial(_may_write, context),
        readers=partial(_readers, context),
        told=partial(_told, context),
        page=lambda request_id: f"/access-requests/{request_id}",
    )
    return Comments(CommentStore(context.store.database, origin), None, owner, context.clock)


def _find(context: Context, caller: Caller, request_id: str, permission: str) -> Subject:
    """Its thread goes when the request does: what is said of somebody is kept no longer than what they said."""
    request = _seen_by(context, caller, request_id, permission)
    return Subject(request.id, request.unit_path, kept_until=request.asked_at + KEPT)


def _seen_by(context: Context, caller: Caller, request_id: str, permission: str) -> AccessRequest:
    """Whoever asked reads nothing of what others say of them, also where they give access there themselves."""
    request = context.store.asking.get(request_id)
    if not request.shown or asking.is_own(request, caller):
        raise UnknownHere
    access.require(caller, permission, request.unit_path, context.clock.now())
    return request


def _may_write(context: Context, caller: Caller, request_id: str) -> None:
    """While it waits: of what is decided the audit says why."""
    request = _seen_by(context, caller, request_id, GIVE)
    asking.require_waiting(request, context.clock.now())
    unit = context.store.units.find(request.unit_id)
    if unit is None:
        raise UnitUnknown
    require_live(unit)


def _readers(context: Context, record: Subject) -> Collection[str]:
    request = context.store.asking.get(record.id)
    held = [one.account_id for one in recipients(context, list(record.unit_path), GIVE)]
    accounts = context.store.accounts_by_id([*held, request.account_id])
    asker = accounts.get(request.account_id)
    asked = {request.account_id, *(asker.others if asker else ())}
    return {one for one in held if one not in asked and not asked & accounts[one].others}


def _told(context: Context, request_id: str, comment: Comment) -> Sequence[Event]:
    """Whoever is mentioned; the others read it where they answer."""
    if not comment.mentions:
        return []
    request = context.store.asking.get(request_id)
    said = {
        "unit_id": request.unit_id,
        "unit_path": list(request.unit_path),
        "request_id": request.id,
        "comment_id": comment.id,
        "by": comment.by,
        "mentions": list(comment.mentions),
    }
    return [Event(events.ACCESS_COMMENTED, said)]
