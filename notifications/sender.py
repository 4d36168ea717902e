"""The sender: a program that tells people what has happened. Of several copies one works.

python -m notifications.sender
"""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from notifications.channels.smtp import MailChannel, ServerAway
from notifications.clients import Identity
from notifications.operations.sending import Sending, send_mails, tell_matters, tell_reminders
from notifications.settings import Settings, read_settings
from notifications.store import Store
from servicekit.access.keys import KeyRing
from servicekit.audit.exporting import audit_exports
from servicekit.data.database import JOB_TIMEOUT_MS, Database
from servicekit.exporting.running import export_loop
from servicekit.ids import new_id
from servicekit.out.peers import Peers, PeerUnavailable
from servicekit.work.clock import Clock
from servicekit.work.leases import Lease
from servicekit.work.loop import Loop, Step, run_program

NAME = "notifications"
FORGET_EVERY_SECONDS = 3600.0
# What was put off, such as the rest of a reminder or a mail that failed, becomes due without anybody's writing.
DUE_EVERY_SECONDS = 1.0
LOOKED_AT_SECONDS = 2.0
AWAY = (ServerAway, PeerUnavailable)


def make_sending(settings: Settings, database: Database, lease: Lease) -> Sending:
    keys = KeyRing(settings.common.keys_dir, NAME)
    peers = Peers(keys, NAME, settings.common.urls)
    return Sending(
        store=Store(database),
        clock=Clock(settings.common.zone),
        identity=Identity(peers.as_service("identity")),
        channel=MailChannel(settings.mail_server),
        server=settings.mail_server,
        public_url=settings.common.public_url,
        pace=settings.pace,
        still_ours=lease.hold,
    )


def telling_steps(sending: Sending) -> list[Step]:
    store = sending.store
    return [
        Step(
            "matters",
            partial(tell_matters, sending),
            every=LOOKED_AT_SECONDS,
            ahead=_ahead(sending, store.matters.due),
            away=AWAY,
        ),
        Step(
            "reminders",
            partial(tell_reminders, sending),
            every=LOOKED_AT_SECONDS,
            ahead=_ahead(sending, store.reminders.due),
            away=AWAY,
        ),
        Step(
            "forgetting",
            lambda: sending.store.notices.forget(sending.clock.now()),
            every=FORGET_EVERY_SECONDS,
            by_clock=True,
        ),
    ]


def mailing_steps(sending: Sending) -> list[Step]:
    ahead = _ahead(sending, sending.store.mails.due)
    return [Step("mails", partial(send_mails, sending), every=DUE_EVERY_SECONDS, ahead=ahead, away=AWAY)]


def _ahead(sending: Sending, due: Callable[[datetime, int], Sequence[object]]) -> Callable[[float], bool]:
    return lambda seconds: bool(due(sending.clock.now() + timedelta(seconds=seconds), 1))


def loops() -> list[Loop]:
    settings = read_settings()
    database = Database(settings.common.mongo_url, settings.common.database(NAME), JOB_TIMEOUT_MS)
    made = []
    for name, steps_of in (("teller", telling_steps), ("mailer", mailing_steps)):
        lease = Lease(database, name, new_id(), settings.pace.sender_lease)
        sending = make_sending(settings, database, lease)
        made.append(
            Loop(
                name,
                database,
                lease,
                steps_of(sending),
                prepare=sending.store.prepare,
                close=sending.channel.close,
            )
        )
    # A database of its own, which may be asked for long.
    logs = Database(settings.common.mongo_url, settings.common.database(NAME), JOB_TIMEOUT_MS)
    zone = settings.common.zone
    store = Store(logs)
    exports = audit_exports(NAME, logs, Clock(zone), zone, settings.keys, store.units)
    return [*made, export_loop("notifications exports", logs, exports, store.prepare)]


if __name__ == "__main__":
    sys.exit(run_program("sender", loops))
