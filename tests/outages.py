"""One part of the house at a time slow, frozen or gone, while people go on asking at a steady rate; what they saw."""

import contextlib
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import requests

from servicekit.ids import new_id
from tests.journeys.whole_house import (
    WholeHouse,
    a_whole_house,
    begin_with_first_administrator,
    give_all_posts,
    import_tree,
)
from tests.load import Answer, Ask, Load, between, last_bad, named, p95
from tests.people import Person
from tests.processes import DatabaseServer, House, free_port

RATE = 60.0
WARM_SECONDS = 3.0
# What the house promises: docs/operations.md.
REFUSED_WITHIN = 3.0
RECOVERED_WITHIN = 5.0
TIMES_CONTROL = 2.0
# Between one and two cores shared with the load and the database, a start of a program or a collection of garbage takes
# this long; what one slow part did to the others without bounds was seconds. In seconds.
FLOOR = 0.15
WATCHED_AFTER = 4.0
CONGRESS_SLOWED_BY = 5.0
CALLBACKS = 48
# All in one instant would measure what forty-eight requests cost, not what their waiting does to others.
RETURNING_SECONDS = 2.0


class SlowLine:
    """Stands before a service, and passes its answers on later when it is told to; at once otherwise."""

    def __init__(self, port: int) -> None:
        self.seconds = 0.0
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._port))
                for work in (partial(self._pass, caller, server), partial(self._pass_back, server, caller)):
                    threading.Thread(target=work, daemon=True).start()

    @staticmethod
    def _pass(caller: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while part := caller.recv(65_536):
                server.sendall(part)
        _hang_up(server)

    def _pass_back(self, server: socket.socket, caller: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while part := server.recv(65_536):
                time.sleep(self.seconds)
                caller.sendall(part)
        _hang_up(caller)
        server.close()


def _hang_up(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


@dataclass
class Asked:
    """A house of a test's own that people are at work in. `slow`: before congress."""

    whole: WholeHouse
    slow: SlowLine
    asks: list[Ask]
    writer: Person

    @property
    def house(self) -> House:
        return self.whole.house


@contextmanager
def an_asked_house(server: DatabaseServer, folder: Path) -> Iterator[Asked]:
    port = free_port()
    slow = SlowLine(port)
    try:
        with a_whole_house(
            server,
            folder,
            ports={"congress": port},
            CONGRESS_URL=slow.address,
            LIMIT_PROVIDER_PER_MINUTE="100000",
        ) as whole:
            import_tree(whole)
            begin_with_first_administrator(whole)
            give_all_posts(whole)
            writer = signed_in(whole.house, "two-posts")
            asked = Asked(whole, slow, asks_of(whole, writer), writer)
            for ask in asked.asks:  # what is made at the first request is made
                answer = requests.request(
                    ask.method,
                    writer.base + ask.path,
                    json=ask.body,
                    headers={**ask.headers, "Idempotency-Key": new_id()},
                    timeout=20,
                )
                assert answer.ok, (ask, answer.text)
            yield asked
    finally:
        slow.close()


def signed_in(house: House, key: str) -> Person:
    person = Person(house, key)
    assert person.sign_in().status_code == 200
    return person


# What each kind of request needs, besides the gateway and, every forty-five seconds, identity.
NEEDS: dict[str, set[str]] = {
    "health": set(),
    "style": {"portal"},
    # Shows who is signed in.
    "about": {"portal", "identity"},
    "roles": {"identity", "database"},
    "roots": {"membership", "database"},
    "plans": {"congress", "database"},
    "inbox": {"notifications", "database"},
    "register": {"membership", "database"},
    "inbox page": {"portal", "notifications", "database"},
    # Its number of unread messages is an ornament.
    "account page": {"portal", "identity", "database"},
    "unit page": {"portal", "membership", "identity", "congress", "database"},
}
PATHS = {
    "health": "/healthz",
    "style": "/static/portal.css",
    "about": "/about",
    "roles": "/api/identity/roles",
    "roots": "/api/membership/units/roots",
    "plans": "/api/congress/plans",
    "inbox": "/api/notifications/inbox",
    "inbox page": "/inbox",
    "account page": "/account",
}
PAGES = ("inbox page", "account page", "unit page")


def asks_of(whole: WholeHouse, writer: Person) -> list[Ask]:
    """By several sessions: pages are dearer than answers to programs, and rarer."""
    readers = [_as(signed_in(whole.house, "district-secretary")) for _ in PAGES]
    member = {
        "unit_id": whole.unit("BD-N0130").id,
        "name": "A. Member",
        "birth_date": "1980-01-01",
        "sex": "other",
    }
    unit_page = f"/units/{whole.unit('BD-D01').id}"
    found = []
    for reader, page in zip(readers, PAGES, strict=True):
        found += [Ask(name, PATHS[name], reader) for name in (*PATHS, "roles", "inbox") if name not in PAGES]
        found.append(Ask("register", "/api/membership/members", _as(writer), "POST", member))
        found.append(Ask(page, PATHS.get(page, unit_page), {**reader, "Accept": "text/html"}))
    return found


def _as(person: Person) -> dict[str, str]:
    session = next(one.value for one in person.http.cookies if one.name == "session")
    return {"Cookie": f"session={session}", "Origin": person.base}


# ---------------------------------------------------------------- the faults


@dataclass(frozen=True)
class Fault:
    """`parts`: whatever needs one of these may be refused meanwhile; everything else goes on."""

    name: str
    parts: frozenset[str]
    happens: Callable[[Asked], AbstractContextManager[None]]

    @property
    def spared(self) -> list[str]:
        return [name for name, needs in NEEDS.items() if not needs & self.parts]


@contextmanager
def congress_slowed(asked: Asked) -> Iterator[None]:
    asked.slow.seconds = CONGRESS_SLOWED_BY
    try:
        yield
    finally:
        asked.slow.seconds = 0.0


def frozen(part: str) -> Callable[[Asked], AbstractContextManager[None]]:
    """All processes of one part stand still, with their sockets open."""

    @contextmanager
    def standing(asked: Asked) -> Iterator[None]:
        process = asked.house.database.process if part == "database" else asked.house.processes[part]
        assert process is not None
        os.killpg(process.popen.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(process.popen.pid, signal.SIGCONT)

    return standing


@contextmanager
def database_gone(asked: Asked) -> Iterator[None]:
    server = asked.house.database
    assert server.process is not None
    server.process.kill()
    try:
        yield
    finally:
        server.start()


def eid_hanging(asked: Asked) -> AbstractContextManager[None]:
    """The eID takes connections and says nothing, while people come back from it, where they have been before."""
    with ThreadPoolExecutor(4) as few:
        ways = list(few.map(lambda _: way_back(asked.house), range(CALLBACKS)))
    return coming_back(asked, ways)


@contextmanager
def coming_back(asked: Asked, ways: list[tuple[requests.Session, str]]) -> Iterator[None]:
    with frozen("practice_eid")(asked), ThreadPoolExecutor(CALLBACKS) as all_at_once:
        coming = [
            all_at_once.submit(come_back, *way, wait=number * RETURNING_SECONDS / CALLBACKS)
            for number, way in enumerate(ways)
        ]
        yield
        for one in coming:
            seconds, answer = one.result()
            if answer.status_code == 503:
                assert seconds < REFUSED_WITHIN, seconds
                assert "Retry-After" in answer.headers


def way_back(house: House) -> tuple[requests.Session, str]:
    """A person who has been at the eID, and the address that it sends them back to."""
    person = Person(house, "hq-organiser")
    return person.http, person.sent_back()


def come_back(http: requests.Session, address: str, wait: float) -> tuple[float, requests.Response]:
    time.sleep(wait)
    began = time.monotonic()
    answer = http.get(address, allow_redirects=False, timeout=60)
    return time.monotonic() - began, answer


EVERYTHING = frozenset({"database", "identity", "membership", "congress", "notifications"})
FAULTS = (
    Fault("congress slowed by 5 s", frozenset({"congress"}), congress_slowed),
    Fault("database frozen", EVERYTHING, frozen("database")),
    Fault("database gone", EVERYTHING, database_gone),
    # Whoever is not known yet, or not any more, cannot be served; nobody waits for that.
    Fault("identity frozen", EVERYTHING, frozen("identity")),
    Fault("eID hanging, 48 callbacks", frozenset(), eid_hanging),
    Fault("notifications frozen", frozenset({"notifications"}), frozen("notifications")),
    Fault("membership frozen", frozenset({"membership"}), frozen("membership")),
)


# ---------------------------------------------------------------- what was seen


@dataclass(frozen=True)
class Seen:
    """Of one fault. `ratios`: of what should not feel it, the time of nineteen of twenty against the control's."""

    fault: Fault
    control: list[Answer]
    during: list[Answer]
    after: list[Answer]
    recovery: float
    acknowledged: int
    lost: set[str]

    def times(self) -> dict[str, tuple[float, float]]:
        """By what was asked: seconds before, and meanwhile."""
        return {
            name: (p95(named(self.control, [name])), p95(named(self.during, [name])))
            for name in self.fault.spared
        }

    def slower(self) -> dict[str, tuple[float, float]]:
        return {
            name: (before, now)
            for name, (before, now) in self.times().items()
            if now > TIMES_CONTROL * before + FLOOR
        }

    def refused_though_spared(self) -> list[Answer]:
        return [one for one in named(self.during, self.fault.spared) if not one.done]

    def refusals(self) -> list[Answer]:
        return [one for one in (*self.during, *self.after) if not one.done]

    def wrongly_refused(self) -> list[Answer]:
        """In another way than as something that is there again in a moment."""
        return [one for one in self.refusals() if one.status != 503 or not one.retry_after.isdecimal()]

    def refused_late(self) -> list[Answer]:
        return [one for one in self.refusals() if one.seconds > REFUSED_WITHIN]

    def too_slow(self) -> list[str]:
        """What was beyond a bound of time, in words; a crowd that finds no place is one too."""
        found = [f"{name}: {before:.3f} s -> {now:.3f} s" for name, (before, now) in self.slower().items()]
        found += [f"refused without need: {one}" for one in self.refused_though_spared()[:3]]
        found += [f"refused late: {one}" for one in self.refused_late()[:3]]
        if self.recovery > RECOVERED_WITHIN:
            found.append(f"recovered after {self.recovery:.1f} s")
        return found

    def slowest(self) -> float:
        return max(one.seconds for one in (*self.during, *self.after))


def see(asked: Asked, fault: Fault, control_seconds: float, fault_seconds: float) -> Seen:
    """Everything is asked at the same rate before, meanwhile and afterwards."""
    trouble = fault.happens(asked)
    load = Load(asked.writer.base, asked.asks, RATE)
    try:
        time.sleep(WARM_SECONDS)
        control = time.monotonic()
        time.sleep(control_seconds)
        with contextlib.ExitStack() as while_it_lasts:
            before = time.monotonic()
            while_it_lasts.enter_context(trouble)
            begun = time.monotonic()
            time.sleep(fault_seconds)
            ended = time.monotonic()
        over = time.monotonic()
        time.sleep(RECOVERED_WITHIN + WATCHED_AFTER)
        answers = load.stop()
    finally:
        load.end()
    good = partial(_is_good, _usual(between(answers, control, before)))
    acknowledged = {one.made for one in answers if one.made}
    return Seen(
        fault,
        between(answers, control, before),
        between(answers, begun, ended),
        between(answers, ended, time.monotonic()),
        last_bad(answers, over, good),
        len(acknowledged),
        acknowledged - _stored(asked, acknowledged),
    )


def _usual(control: Sequence[Answer]) -> dict[str, float]:
    return {name: p95(named(control, [name])) for name in NEEDS}


def _is_good(usual: dict[str, float], one: Answer) -> bool:
    return one.done and one.seconds <= TIMES_CONTROL * usual[one.name] + FLOOR


def _stored(asked: Asked, ids: set[str]) -> set[str]:
    with asked.whole.database("membership") as database:
        return {
            str(one["_id"]) for one in database.mongo["members"].find({"_id": {"$in": list(ids)}}, {"_id": 1})
        }
