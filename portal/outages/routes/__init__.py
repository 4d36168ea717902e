"""The pages, and the forms that are sent to them."""

from portal.outages.routes import fallback, sealed_codes
from portal.outages.words import DONE, LABELS

__all__ = ("BLUEPRINTS", "DONE", "LABELS")

BLUEPRINTS = (
    fallback.pages,
    sealed_codes.pages,
)
