"""Who reads the page, and the services asked on their behalf."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from flask import request

from portal.settings import Settings
from portal.shared.clients.congress import Congress
from portal.shared.clients.identity import Identity
from portal.shared.clients.log import Log
from portal.shared.clients.membership import Membership
from portal.shared.clients.notifications import Notifications
from portal.shared.clients.titles import KeptTitles
from portal.shared.outlines import Outlines
from servicekit.access.decision import Caller
from servicekit.access.keys import TokenRefused
from servicekit.out.peers import Peer
from servicekit.web.guards import caller
from servicekit.web.kit import context, kit

# The feed of revocations is read more than once a second.
LONGEST_WAIT = 2.0


@dataclass(frozen=True)
class Context:
    """All that the pages may touch besides the services."""

    settings: Settings
    outlines: Outlines
    secret: bytes  # of the forms
    titles: KeptTitles


def here() -> Context:
    return cast(Context, context())


def reader() -> Caller | None:
    """The person, or None where nobody is signed in; a bad token is refused, not ignored."""
    return caller() if request.headers.get("Authorization") else None


def now() -> datetime:
    return kit().clock.now()


def today() -> date:
    return kit().clock.today()


def identity() -> Identity:
    return Identity(_peer("identity"))


def membership() -> Membership:
    return Membership(_peer("membership"))


def congress() -> Congress:
    return Congress(_peer("congress"))


def notifications() -> Notifications:
    return Notifications(_peer("notifications"))


def unread_messages() -> int:
    """With places of its own: what only adorns a page says nothing of whether the part answers."""
    return Notifications(kit().peers.for_person("notifications", caller(), "unread messages")).unread()


def log_of(service: str) -> Log:
    return Log(_peer(service), service)


def public_identity(language: str) -> Identity:
    return Identity(kit().peers.public("identity", language))


def _peer(name: str) -> Peer:
    return kit().peers.for_person(name, caller())


def change_me(changes: Mapping[str, object]) -> None:
    """Changes the reader's account; the next page speaks the language that was just chosen, not the old one."""
    identity().change_me(changes)
    rights_anew()


def rights_anew() -> None:
    """Waits until the token that knew the reader otherwise is refused here: the gateway then fetches a new one."""
    deadline = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < deadline:
        try:
            kit().reader.read(caller().token)
        except TokenRefused:
            return
        time.sleep(0.05)
