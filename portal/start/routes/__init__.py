"""The pages, and the forms that are sent to them."""

from portal.start.routes import inbox, tasks
from portal.start.words import DONE, LABELS

__all__ = ("BLUEPRINTS", "DONE", "LABELS")

BLUEPRINTS = (
    tasks.pages,
    inbox.pages,
)
