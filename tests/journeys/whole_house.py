"""The whole house for journeys: everything running, a small tree of the real organisation, people with real grants."""

import csv
import io
import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
import requests

from congress.app import open_context as open_congress
from congress.context import Context as Congress
from congress.operations import verify_rollups
from identity.operations import first_administrator
from membership.app import open_context as open_membership
from membership.context import Context as Membership
from membership.domain.units import Unit, read_level_scheme
from membership.operations import import_units
from membership.settings import read_settings as read_membership_settings
from servicekit.audit import chain as audit
from servicekit.data.database import Database
from servicekit.data.records import OUTBOXES
from tests.people import Person, a_period, citizens
from tests.processes import ROOT, DatabaseServer, House
from tests.scene import identity_operations

Json = dict[str, Any]
T = TypeVar("T")

WEB = (
    "identity", "membership", "congress", "notifications", "portal", "practice_eid", "practice_mail", "gateway",
)  # fmt: skip
PROGRAMS = (
    "servicekit.events.relay",
    "congress.projector",
    "membership.counter",
    "congress.examiner",
    "congress.worker",
    "notifications.sender",
    "identity.keeper",
)
STORES = ("identity", "membership", "congress", "notifications")
# As in `make up`: how many wait for what depends on it.
THREADS = 16
# A sign-in that is older than this is made anew, long before grants and approvals ask for a fresh one.
FRESH_SECONDS = 120.0

# BD ─┬─ V01 ─┬─ D01 ─┬─ U001 ─── N0001
#     │       │       └─ U011 ─┬─ N0129
#     │       │                ├─ N0130
#     │       │                └─ N0131
#     │       └─ D02 ─── U018
#     └─ V02 ─── D12
TREE = (
    "BD", "BD-V01", "BD-V02", "BD-D01", "BD-D02", "BD-D12", "BD-U001", "BD-U011", "BD-U018",
    "BD-N0001", "BD-N0129", "BD-N0130", "BD-N0131",
)  # fmt: skip


_cycles = itertools.count(1)


@dataclass(frozen=True)
class Post:
    giver: str
    holder: str
    role: str
    unit: str


FIRST = Post("the operator", "hq-organiser", "administrator", "BD")
POSTS = (
    Post("hq-organiser", "hq-approver", "approver", "BD"),
    Post("hq-organiser", "auditor", "auditor", "BD"),
    Post("hq-organiser", "division-supervisor", "reader", "BD-V01"),
    Post("hq-organiser", "division-supervisor", "approver", "BD-V01"),
    Post("hq-organiser", "district-secretary", "administrator", "BD-D01"),
    Post("hq-organiser", "district-secretary", "clerk", "BD-D01"),
    Post("hq-organiser", "district-secretary", "approver", "BD-D01"),
    Post("district-secretary", "upazila-clerk", "administrator", "BD-U011"),
    Post("district-secretary", "upazila-clerk", "clerk", "BD-U011"),
    Post("district-secretary", "upazila-clerk", "approver", "BD-U011"),
    Post("district-secretary", "two-posts", "approver", "BD-U001"),
    Post("upazila-clerk", "two-posts", "clerk", "BD-N0130"),
    Post("upazila-clerk", "union-clerk", "clerk", "BD-N0129"),
)
# Given like the others and then taken away, so that she holds a session and nothing else.
ENDED = Post("upazila-clerk", "ended-grant", "clerk", "BD-N0131")

MILESTONES = [
    {"key": "plan", "names": {"en": "Plan issued"}, "days_before_deadline": 60, "waits_for_parent": True},
    {"key": "opened", "names": {"en": "Opened"}, "days_before_deadline": 1},
    {"key": "closed", "names": {"en": "Closed"}, "days_before_deadline": 0, "mark": "closed"},
    {"key": "sent", "names": {"en": "Sent up"}, "days_before_deadline": -10, "mark": "submitted"},
    {"key": "approved", "names": {"en": "Approved"}, "days_before_deadline": -20, "mark": "approved"},
]
FIGURES = {
    "summoned": 100,
    "present": 97,
    "absent_with_reason": 3,
    "committee_seats": 10,
    "committee_listed": 11,
    "committee_elected": 10,
}


def eventually(find: Callable[[], T | None], what: str, seconds: float = 120.0) -> T:
    """The first truthy answer; fails with `what` when there is none in time: long, for houses may begin at once."""
    deadline = time.monotonic() + seconds
    while not (found := find()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.05)
    return found


def some_rows(codes: tuple[str, ...] = TREE) -> bytes:
    """These units of the real file."""
    rows = csv.DictReader(io.StringIO((ROOT / "examples/bangladesh/units.csv").read_text(encoding="utf-8")))
    out = io.StringIO()
    writer = csv.DictWriter(out, rows.fieldnames or [])
    writer.writeheader()
    writer.writerows(row for row in rows if row["code"] in codes)
    return out.getvalue().encode()


@dataclass
class WholeHouse:
    house: House
    membership: Membership
    congress: Congress
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    grants: dict[Post, Json] = field(default_factory=dict)
    _signed_in: dict[str, float] = field(default_factory=dict)

    def person(self, key: str) -> Person:
        """Signed in through the practice eID, a moment ago."""
        person = self.people.setdefault(key, Person(self.house, key))
        since = self._signed_in.get(key)
        if since is None or time.monotonic() - since > FRESH_SECONDS:
            answer = person.sign_in()
            assert answer.status_code == 200, f"{key}: {answer.url} {answer.text[:500]}"
            self._signed_in[key] = time.monotonic()
        return person

    def sign_in_again(self, key: str) -> None:
        """Her session is over; she signs in when she is needed."""
        self._signed_in.pop(key, None)

    def unit(self, code: str) -> Unit:
        return self.units[code]

    def give(self, post: Post, **changes: Any) -> Json:
        wanted = {
            "unit_id": self.unit(post.unit).id,
            "role": post.role,
            "national_number": citizens()[post.holder]["national_number"],
            **a_period(),
            "even_if_invited": True,
            **changes,
        }
        answer = self.person(post.giver).post("/api/identity/grants", wanted)
        assert answer.status_code == 201, f"{post}: {answer.text}"
        return dict(answer.json())

    def a_plan(self, *levels: str, **changes: Any) -> Json:
        """A draft of headquarters, whose congresses are to be held soon."""
        today = self.congress.clock.today()
        wanted = {
            "name": "Congresses",
            # One cycle takes one plan for the same units.
            "cycle": f"Cycle {next(_cycles)}",
            "unit_id": self.unit("BD").id,
            "opens_on": (today - timedelta(days=90)).isoformat(),
            "deadlines": {level: (today + timedelta(days=20)).isoformat() for level in levels},
            "milestones": MILESTONES,
            **changes,
        }
        answer = self.person("hq-organiser").post("/api/congress/plans", wanted)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def cascaded(self, plan: Json) -> Json:
        """The plan, opened, with all its congresses."""
        chief = self.person("hq-organiser")
        address = f"/api/congress/plans/{plan['id']}"
        answer = chief.post(f"{address}/cascade", {}, If_Match=f'"{plan["version"]}"')
        assert answer.status_code == 202, answer.text
        eventually(lambda: chief.get(address).json()["state"] == "open", "the plan is open", 60)
        return dict(chief.get(address).json())

    def congress_of(self, key: str, plan: Json, code: str) -> Json:
        path = f"/api/congress/congresses?unit_id={self.unit(code).id}&plan_id={plan['id']}"
        (found,) = self.person(key).get(path).json()["items"]
        return dict(found)

    def act(self, key: str, congress: Json, act: str, body: Json | None = None) -> requests.Response:
        """One write to a congress, for the version that was seen."""
        path = f"/api/congress/congresses/{congress['id']}/{act}"
        return self.person(key).post(path, body or {}, If_Match=f'"{congress["version"]}"')

    def done(self, key: str, congress: Json, act: str, body: Json | None = None) -> Json:
        answer = self.act(key, congress, act, body)
        assert answer.status_code == 200, f"{key} {act}: {answer.text}"
        return dict(answer.json())

    def recorded(self, key: str, congress: Json, *milestones: str, day: date) -> Json:
        for milestone in milestones:
            congress = self.done(
                key, congress, "milestones", {"milestone": milestone, "date": day.isoformat()}
            )
        return congress

    @contextmanager
    def database(self, service: str) -> Iterator[Database]:
        database = Database(self.house.database.url, f"{self.house.prefix}_{service}")
        try:
            yield database
        finally:
            database.client.close()

    def settled(self, seconds: float = 60.0) -> None:
        """Until nothing is on its way any more: outboxes, deliveries, roll-ups, notices."""
        for service in STORES:
            with self.database(service) as database:
                eventually(
                    lambda database=database, service=service: _all_left(database, service),  # type: ignore[misc]
                    f"everything has left {service}",
                    seconds,
                )
        eventually(lambda: not self.congress.rollups.engine.waiting(1), "everything is counted", seconds)
        with self.database("notifications") as database:
            eventually(lambda: _all_told(database), "everybody is told", seconds)

    def rollup_differences(self) -> list[Any]:
        return list(verify_rollups(self.congress))

    def audit_faults(self) -> dict[str, list[audit.Fault]]:
        """What does not fit in the chains, by service; and that there is something in them."""
        found = {}
        key = self.house.secrets["AUDIT_KEY"].encode()
        for service in STORES:
            with self.database(service) as database:
                chain = audit.chain_of(database)
                # The relay goes on meanwhile: what came after this end is not looked at.
                head = chain.end()
                upto = {"seq": {"$lte": head["seq"]}} if head else {}
                entries = sorted(chain.entries.find(upto), key=lambda entry: entry["seq"])
            found[service] = list(audit.verify(audit.key_of(key, service), entries, head))
        return found

    def caught_mails(self, key: str) -> list[Json]:
        address = self.house.url("mail")
        listed = requests.get(
            f"{address}/messages", params={"to": citizens()[key]["email"]}, timeout=10
        ).json()["messages"]
        return [requests.get(f"{address}/messages/{one['id']}", timeout=10).json() for one in listed]

    def notices(self, key: str) -> list[Json]:
        """The whole inbox, newest first."""
        found: list[Json] = []
        after = ""
        while True:
            page = self.person(key).get(f"/api/notifications/inbox?limit=100&after={after}").json()
            found += page["items"]
            after = page["next"]
            if not after:
                return found


def _all_left(database: Database, service: str) -> bool:
    mongo = database.mongo
    for outbox in mongo[OUTBOXES].find({}):
        if next(iter(mongo[outbox["collection"]].find({"_pending": True}).limit(1)), None) is not None:
            return False
    head = mongo["heads"].find_one({"_id": "events"})
    if head is None or head["seq"] == 0:
        return True
    reached = {cursor["_id"]: cursor["seq"] for cursor in mongo["cursors"].find({})}
    return all(reached.get(consumer) == head["seq"] for consumer in STORES if consumer != service)


def _all_told(database: Database) -> bool:
    waits = (
        database.mongo["matters"].find_one({"state": "waiting"}),
        database.mongo["reminders"].find_one({"state": "waiting"}),
        database.mongo["notices"].find_one({"mail_state": "waiting"}),
    )
    return not any(waits)


@contextmanager
def a_whole_house(
    server: DatabaseServer, folder: Path, ports: Mapping[str, int] | None = None, **settings: str
) -> Iterator[WholeHouse]:
    """Starts everything at once; `ports` and `settings` where a test needs its own."""
    house = House(server, folder)
    house.ports |= ports or {}
    house.extra.update(
        LIMIT_SESSION_PER_MINUTE="1000000",
        LIMIT_ACCOUNT_PER_MINUTE="1000000",
        LIMIT_ADDRESS_PER_MINUTE="1000000",
        LIMIT_SIGN_IN_PER_MINUTE="1000000",
        REMINDER_GATHER_SECONDS="1",
        MAIL_LEASE_SECONDS="3",
        MAIL_RETRY_SECONDS="1",
        SENDER_LEASE_SECONDS="2",
    )
    house.extra |= settings
    try:
        with ThreadPoolExecutor(len(WEB)) as starting:
            list(starting.map(partial(house.start_service, threads=THREADS), WEB))
        for program in PROGRAMS:
            house.start_program(program)
        with pytest.MonkeyPatch.context() as patch:
            for name, value in house.env().items():
                patch.setenv(name, value)
            whole = WholeHouse(house, open_membership(read_membership_settings()), open_congress())
        try:
            yield whole
        finally:
            whole.membership.database.client.close()
            whole.congress.database.client.close()
    finally:
        house.stop()


def import_tree(whole: WholeHouse) -> None:
    """By the operation behind the command, and until every service knows the units."""
    scheme = read_level_scheme((ROOT / "examples/bangladesh/levels.toml").read_text(encoding="utf-8"))
    imported = import_units(whole.membership, some_rows(), scheme=scheme)
    assert imported.errors == ()
    whole.units = {unit.code: unit for unit in whole.membership.units.all()}
    assert set(whole.units) == set(TREE)
    for service in ("identity", "congress", "notifications"):
        with whole.database(service) as database:
            eventually(
                lambda database=database: database.mongo["units"].count_documents({}) >= len(TREE),  # type: ignore[misc]
                f"{service} knows the units",
            )


def begin_with_first_administrator(whole: WholeHouse) -> None:
    number = citizens()[FIRST.holder]["national_number"]
    with identity_operations(whole.house) as context:
        today = context.clock.today()
        first_administrator(context, FIRST.unit, number, "HQ", today, today + timedelta(days=1000))


def give_all_posts(whole: WholeHouse) -> None:
    """Each by its giver over HTTP; an invitation is bound when its holder signs in the next time."""
    for post in (*POSTS, ENDED):
        whole.grants[post] = whole.give(post)
        whole.sign_in_again(post.holder)
    for post in (*POSTS, ENDED):
        whole.person(post.holder)
    grant = whole.grants[ENDED]
    seen = whole.person(ENDED.giver).get(f"/api/identity/grants/{grant['id']}").json()
    answer = whole.person(ENDED.giver).post(
        f"/api/identity/grants/{grant['id']}/revoke", {"reason": "left"}, If_Match=f'"{seen["version"]}"'
    )
    assert answer.status_code == 200, answer.text
    # Her sign-in is not made anew: she would be refused.
    whole._signed_in[ENDED.holder] = float("inf")
