"""One's own inbox, worded when it is read."""

from dataclasses import dataclass
from typing import Any

from notifications import rendering
from notifications.domain.notices import Notice
from notifications.store import Store
from servicekit.access import Caller
from servicekit.clock import Clock

Document = dict[str, Any]


@dataclass(frozen=True)
class Outside:
    """Everything that the operations of the service may touch."""

    store: Store
    clock: Clock


def read_inbox(outside: Outside, caller: Caller, *, unread: bool, after: str, limit: int) -> Document:
    page = outside.store.inbox(caller.account_id, unread=unread, after=after, limit=limit)
    return {
        "items": show_notices(outside, page.items, caller.language),
        "unread": page.unread,
        "next": page.next,
    }


def read_notice(outside: Outside, caller: Caller, notice_id: str) -> Document:
    """Marks one notice as read; raises NotFound for anybody else's."""
    notice = outside.store.mark_read(caller.account_id, notice_id, outside.clock.now())
    return show_notices(outside, [notice], caller.language)[0]


def read_all_notices(outside: Outside, caller: Caller) -> Document:
    outside.store.mark_all_read(caller.account_id, outside.clock.now())
    return {"unread": outside.store.unread(caller.account_id)}


def show_notices(outside: Outside, notices: list[Notice], language: str) -> list[Document]:
    units = outside.store.units.many(notice.unit_id for notice in notices if notice.unit_id)
    names = {unit.id: unit.names for unit in units.values()}
    return [
        {
            "id": notice.id,
            "at": notice.at,
            "kind": str(notice.kind),
            "title": rendering.title(notice, language),
            "text": rendering.text(notice, names.get(notice.unit_id, {}), language),
            "link": notice.link,
            "read_at": notice.read_at,
            "mail": str(notice.mail),
        }
        for notice in notices
    ]
