"""What operations tell of a move is what the service publishes of it."""

from dataclasses import fields

import pytest
from marshmallow import Schema

from membership import schemas
from membership.operations.moves import MoveForeseen, MoveSeen


@pytest.mark.parametrize(
    ("view", "value"), [(schemas.MoveView, MoveSeen), (schemas.UnitMovePreview, MoveForeseen)]
)
def test_each_part_of_the_answer_is_told_and_nothing_else(view: type[Schema], value: type) -> None:
    assert [one.name for one in fields(value)] == list(view().fields)
