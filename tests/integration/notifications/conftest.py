"""A house with identity, notifications and the mail catcher, and the people who are told."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest
import requests

from identity.domain.grants import Grant, Status
from identity.store import Store as IdentityStore
from servicekit.access.keys import KeyRing
from servicekit.access.tokens import service_token
from servicekit.data.crypto import FieldCipher
from servicekit.data.database import Database
from servicekit.ids import new_id
from tests.processes import House, Process

Document = dict[str, Any]
SENDER = "notifications.sender"
# A token of a generation that no change of rights during a test outdates.
NEWEST = 1_000_000
HQ = ("hq",)
DISTRICT = ("hq", "district")
UNION = ("hq", "district", "union")


def until(true: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError("it did not come to be")
        time.sleep(0.05)


@dataclass
class Post:
    """What a test does: people with grants, events delivered, inboxes and mails read."""

    house: House
    notifications: str
    identity: str
    database: Database
    people: IdentityStore
    cipher: FieldCipher
    languages: dict[str, str] = field(default_factory=dict)

    def person(
        self, language: str = "en", email: str | None = "", *grants: tuple[str, tuple[str, ...]]
    ) -> str:
        """An account with active grants (role, unit path); an empty e-mail means one of its own."""
        account_id = new_id()
        address = self.address(account_id) if email == "" else email
        self.people.accounts.insert(
            {
                "_id": account_id,
                "login": f"https://eid.example.org {account_id}",
                "national_index": None,
                "name": "Person With A Name",
                "language": language,
                "email": self.cipher.encrypt(address) if address else None,
                "generation": 0,
                "closed": False,
                "first_seen": datetime.now(UTC),
            }
        )
        self.languages[account_id] = language
        for role, path in grants:
            self.people.add_grant(
                Grant(
                    id=new_id(),
                    unit_id=path[-1],
                    unit_path=path,
                    role=role,
                    valid_from=date(2020, 1, 1),
                    valid_to=date(2099, 1, 1),
                    status=Status.ACTIVE,
                    account_id=account_id,
                ),
                [],
                [],
            )
        return account_id

    @staticmethod
    def address(account_id: str) -> str:
        return f"{account_id}@example.org"

    def deliver(
        self, *events: Document, signer: str = "relay", service: str = "notifications", **changes: str
    ) -> int:
        """Posts a batch as the relay does; the status of the answer."""
        body = json.dumps({"producer": "congress", "events": list(events)}).encode()
        keys = KeyRing(self.house.folder / "keys", signer)
        digest = changes.get("digest", hashlib.sha256(body).hexdigest())
        answer = requests.post(
            f"{self.house.url(service)}/internal/events",
            data=body,
            headers={
                "Authorization": f"Bearer {service_token(keys, signer, service, body=digest)}",
                "Content-Type": "application/json",
            },
            timeout=30,
        )
        return answer.status_code

    def call(self, method: str, account_id: str, path: str = "", **arguments: Any) -> requests.Response:
        token = self.house.token(
            "notifications", account_id=account_id, language=self.languages.get(account_id, "en"), gen=NEWEST
        )
        return requests.request(
            method,
            f"{self.notifications}/api/notifications/inbox{path}",
            headers={"Authorization": f"Bearer {token}"},
            timeout=10,
            **arguments,
        )

    def inbox(self, account_id: str, **query: Any) -> Document:
        answer = self.call("GET", account_id, params=query)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def kinds(self, account_id: str) -> list[str]:
        return [item["kind"] for item in self.inbox(account_id)["items"]]

    def caught(self, account_id: str) -> list[Document]:
        """The person's mails with text and headers, newest first."""
        listed = requests.get(
            f"{self.house.url('mail')}/messages", params={"to": self.address(account_id)}, timeout=5
        ).json()["messages"]
        return [
            requests.get(f"{self.house.url('mail')}/messages/{one['id']}", timeout=5).json() for one in listed
        ]

    def start_sender(self) -> Process:
        return self.house.start_program(SENDER)

    def told(self) -> None:
        """Until nothing is left to be told or sent."""
        mongo = self.database.mongo

        def done() -> bool:
            waiting = (
                mongo["matters"].find_one({"state": "waiting"}),
                mongo["reminders"].find_one({"state": "waiting"}),
                mongo["notices"].find_one({"mail_state": "waiting"}),
            )
            return not any(waiting)

        until(done, 180)


def an_event(kind: str, **data: Any) -> Document:
    return {"id": new_id(), "type": kind, "at": datetime.now(UTC).isoformat(), "seq": 1, "data": data}


def a_grant_event(kind: str, account_id: str | None, path: tuple[str, ...] = UNION, **more: Any) -> Document:
    return an_event(
        kind,
        grant_id="g1",
        account_id=account_id,
        unit_id=path[-1],
        unit_path=list(path),
        role="clerk",
        **more,
    )


def a_congress_event(kind: str, path: tuple[str, ...] = UNION) -> Document:
    return an_event(kind, congress_id="c1", plan_id="plan1", unit_id=path[-1], unit_path=list(path))


def a_deadline_event(units: list[str], plan_id: str, days: int = 3) -> Document:
    return an_event(
        "congress.deadline_near",
        plan_id=plan_id,
        plan_name="Congresses of 2026",
        days=days,
        deadline="2026-03-31",
        units=[{"unit_id": unit, "congress_id": f"c-{unit}"} for unit in units],
    )


def a_passed_event(paths: list[tuple[str, ...]], side: str) -> Document:
    return an_event(
        "congress.deadline_passed",
        plan_id="plan1",
        plan_name="Congresses of 2026",
        days=1,
        deadline="2026-03-31",
        side=side,
        units=[{"unit_id": one[-1], "unit_path": list(one), "congress_id": f"c-{one[-1]}"} for one in paths],
    )


def some_units() -> Document:
    units = [
        ("hq", ["hq"], {"en": "Head Quarters", "bn": "সদর দপ্তর"}),
        ("district", ["hq", "district"], {"en": "Khulna", "bn": "খুলনা"}),
        ("union", ["hq", "district", "union"], {"en": "Atra Gilatala", "bn": "আটরা গিলাতলা"}),
    ]
    return an_event(
        "units.changed",
        units=[
            {
                "id": unit_id,
                "code": unit_id,
                "names": names,
                "level": "any",
                "parent_id": path[-2] if len(path) > 1 else None,
                "path": path,
                "valid_from": "2020-01-01",
                "valid_to": None,
            }
            for unit_id, path, names in units
        ],
    )


@pytest.fixture(scope="module")
def post(house: House) -> Iterator[Post]:
    """Identity and notifications run; sender and mail catcher are started by whoever needs them."""
    house.extra.update(
        PUBLIC_URL="https://sammelan.example.org",
        MAIL_FROM="Sammelan <no-reply@sammelan.example.org>",
        MAIL_LEASE_SECONDS="2",
        MAIL_RETRY_SECONDS="1",
        SENDER_LEASE_SECONDS="2",
        REMINDER_GATHER_SECONDS="1",
    )
    identity = house.start_service("identity")
    notifications = house.start_service("notifications")
    for address in (identity, notifications):
        assert requests.get(address + "/readyz", timeout=10).status_code == 200
    database = Database(house.database.url, f"{house.prefix}_notifications")
    accounts = Database(house.database.url, f"{house.prefix}_identity")
    cipher = FieldCipher(accounts.client, accounts.name, house.master_key)
    made = Post(house, notifications, identity, database, IdentityStore(accounts), cipher)
    assert made.deliver(some_units()) == 200
    yield made
    for one in (database, accounts):
        one.client.close()
