"""What comes in and goes out over HTTP."""

from marshmallow import fields

from servicekit.web.schemas import PageQuery, PageView, StrictSchema, asked_whole

MOST_LISTED = 100


class InboxQuery(PageQuery):
    unread = fields.Boolean(load_default=False)
    limit = asked_whole(1, MOST_LISTED, load_default=30)


class Nothing(StrictSchema):
    """A body without a field."""


class NoticeView(StrictSchema):
    id = fields.String()
    at = fields.DateTime()
    kind = fields.String()
    title = fields.String()
    text = fields.String()
    link = fields.String()
    read_at = fields.DateTime(allow_none=True)
    mail = fields.String()


class Inbox(PageView):
    items = fields.List(fields.Nested(NoticeView))
    unread = fields.Integer()


class Unread(StrictSchema):
    unread = fields.Integer()
