"""The sender's steps: from matters to people, from people to notices, from notices to e-mails.

Each write is a compare-and-set or may be done again with the same result, so a sender that is killed between any
two of them goes on where it was.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from notifications import rendering
from notifications.channels.smtp import (
    AddressRefused,
    MailChannel,
    MessageDelayed,
    MessageRefused,
    ServerAway,
    write_mail,
)
from notifications.clients import Identity
from notifications.domain.audience import DUE, Question, people_of
from notifications.domain.digest import tellings
from notifications.domain.mailboxes import refused, rests, to_be_told
from notifications.domain.matters import Concern, Matter, whole_topic, without_holder
from notifications.domain.notices import Mail, Notice, notice_of, refused_notice, reminder_notice
from notifications.domain.reminders import Reminder
from notifications.domain.retry import pause, stale
from notifications.settings import MailServer, Pace
from notifications.store import Store
from notifications.store.jobs import Overtaken
from servicekit.logs import log
from servicekit.out.peers import PeerRefused, PeerUnavailable
from servicekit.work.clock import Clock

AT_ONCE = 50
# Of so many units one is told that nobody can report there; of more it is said that they are at least so many.
ALONE_MOST = 5_000


@dataclass(frozen=True)
class Sending:
    """Everything that the sender's steps may touch; `still_ours` is False once another sender has taken over."""

    store: Store
    clock: Clock
    identity: Identity
    channel: MailChannel
    server: MailServer
    public_url: str
    pace: Pace
    still_ours: Callable[[], bool]


# ---------------------------------------------------------------- matters


def tell_matters(sending: Sending) -> int:
    """Finds the people of what has happened and tells them; how many matters moved. Raises PeerUnavailable."""
    moved = 0
    for matter in sending.store.matters.due(sending.clock.now(), AT_ONCE):
        if not sending.still_ours():
            break
        try:
            _tell(sending, matter)
        except PeerRefused as refusal:
            wait = pause(matter.attempts + 1, sending.pace.first_pause)
            due_at = sending.clock.now() + wait if wait else None
            sending.store.matters.postpone(matter, due_at, f"identity {refusal.status}")
            log.warning("matter_postponed", matter=matter.id, status=refusal.status, last=due_at is None)
        except Overtaken:
            continue
        moved += 1
    return moved


def _tell(sending: Sending, matter: Matter) -> None:
    part = matter.concerns[matter.asked : matter.asked + AT_ONCE]
    people = _people(sending.identity.recipients, matter, part)
    store, now = sending.store, sending.clock.now()

    if matter.topic:
        for account_id, concerns in people.items():
            store.reminders.gather(matter, account_id, concerns, now + sending.pace.gather)
        _tell_above(sending, matter, part, people)
    else:
        store.notices.add([notice_of(matter, account_id, now) for account_id in people])
    store.matters.advance(matter, matter.asked + len(part), now)
    log.info("matter_told", matter=matter.id, kind=str(matter.kind), people=len(people))


def _tell_above(
    sending: Sending, matter: Matter, part: Sequence[Concern], people: Mapping[str, Sequence[Concern]]
) -> None:
    """That nobody can report for some of these units, to the nearest who can give somebody access there."""
    found = {concern for concerns in people.values() for concern in concerns}
    alone = [concern for concern in part if concern not in found and len(concern.unit_path) > 1]
    if matter.kind not in DUE or not alone:
        return
    instead, until = without_holder(matter), sending.clock.now() + sending.pace.gather
    known: dict[tuple[str, str], list[str]] = {}

    def from_above(question: Question) -> list[str]:
        """Whoever gives access from a unit gives it to all below alike, so it is asked once; in the unit is nobody."""
        if len(question.unit_path) < 2:
            return []
        place = (question.permission, question.unit_path[0])
        if place not in known:
            known[place] = list(sending.identity.recipients(question))
        return known[place]

    for account_id, concerns in _people(from_above, instead, alone).items():
        sending.store.reminders.gather(instead, account_id, concerns, until, most=ALONE_MOST)


def _people(
    holders: Callable[[Question], Iterable[str]], matter: Matter, part: Sequence[Concern]
) -> dict[str, list[Concern]]:
    """The accounts that the matter concerns, each with its units."""
    if matter.account_id:
        return {matter.account_id: list(part)}
    people: dict[str, list[Concern]] = {}
    for concern in part:
        for who in people_of(matter.kind, concern.unit_path, matter.besides, holders):
            people.setdefault(who, []).append(concern)
    return people


# ---------------------------------------------------------------- reminders


def tell_reminders(sending: Sending) -> int:
    """Tells what has been gathered, each person once; how many people."""
    store, now = sending.store, sending.clock.now()
    due = store.reminders.due(now, AT_ONCE)
    gathering = {
        topic for topic in {one.topic for one in due} if store.matters.topic_open(whole_topic(topic))
    }
    for topic in gathering:
        store.reminders.postpone_topic(topic, now + sending.pace.gather)
    ready = [one for one in due if one.topic not in gathering]
    if not ready or not sending.still_ours():
        return 0

    begun = store.reminders.begin(ready)
    store.notices.add([notice for one in begun for notice in _reminder_notices(one, now)])
    store.reminders.end(begun, now)
    return len(begun)


def _reminder_notices(reminder: Reminder, now: datetime) -> list[Notice]:
    told = reminder.told
    return [
        reminder_notice(
            reminder.topic, reminder.account_id, telling, told, reminder.deadline, now, reminder.kind
        )
        for telling in tellings(told, reminder.units[told : reminder.telling])
    ]


# ---------------------------------------------------------------- mails


def send_mails(sending: Sending) -> int:
    """Sends what is due; how many messages were dealt with. Raises ServerAway, PeerUnavailable."""
    dealt = 0
    for notice in sending.store.mails.due(sending.clock.now(), AT_ONCE):
        if not sending.still_ours():
            break
        until = sending.clock.now() + sending.pace.mail_lease
        if sending.store.mails.take(notice, until):
            _send(sending, notice, until)
            dealt += 1
    return dealt


class MailboxRefused(MessageRefused):
    """The address itself takes no mail; `mark` tells which one it was."""

    def __init__(self, mark: str, why: str) -> None:
        super().__init__(why)
        self.mark = mark


def _send(sending: Sending, notice: Notice, until: datetime) -> None:
    store = sending.store
    try:
        state, why = _deliver(sending, notice), ""
    except (ServerAway, PeerUnavailable):
        store.mails.give_back(notice, until, sending.clock.now())
        raise
    except MailboxRefused as refusal:
        state, why = Mail.REFUSED, str(refusal)
        _leave_alone(store, notice.account_id, refusal.mark, sending.clock.now())
    except MessageRefused as refusal:
        state, why = Mail.REFUSED, str(refusal)
    except (MessageDelayed, PeerRefused) as delay:
        why = str(delay)
        wait = pause(notice.mail_attempts + 1, sending.pace.first_pause)
        if wait is not None:
            store.mails.postpone(notice, until, sending.clock.now() + wait, why)
            log.warning("mail_postponed", notice=notice.id, why=why, seconds=wait // timedelta(seconds=1))
            return
        state = Mail.GIVEN_UP
    store.mails.end(notice, until, state, why)
    log.info("mail_ended", notice=notice.id, state=str(state), why=why)


def _deliver(sending: Sending, notice: Notice) -> Mail:
    now = sending.clock.now()
    if stale(notice.at, now):
        return Mail.STALE
    contact = sending.identity.contact(notice.account_id)
    if contact is None:
        return Mail.NO_ACCOUNT
    if not contact.email:
        return Mail.NO_ADDRESS
    known = sending.store.mailboxes.find(notice.account_id)
    if rests(known, contact.mark, now):
        return Mail.RESTS
    language = rendering.known_language(contact.language)
    subject = rendering.title(notice, language)
    text = rendering.mail_text(notice, sending.public_url, language)
    try:
        sending.channel.send(
            write_mail(sending.server.sender, notice.id, contact.email, subject, text, language, now)
        )
    except AddressRefused as refusal:
        raise MailboxRefused(contact.mark, str(refusal)) from refusal
    if known is not None:
        sending.store.mailboxes.forget(notice.account_id)
    return Mail.SENT


def _leave_alone(store: Store, account_id: str, mark: str, now: datetime) -> None:
    """Nothing is sent there for a while, and its owner is told; doing it again after a crash tells nothing twice."""
    mailbox = refused(store.mailboxes.find(account_id), account_id, mark, now)
    if to_be_told(mailbox):
        store.notices.add([refused_notice(mailbox, now)])
    store.mailboxes.keep(mailbox)
    log.warning("mailbox_rests", account=account_id, refusals=mailbox.refusals)
