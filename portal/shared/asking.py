"""Who reads the page, and the services asked on their behalf."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from flask import g, request

from portal.settings import Settings
from portal.shared.clients.comments import Comments
from portal.shared.clients.congress import Congress
from portal.shared.clients.exports import Exports
from portal.shared.clients.identity import Identity
from portal.shared.clients.jobs import Jobs
from portal.shared.clients.known_names import KnownNames
from portal.shared.clients.log import Log
from portal.shared.clients.membership import Membership
from portal.shared.clients.notifications import ORNAMENT_SECONDS, Notifications
from portal.shared.clients.tasks import Tasks
from portal.shared.clients.titles import KeptTitles
from portal.shared.units import Names
from servicekit.access.decision import Caller, holds
from servicekit.access.keys import TokenRefused
from servicekit.logs import log
from servicekit.out.ahead import Ahead, PeerOnce, Reading
from servicekit.out.peers import Peer
from servicekit.refusals import Refusal
from servicekit.web.guards import caller
from servicekit.web.kit import context, kit

# The feed of revocations is read more than once a second.
LONGEST_WAIT = 2.0


@dataclass(frozen=True)
class Context:
    """All that the pages may touch besides the services."""

    settings: Settings
    outlines: object  # portal.plans.outlines.Outlines: of the maps, which only the pages of plans draw
    secret: bytes  # of the forms
    titles: KeptTitles
    names: KnownNames
    ahead: Ahead


def here() -> Context:
    return cast(Context, context())


def begin_reading() -> None:
    """Before anything is asked, and once: what a page is told stands for the whole of it."""
    g.reading = Reading()


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


def unread() -> int:
    """Unread messages; none rather than no page when the notifications do not answer."""
    if "unread" not in g:
        # With places of its own: what only adorns a page says nothing of whether the part answers.
        try:
            g.unread = Notifications(_peer("notifications", "unread messages")).unread()
        except Refusal as refusal:
            log.warning("inbox_not_counted", why=type(refusal).__name__)
            g.unread = 0
    return cast(int, g.unread)


def names_of_unit(unit_id: str) -> Names:
    """Of a unit of the reader's, kept for a while: it stands on every page, and none waits for it."""
    known = here().names
    found = known.get(unit_id, now())
    if found is not None:
        return found
    try:
        peer = _peer("membership", "names of units")
        answer = peer.send("GET", f"/api/membership/units/{unit_id}", seconds=ORNAMENT_SECONDS).json()
    except Refusal as refusal:
        log.warning("unit_not_named", why=type(refusal).__name__)
        return {}
    return known.put(unit_id, answer["names"], now())


def log_of(service: str) -> Log:
    return Log(_peer(service), service)


def tasks_of(service: str) -> Tasks:
    return Tasks(_peer(service), service)


def exports_of(service: str) -> Exports:
    return Exports(_peer(service), service)


def comments_on(place: str) -> Comments:
    service, _, _ = place.partition("/")
    return Comments(_peer(service), place)


def jobs_of(service: str) -> Jobs:
    return Jobs(_peer(service), service)


def holds_any(permissions: Iterable[str]) -> bool:
    """Whether the reader holds one of them anywhere."""
    person = caller()
    return any(holds(person, one) for one in permissions)


def public_identity(language: str) -> Identity:
    return Identity(kit().peers.public("identity", language))


def ahead(*questions: Callable[[], object]) -> None:
    """Begins at once what the rest of this page asks whatever is answered; where something is changed, nothing."""
    if request.method == "GET":
        for question in questions:
            here().ahead.begin(question)


def _peer(name: str, part: str = "") -> Peer:
    if request.method != "GET":
        return kit().peers.for_person(name, caller(), part)
    return PeerOnce(g.reading, kit().peers, name, caller(), part)


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
