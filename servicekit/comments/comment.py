"""A comment: changed by its writer for a few minutes, or withdrawn; it never leaves the thread. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from servicekit.refusals import Conflict, Forbidden, Invalid, NotFound
from servicekit.words import N_

TEXT_LONGEST = 2000  # characters
THREAD_MOST = 200
MENTIONS_MOST = 10
FILES_MOST = 5
# Long enough for a slip of the pen, too short to change what somebody has answered.
CHANGED_WITHIN = timedelta(minutes=10)
# What is sent over a weak network may be on its way for so long.
FILES_WITHIN = timedelta(hours=1)


class ThreadFull(Conflict):
    title = N_("There are {most} comments here already; no more can be added.")


class CommentOfAnother(Forbidden):
    title = N_("Only whoever wrote this comment can change or withdraw it.")


class CommentWithdrawn(Conflict):
    title = N_("This comment has been withdrawn.")


class CommentTooOld(Conflict):
    title = N_("A comment can be changed for {most} minutes. Withdraw it, or write another one.")


class FilesTooLate(Conflict):
    title = N_("Files can be added to a comment and removed for an hour. Write another one.")


class CommentFull(Conflict):
    title = N_("A comment has at most {most} files.")


class TooManyMentions(Invalid):
    title = N_("At most {most} people can be told of one comment.")


class MentionedCannotSee(Invalid):
    """The same whether there is no such person, or one who may not see the record."""

    title = N_("One of these people cannot be told of this here. Ask them another way.")


class AboutUnknown(Invalid):
    title = N_("This record has nothing of that name to comment on.")


class NoSuchComment(NotFound):
    title = N_("There is no such comment here.")


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to say. `about`: a part of the record, or empty; `mentions`: accounts to be told."""

    text: str
    about: str = ""
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comment:
    """`above`: written from a unit above the record's. `sent`: the digest of what was sent first (see operations)."""

    id: str
    noun: str
    record_id: str
    by: str
    by_name: str
    at: datetime
    text: str
    above: bool = False
    about: str = ""
    mentions: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    kept_by: str = ""
    changed_at: datetime | None = None
    withdrawn_at: datetime | None = None
    sent: str = ""
    version: int = 1


def refuse_draft(draft: Draft, parts: Collection[str]) -> None:
    """`parts` of the record are what a comment may be about."""
    if draft.about and draft.about not in parts:
        raise AboutUnknown(field="about")
    if len(draft.mentions) > MENTIONS_MOST:
        raise TooManyMentions(field="mentions", most=MENTIONS_MOST)


def refuse_blind(mentions: Collection[str], readers: Collection[str]) -> None:
    """Whoever is told of a comment must be one who may see it."""
    if not set(mentions) <= set(readers):
        raise MentionedCannotSee(field="mentions")


def refuse_full(count: int) -> None:
    """`count`: with the one that is added."""
    if count > THREAD_MOST:
        raise ThreadFull(most=THREAD_MOST)


def changed(comment: Comment, text: str, accounts: Collection[str], now: datetime) -> Comment:
    refuse_changing(comment, accounts, now)
    return replace(comment, text=text, changed_at=now)


def refuse_changing(comment: Comment, accounts: Collection[str], now: datetime) -> None:
    _refuse_others(comment, accounts)
    if now - comment.at > CHANGED_WITHIN:
        raise CommentTooOld(most=CHANGED_WITHIN // timedelta(minutes=1))


def withdrawn(comment: Comment, accounts: Collection[str], now: datetime) -> Comment:
    """Who said something, and when, stays; what it was is gone."""
    _refuse_others(comment, accounts)
    return replace(comment, text="", mentions=(), files=(), withdrawn_at=now)


def refuse_withdrawing(comment: Comment, accounts: Collection[str]) -> None:
    _refuse_others(comment, accounts)


def with_file(comment: Comment, file_id: str, accounts: Collection[str], now: datetime) -> Comment:
    refuse_adding(comment, accounts, now)
    return replace(comment, files=(*comment.files, file_id))


def refuse_adding(comment: Comment, accounts: Collection[str], now: datetime) -> None:
    refuse_removing(comment, accounts, now)
    if len(comment.files) >= FILES_MOST:
        raise CommentFull(most=FILES_MOST)


def without_file(comment: Comment, file_id: str, accounts: Collection[str], now: datetime) -> Comment:
    refuse_removing(comment, accounts, now)
    return replace(comment, files=tuple(one for one in comment.files if one != file_id))


def refuse_removing(comment: Comment, accounts: Collection[str], now: datetime) -> None:
    _refuse_others(comment, accounts)
    if now - comment.at > FILES_WITHIN:
        raise FilesTooLate


def _refuse_others(comment: Comment, accounts: Collection[str]) -> None:
    if comment.by not in accounts:
        raise CommentOfAnother
    if comment.withdrawn_at is not None:
        raise CommentWithdrawn
