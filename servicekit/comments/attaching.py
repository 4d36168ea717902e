"""What a comment says of the files that hang on it: read by whoever may read the record, added by who wrote it."""

from functools import partial

from servicekit.access.decision import Caller, UnknownHere
from servicekit.comments import comment as rules
from servicekit.comments.comment import Comment
from servicekit.comments.hanging import Subject
from servicekit.comments.operations import Comments
from servicekit.data.events import AuditEntry
from servicekit.files.hanging import Hung, Owner
from servicekit.files.stored import StoredFile

NOUN = "comments"


def owner_of_files(comments: Comments) -> Owner:
    owner = comments.owner
    return Owner(
        service=owner.service,
        noun=NOUN,
        read=owner.read,
        write=owner.write,
        find=partial(_find, comments),
        may_add=partial(_may_add, comments),
        may_remove=partial(_may_remove, comments),
        hang=partial(_hang, comments),
        take_off=partial(_take_off, comments),
        page=partial(_page, comments),
    )


def _looked_up(
    comments: Comments, caller: Caller, comment_id: str, permission: str
) -> tuple[Subject, Comment]:
    comment = comments.store.find(comment_id)
    if comment is None or comment.noun != comments.owner.noun:
        raise UnknownHere
    return comments.owner.find(caller, comment.record_id, permission), comment


def _find(comments: Comments, caller: Caller, comment_id: str, permission: str) -> Hung:
    record, comment = _looked_up(comments, caller, comment_id, permission)
    return Hung(comment.id, record.unit_path[-1], comment.files)


def _may_add(comments: Comments, caller: Caller, comment_id: str) -> None:
    record, comment = _looked_up(comments, caller, comment_id, comments.owner.write)
    comments.owner.may_write(caller, record.id)
    rules.refuse_adding(comment, caller.accounts, comments.clock.now())


def _may_remove(comments: Comments, caller: Caller, comment_id: str) -> None:
    _, comment = _looked_up(comments, caller, comment_id, comments.owner.write)
    rules.refuse_removing(comment, caller.accounts, comments.clock.now())


def _hang(comments: Comments, caller: Caller, file: StoredFile) -> None:
    """Whatever version the comment is at: nothing that somebody saw is overwritten by one file more."""
    record, comment = _looked_up(comments, caller, file.record_id, comments.owner.write)
    comments.owner.may_write(caller, record.id)
    with_it = rules.with_file(comment, file.id, caller.accounts, comments.clock.now())
    comments.store.save(
        with_it, comment.version, [_entry(comments, record, "comment.file_added", comment, file.id)]
    )


def _take_off(
    comments: Comments, caller: Caller, comment_id: str, file_id: str, expected_version: int
) -> None:
    record, comment = _looked_up(comments, caller, comment_id, comments.owner.write)
    left = rules.without_file(comment, file_id, caller.accounts, comments.clock.now())
    entry = _entry(comments, record, "comment.file_removed", comment, file_id)
    comments.store.save(left, expected_version, [entry])


def _entry(comments: Comments, record: Subject, action: str, comment: Comment, file_id: str) -> AuditEntry:
    path, told = record.unit_path, {"comment_id": comment.id, "file_id": file_id}
    return AuditEntry(action, path[-1], path, comments.owner.record_type, record.id, details=told)


def _page(comments: Comments, comment_id: str) -> str:
    comment = comments.store.find(comment_id)
    return comments.owner.page(comment.record_id if comment else "")
