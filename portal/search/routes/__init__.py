"""The page of the search."""

from portal.search.routes import search
from portal.search.words import DONE, LABELS

__all__ = ("BLUEPRINTS", "DONE", "LABELS")

BLUEPRINTS = (search.pages,)
