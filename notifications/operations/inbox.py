"""One's own inbox, worded when it is read.

What is seen in a session by a sealed code stays unread: nobody has proven who holds the code, and the notice that it
was used is among them. Nor is anything told there but of the unit that the code was opened for.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from notifications import rendering
from notifications.context import Context
from notifications.domain.kinds import MY_INBOX
from notifications.domain.notices import Notice
from servicekit.access.decision import Caller
from servicekit.calendar.waiting import Rank, Task, Waiting
from servicekit.refusals import NotFound


@dataclass(frozen=True)
class NoticeSeen:
    """`mail`: what became of it by e-mail."""

    id: str
    at: datetime
    kind: str
    title: str
    text: str
    link: str
    read_at: datetime | None
    mail: str


@dataclass(frozen=True)
class InboxSeen:
    items: Sequence[NoticeSeen]
    unread: int
    next: str | None
    total: int | None


@dataclass(frozen=True)
class UnreadLeft:
    unread: int


def read_inbox(context: Context, caller: Caller, *, unread: bool, after: str, limit: int) -> InboxSeen:
    found = context.store.notices.inbox(
        caller.account_id, unread=unread, after=after, limit=limit, units=_units(caller)
    )
    items = show_notices(context, found.page.items, caller.language)
    return InboxSeen(items, found.unread, found.page.next, found.page.total)


def read_notice(context: Context, caller: Caller, notice_id: str) -> NoticeSeen:
    """Marks one notice as read; raises NotFound for anybody else's."""
    notices = context.store.notices
    if caller.fallback:
        notice = notices.notice(caller.account_id, notice_id)
        if notice.unit_id not in (_units(caller) or ()):
            raise NotFound
    else:
        notice = notices.mark_read(caller.account_id, notice_id, context.clock.now())
    return show_notices(context, [notice], caller.language)[0]


def read_all_notices(context: Context, caller: Caller) -> UnreadLeft:
    if not caller.fallback:
        context.store.notices.mark_all_read(caller.account_id, context.clock.now())
    return UnreadLeft(context.store.notices.unread(caller.account_id, _units(caller)))


def _units(caller: Caller) -> Collection[str] | None:
    """Of which units alone the session may hear; None for whoever the eID has proven."""
    return {right.unit_id for right in caller.rights} if caller.fallback else None


def show_notices(context: Context, notices: Sequence[Notice], language: str) -> list[NoticeSeen]:
    units = context.store.units.many(notice.unit_id for notice in notices if notice.unit_id)
    names = {unit.id: unit.names for unit in units.values()}
    return [
        NoticeSeen(
            id=notice.id,
            at=notice.at,
            kind=str(notice.kind),
            title=rendering.title(notice, language),
            text=rendering.text(notice, names.get(notice.unit_id, {}), language),
            link=notice.link,
            read_at=notice.read_at,
            mail=str(notice.mail_state),
        )
        for notice in notices
    ]


def waiting(context: Context, caller: Caller, _unit_id: str) -> Waiting:
    """Unread messages, which are a person's and no unit's."""
    unread = context.store.notices.unread(caller.account_id, _units(caller))
    return Waiting((Task("unread", MY_INBOX, Rank.ASIDE, count=unread),) if unread else ())
