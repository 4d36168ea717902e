"""The pages, and the forms that are sent to them."""

from portal.members.routes import leaving, members
from portal.members.words import DONE, LABELS

__all__ = ("BLUEPRINTS", "DONE", "LABELS")

BLUEPRINTS = (
    leaving.pages,
    members.pages,
)
