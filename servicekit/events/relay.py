"""The event relay: a program that moves what records carry in their outboxes to where it belongs.

For each service's database it (1) collects outbox items into two numbered logs, `events` and the chained `audit`,
and then empties the outboxes, and (2) delivers events to the services that want them: signed,
in order, at least once, with back-off. Killed at any moment it goes on where it was.
"""

import contextlib
import hashlib
import sys
from typing import Any

import requests
from flask import json
from pymongo import InsertOne, UpdateOne
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from servicekit.access.keys import KeyRing
from servicekit.access.tokens import service_token
from servicekit.audit import chain as audit
from servicekit.audit.totals import AuditTotals
from servicekit.data.database import JOB_TIMEOUT_MS, Database, session
from servicekit.data.records import OUTBOXES
from servicekit.ids import new_id
from servicekit.out.peers import CONNECT_SECONDS
from servicekit.settings import SERVICES, environment, read_common
from servicekit.work.leases import Lease
from servicekit.work.loop import Loop, Step, run_program

Document = dict[str, Any]
NAME = "relay"
BATCH = 200
DELIVERED_AT_ONCE = 50
# Half of what an inbox takes; a single larger event goes alone.
DELIVERED_BYTES = 2 * 1024 * 1024
DELIVERY_SECONDS = 60.0
# Until then the number of entries is read with what was appended since.
TOTALS_SECONDS = 10.0
AWAY = (requests.RequestException, ValueError)


class Collector:
    """Moves outbox items of one service's database into its logs: events beside its records, the audit apart."""

    def __init__(self, database: Database, audit_key: bytes) -> None:
        self._database = database
        self._chain = audit.chain_of(database)
        self._key = audit.key_of(audit_key, self._chain.service)

    def prepare(self) -> None:
        self._database.mongo["events"].create_index("seq", unique=True)
        self._database.mongo["heads"].update_one({"_id": "events"}, {"$setOnInsert": {"seq": 0}}, upsert=True)
        self._chain.prepare()

    def collect(self) -> int:
        """The number of items moved in this pass over all collections that have an outbox."""
        moved = 0
        for outbox in list(self._database.mongo[OUTBOXES].find({})):
            moved += self._collect_from(outbox["collection"])
        return moved

    def _collect_from(self, name: str) -> int:
        source = self._database.mongo[name]
        waiting = list(source.find({"_pending": True}, {"_outbox": 1}).limit(BATCH))
        if not waiting:
            return 0
        items = sorted((item for d in waiting for item in d.get("_outbox", [])), key=lambda item: item["at"])
        self._database.in_transaction(lambda: self._append(items))
        self._empty(self._database.mongo[name], waiting)
        return len(items)

    def _append(self, items: list[Document]) -> None:
        """Into the logs, where each item stands once: one that a crash left in its outbox is known here."""
        mongo = self._database.mongo
        self._number(items, "audit", self._chain.entries, self._chain.ends, self._chain.service)
        self._number(items, "event", mongo["events"], mongo["heads"], "events")

    def _number(
        self,
        items: list[Document],
        kind: str,
        log_of: Collection[Document],
        ends: Collection[Document],
        name: str,
    ) -> None:
        """Those of one kind that are new to their log, after its end; `ends[name]` says where that is."""
        mine = [item for item in items if item["kind"] == kind]
        known = {
            found["_id"]
            for found in log_of.find({"_id": {"$in": [i["id"] for i in mine]}}, {"_id": 1}, session=session())
        }
        new = [item for item in mine if item["id"] not in known]
        if not new:
            return
        end = ends.find_one({"_id": name}, session=session())
        if end is None:
            raise LookupError(name)
        end = {k: v for k, v in end.items() if k != "_id"}
        writes = []
        for item in new:
            entry = {k: v for k, v in item.items() if k not in ("id", "kind")}
            entry |= {"_id": item["id"], "seq": end["seq"] + 1}
            if kind == "audit":
                entry["mac"] = audit.seal(self._key, end["mac"], entry)
                end["mac"] = entry["mac"]
            end["seq"] = entry["seq"]
            writes.append(InsertOne(entry))
        log_of.bulk_write(writes, session=session())
        ends.update_one({"_id": name}, {"$set": end}, session=session())

    def _empty(self, source: Collection[Document], moved: list[Document]) -> None:
        """Takes what was moved out of the outboxes. No transaction with the logs: a record that is written all the
        time would collide with it each time, and everything behind would wait."""
        source.bulk_write([_without(d) for d in moved], ordered=False)
        left = source.find({"_id": {"$in": [d["_id"] for d in moved]}}, {"_outbox": 1, "version": 1})
        # Whoever adds to an outbox raises the version, so an empty one that is marked as such stays empty.
        done = [
            UpdateOne({"_id": d["_id"], "version": d["version"]}, {"$unset": {"_pending": ""}})
            for d in left
            if not d.get("_outbox")
        ]
        if done:
            source.bulk_write(done, ordered=False)


def _without(moved: Document) -> UpdateOne:
    ids = [item["id"] for item in moved.get("_outbox", [])]
    return UpdateOne({"_id": moved["_id"]}, {"$pull": {"_outbox": {"id": {"$in": ids}}}})


def on_their_way(database: Database, consumer: str) -> bool:
    """Whether what this producer has told is not all heard by the consumer yet."""
    for outbox in database.mongo[OUTBOXES].find({}):
        if database.mongo[outbox["collection"]].find_one({"_pending": True}, {"_id": 1}) is not None:
            return True
    head = database.mongo["heads"].find_one({"_id": "events"})
    cursor = database.mongo["cursors"].find_one({"_id": consumer})
    return head is not None and (cursor is None or cursor["seq"] < head["seq"])


class Courier:
    """Delivers one producer's events to one consumer."""

    def __init__(self, database: Database, producer: str, consumer: str, url: str, keys: KeyRing) -> None:
        self._database = database
        self._producer = producer
        self._consumer = consumer
        self._url = url
        self._keys = keys
        self._http = requests.Session()
        self._http.trust_env = False
        self._wanted: set[str] | None = None
        self.name = f"{producer} to {consumer}"

    def deliver(self) -> int:
        """Events handed over in this pass; raises one of AWAY when the consumer does not take them."""
        cursor = self._database.mongo["cursors"].find_one({"_id": self._consumer})
        after = cursor["seq"] if cursor else 0
        head = self._database.mongo["heads"].find_one({"_id": "events"})
        if head is None or head["seq"] <= after:
            return 0
        upto = min(head["seq"], after + DELIVERED_AT_ONCE)
        events = sorted(
            self._database.mongo["events"].find({"seq": {"$gt": after, "$lte": upto}}), key=lambda e: e["seq"]
        )
        if self._wanted is None:
            self._wanted = set(self._get("/internal/subscriptions")["types"])
        batch, last = self._fitting(events, self._wanted)
        if batch:
            self._post(batch)
        self._go_on(cursor, {"seq": last["seq"], "at": last["at"]})
        return int(last["seq"]) - after

    def _go_on(self, cursor: Document | None, to: Document) -> None:
        """From where it was when it was read: another relay may have taken over while this one waited for an answer."""
        cursors = self._database.mongo["cursors"]
        if cursor is not None:
            cursors.update_one({"_id": self._consumer, "seq": cursor["seq"]}, {"$set": to})
            return
        with contextlib.suppress(DuplicateKeyError):
            cursors.insert_one({"_id": self._consumer, **to})

    def _fitting(self, events: list[Document], wanted: set[str]) -> tuple[list[str], Document]:
        """The wanted events, as JSON, that fit into one delivery, and the last event that is dealt with by it."""
        batch: list[str] = []
        last, size = events[0], 0
        for event in events:
            if event["type"] in wanted:
                text = json.dumps(
                    {
                        "id": event["_id"],
                        "type": event["type"],
                        "at": event["at"].isoformat(),
                        "seq": event["seq"],
                        "data": event["data"],
                    }
                )
                size += len(text)
                if batch and size > DELIVERED_BYTES:
                    break
                batch.append(text)
            last = event
        return batch, last

    def begin_afresh(self) -> None:
        """What the consumer wants may be another when it is back."""
        self._wanted = None

    def _get(self, path: str) -> Any:
        answer = self._http.get(
            self._url + path,
            headers={"Authorization": f"Bearer {self._token('')}"},
            timeout=(CONNECT_SECONDS, 5),
        )
        answer.raise_for_status()
        return answer.json()

    def _post(self, batch: list[str]) -> None:
        body = f'{{"producer": "{self._producer}", "events": [{", ".join(batch)}]}}'.encode()
        answer = self._http.post(
            f"{self._url}/internal/events",
            data=body,
            headers={
                "Authorization": f"Bearer {self._token(hashlib.sha256(body).hexdigest())}",
                "Content-Type": "application/json",
            },
            timeout=(CONNECT_SECONDS, DELIVERY_SECONDS),
        )
        answer.raise_for_status()

    def _token(self, body: str) -> str:
        return service_token(self._keys, NAME, self._consumer, body=body)


def loop_of(service: str, database: Database, couriers: list[Courier], audit_key: bytes) -> Loop:
    """What moves one service's outboxes: collecting, and a courier to each consumer."""
    collector = Collector(database, audit_key)

    def prepare() -> None:
        database.keep_session()
        collector.prepare()

    return Loop(
        f"{NAME} of {service}",
        database,
        Lease(database, NAME, holder=new_id()),
        [
            Step("collect", collector.collect),
            Step("totals", AuditTotals(database).count_on, every=TOTALS_SECONDS, by_clock=True),
            *(
                Step(courier.name, courier.deliver, away=AWAY, afresh=courier.begin_afresh)
                for courier in couriers
            ),
        ],
        prepare=prepare,
    )


def loops() -> list[Loop]:
    env = environment()
    settings = read_common(env)
    audit_key = env.str("AUDIT_KEY")
    env.seal()
    keys = KeyRing(settings.keys_dir, NAME)
    consumers = [service for service in SERVICES if service != "portal"]
    made = []
    for producer in consumers:
        database = Database(settings.mongo_url, settings.database(producer), JOB_TIMEOUT_MS)
        couriers = [
            Courier(database, producer, consumer, settings.urls[consumer], keys)
            for consumer in consumers
            if consumer != producer
        ]
        made.append(loop_of(producer, database, couriers, audit_key.encode()))
    return made


if __name__ == "__main__":
    sys.exit(run_program(NAME, loops))
