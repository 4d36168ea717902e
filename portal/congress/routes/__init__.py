"""The pages, and the forms that are sent to them."""

from portal.congress.routes import (
    approvals,
    attachments,
    blocking,
    by_table,
    comments,
    congresses,
    explanations,
    extensions,
    gaps,
    lists,
    opening,
    pilots,
    postponing,
    results,
    saved,
    steps,
    superior,
    taking_over,
)
from portal.congress.words import DONE, LABELS

__all__ = ("BLUEPRINTS", "DONE", "LABELS")

BLUEPRINTS = (
    congresses.pages,
    results.pages,
    by_table.pages,
    steps.pages,
    extensions.pages,
    explanations.pages,
    postponing.pages,
    blocking.pages,
    pilots.pages,
    lists.pages,
    saved.pages,
    attachments.pages,
    comments.pages,
    superior.pages,
    opening.pages,
    gaps.pages,
    taking_over.pages,
    approvals.pages,
)
