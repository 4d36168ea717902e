"""What is acknowledged stays: parts of the house are killed while people write, and nothing is lost or doubled.

This house and its database are the test's own. A killed part is started again by the test, as the supervisor
would; whatever else keeps running must find its way by itself.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import requests

from servicekit.audit.chain import chain_of
from servicekit.ids import new_id
from tests.journeys.whole_house import (
    Json,
    WholeHouse,
    a_whole_house,
    begin_with_first_administrator,
    eventually,
    give_all_posts,
    import_tree,
)
from tests.people import Person, a_period
from tests.processes import DatabaseServer, free_port

# What a killed process wrote in an open transaction is held by the database for its transaction lifetime, 60 s.
HELD_SECONDS = 120.0


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DatabaseServer]:
    server = DatabaseServer(free_port(), tmp_path_factory.mktemp("fault-db") / "data")
    server.start()
    yield server
    if server.process is not None:
        server.process.kill()


@pytest.fixture(scope="module")
def shaken(own_server: DatabaseServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeHouse]:
    with a_whole_house(own_server, tmp_path_factory.mktemp("faults")) as whole:
        import_tree(whole)
        begin_with_first_administrator(whole)
        give_all_posts(whole)
        yield whole


def kill_and_start_again(whole: WholeHouse, part: str) -> None:
    house = whole.house
    if part == "database":
        server = house.database
        assert server.process is not None
        server.process.kill()
        server.start()
        return
    house.processes[part].kill()
    if "." in part:
        house.start_program(part)
    else:
        house.start_service(part)


# ---------------------------------------------------------------- people who go on writing


@dataclass
class Writer:
    """Sends one write after the other; what was not answered is sent again under the same key, as a browser would."""

    person: Person
    stop: threading.Event
    acknowledged: list[Any] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    error: BaseException | None = None

    def run(self) -> None:
        try:
            while not self.stop.is_set():
                self.write()
        except BaseException as error:  # noqa: BLE001 - the test's own thread tells of it
            self.error = error

    def write(self) -> None:
        raise NotImplementedError

    def post(self, path: str, body: Json, **headers: str) -> requests.Response:
        """Until there is an answer that is not "come again"."""
        key = new_id()
        deadline = time.monotonic() + HELD_SECONDS
        while True:
            try:
                answer = self.person.post(path, body, Idempotency_Key=key, **headers)
            except requests.RequestException:
                self.statuses[0] += 1
            else:
                self.statuses[answer.status_code] += 1
                assert answer.status_code in (200, 201, 401, 409, 412, 503), answer.text
                if answer.status_code not in (401, 503):
                    return answer
                if answer.status_code == 503:
                    assert "Retry-After" in answer.headers, answer.text
            assert time.monotonic() < deadline, f"{path} is not answered"
            time.sleep(0.05)

    def get(self, path: str) -> Json:
        def ask() -> Json | None:
            try:
                answer = self.person.get(path)
            except requests.RequestException:
                self.statuses[0] += 1
                return None
            self.statuses[answer.status_code] += 1
            assert answer.status_code in (200, 401, 503), answer.text
            return dict(answer.json()) if answer.ok else None

        return eventually(ask, path, HELD_SECONDS)


UNHURRIED_FROM = 350


@dataclass
class Clerk(Writer):
    """Corrects one milestone over and over: each correction is an entry that must stay."""

    congress_id: str = ""
    day: str = ""

    def write(self) -> None:
        congress = self.get(f"/api/congress/congresses/{self.congress_id}")
        standing = [entry for entry in congress["entries"] if entry["milestone"] == "opened"]
        note = new_id()
        report = {"milestone": "opened", "date": self.day, "note": note}
        if standing:
            report["corrects"] = standing[-1]["id"]
        answer = self.post(
            f"/api/congress/congresses/{self.congress_id}/milestones",
            report,
            If_Match=f'"{congress["version"]}"',
        )
        if len(self.acknowledged) > UNHURRIED_FROM:
            # A congress holds five hundred entries: where nothing is slow, it would be full before the end.
            self.stop.wait(1)
        # The same key after a crash gives the first answer, so a write of one's own is never in one's way.
        assert answer.status_code == 200, answer.text
        self.acknowledged.append(note)


@dataclass
class Keeper(Writer):
    """Registers one member after the other."""

    unit_id: str = ""

    def write(self) -> None:
        body = {"unit_id": self.unit_id, "name": "A. Member", "birth_date": "1980-01-01", "sex": "other"}
        answer = self.post("/api/membership/members", body)
        assert answer.status_code == 201, answer.text
        self.acknowledged.append(answer.json()["id"])


@dataclass
class Administrator(Writer):
    """Suspends and resumes a grant: each change is told to its holder, once."""

    grant_id: str = ""
    version: int = 0

    def write(self) -> None:
        act = "suspend" if len(self.acknowledged) % 2 == 0 else "resume"
        path = f"/api/identity/grants/{self.grant_id}"
        answer = self.post(f"{path}/{act}", {"reason": "x"}, If_Match=f'"{self.version}"')
        if answer.status_code == 200:
            self.version = answer.json()["version"]
        else:
            # Sent twice because the first answer was lost: then it was done.
            grant = self.get(path)
            assert grant["version"] == self.version + 1, answer.text
            assert grant["status"] == {"suspend": "suspended", "resume": "active"}[act]
            self.version = grant["version"]
        self.acknowledged.append(act)


@dataclass
class Scribes:
    clerk: Clerk
    keeper: Keeper
    administrator: Administrator
    threads: list[threading.Thread] = field(default_factory=list)

    @property
    def all(self) -> tuple[Writer, ...]:
        return (self.clerk, self.keeper, self.administrator)

    def begin(self) -> None:
        for writer in self.all:
            thread = threading.Thread(target=writer.run)
            thread.start()
            self.threads.append(thread)

    def wait_for_more(self) -> None:
        """Until each of them has got something through since now."""
        before = [len(writer.acknowledged) for writer in self.all]

        def more() -> bool:
            self.raise_errors()
            return all(len(w.acknowledged) > n for w, n in zip(self.all, before, strict=True))

        eventually(more, "everybody's writes get through again", HELD_SECONDS)

    def raise_errors(self) -> None:
        for writer in self.all:
            if writer.error is not None:
                raise writer.error

    def end(self) -> None:
        for writer in self.all:
            writer.stop.set()
        for thread in self.threads:
            thread.join(90)
        self.raise_errors()


def scribes_of(whole: WholeHouse) -> Scribes:
    """A clerk's congress under way, a keeper's unit, and an administrator's grant to somebody who is told of it."""
    today = whole.congress.clock.today()
    plan = whole.cascaded(whole.a_plan("union"))
    congress = whole.congress_of("union-clerk", plan, "BD-N0129")
    whole.recorded("union-clerk", congress, "plan", day=today - timedelta(days=9))
    holder = whole.person("division-supervisor").get("/api/identity/me").json()["account_id"]
    wanted = {"unit_id": whole.unit("BD-N0131").id, "role": "reader", "account_id": holder, **a_period()}
    grant = whole.person("upazila-clerk").post("/api/identity/grants", wanted)
    assert grant.status_code == 201, grant.text
    # Only what was accepted is told of when it is suspended.
    a_browser(whole, "division-supervisor")
    grant = whole.person("upazila-clerk").get(f"/api/identity/grants/{grant.json()['id']}")
    assert grant.json()["status"] == "active"
    return Scribes(
        Clerk(
            a_browser(whole, "union-clerk"),
            threading.Event(),
            congress_id=congress["id"],
            day=(today - timedelta(days=5)).isoformat(),
        ),
        Keeper(a_browser(whole, "two-posts"), threading.Event(), unit_id=whole.unit("BD-N0130").id),
        Administrator(
            a_browser(whole, "upazila-clerk"),
            threading.Event(),
            grant_id=grant.json()["id"],
            version=grant.json()["version"],
        ),
    )


def a_browser(whole: WholeHouse, key: str) -> Person:
    """One of the writer's own: sessions of requests are not for several threads."""
    person = Person(whole.house, key)
    assert person.sign_in().status_code == 200
    return person


PARTS = (
    "servicekit.events.relay",
    "congress",
    "congress.projector",
    "notifications",
    "notifications.sender",
    "membership",
    "identity",
    "gateway",
    "database",
    "servicekit.events.relay",
    "congress.projector",
    "database",
)


def test_what_was_acknowledged_is_there_after_every_part_was_killed_during_writes(shaken: WholeHouse) -> None:
    whole = shaken
    scribes = scribes_of(whole)
    told_before = Counter(notice["kind"] for notice in whole.notices("division-supervisor"))
    scribes.begin()
    try:
        for part in PARTS:
            scribes.wait_for_more()
            kill_and_start_again(whole, part)
        scribes.wait_for_more()
    finally:
        scribes.end()

    for writer in scribes.all:
        assert writer.statuses[503] + writer.statuses[0] > 0, "the killings were felt"
    # Every acknowledged write is there, once, and nothing else is.
    congress = whole.person("union-clerk").get(f"/api/congress/congresses/{scribes.clerk.congress_id}").json()
    notes = [entry["note"] for entry in congress["entries"] if entry["milestone"] == "opened"]
    assert notes == scribes.clerk.acknowledged
    with whole.database("membership") as database:
        members = {one["_id"] for one in database.mongo["members"].find({}, {"_id": 1})}
    assert len(set(scribes.keeper.acknowledged)) == len(scribes.keeper.acknowledged)
    assert members == set(scribes.keeper.acknowledged)

    # Everything that follows from them has arrived, once.
    whole.settled(HELD_SECONDS)
    assert whole.rollup_differences() == []
    counts = (
        whole.person("two-posts")
        .get(f"/api/membership/units/{whole.unit('BD-N0130').id}/member-counts")
        .json()
    )
    assert counts["here"]["own"]["total"] == len(members)
    told = Counter(notice["kind"] for notice in whole.notices("division-supervisor")) - told_before
    acts = Counter(scribes.administrator.acknowledged)
    assert told["grant.suspended"] == acts["suspend"]
    assert told["grant.resumed"] == acts["resume"]
    assert {service: faults for service, faults in whole.audit_faults().items() if faults} == {}
    with whole.database("congress") as database:
        recorded = [
            entry["details"]["milestone"]
            for entry in chain_of(database).entries.find({"action": "milestone.recorded"})
        ]
    assert recorded.count("opened") == len(notes)
    with whole.database("membership") as database:
        registered = [
            entry["record_id"] for entry in chain_of(database).entries.find({"action": "member.registered"})
        ]
    assert sorted(registered) == sorted(members)


# ---------------------------------------------------------------- parts that are away


def seconds_of(ask: Callable[[], requests.Response]) -> tuple[requests.Response, float]:
    began = time.monotonic()
    answer = ask()
    return answer, time.monotonic() - began


def refusal(person: Person, path: str) -> list[requests.Response]:
    """The answer once it is one; a refusal counts as false, so it comes in a list."""
    answer = person.get(path)
    return [] if answer.ok else [answer]


READS = (
    ("identity", "/api/identity/roles"),
    ("membership", "/api/membership/units/roots"),
    ("congress", "/api/congress/plans"),
    ("notifications", "/api/notifications/inbox"),
)


def test_without_its_database_the_house_says_so_within_three_seconds_and_recovers_by_itself(
    shaken: WholeHouse,
) -> None:
    person = shaken.person("district-secretary")
    for _, path in READS:
        assert person.get(path).status_code == 200
    processes = {name: process.popen.pid for name, process in shaken.house.processes.items()}
    server = shaken.house.database
    assert server.process is not None
    server.process.kill()
    try:
        wanted = {"path": "/units", "values": {}}
        calls = [partial(person.get, path) for service, path in READS if service != "identity"]
        for call in (*calls, partial(person.post, "/api/identity/drafts", wanted)):
            answer, seconds = seconds_of(call)
            assert answer.status_code == 503, answer.text
            assert seconds < 3.0
            assert int(answer.headers["Retry-After"]) >= 1
            assert answer.json()["type"].startswith("/problems/")
            # What is known to be gone is not asked for a second; on a busy machine that may be over by the next call.
            again = [seconds_of(call) for _ in range(3)]
            assert {one.status_code for one, _ in again} == {503}
            assert min(seconds for _, seconds in again) < 1.0
        assert requests.get(f"{person.base}/healthz", timeout=5).status_code == 200
        ready = requests.get(f"{person.base}/readyz", timeout=20)
        assert ready.status_code == 503
    finally:
        server.start()
    for _, path in READS:
        eventually(lambda path=path: person.get(path).status_code == 200, f"{path} answers again")  # type: ignore[misc]
    eventually(
        lambda: requests.get(f"{person.base}/readyz", timeout=20).status_code == 200, "the house is ready"
    )
    assert {name: process.popen.pid for name, process in shaken.house.processes.items()} == processes
    assert all(process.popen.poll() is None for process in shaken.house.processes.values())


@pytest.mark.parametrize(("service", "path"), READS[1:])
def test_a_service_that_is_away_is_unavailable_and_the_others_go_on(
    shaken: WholeHouse, service: str, path: str
) -> None:
    person = shaken.person("district-secretary")
    assert person.get(path).status_code == 200
    shaken.house.processes[service].kill()
    try:
        answer, seconds = seconds_of(lambda: person.get(path))
        assert answer.status_code == 503, answer.text
        assert "Retry-After" in answer.headers
        assert seconds < 3.0
        for other, other_path in READS:
            if other != service:
                assert person.get(other_path).status_code == 200, other
        ready = requests.get(f"{person.base}/readyz", timeout=20)
        assert ready.status_code == 503
        assert service in ready.json()["params"]["parts"]
    finally:
        shaken.house.start_service(service)
    eventually(lambda: person.get(path).status_code == 200, f"{service} answers again")


def test_a_gateway_that_starts_before_a_service_says_unavailable_and_not_unknown(shaken: WholeHouse) -> None:
    person = shaken.person("district-secretary")
    house = shaken.house
    house.processes["membership"].kill()
    house.processes["gateway"].kill()
    try:
        house.start_service("gateway")
        for path in ("/api/membership/units/roots", "/api/membership/no-such-thing"):
            answer = person.get(path)
            assert answer.status_code == 503, path
            assert "Retry-After" in answer.headers
        assert person.get("/api/congress/plans").status_code == 200
    finally:
        house.start_service("membership")
    eventually(lambda: person.get("/api/membership/units/roots").status_code == 200, "membership is found")
    assert person.get("/api/membership/no-such-thing").status_code == 404


def test_without_identity_people_go_on_for_seconds_and_then_nobody_is_believed(shaken: WholeHouse) -> None:
    """Whoever is known may go on while a revocation cannot be missed for long; then every door closes."""
    person = shaken.person("district-secretary")
    paths = [path for service, path in READS if service != "identity"]
    for path in paths:
        assert person.get(path).status_code == 200
    shaken.house.processes["identity"].kill()
    # Revocations are heard from the keeper as long as it lives.
    shaken.house.processes["identity.keeper"].kill()
    killed = time.monotonic()
    try:
        for path in paths:
            assert person.get(path).status_code == 200, "known people go on for a few seconds"
        newcomer = requests.get(f"{person.base}/sign-in/start/practice", timeout=10, allow_redirects=False)
        assert newcomer.status_code == 503
        # What answers everybody alike asks nobody who it is.
        anybody = {"Cookie": "session=whoever"}
        style = requests.get(f"{person.base}/static/portal.css", headers=anybody, timeout=10)
        assert style.status_code == 200
        for path in paths:
            (answer,) = eventually(partial(refusal, person, path), f"{path} no longer trusts anybody", 20)
            assert answer.status_code == 503, answer.text
            assert answer.json()["type"] in ("/problems/revocations-unknown", "/problems/peer-unavailable")
            assert "Retry-After" in answer.headers
        assert time.monotonic() - killed < 16.0
    finally:
        shaken.house.start_service("identity")
        shaken.house.start_program("identity.keeper")
    for path in paths:
        eventually(lambda path=path: person.get(path).status_code == 200, f"{path} answers again", 10)  # type: ignore[misc]
