"""What identity keeps, in which collections, and how they are found."""

from datetime import timedelta

from identity.migrations import MIGRATIONS
from identity.store.aftermaths import AftermathStore
from identity.store.asking import AskingStore
from identity.store.batches import BatchStore
from identity.store.fallback import FallbackStore
from identity.store.handovers import HandoverStore
from identity.store.joint_acts import JointActStore
from identity.store.roles import RoleStore
from identity.store.rollout import RolloutStore
from identity.store.starts import StartStore
from identity.store.two_hands import TwoHandsStore
from servicekit.data.database import Database, session
from servicekit.data.documents import Document
from servicekit.data.records import ReadLog, Records
from servicekit.events.inbox import prepare_inbox
from servicekit.tree.listed import Lists
from servicekit.tree.rollup.mends import MendStore
from servicekit.tree.units_copy import UnitsCopy
from servicekit.web.guards import origin
from servicekit.web.idempotency import prepare_answers
from servicekit.work.migrations import require_migrated

ATTEMPT_SECONDS = 600
# A logout token is good for a few minutes.
LOGOUT_TOKEN_SECONDS = 3600
DRAFT_SECONDS = 3600
# What somebody writes on over days, at the longest until the end of a cycle's last month.
SAVED_DRAFT_SECONDS = 30 * 24 * 3600
ASSERTION_KEPT = 3600
# Longer than the days between a mark and what it is about.
MARK_KEPT = timedelta(days=120)
SESSION_KEPT = timedelta(days=30)
# Longer than any token lives: who has not heard by then holds no token that an entry would end.
FEED_KEPT = timedelta(minutes=15)
# A little longer than a move waits for its second person.
ASKED_MOVE_SECONDS = 4 * 24 * 3600


class Collections:
    """What every store of a noun stands on."""

    def __init__(self, database: Database) -> None:
        self.database = database
        mongo = database.mongo
        self.grants = Records(database, "grants", origin)
        self.accounts = Records(database, "accounts", origin)
        self.sessions = Records(database, "sessions", origin)
        self.lists = Lists(database)
        self.fallback = FallbackStore(database, self.lists)
        self.joint_acts = JointActStore(database)
        self.asking = AskingStore(database, self.lists)
        self.batches = BatchStore(database, self.lists)
        self.handovers = HandoverStore(database)
        self.aftermaths = AftermathStore(database)
        self.two_hands = TwoHandsStore(database)
        self.roles = RoleStore(database)
        self.calendar = Records(database, "calendar", origin)
        self.mends = MendStore(database, origin)
        self.notes = ReadLog(database, origin)
        self._attempts = mongo["attempts"]
        self.starts = StartStore(database, ATTEMPT_SECONDS)
        self._farewells = mongo["farewells"]
        self._logout_tokens = mongo["logout_tokens"]
        self._drafts = mongo["drafts"]
        self._saved_drafts = mongo["saved_drafts"]
        self._assertions = mongo["assertions"]
        self._marks = mongo["marks"]
        self._asked_moves = mongo["asked_moves"]
        self._number_tries = mongo["number_tries"]
        self._holdings = mongo["holdings"]
        self.units = UnitsCopy(database)
        self.rollout = RolloutStore(database, self.units)
        self._congresses = mongo["approved_congresses"]
        self._feed = mongo["feed"]
        self._counters = mongo["counters"]

    def prepare(self) -> None:
        require_migrated(self.database, MIGRATIONS)
        for records in (self.grants, self.accounts, self.sessions, self.calendar, self.notes):
            records.prepare()
        self.lists.prepare()
        self.mends.prepare()
        self.fallback.prepare()
        self.joint_acts.prepare()
        self.asking.prepare()
        self.batches.prepare()
        self.handovers.prepare()
        self.aftermaths.prepare()
        self.rollout.prepare()
        self.roles.prepare()
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
        self.accounts.collection.create_index("kind")
        self.accounts.collection.create_index("search")
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
        self._saved_drafts.create_index("at", expireAfterSeconds=SAVED_DRAFT_SECONDS)
        self._saved_drafts.create_index("account_id")
        self._feed.create_index("at", expireAfterSeconds=int(FEED_KEPT.total_seconds()))
        self._feed.create_index("seq", unique=True)
        self.units.prepare()

    def hold(self, *names: str) -> None:
        """Within a transaction: of two who count the same thing at once, the second counts again."""
        for name in sorted(names):
            change: Document = {"$inc": {"turn": 1}, "$set": {"at": origin().at}}
            self._marks.update_one({"_id": f"hold {name}"}, change, upsert=True, session=session())
