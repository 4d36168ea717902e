"""The addresses of a record's thread, mounted by the service that owns the record."""

from typing import Any

from flask import Blueprint
from flask_smorest import Blueprint as ApiBlueprint
from marshmallow import fields, validate

from servicekit.comments import operations
from servicekit.comments.attaching import owner_of_files
from servicekit.comments.comment import MENTIONS_MOST, TEXT_LONGEST, Comment, Draft
from servicekit.comments.operations import Comments
from servicekit.files.routes.mounted import file_routes
from servicekit.files.routes.programs import FileView, file_view
from servicekit.web.guards import access, caller
from servicekit.web.idempotency import idempotency_key, keyed
from servicekit.web.preconditions import etag, expected_version, versioned
from servicekit.web.schemas import TOO_LONG, PageQuery, PageView, StrictSchema, identifier, prose

Json = dict[str, Any]


class NewComment(StrictSchema):
    """`about`: a figure or a step of the record, or nothing; `mentions`: accounts of people who may see it."""

    text = prose(TEXT_LONGEST, required=True)
    about = identifier(load_default="")
    mentions = fields.List(
        identifier(), load_default=list, validate=validate.Length(max=MENTIONS_MOST, error=TOO_LONG)
    )


class ChangedComment(StrictSchema):
    text = prose(TEXT_LONGEST, required=True)


class CommentView(StrictSchema):
    """`above`: written from a unit above the record's. Of one that was withdrawn the text is empty."""

    id = fields.String()
    version = fields.Integer()
    at = fields.DateTime()
    by = fields.String()
    by_name = fields.String()
    by_program = fields.Boolean()
    above = fields.Boolean()
    about = fields.String()
    text = fields.String()
    mentions = fields.List(fields.String())
    files = fields.List(fields.Nested(FileView))
    changed_at = fields.DateTime(allow_none=True)
    withdrawn_at = fields.DateTime(allow_none=True)
    own = fields.Boolean()
    may_change = fields.Boolean()
    may_withdraw = fields.Boolean()
    may_add_files = fields.Boolean()


class CommentList(PageView):
    """The newest first. `people`: the names of those who have written, by account; `may_write`: whether you may now."""

    items = fields.List(fields.Nested(CommentView))
    people = fields.Dict(keys=fields.String(), values=fields.String())
    may_write = fields.Boolean()


def comment_routes(comments: Comments, secret: bytes = b"") -> tuple[Blueprint, ...]:
    """The thread of a record, and the files of its comments, where they may have any. `secret`: of their forms."""
    if comments.files is None:
        return (_thread(comments),)
    return _thread(comments), *file_routes(comments.files, owner_of_files(comments), secret)


def _thread(comments: Comments) -> ApiBlueprint:
    owner = comments.owner
    api = ApiBlueprint(
        f"{owner.noun}_comments",
        __name__,
        url_prefix=f"/api/{owner.service}/{owner.noun}/<record_id>/comments",
    )

    @api.route("", methods=["GET"])
    @access(owner.read)
    @api.arguments(PageQuery, location="query")
    @api.response(200, CommentList)
    def list_comments(query: Json, record_id: str) -> Any:
        """The thread of a record, for whoever may see the record."""
        thread = operations.read_thread(comments, caller(), record_id, **query)
        page = thread.page
        return {
            "items": [_view(comments, one, may_write=thread.may_write) for one in page.items],
            "next": page.next,
            "total": page.total,
            "people": thread.people,
            "may_write": thread.may_write,
        }

    @api.route("", methods=["POST"])
    @access(owner.write)
    @keyed
    @api.arguments(NewComment)
    @api.response(201, CommentView)
    def write_comment(body: Json, record_id: str) -> Any:
        """Says something; the other side and whoever is mentioned hear of it."""
        draft = Draft(body["text"], body["about"], tuple(body["mentions"]))
        comment = operations.write_comment(comments, caller(), record_id, draft, idempotency_key())
        return _view(comments, comment, may_write=True), 201, etag(comment.version)

    @api.route("/<comment_id>", methods=["GET"])
    @access(owner.read)
    @api.response(200, CommentView)
    def read_comment(record_id: str, comment_id: str) -> Any:
        comment = operations.read_comment(comments, caller(), record_id, comment_id)
        may_write = operations.may_write(comments, caller(), record_id)
        return _view(comments, comment, may_write=may_write), 200, etag(comment.version)

    @api.route("/<comment_id>", methods=["PUT"])
    @access(owner.write)
    @versioned
    @api.arguments(ChangedComment)
    @api.response(200, CommentView)
    def change_comment(body: Json, record_id: str, comment_id: str) -> Any:
        """One's own, for ten minutes."""
        asked = (record_id, comment_id, body["text"], expected_version())
        comment = operations.change_comment(comments, caller(), *asked)
        return _view(comments, comment, may_write=True), 200, etag(comment.version)

    @api.route("/<comment_id>/withdraw", methods=["POST"])
    @access(owner.write)
    @versioned
    @api.response(200, CommentView)
    def withdraw_comment(record_id: str, comment_id: str) -> Any:
        """One's own. That there was one stays; its text and its files are erased."""
        comment = operations.withdraw_comment(comments, caller(), record_id, comment_id, expected_version())
        return _view(comments, comment, may_write=True), 200, etag(comment.version)

    return api


def _view(comments: Comments, comment: Comment, *, may_write: bool) -> Json:
    person = caller()
    stored = comments.files.of_record(comment.id) if comments.files and comment.files else ()
    hung = {file.id: file for file in stored}
    return {
        "id": comment.id,
        "version": comment.version,
        "at": comment.at,
        "by": comment.by,
        "by_name": comment.by_name,
        "by_program": bool(comment.kept_by),
        "above": comment.above,
        "about": comment.about,
        "text": comment.text,
        "mentions": comment.mentions,
        "files": [file_view(hung[one]) for one in comment.files if one in hung],
        "changed_at": comment.changed_at,
        "withdrawn_at": comment.withdrawn_at,
        "own": comment.by in person.accounts,
        "may_change": may_write and operations.may_change(comments, person, comment),
        "may_withdraw": operations.may_withdraw(person, comment),
        "may_add_files": may_write and operations.may_add_files(comments, person, comment),
    }
