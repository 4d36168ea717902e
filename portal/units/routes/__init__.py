"""The pages, and the forms that are sent to them."""

from portal.units.routes import moves, units
from portal.units.words import DONE, LABELS

__all__ = ("BLUEPRINTS", "DONE", "LABELS")

BLUEPRINTS = (
    units.pages,
    moves.pages,
)
