"""A notice: one matter as it stands in one person's inbox, and how its e-mail fares."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from notifications.domain.digest import Telling
from notifications.domain.kinds import (
    COUNTED_AS,
    MY_ACCOUNT,
    MY_CODES,
    MY_FILES,
    MY_OFFERS,
    MY_SEALED_SIGN_INS,
    MY_TASKS,
    ROLES,
    TOGETHER,
    Kind,
    link_to_access,
    link_to_confirmations,
    link_to_congress,
    link_to_difficulty,
    link_to_fallback,
    link_to_grant,
    link_to_moves,
    link_to_request,
    link_to_requests,
    link_to_seats,
)
from notifications.domain.mailboxes import Mailbox
from notifications.domain.matters import Matter
from servicekit.ids import id_from


class Mail(StrEnum):
    """waiting → sent, or why it never will be."""

    WAITING = "waiting"
    SENT = "sent"
    NO_ADDRESS = "no-address"  # the person gave none
    RESTS = "rests"  # the address refused one before and is left alone for a while
    REFUSED = "refused"  # the mail server will not take it, or the address is none
    GIVEN_UP = "given-up"  # tried too often
    STALE = "stale"  # too old to be worth sending
    NO_ACCOUNT = "no-account"


@dataclass(frozen=True)
class Notice:
    """`id` follows from matter and person, so that doing it again after a crash tells nothing twice."""

    id: str
    account_id: str
    kind: Kind
    at: datetime
    link: str
    unit_id: str = ""  # empty when several are counted
    deadline: date | None = None
    count: int = 0
    read_at: datetime | None = None
    mail_state: Mail = Mail.WAITING
    mail_due_at: datetime | None = None
    mail_attempts: int = 0


_FIXED = {
    Kind.OFFER_MADE: MY_OFFERS,
    Kind.SIGNED_OUT: MY_ACCOUNT,
    Kind.BAN_LIFTED: MY_ACCOUNT,
    Kind.OFFICIAL_NAMED: MY_CODES,
    Kind.OFFICIAL_REMOVED: MY_CODES,
    Kind.CODES_DRAWN: MY_CODES,
    Kind.ENTERED_BY_CODE: MY_SEALED_SIGN_INS,
    Kind.JOINT_ACT_ASKED: TOGETHER,
    Kind.ROLE_CHANGE_ASKED: ROLES,
    Kind.EXPORT_READY: MY_FILES,
    Kind.EXPORT_FAILED: MY_FILES,
}
_BELOW = (
    *(Kind.OFFICIAL_NAMED_BELOW, Kind.OFFICIAL_REMOVED_BELOW, Kind.CODES_DRAWN_BELOW),
    Kind.ENTERED_BY_CODE_BELOW,
)

_ACCESS = (
    *(Kind.ASK_CONFIRMED, Kind.ASK_DECLINED, Kind.ASK_LAPSED, Kind.HANDED_TO, Kind.GIFT_TAKEN_OVER),
    Kind.INVITATION_SPARE,
    *(Kind.OWN_BAN_LIFTED, Kind.MACHINE_TAKEN),
)


def notice_of(matter: Matter, account_id: str, now: datetime) -> Notice:
    """Of a matter about one unit."""
    concern = matter.concerns[0]
    if matter.kind in _FIXED:
        link = _FIXED[matter.kind]
    elif matter.grant_id:
        link = link_to_grant(matter.grant_id)
    elif concern.difficulty_id:
        link = link_to_difficulty(concern.difficulty_id)
    elif matter.request_id:
        link = link_to_request(matter.request_id)
    elif concern.congress_id:
        link = link_to_congress(concern.congress_id)
    elif matter.kind in (Kind.FALLBACK_ASKED, Kind.FALLBACK_DENIED, Kind.WINDOW_ENDED, *_BELOW):
        link = link_to_fallback(concern.unit_id)
    elif matter.kind in (Kind.UNITS_LEFT_ALONE, Kind.SIGNED_OUT_BELOW, *_ACCESS):
        link = link_to_access(concern.unit_id)
    elif matter.kind is Kind.ACCESS_ASKED:
        link = link_to_requests(concern.unit_id)
    elif matter.kind is Kind.MOVE_ASKED:
        link = link_to_moves(concern.unit_id)
    else:
        link = link_to_confirmations(concern.unit_id)
    return Notice(
        *(id_from(matter.id, account_id), account_id, matter.kind, now, link, concern.unit_id),
        deadline=matter.deadline,
        count=matter.count,
    )


def refused_notice(mailbox: Mailbox, now: datetime) -> Notice:
    """That one's own address takes no mail: told in the inbox, where else."""
    notice_id = id_from("mail.refused", mailbox.account_id, mailbox.mark)
    return Notice(notice_id, mailbox.account_id, Kind.MAIL_REFUSED, now, MY_ACCOUNT, mail_state=Mail.RESTS)


def reminder_notice(
    topic: str,
    account_id: str,
    telling: Telling,
    told: int,
    deadline: date | None,
    now: datetime,
    kind: Kind = Kind.DEADLINE_NEAR,
) -> Notice:
    """`told` units of the reminder were told before: it keeps later countings apart from the first."""
    if telling.counted:
        notice_id = id_from(topic, account_id, "counted", str(told))
        count = len(telling.concerns)
        return Notice(notice_id, account_id, COUNTED_AS[kind], now, MY_TASKS, deadline=deadline, count=count)
    (concern,) = telling.concerns
    notice_id = id_from(topic, account_id, "unit", concern.unit_id)
    if kind is Kind.NOBODY_REPORTS:
        link = link_to_access(concern.unit_id)
    elif kind is Kind.SEATS_DECIDED:
        link = link_to_seats(concern.congress_id)
    else:
        link = link_to_congress(concern.congress_id)
    return Notice(notice_id, account_id, kind, now, link, concern.unit_id, deadline=deadline, count=1)
