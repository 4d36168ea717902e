"""The page of the search."""

from portal.search.routes import search
from portal.search.words import DONE

__all__ = ("BLUEPRINTS", "DONE")

BLUEPRINTS = (search.pages,)
