"""Threads: read, written to, and what was written changed or withdrawn; decided on the record as it is now."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

from servicekit.access.decision import Caller, require
from servicekit.comments import comment as rules
from servicekit.comments.comment import Comment, Draft, NoSuchComment
from servicekit.comments.hanging import Owner, Subject
from servicekit.comments.store import CommentStore
from servicekit.data.events import AuditEntry
from servicekit.data.records import DuplicateKeyError
from servicekit.files.store import FileStore
from servicekit.ids import id_from, new_id
from servicekit.refusals import Refusal, Stale
from servicekit.web.idempotency import IdempotencyKeyReused
from servicekit.web.listing import Page
from servicekit.work.clock import Clock


@dataclass(frozen=True)
class Comments:
    """The threads on one kind of record. `files`: None where none hang on these comments."""

    store: CommentStore
    files: FileStore | None
    owner: Owner
    clock: Clock

    def prepare(self) -> None:
        self.store.prepare()


@dataclass(frozen=True, slots=True)
class Thread:
    """`people`: the names of those who have written, by account."""

    page: Page[Comment]
    people: dict[str, str]
    may_write: bool


def read_thread(comments: Comments, caller: Caller, record_id: str, after: str, limit: int) -> Thread:
    owner = comments.owner
    record = owner.find(caller, record_id, owner.read)
    return Thread(
        comments.store.page(owner.noun, record.id, after, limit),
        comments.store.writers(owner.noun, record.id),
        may_write(comments, caller, record_id),
    )


def read_comment(comments: Comments, caller: Caller, record_id: str, comment_id: str) -> Comment:
    return _found(comments, comments.owner.find(caller, record_id, comments.owner.read), comment_id)


def write_comment(comments: Comments, caller: Caller, record_id: str, draft: Draft, key: str) -> Comment:
    """`key`: of the request; sent again with the same, it is the same comment. Nobody is asked within a transaction."""
    owner = comments.owner
    record = owner.find(caller, record_id, owner.write)
    sent = _digest(record.id, draft)
    comment_id = id_from("comment", caller.account_id, key) if key else new_id()
    if (known := comments.store.find(comment_id)) is not None:
        return _same(known, sent)
    owner.may_write(caller, record.id)
    rules.refuse_draft(draft, record.parts)
    mentions = tuple(one for one in dict.fromkeys(draft.mentions) if one not in caller.accounts)
    if mentions:
        rules.refuse_blind(mentions, owner.readers(record))
    now = comments.clock.now()
    right = require(caller, owner.write, record.unit_path, now)
    comment = Comment(
        *(comment_id, owner.noun, record.id, caller.account_id, caller.name, now, draft.text),
        above=right.unit_id != record.unit_path[-1],
        about=draft.about,
        mentions=mentions,
        kept_by=caller.kept_by,
        sent=sent,
    )
    told = {"about": draft.about, "mentions": list(mentions)}

    def add() -> None:
        entry = _entry(owner, record, "comment.written", comment, **told)
        news = owner.told(record.id, comment)
        rules.refuse_full(comments.store.add(comment, news, [entry], record.kept_until))

    try:
        comments.store.database.in_transaction(add)
    except DuplicateKeyError:
        return _same(_found(comments, record, comment_id), sent)
    return comment


def change_comment(
    comments: Comments, caller: Caller, record_id: str, comment_id: str, text: str, expected_version: int
) -> Comment:
    record, comment = _own(comments, caller, record_id, comment_id, expected_version)
    comments.owner.may_write(caller, record.id)
    changed = rules.changed(comment, text, caller.accounts, comments.clock.now())
    entry = _entry(comments.owner, record, "comment.changed", comment)
    return comments.store.save(changed, expected_version, [entry])


def withdraw_comment(
    comments: Comments, caller: Caller, record_id: str, comment_id: str, expected_version: int
) -> Comment:
    """Also where nothing may be said any more: it takes away. Its files are erased with it."""
    record, comment = _own(comments, caller, record_id, comment_id, expected_version)
    withdrawn = rules.withdrawn(comment, caller.accounts, comments.clock.now())

    def both() -> Comment:
        if comments.files is not None:
            for file in comments.files.of_record(comment.id):
                comments.files.end(file)
        entry = _entry(comments.owner, record, "comment.withdrawn", comment)
        return comments.store.save(withdrawn, expected_version, [entry])

    return comments.store.database.in_transaction(both)


def may_write(comments: Comments, caller: Caller, record_id: str) -> bool:
    def ask() -> None:
        record = comments.owner.find(caller, record_id, comments.owner.write)
        comments.owner.may_write(caller, record.id)

    return not _refuses(ask)


def may_change(comments: Comments, caller: Caller, comment: Comment) -> bool:
    return not _refuses(lambda: rules.refuse_changing(comment, caller.accounts, comments.clock.now()))


def may_withdraw(caller: Caller, comment: Comment) -> bool:
    return not _refuses(lambda: rules.refuse_withdrawing(comment, caller.accounts))


def may_add_files(comments: Comments, caller: Caller, comment: Comment) -> bool:
    if comments.files is None:
        return False
    return not _refuses(lambda: rules.refuse_adding(comment, caller.accounts, comments.clock.now()))


def _refuses(ask: Callable[[], None]) -> bool:
    try:
        ask()
    except Refusal:
        return True
    return False


def _own(
    comments: Comments, caller: Caller, record_id: str, comment_id: str, expected_version: int
) -> tuple[Subject, Comment]:
    record = comments.owner.find(caller, record_id, comments.owner.write)
    comment = _found(comments, record, comment_id)
    if comment.version != expected_version:
        raise Stale
    return record, comment


def _found(comments: Comments, record: Subject, comment_id: str) -> Comment:
    comment = comments.store.find(comment_id)
    if comment is None or (comment.noun, comment.record_id) != (comments.owner.noun, record.id):
        raise NoSuchComment
    return comment


def _same(known: Comment, sent: str) -> Comment:
    if known.sent != sent:
        raise IdempotencyKeyReused(field="Idempotency-Key")
    return known


def _digest(record_id: str, draft: Draft) -> str:
    told = json.dumps([record_id, draft.text, draft.about, *draft.mentions])
    return hashlib.sha256(told.encode()).hexdigest()


def _entry(owner: Owner, record: Subject, action: str, comment: Comment, **told: object) -> AuditEntry:
    path = record.unit_path
    details = {"comment_id": comment.id, **told}
    return AuditEntry(action, path[-1], path, owner.record_type, record.id, details=details)
