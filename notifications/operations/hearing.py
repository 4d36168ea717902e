"""Events as they come: written down at once, told later by the sender."""

from typing import Any

from notifications.context import Context
from notifications.domain.matters import matters_of
from notifications.events import ACCOUNTS_JOINED
from servicekit.data.events import EventUnreadable
from servicekit.logs import log

Document = dict[str, Any]


def remember_matter(context: Context, event: Document) -> None:
    """Within the event's transaction: nobody is asked anything here."""
    now = context.clock.now()
    try:
        matters = matters_of(event)
    except EventUnreadable as error:
        log.error("event_unreadable", id=event["id"], type=event["type"], part=str(error))
        context.store.matters.add_unreadable(event["id"], event["type"], str(error), now)
        return
    if matters:
        context.store.matters.add(matters, now)


def accounts_joined(context: Context, event: Document) -> None:
    """What the account that closed was told, or is still to be told, belongs to the one that stays."""
    joined = ACCOUNTS_JOINED.read(event["data"])
    context.store.hand_over(joined.other, joined.account_id)
