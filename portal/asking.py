"""Who reads the page, and the services asked on their behalf."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from flask import request

from portal.clients import Congress, Identity, Log, Membership, Notifications
from portal.outlines import Outlines
from portal.settings import Settings
from servicekit.access import Caller
from servicekit.peers import Peer
from servicekit.web import caller, kit, outside


@dataclass(frozen=True)
class Outside:
    """All that the pages may touch besides the services."""

    settings: Settings
    outlines: Outlines
    secret: bytes  # of the forms


def here() -> Outside:
    return cast(Outside, outside())


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


def log_of(service: str) -> Log:
    return Log(_peer(service), service)


def public_identity(language: str) -> Identity:
    return Identity(kit().peers.public("identity", language))


def _peer(name: str) -> Peer:
    return kit().peers.for_person(name, caller())
