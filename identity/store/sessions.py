"""Sessions, and the one use of what ends them."""

from collections.abc import Sequence
from datetime import datetime

from pymongo.errors import DuplicateKeyError

from identity.domain.sessions import Session
from identity.store.documents import session_of
from identity.store.feed import Feed
from servicekit.data.database import session
from servicekit.data.documents import Document
from servicekit.data.events import AuditEntry


class Sessions(Feed):
    def session(self, session_id: str) -> Session | None:
        found = self.sessions.find(session_id)
        return session_of(found) if found else None

    def session_document(self, session_id: str) -> Document | None:
        return self.sessions.find(session_id)

    def seen(self, session_id: str, now: datetime) -> None:
        self.sessions.collection.update_one({"_id": session_id}, {"$set": {"last_seen": now}})

    def sessions_of(self, account_id: str) -> list[Session]:
        found = self.sessions.collection.find({"account_id": account_id, "ended_at": None}, session=session())
        return [session_of(one) for one in found]

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
        return [session_of(one) for one in found]

    def sessions_of_window(self, window_id: str) -> list[Session]:
        found = self.sessions.collection.find({"window_id": window_id}, session=session())
        return [session_of(one) for one in found if one["ended_at"] is None]

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
