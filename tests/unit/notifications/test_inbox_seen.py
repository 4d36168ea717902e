"""What operations tell of an inbox is what the service publishes of it."""

from dataclasses import fields

import pytest
from marshmallow import Schema

from notifications import schemas
from notifications.operations.inbox import InboxSeen, NoticeSeen, UnreadLeft


@pytest.mark.parametrize(
    ("view", "value"),
    [(schemas.Inbox, InboxSeen), (schemas.NoticeView, NoticeSeen), (schemas.Unread, UnreadLeft)],
)
def test_each_part_of_the_answer_is_told_and_nothing_else(view: type[Schema], value: type) -> None:
    assert {one.name for one in fields(value)} == set(view().fields)
