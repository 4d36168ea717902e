"""Officials for outages of the eID, and the sealed codes by which they come in then."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Official:
    """Named for one unit. `named_by`: an account, empty where the operator named them; `removed`: they were, once."""

    id: str
    account_id: str
    unit_id: str
    unit_path: tuple[str, ...]
    named_at: datetime
    named_by: str = ""
    named_by_name: str = ""
    removed: bool = False
    version: int = 0


@dataclass(frozen=True)
class SealedCode:
    """`id`: the keyed digest of the code; `official`: the id of the office that it opens.

    `drawn`: by its owner, who alone was shown it. Those of earlier days were shown to whoever named the official.
    """

    id: str
    official: str
    account_id: str
    drawn: bool = False


def id_of(account_id: str, unit_id: str) -> str:
    """Somebody is named once for a unit."""
    return f"{account_id} {unit_id}"
