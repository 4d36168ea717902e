"""Identity's documents: the only module of this service that knows the database."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError

from identity import listed
from identity.domain.grants import Extension, Grant, Removal, Status, to_confirm_by
from identity.domain.numbers import Digests, KnownNumber, is_of
from identity.domain.sessions import Session
from identity.domain.succession import place_of
from identity.migrations import MIGRATIONS
from identity.store.aftermaths import AftermathStore
from identity.store.fallback import FallbackStore
from identity.store.handovers import HandoverStore
from identity.store.joint_acts import JointActStore
from identity.store.starts import StartStore
from identity.store.two_hands import TwoHandsStore
from servicekit.access.revocations import Revocations
from servicekit.data.database import Database, session
from servicekit.data.events import AuditEntry, Event
from servicekit.data.records import ReadLog, Records
from servicekit.events.inbox import prepare_inbox
from servicekit.ids import new_id
from servicekit.tree.listed import Listed, Lists
from servicekit.tree.units import UnitChange
from servicekit.tree.units_copy import UnitsCopy
from servicekit.web.guards import origin
from servicekit.web.idempotency import prepare_answers
from servicekit.work.migrations import require_migrated

Document = dict[str, Any]
# What is told and written down of a grant: as it was, as it is.
Followed = Callable[[Grant, Grant], tuple[list[Event], list[AuditEntry]]]

ATTEMPT_SECONDS = 600
# A logout token is good for a few minutes.
LOGOUT_TOKEN_SECONDS = 3600
DRAFT_SECONDS = 3600
# A person fills in a form or two at a time.
DRAFTS_OF_PERSON = 20
ASSERTION_KEPT = 3600
# Longer than the days between a mark and what it is about.
MARK_KEPT = timedelta(days=120)
SESSION_KEPT = timedelta(days=30)
# Longer than any token lives: who has not heard by then holds no token that an entry would end.
FEED_KEPT = timedelta(minutes=15)
# A little longer than a move waits for its second person.
ASKED_MOVE_SECONDS = 4 * 24 * 3600


class Store:
    def __init__(self, database: Database) -> None:
        self.database = database
        mongo = database.mongo
        self.grants = Records(database, "grants", origin)
        self.accounts = Records(database, "accounts", origin)
        self.sessions = Records(database, "sessions", origin)
        self.lists = Lists(database)
        self.fallback = FallbackStore(database, self.lists)
        self.joint_acts = JointActStore(database)
        self.handovers = HandoverStore(database)
        self.aftermaths = AftermathStore(database, _grant, _grant_document)
        self.two_hands = TwoHandsStore(database)
        self.calendar = Records(database, "calendar", origin)
        self.notes = ReadLog(database, origin)
        self._attempts = mongo["attempts"]
        self.starts = StartStore(database, ATTEMPT_SECONDS)
        self._farewells = mongo["farewells"]
        self._logout_tokens = mongo["logout_tokens"]
        self._drafts = mongo["drafts"]
        self._assertions = mongo["assertions"]
        self._marks = mongo["marks"]
        self._asked_moves = mongo["asked_moves"]
        self._number_tries = mongo["number_tries"]
        self._holdings = mongo["holdings"]
        self.units = UnitsCopy(database)
        self._congresses = mongo["approved_congresses"]
        self._feed = mongo["feed"]
        self._counters = mongo["counters"]

    def prepare(self) -> None:
        require_migrated(self.database, MIGRATIONS)
        for records in (self.grants, self.accounts, self.sessions, self.calendar, self.notes):
            records.prepare()
        self.lists.prepare()
        self.fallback.prepare()
        self.joint_acts.prepare()
        self.handovers.prepare()
        self.aftermaths.prepare()
        prepare_inbox(self.database)
        prepare_answers(self.database)
        grants = self.grants.collection
        for name in (
            "account_id",
            "unit_id",
            "unit_path",
            "chain",
            "valid_to",
            "recertify_by",
            "status",
            "national_index",
            "national_core",
        ):
            grants.create_index(name)
        # The embedded database uses an index only when it covers every field of the question.
        grants.create_index([("national_index", 1), ("status", 1)])
        grants.create_index([("code_index", 1), ("status", 1)])
        grants.create_index([("account_id", 1), ("status", 1)])
        grants.create_index([("given_by", 1), ("status", 1)])
        self.accounts.collection.create_index("kept_by")
        self.accounts.collection.create_index([("unit_id", 1), ("kind", 1)])
        self.sessions.collection.create_index([("account_id", 1), ("ended_at", 1)])
        self.accounts.collection.create_index("login", unique=True)
        self.accounts.collection.create_index("national_index")
        self.sessions.collection.create_index(
            "created_at", expireAfterSeconds=int(SESSION_KEPT.total_seconds())
        )
        for name in ("eid_subject", "eid_session", "window_id"):
            self.sessions.collection.create_index(name)
        self.starts.prepare()
        for kept in (self._attempts, self._farewells):
            kept.create_index("at", expireAfterSeconds=ATTEMPT_SECONDS)
        self._logout_tokens.create_index("at", expireAfterSeconds=LOGOUT_TOKEN_SECONDS)
        self._assertions.create_index("at", expireAfterSeconds=ASSERTION_KEPT)
        self._number_tries.create_index([("account_id", 1), ("at", 1)])
        self._number_tries.create_index("at", expireAfterSeconds=2 * 24 * 3600)
        self._marks.create_index("at", expireAfterSeconds=int(MARK_KEPT.total_seconds()))
        self._asked_moves.create_index("at", expireAfterSeconds=ASKED_MOVE_SECONDS)
        self._asked_moves.create_index([("unit_id", 1), ("to_id", 1)])
        self._drafts.create_index("at", expireAfterSeconds=DRAFT_SECONDS)
        self._drafts.create_index("account_id")
        self._feed.create_index("at", expireAfterSeconds=int(FEED_KEPT.total_seconds()))
        self._feed.create_index("seq", unique=True)
        self.units.prepare()

    # ------------------------------------------------------------ sign-in attempts

    def keep_attempt(self, attempt: Document) -> None:
        self._attempts.insert_one(attempt)

    def take_attempt(self, attempt_id: str, browser: str) -> Document | None:
        """This browser's attempt, once: of two that ask at the same time, one gets it; another browser never does."""
        found = self._attempts.find_one({"_id": attempt_id})
        if found is None or found["browser"] != browser:
            return None
        return found if self._attempts.delete_one({"_id": attempt_id}).deleted_count == 1 else None

    def hold(self, *names: str) -> None:
        """Within a transaction: of two who count the same thing at once, the second counts again."""
        for name in sorted(names):
            change: Document = {"$inc": {"turn": 1}, "$set": {"at": origin().at}}
            self._marks.update_one({"_id": f"hold {name}"}, change, upsert=True, session=session())

    # ------------------------------------------------------------ drafts

    def keep_draft(self, draft: Document) -> None:
        """The oldest of a person's give way to the newest."""
        self._drafts.insert_one(draft)
        mine = self._drafts.find({"account_id": draft["account_id"]}, {"at": 1})
        older = sorted(mine, key=lambda one: (one["at"], one["_id"]), reverse=True)[DRAFTS_OF_PERSON:]
        if older:
            self._drafts.delete_many({"_id": {"$in": [one["_id"] for one in older]}})

    def take_draft(self, draft_id: str, account_id: str) -> Document | None:
        """This person's draft, once."""
        found = self.draft(draft_id, account_id)
        if found is None:
            return None
        return found if self._drafts.delete_one({"_id": draft_id}).deleted_count == 1 else None

    def draft(self, draft_id: str, account_id: str) -> Document | None:
        found = self._drafts.find_one({"_id": draft_id})
        return found if found is not None and found["account_id"] == account_id else None

    # ------------------------------------------------------------ accounts

    def account(self, account_id: str) -> Document | None:
        return self.accounts.find(account_id)

    def account_by_login(self, login: str) -> Document | None:
        return self.accounts.collection.find_one({"login": login}, {"_outbox": 0}, session=session())

    def accounts_with_number(self, number: KnownNumber) -> list[Document]:
        """Whose digest was made of any form of it."""
        wanted = {"national_index": {"$in": sorted(number.every)}}
        found = self.accounts.collection.find(wanted, {"_outbox": 0}, session=session())
        return [one for one in found if is_of(number, digests_of(one))]

    def accounts_by_id(self, ids: Iterable[str]) -> dict[str, Document]:
        wanted = list({i for i in ids if i})
        found = self.accounts.collection.find({"_id": {"$in": wanted}}, {"_outbox": 0}, session=session())
        return {account["_id"]: account for account in found}

    # ------------------------------------------------------------ machines

    def machines_of(self, unit_id: str) -> list[Document]:
        found = self.accounts.collection.find({"unit_id": unit_id, "kind": "machine"}, {"_outbox": 0})
        return sorted(found, key=lambda one: (one["name"], one["_id"]))

    def open_machines_of(self, unit_id: str) -> int:
        found = self.accounts.collection.find(
            {"unit_id": unit_id, "kind": "machine"}, {"closed": 1}, session=session()
        )
        return sum(not one["closed"] for one in found)

    def machine_used(self, machine_id: str, now: datetime) -> None:
        self.accounts.collection.update_one(
            {"_id": machine_id}, {"$set": {"last_used": now}}, session=session()
        )

    def machines_kept_by(self, account_ids: Sequence[str]) -> list[Document]:
        """Those whose grants the person with these accounts accepts."""
        wanted = {"kept_by": {"$in": list(account_ids)}}
        return list(self.accounts.collection.find(wanted, {"_outbox": 0}, session=session()))

    def use_assertion(self, name: str, now: datetime) -> None:
        """Raises DuplicateKeyError for one that was used before; kept longer than any assertion lives."""
        self._assertions.insert_one({"_id": name, "at": now})

    # ------------------------------------------------------------ sessions

    def session(self, session_id: str) -> Session | None:
        found = self.sessions.find(session_id)
        return _session(found) if found else None

    def session_document(self, session_id: str) -> Document | None:
        return self.sessions.find(session_id)

    def seen(self, session_id: str, now: datetime) -> None:
        self.sessions.collection.update_one({"_id": session_id}, {"$set": {"last_seen": now}})

    def sessions_of(self, account_id: str) -> list[Session]:
        found = self.sessions.collection.find({"account_id": account_id, "ended_at": None}, session=session())
        return [_session(one) for one in found]

    def sessions_at_eid(self, provider: str, subject: str, eid_session: str) -> list[Session]:
        """The open sessions that one session of the provider stands behind, or all of the subject's."""
        wanted: Document = {"provider": provider, "ended_at": None}
        if eid_session:
            found = list(
                self.sessions.collection.find({"eid_session": eid_session, **wanted}, session=session())
            )
        else:
            found = list(self.sessions.collection.find({"eid_subject": subject, **wanted}, session=session()))
        if eid_session and subject:
            found = [one for one in found if one["eid_subject"] == subject]
            # The provider may name a session now that it did not name in its ID token.
            nameless = {"eid_subject": subject, "eid_session": "", **wanted}
            found += self.sessions.collection.find(nameless, session=session())
        return [_session(one) for one in found]

    def sessions_of_window(self, window_id: str) -> list[Session]:
        found = self.sessions.collection.find({"window_id": window_id}, session=session())
        return [_session(one) for one in found if one["ended_at"] is None]

    def note_silent(self, session_id: str, at: datetime) -> None:
        """The eID of a session by code is still silent."""
        self.sessions.collection.update_one({"_id": session_id}, {"$set": {"silent_at": at}})

    def end_fallback_session_by(self, session_id: str, until: datetime) -> None:
        """It may end earlier, never later."""
        self.sessions.collection.update_one(
            {"_id": session_id, "until": {"$gt": until}}, {"$set": {"until": until}}, session=session()
        )

    def first_use(self, token: str, now: datetime) -> bool:
        """Whether this logout token was never seen before; it is remembered for longer than it is good."""
        try:
            self._logout_tokens.insert_one({"_id": token, "at": now}, session=session())
        except DuplicateKeyError:
            return False
        return True

    def keep_farewell(self, farewell: Document) -> None:
        self._farewells.insert_one(farewell)

    def take_farewell(self, farewell_id: str) -> Document | None:
        found = self._farewells.find_one({"_id": farewell_id})
        if found is None or self._farewells.delete_one({"_id": farewell_id}).deleted_count != 1:
            return None
        return found

    def end_sessions(self, ended: Sequence[Session], now: datetime, audit: AuditEntry) -> None:
        """Ends them and tells the feed, in one transaction."""

        def work() -> None:
            for one in ended:
                document = self.sessions.get(one.id)
                if document["ended_at"] is not None:
                    continue
                ended_now = {**document, "ended_at": now, "id_token": None}
                self.sessions.save(ended_now, document["version"], audit=[audit])
            self._tell(now, sessions=[one.id for one in ended])

        if ended:
            self.database.in_transaction(work)

    # ------------------------------------------------------------ grants

    def grant(self, grant_id: str) -> Grant:
        return _grant(self.grants.get(grant_id))

    def add_grant(self, grant: Grant, events: Iterable[Event], audit: Iterable[AuditEntry]) -> Grant:
        """Raises DuplicateKeyError when the person holds that role in that unit already."""

        def work() -> Grant:
            self._claim("", _holding(grant), grant.id)
            made = _grant(self.grants.insert(_grant_document(grant), events, audit))
            self.lists.add(_listed(made))
            return made

        return self.database.in_transaction(work)

    def save_grant(
        self,
        grant: Grant,
        expected_version: int,
        events: Iterable[Event] = (),
        audit: Iterable[AuditEntry] = (),
    ) -> Grant:
        def work() -> Grant:
            before = self.grant(grant.id)
            self._claim(_holding(before), _holding(grant), grant.id)
            saved = _grant(self.grants.save(_grant_document(grant), expected_version, events, audit))
            self.lists.put(_listed(saved))
            return saved

        return self.database.in_transaction(work)

    def rehang(self, grant: Grant, expected_version: int, audit: Iterable[AuditEntry]) -> None:
        """Saves a grant that hangs elsewhere now: whose it is and where stays: nothing is claimed or listed anew."""
        self.grants.save(_grant_document(grant), expected_version, (), audit)

    def _claim(self, before: str, after: str, grant_id: str) -> None:
        """One person holds one role in one unit once; what was revoked no longer counts.

        A claim is a document of its own, found by `_id`: in a unique index on a field that changes, the embedded
        database keeps the old value taken for ever.
        """
        if before == after:
            return
        if before:
            held = self._holdings.find_one({"_id": before}, session=session())
            if held is not None and held["grant_id"] == grant_id:
                self._holdings.delete_one({"_id": before}, session=session())
        if after:
            # A grant of earlier days may hold already what it claims now, and one whose days are over holds nothing.
            held = self._holdings.find_one({"_id": after}, session=session())
            if held is not None and held["grant_id"] != grant_id and self._is_over(held["grant_id"]):
                self._holdings.delete_one({"_id": after}, session=session())
                held = None
            if held is None or held["grant_id"] != grant_id:
                self._holdings.insert_one({"_id": after, "grant_id": grant_id}, session=session())

    def _is_over(self, grant_id: str) -> bool:
        found = self.grants.find(grant_id)
        return found is None or found["valid_to"].date() < origin().at.date()

    def grants_of(self, account_id: str) -> list[Grant]:
        found = self.grants.collection.find({"account_id": account_id}, session=session())
        return [_grant(one) for one in found]

    def waiting_from(self, giver: str) -> list[Grant]:
        """What this giver has given and nobody has accepted yet."""
        return self._waiting("given_by", giver)

    def unaccepted_of(self, account_id: str | None, national_index: str | None) -> list[Grant]:
        """What was offered to this person, or to whoever comes with this number, withdrawn or declined ones too."""
        found = self._waiting("account_id", account_id, Status.REVOKED) if account_id else []
        if national_index:
            found += self._waiting("national_index", national_index, Status.REVOKED)
        return list({one.id: one for one in found if one.accepted_at is None}.values())

    def _waiting(self, name: str, value: str, *also: Status) -> list[Grant]:
        found: list[Document] = []
        for status in (Status.PROPOSED, Status.INVITED, Status.OFFERED, Status.SUSPENDED, *also):
            found += self.grants.collection.find({name: value, "status": str(status)}, session=session())
        return [_grant(one) for one in found]

    def offers_to(self, account_ids: Iterable[str]) -> list[Grant]:
        """Oldest first."""
        found = [
            _grant(one)
            for account_id in account_ids
            for one in self.grants.collection.find(
                {"account_id": account_id, "status": str(Status.OFFERED)}, session=session()
            )
        ]
        return sorted(found, key=lambda one: (one.given_at, one.id))

    def grants_held_by(self, account_ids: Sequence[str]) -> list[Grant]:
        found = self.grants.collection.find({"account_id": {"$in": list(account_ids)}}, session=session())
        return [_grant(one) for one in found]

    def grants_by_digests(self, digests: Iterable[str]) -> list[Grant]:
        """Everything that was given by a number with one of these digests, whatever has become of it."""
        wanted = sorted(digests)
        found: dict[str, Grant] = {}
        for name in ("national_index", "national_core"):
            asked = self.grants.collection.find({name: {"$in": wanted}}, session=session())
            found |= {one["_id"]: _grant(one) for one in asked}
        return list(found.values())

    def invitations(self, number: KnownNumber) -> list[Grant]:
        """Those that name this number, in any of its forms."""
        wanted = {"national_index": {"$in": sorted(number.every)}, "status": str(Status.INVITED)}
        found = [_grant(one) for one in self.grants.collection.find(wanted, session=session())]
        return [one for one in found if is_of(number, one.number)]

    def invitation_by_code(self, code_index: str) -> Grant | None:
        found = self.grants.collection.find_one(
            {"code_index": code_index, "status": str(Status.INVITED)}, session=session()
        )
        return _grant(found) if found else None

    def grants_by_id(self, ids: Iterable[str]) -> dict[str, Grant]:
        found = self.grants.collection.find({"_id": {"$in": list(set(ids))}}, session=session())
        return {one["_id"]: _grant(one) for one in found}

    def hanging_on(self, grant_id: str) -> list[Grant]:
        """Every grant in whose chain this one stands, nearest first."""
        found = self.grants.collection.find({"chain": grant_id}, session=session())
        return sorted((_grant(one) for one in found), key=lambda grant: (len(grant.chain), grant.id))

    def more_hang_on(self, grant_id: str, most: int) -> bool:
        """Whether this grant stands in the chains of more than so many."""
        found = self.grants.collection.count_documents({"chain": grant_id}, limit=most + 1, session=session())
        return found > most

    def some_hanging_on(self, grant_id: str, most: int) -> list[Grant]:
        found = self.grants.collection.find({"chain": grant_id}, session=session()).limit(most)
        return [_grant(one) for one in found]

    def count_hanging_on(self, grant_id: str) -> int:
        return self.grants.collection.count_documents({"chain": grant_id}, session=session())

    def places_below(self, grant_id: str) -> list[str]:
        """Where each that hangs on it stands, superiors first (see succession.place_of)."""
        found = self.grants.collection.find(
            {"chain": grant_id}, {"chain": 1}, session=session(), batch_size=5_000
        )
        return sorted(place_of(len(one["chain"]), one["_id"]) for one in found)

    def ids_hanging_on(self, grant_id: str) -> list[str]:
        found = self.grants.collection.find({"chain": grant_id}, {"_id": 1}, batch_size=5_000)
        return sorted(str(one["_id"]) for one in found)

    def grants_below(self, unit_id: str) -> list[Grant]:
        """All grants of a unit and of those below it."""
        found = self.grants.collection.find({"unit_path": unit_id}, session=session(), batch_size=2_000)
        return [_grant(one) for one in found]

    def hanging_on_any(self, grant_ids: Sequence[str]) -> list[Grant]:
        found = self.grants.collection.find({"chain": {"$in": list(grant_ids)}}, session=session())
        return [_grant(one) for one in found] if grant_ids else []

    def grants_of_units(self, unit_ids: Sequence[str]) -> list[Grant]:
        """All grants of these very units."""
        found = self.grants.collection.find({"unit_id": {"$in": list(unit_ids)}}, session=session())
        return [_grant(one) for one in found] if unit_ids else []

    def grants_in(self, unit_id: str) -> list[Grant]:
        """All grants of one unit."""
        return [_grant(one) for one in self.grants.collection.find({"unit_id": unit_id}, session=session())]

    def grants_over(self, unit_path: Sequence[str]) -> list[Grant]:
        """All grants of a unit and of those above it: the ones that can reach it."""
        found = self.grants.collection.find({"unit_id": {"$in": list(unit_path)}}, session=session())
        return [_grant(one) for one in found]

    def with_chains(self, grants: Iterable[Grant]) -> dict[str, Grant]:
        """The grants that these hang on, by id."""
        wanted = {grant_id for grant in grants for grant_id in grant.chain}
        return self.grants_by_id(wanted) if wanted else {}

    def add_grants(self, grants: Sequence[Grant]) -> None:
        """For samples and first set-up: many at once, in one transaction."""
        now = origin().at

        def work() -> None:
            documents = [{**_grant_document(grant), "version": 1, "given_at": now} for grant in grants]
            claims = [{"_id": _holding(grant), "grant_id": grant.id} for grant in grants if _holding(grant)]
            self.grants.collection.insert_many(documents, session=session())
            self.lists.add(one for document in documents for one in _listed(_grant(document)))
            self._holdings.insert_many(claims, session=session())

        self.database.in_transaction(work)

    # ------------------------------------------------------------ what the calendar does

    def ending_between(self, first: date, last: date) -> list[Grant]:
        found = self.grants.collection.find({"valid_to": {"$gte": _instant(first), "$lte": _instant(last)}})
        return [_grant(one) for one in found]

    def to_recertify_between(self, first: date, last: date) -> list[Grant]:
        """Of all units, for what the calendar does once."""
        wanted = {"recertify_by": {"$gte": _instant(first), "$lte": _instant(last)}}
        return [_grant(one) for one in self.grants.collection.find(wanted)]

    def told(self, marks: Iterable[str]) -> set[str]:
        """Which of these were told before."""
        found = self._marks.find({"_id": {"$in": list(marks)}}, {"_id": 1})
        return {one["_id"] for one in found}

    def tell(
        self, marks: Sequence[str], news: Iterable[Event], audit: Iterable[AuditEntry], now: datetime
    ) -> None:
        """Marks them as told and tells them, or neither; raises DuplicateKeyError when another has told one."""

        def work() -> None:
            for mark in marks:
                self._marks.insert_one({"_id": mark, "at": now}, session=session())
            self.calendar.insert({"_id": new_id()}, news, audit)

        self.database.in_transaction(work)

    def try_number(self, account_id: str, now: datetime) -> None:
        self._number_tries.insert_one({"account_id": account_id, "at": now})

    def numbers_tried(self, account_id: str, since: datetime) -> int:
        return self._number_tries.count_documents({"account_id": account_id, "at": {"$gte": since}})

    # ------------------------------------------------------------ revocations

    def raise_generations(self, account_ids: Iterable[str], now: datetime) -> None:
        """Every token of these accounts made before now ends; call inside the transaction of the change."""
        ids = sorted({account_id for account_id in account_ids if account_id})
        if not ids:
            return
        accounts = self.accounts.collection
        accounts.bulk_write(
            [UpdateOne({"_id": account_id}, {"$inc": {"generation": 1}}) for account_id in ids],
            session=session(),
        )
        generations = {
            one["_id"]: one["generation"]
            for one in accounts.find({"_id": {"$in": ids}}, {"generation": 1}, session=session())
        }
        self._tell(now, generations=generations)

    def end_below(self, account_ids: Iterable[str], now: datetime) -> None:
        """Every token by which somebody acts with what is owed to these accounts, made before now, ends.

        One entry, however many they are; call inside the transaction of the change.
        """
        self._tell(now, below=sorted({account_id for account_id in account_ids if account_id}))

    def _tell(
        self,
        now: datetime,
        generations: dict[str, int] | None = None,
        sessions: list[str] | None = None,
        below: list[str] | None = None,
    ) -> None:
        self._counters.update_one({"_id": "feed"}, {"$inc": {"seq": 1}}, upsert=True, session=session())
        counter = self._counters.find_one({"_id": "feed"}, session=session()) or {"seq": 0}
        self._feed.insert_one(
            {
                "seq": counter["seq"],
                "at": now,
                "generations": [[k, v] for k, v in (generations or {}).items()],
                "sessions": sessions or [],
                "below": below or [],
            },
            session=session(),
        )

    def newest_revocation(self) -> int:
        counter = self._counters.find_one({"_id": "feed"})
        seq: int = counter["seq"] if counter else 0
        return seq

    def revocations(self, after: int) -> Revocations:
        """What was revoked since; everything that is kept when `after` is 0."""
        newest = self.newest_revocation()
        if newest <= after:
            return Revocations(newest, {}, [])
        found = self._feed.find({"seq": {"$gt": after, "$lte": newest}})
        generations: dict[str, int] = {}
        ended: list[str] = []
        below: dict[str, int] = {}
        for entry in found:
            for account_id, generation in entry["generations"]:
                generations[account_id] = max(generation, generations.get(account_id, 0))
            ended += entry["sessions"]
            for account_id in entry.get("below", ()):
                below[account_id] = max(entry["seq"], below.get(account_id, 0))
        return Revocations(newest, generations, ended, below=below)

    # ------------------------------------------------------------ congresses and units

    def note_congress(self, congress_id: str, deadline: str, unit_id: str) -> None:
        """An approved congress, as offices may hang on it; `deadline` is a day in ISO form."""
        said = {"deadline": deadline, "unit_id": unit_id}
        self._congresses.update_one({"_id": congress_id}, {"$set": said}, upsert=True, session=session())

    def unit_of_congress(self, congress_id: str) -> str | None:
        """None where no such congress has been approved; empty for one that was before units were noted."""
        found = self._congresses.find_one({"_id": congress_id}, session=session())
        return str(found.get("unit_id", "")) if found else None

    def keep_asked_move(self, move_id: str, unit_id: str, to_id: str, now: datetime) -> None:
        said = {"unit_id": unit_id, "to_id": to_id, "at": now}
        self._asked_moves.update_one({"_id": move_id}, {"$set": said}, upsert=True, session=session())

    def is_asked_move(self, unit_id: str, to_id: str) -> bool:
        wanted = {"unit_id": unit_id, "to_id": to_id}
        return self._asked_moves.find_one(wanted, session=session()) is not None

    def deadline_of(self, congress_id: str) -> str:
        """Empty where the congress was never heard of."""
        found = self._congresses.find_one({"_id": congress_id}, session=session())
        return str(found["deadline"]) if found else ""

    def follow_units(self, changes: Sequence[UnitChange], followed: Followed) -> set[str]:
        """Grants get the place and the end of their units, as these are now; the accounts whose grants changed."""
        units = {change.id: change.after for change in changes}
        found = list(self.grants.collection.find({"unit_id": {"$in": list(units)}}, session=session()))
        holders: set[str] = set()
        moved: list[Listed] = []
        for one in found:
            unit = units[one["unit_id"]]
            after = {
                **one,
                "unit_path": list(unit.path),
                "unit_ended": _instant(unit.valid_to) if unit.valid_to else None,
            }
            if (one["unit_path"], one.get("unit_ended")) == (after["unit_path"], after["unit_ended"]):
                continue
            events, audit = followed(_grant(one), _grant(after))
            self.grants.save(after, one["version"], events, audit)
            moved += _listed(_grant(after))
            holders.add(one["account_id"] or "")
        self.lists.put(moved)
        return holders - {""}


def _listed(grant: Grant) -> tuple[Listed, ...]:
    until = grant.extension.until if grant.extension else None
    confirm_by = to_confirm_by(grant)
    yearly = listed.of_yearly(
        grant.id, grant.unit_path, _instant(confirm_by) if confirm_by else None, _instant(grant.valid_to)
    )
    return (*listed.of_grant(grant.id, grant.unit_path, str(grant.status), grant.given_at, until), yearly)


def _session(document: Document) -> Session:
    return Session(
        id=document["_id"],
        account_id=document["account_id"],
        created_at=document["created_at"],
        last_seen=document["last_seen"],
        auth_time=document["auth_time"],
        assurance=document["assurance"],
        provider=document["provider"],
        device=document["device"],
        ended_at=document["ended_at"],
        scope=document.get("scope", ""),
        unit_id=document.get("unit_id", ""),
        until=document.get("until"),
        silent_at=document.get("silent_at"),
    )


def digests_of(account: Document) -> Digests:
    return Digests(
        account.get("national_index") or "",
        account.get("national_core", ""),
        account.get("national_namespace", ""),
    )


def _day(instant: datetime | None) -> date | None:
    return instant.date() if instant is not None else None


def _instant(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _grant(document: Document) -> Grant:
    return Grant(
        id=document["_id"],
        unit_id=document["unit_id"],
        unit_path=tuple(document["unit_path"]),
        role=document["role"],
        valid_from=document["valid_from"].date(),
        valid_to=document["valid_to"].date(),
        status=Status(document["status"]),
        account_id=document["account_id"],
        national_index=document["national_index"],
        label=document["label"],
        chain=tuple(document["chain"]),
        given_by=document["given_by"],
        given_by_name=document["given_by_name"],
        given_at=document["given_at"],
        reason=document["reason"],
        ended_reason=document["ended_reason"],
        confirm_until=document["confirm_until"],
        recertify_by=document["recertify_by"].date() if document["recertify_by"] else None,
        removal=Removal(**document["removal"]) if document["removal"] else None,
        mandate=document["mandate"],
        handover_days=document["handover_days"],
        code_index=document["code_index"],
        confirmed_by=document.get("confirmed_by", ""),
        invited_until=_day(document.get("invited_until")),
        suspended_from=_place(document, "suspended_from"),
        unit_ended=_day(document.get("unit_ended")),
        barred_from=_place(document, "barred_from"),
        accepted_at=_accepted_at(document),
        national_core=document.get("national_core", ""),
        national_namespace=document.get("national_namespace", ""),
        number_end=document.get("number_end"),
        handed_to=document.get("handed_to", ""),
        owed_to=tuple(document.get("owed_to", ())),
        barred_by=document.get("barred_by", ""),
        extension=_extension(document.get("extension")),
        version=document.get("version", 0),
    )


def _extension(document: Document | None) -> Extension | None:
    if document is None:
        return None
    return Extension(
        **{**document, "by": tuple(document["by"]), "valid_to": document["valid_to"].date()},
    )


def _extension_document(extension: Extension | None) -> Document | None:
    if extension is None:
        return None
    return {**asdict(extension), "by": list(extension.by), "valid_to": _instant(extension.valid_to)}


def _place(document: Document, name: str) -> tuple[str, ...] | None:
    """Before paths were written down, how many units of the grant's own path."""
    path, deep = document.get(f"{name}_path"), document.get(name)
    if deep is None:
        return None
    # The version before writes how deep it lies and leaves the path as it was.
    return tuple(path if path is not None and len(path) == deep else document["unit_path"][:deep])


def _place_document(name: str, place: tuple[str, ...] | None) -> Document:
    """The version before reads how deep it lies."""
    if place is None:
        return {name: None, f"{name}_path": None}
    return {name: len(place), f"{name}_path": list(place)}


def _accepted_at(document: Document) -> datetime | None:
    """Before grants were accepted, one that was in force was in force from its beginning, suspended since or not."""
    said: datetime | None = document.get("accepted_at")
    in_force = document["status"] == Status.ACTIVE or (
        document["status"] == Status.SUSPENDED and document["account_id"] and "accepted_at" not in document
    )
    return said or (document["given_at"] if in_force else None)


def _holding(grant: Grant) -> str:
    """What only one grant may hold: the person, the unit and the role; empty once it is revoked.

    What nobody has accepted takes the place of nobody else's grant: only its own giver cannot give it twice.
    """
    if grant.status is Status.REVOKED:
        return ""
    number = " ".join(filter(None, (grant.national_namespace, grant.national_index)))
    holder = grant.account_id or number or grant.code_index or ""
    place = f"{holder} {grant.unit_id} {grant.role}"
    accepted = grant.accepted_at is not None or grant.status is Status.ACTIVE
    return place if accepted else f"offered by {grant.given_by}: {place}"


def _grant_document(grant: Grant) -> Document:
    return {
        "_id": grant.id,
        "unit_id": grant.unit_id,
        "unit_path": list(grant.unit_path),
        "role": grant.role,
        "valid_from": _instant(grant.valid_from),
        "valid_to": _instant(grant.valid_to),
        "status": str(grant.status),
        "account_id": grant.account_id,
        "national_index": grant.national_index,
        "label": grant.label,
        "chain": list(grant.chain),
        "given_by": grant.given_by,
        "given_by_name": grant.given_by_name,
        "given_at": grant.given_at,
        "reason": grant.reason,
        "ended_reason": grant.ended_reason,
        "confirm_until": grant.confirm_until,
        "recertify_by": _instant(grant.recertify_by) if grant.recertify_by else None,
        "removal": asdict(grant.removal) if grant.removal else None,
        "mandate": grant.mandate,
        "handover_days": grant.handover_days,
        "code_index": grant.code_index,
        "confirmed_by": grant.confirmed_by,
        "invited_until": _instant(grant.invited_until) if grant.invited_until else None,
        **_place_document("suspended_from", grant.suspended_from),
        "unit_ended": _instant(grant.unit_ended) if grant.unit_ended else None,
        **_place_document("barred_from", grant.barred_from),
        "accepted_at": grant.accepted_at,
        "national_core": grant.national_core,
        "national_namespace": grant.national_namespace,
        "number_end": grant.number_end,
        "handed_to": grant.handed_to,
        "owed_to": list(grant.owed_to),
        "barred_by": grant.barred_by,
        "extension": _extension_document(grant.extension),
        "extends": grant.extension is not None,
    }


__all__ = ["DuplicateKeyError", "Store", "digests_of"]
