"""Lists of the pages that somebody comes back to, by the names that they gave them; few, and nobody else's."""

import re
from collections.abc import Mapping

from servicekit.refusals import Conflict, Invalid
from servicekit.words import N_

MOST = 20
# A place of these pages with what it asks for: never another site, however it is spelled.
_ADDRESS = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")


class TooManySaved(Conflict):
    title = N_("You have saved {most} lists. Forget one of them first.")


class NotAnAddressHere(Invalid):
    title = N_("This is not an address of these pages.")


def saved(before: Mapping[str, str], name: str, address: str) -> dict[str, str]:
    """Address by name, in the order in which they were saved; without an address the name is forgotten."""
    if not address:
        return {known: there for known, there in before.items() if known != name}
    if not _ADDRESS.fullmatch(address):
        raise NotAnAddressHere(field="address")
    if name not in before and len(before) >= MOST:
        raise TooManySaved(most=MOST)
    return {**before, name: address}
