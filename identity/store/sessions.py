"""Sessions, and the one use of what ends them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from pymongo.errors import DuplicateKeyError

from identity.domain.attempts import Farewell
from identity.domain.sessions import Session
from identity.store.documents import session_document, session_of
from identity.store.feed import Feed
from servicekit.data.database import session
from servicekit.data.documents import Document, Shape
from servicekit.data.events import AuditEntry

_FAREWELLS = Shape(Farewell)


class Sessions(Feed):
    def session(self, session_id: str) -> Session | None:
        found = self.sessions.find(session_id)
        return session_of(found) if found else None

    def add_session(self, opened: Session, audit: Iterable[AuditEntry]) -> None:
        self.sessions.insert(session_document(opened), audit=audit)

    def seen(self, session_id: str, now: datetime) -> None:
        self.sessions.collection.update_one({"_id": session_id}, {"$set": {"last_seen": now}})

    def sessions_of(self, account_id: str) -> list[Session]:
        return self._found({"account_id": account_id, "ended_at": None})

    def sessions_at_eid(self, provider: str, subject: str, eid_session: str) -> list[Session]:
        """The open sessions that one session of the provider stands behind, or all of the subject's."""
        wanted: Document = {"provider": provider, "ended_at": None}
        by = {"eid_session": eid_session} if eid_session else {"eid_subject": subject}
        found = self._found({**by, **wanted})
        if eid_session and subject:
            # The provider may name a session now that it did not name in its ID token.
            nameless = self._found({"eid_subject": subject, "eid_session": "", **wanted})
            found = [*(one for one in found if one.eid_subject == subject), *nameless]
        return found

    def sessions_of_window(self, window_id: str) -> list[Session]:
        return [one for one in self._found({"window_id": window_id}) if one.ended_at is None]

    def _found(self, wanted: Document) -> list[Session]:
        return [session_of(one) for one in self.sessions.collection.find(wanted, session=session())]

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

    def keep_farewell(self, farewell: Farewell) -> None:
        self._farewells.insert_one(_FAREWELLS.document(farewell))

    def take_farewell(self, farewell_id: str) -> Farewell | None:
        found = self._farewells.find_one({"_id": farewell_id})
        if found is None or self._farewells.delete_one({"_id": farewell_id}).deleted_count != 1:
            return None
        return _FAREWELLS.value(found)

    def end_sessions(self, ended: Sequence[Session], now: datetime, audit: AuditEntry) -> None:
        """Ends them and tells the feed, in one transaction."""

        def work() -> None:
            for one in ended:
                known = session_of(self.sessions.get(one.id))
                if known.ended_at is not None:
                    continue
                ended_now = replace(known, ended_at=now, id_token=None)
                self.sessions.save(session_document(ended_now), known.version, audit=[audit])
            self._tell(now, sessions=[one.id for one in ended])

        if ended:
            self.database.in_transaction(work)
