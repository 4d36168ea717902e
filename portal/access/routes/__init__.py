"""The pages, and the forms that are sent to them."""

from portal.access.routes import (
    asking,
    confirmations,
    giving,
    grants,
    many,
    offers,
    questions,
    roles,
    rollout,
    second,
    succession,
    together,
)
from portal.access.words import DONE, LABELS

__all__ = ("BLUEPRINTS", "DONE", "LABELS")

BLUEPRINTS = (
    offers.pages,
    together.pages,
    grants.pages,
    rollout.pages,
    succession.pages,
    giving.pages,
    asking.pages,
    asking.thread,
    many.pages,
    confirmations.pages,
    second.pages,
    questions.pages,
    roles.pages,
)
