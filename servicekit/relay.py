"""The event relay: a program that moves what records carry in their outboxes to where it belongs.

For each service's database it (1) collects outbox items into two numbered logs, `events` and the chained `audit`,
and then empties the outboxes, and (2) delivers events to the services that want them: signed,
in order, at least once, with back-off. Killed at any moment it goes on where it was.
"""

import hashlib
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import requests
from flask import json
from pymongo import InsertOne, UpdateOne
from pymongo.collection import Collection
from pymongo.errors import PyMongoError

from servicekit import audit
from servicekit.database import JOB_TIMEOUT_MS, Database, session
from servicekit.ids import new_id
from servicekit.keys import KeyRing
from servicekit.leases import Lease
from servicekit.logs import configure, log
from servicekit.peers import CONNECT_SECONDS
from servicekit.records import OUTBOXES
from servicekit.settings import SERVICES, environment, read_common
from servicekit.tokens import service_token

Document = dict[str, Any]
NAME = "relay"
IDLE_SECONDS = 0.4
BATCH = 200
DELIVERED_AT_ONCE = 50
# Half of what an inbox takes; a single larger event goes alone.
DELIVERED_BYTES = 2 * 1024 * 1024
MAX_BACKOFF_SECONDS = 30.0
DELIVERY_SECONDS = 60.0


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
        self._not_before = 0.0
        self._failures = 0

    def deliver(self) -> int:
        """Events handed over in this pass; 0 when there are none or the consumer rests."""
        if time.monotonic() < self._not_before:
            return 0
        cursors = self._database.mongo["cursors"]
        cursor = cursors.find_one({"_id": self._consumer})
        after = cursor["seq"] if cursor else 0
        head = self._database.mongo["heads"].find_one({"_id": "events"})
        if head is None or head["seq"] <= after:
            return 0
        upto = min(head["seq"], after + DELIVERED_AT_ONCE)
        events = sorted(
            self._database.mongo["events"].find({"seq": {"$gt": after, "$lte": upto}}), key=lambda e: e["seq"]
        )
        try:
            if self._wanted is None:
                self._wanted = set(self._get("/internal/subscriptions")["types"])
            batch, last = self._fitting(events, self._wanted)
            if batch:
                self._post(batch)
        except (requests.RequestException, ValueError) as error:
            self._rest(error)
            return 0
        self._failures = 0
        cursors.update_one(
            {"_id": self._consumer}, {"$set": {"seq": last["seq"], "at": last["at"]}}, upsert=True
        )
        return int(last["seq"]) - after

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

    def _rest(self, error: Exception) -> None:
        self._failures += 1
        self._wanted = None
        pause = min(MAX_BACKOFF_SECONDS, 0.25 * 2 ** min(self._failures, 8))
        self._not_before = time.monotonic() + pause
        log.warning(
            "delivery_failed",
            producer=self._producer,
            consumer=self._consumer,
            error=type(error).__name__,
            failures=self._failures,
        )

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


class Beat:
    """A file whose age says that the program is alive: for health checks and the readiness page."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def beat(self) -> None:
        if self._path is not None:
            self._path.touch()


def follow(
    service: str,
    database: Database,
    couriers: list[Courier],
    audit_key: bytes,
    stop: threading.Event,
    beat: Beat,
) -> None:
    """One service's loop: ends when `stop` is set."""
    collector = Collector(database, audit_key)
    lease = Lease(database, NAME, holder=new_id())
    prepared = False
    while not stop.is_set():
        moved = 0
        try:
            if not prepared:
                database.keep_session()
                collector.prepare()
                prepared = True
            if lease.hold():
                moved = collector.collect() + sum(courier.deliver() for courier in couriers)
            beat.beat()
        except (PyMongoError, LookupError) as error:
            log.warning("relay_waits", producer=service, error=type(error).__name__)
            stop.wait(1.0)
        if not moved:
            stop.wait(IDLE_SECONDS)
    lease.release()


def main() -> None:
    env = environment()
    settings = read_common(env)
    audit_key = env.str("AUDIT_KEY")
    beat = Beat(Path(found) if (found := env.str("BEAT_FILE", "")) else None)
    env.seal()
    configure(NAME, settings.log_level)
    keys = KeyRing(settings.keys_dir, NAME)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threads = []
    consumers = [s for s in SERVICES if s != "portal"]
    for producer in consumers:
        database = Database(settings.mongo_url, settings.database(producer), JOB_TIMEOUT_MS)
        couriers = [
            Courier(database, producer, consumer, settings.urls[consumer], keys)
            for consumer in consumers
            if consumer != producer
        ]
        threads.append(
            threading.Thread(
                target=follow, args=(producer, database, couriers, audit_key.encode(), stop, beat)
            )
        )
    for thread in threads:
        thread.start()
    log.info("relay_started", pid=os.getpid())
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
