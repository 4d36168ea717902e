"""The pages, and the forms that are sent to them."""

from portal.congress.routes import approvals, attachments, below, comments, congresses, steps, superior
from portal.congress.words import DONE

__all__ = ("BLUEPRINTS", "DONE")

BLUEPRINTS = (
    congresses.pages,
    steps.pages,
    below.pages,
    attachments.pages,
    comments.pages,
    superior.pages,
    approvals.pages,
)
