"""What the services call what they own, as they tell it, without asking them."""

import importlib
import json
from functools import cache

from portal.shared.clients.titles import OWNERS, ByOwner
from servicekit.words.titles import Titles, read_titles


def titles_of(service: str) -> Titles:
    """As they stand in its code."""
    return importlib.import_module(f"{service}.words").TITLES  # type: ignore[no-any-return]


@cache
def titles_in(language: str) -> ByOwner:
    return {owner: read_titles(json.loads(titles_of(owner).told(language)[0])) for owner in OWNERS}
