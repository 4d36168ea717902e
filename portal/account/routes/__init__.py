"""The pages, and the forms that are sent to them."""

from portal.account.routes import account, public
from portal.account.words import DONE, LABELS

__all__ = ("BLUEPRINTS", "DONE", "LABELS")

BLUEPRINTS = (
    public.pages,
    account.pages,
)
