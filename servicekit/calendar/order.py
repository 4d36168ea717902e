"""Instants as texts that sort the newest first, or the soonest."""

from datetime import UTC, datetime

_TURNED = str.maketrans("0123456789", "9876543210")
_FORM = "%Y%m%d%H%M%S%f"
# Of the text of an instant.
SIGNS = 20


def newest_first(at: datetime) -> str:
    """A text that sorts later instants first."""
    return f"{at:%Y%m%d%H%M%S%f}".translate(_TURNED)


def soonest_first(at: datetime) -> str:
    """A text that sorts earlier instants first."""
    return f"{at:%Y%m%d%H%M%S%f}"


def instant_in(text: str) -> datetime:
    """The instant that a text begins with. Raises ValueError where it begins with none."""
    if not text[:SIGNS].isascii():
        raise ValueError(text)
    return datetime.strptime(text[:SIGNS].translate(_TURNED), _FORM).replace(tzinfo=UTC)
