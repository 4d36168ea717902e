"""The sender: a program that tells people what has happened. Of several copies one works.

python -m notifications.sender
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from pymongo.errors import PyMongoError

from notifications.channels.smtp import MailChannel, ServerAway
from notifications.clients import Identity
from notifications.domain.retry import rest
from notifications.operations.sending import Sending, send_mails, tell_matters, tell_reminders
from notifications.settings import Settings, read_settings
from notifications.store import Store
from servicekit.clock import Clock
from servicekit.database import JOB_TIMEOUT_MS, Database
from servicekit.ids import new_id
from servicekit.keys import KeyRing
from servicekit.leases import Lease
from servicekit.logs import configure, log
from servicekit.migrations import NotMigrated
from servicekit.peers import Peers, PeerUnavailable
from servicekit.relay import Beat

NAME = "notifications"
IDLE_SECONDS = 0.3
FORGET_EVERY_SECONDS = 3600.0


class Step:
    """One kind of work, left alone for a while when what it needs is away."""

    def __init__(self, name: str, work: Callable[[], int]) -> None:
        self._name = name
        self._work = work
        self._failures = 0
        self._not_before = 0.0

    def run(self) -> int:
        if time.monotonic() < self._not_before:
            return 0
        try:
            done = self._work()
        except (ServerAway, PeerUnavailable) as error:
            self._failures += 1
            self._not_before = time.monotonic() + rest(self._failures)
            log.warning("step_rests", step=self._name, why=str(error), failures=self._failures)
            return 0
        self._failures = 0
        return done


class Forgetting:
    """Drops what is older than it is kept, now and then."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._next = 0.0

    def __call__(self) -> int:
        if time.monotonic() < self._next:
            return 0
        self._next = time.monotonic() + FORGET_EVERY_SECONDS
        return self._store.forget_notices(self._clock.now())


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
    return [
        Step("matters", lambda: tell_matters(sending)),
        Step("reminders", lambda: tell_reminders(sending)),
        Step("forgetting", Forgetting(sending.store, sending.clock)),
    ]


def mailing_steps(sending: Sending) -> list[Step]:
    return [Step("mails", lambda: send_mails(sending))]


def work(sending: Sending, steps: list[Step], lease: Lease, stop: threading.Event, beat: Beat) -> None:
    """Goes on until `stop` is set."""
    prepared = False
    while not stop.is_set():
        done = 0
        try:
            if not prepared:
                sending.store.prepare()
                prepared = True
            if lease.hold():
                done = sum(step.run() for step in steps)
            beat.beat()
        except (PyMongoError, NotMigrated) as error:
            log.warning("sender_waits", error=type(error).__name__)
            stop.wait(1.0)
        if not done:
            stop.wait(IDLE_SECONDS)
    sending.channel.close()
    with suppress(PyMongoError):
        lease.release()


def main() -> int:
    settings = read_settings()
    configure("sender", settings.common.log_level)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    database = Database(settings.common.mongo_url, settings.common.database(NAME), JOB_TIMEOUT_MS)
    threads, broken = [], threading.Event()
    for name, steps_of in (("teller", telling_steps), ("mailer", mailing_steps)):
        lease = Lease(database, name, new_id(), settings.pace.sender_lease)
        sending = make_sending(settings, database, lease)
        arguments = (sending, steps_of(sending), lease, stop, Beat(settings.beat_file))
        threads.append(threading.Thread(target=until_broken, args=(broken, arguments), name=name))
    log.info("sender_started", pid=os.getpid())
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return 1 if broken.is_set() else 0


def until_broken(
    broken: threading.Event, arguments: tuple[Sending, list[Step], Lease, threading.Event, Beat]
) -> None:
    """When one thread breaks, the other ends too, and whoever watches the program starts it anew."""
    try:
        work(*arguments)
    except BaseException:
        broken.set()
        arguments[3].set()
        raise


if __name__ == "__main__":
    sys.exit(main())
