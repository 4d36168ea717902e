"""The pages of the search."""

from portal.search.routes import holders, search
from portal.search.words import DONE, LABELS

__all__ = ("BLUEPRINTS", "DONE", "LABELS")

BLUEPRINTS = (search.pages, holders.pages)
