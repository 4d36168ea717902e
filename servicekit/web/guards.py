"""Who calls: the verified caller of a request, and what each operation declares about who may."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

import structlog
from flask import g, has_request_context, request

from servicekit.access.decision import AcceptanceAwaited, Caller, PermissionMissing, holds
from servicekit.access.keys import TokenRefused
from servicekit.access.tokens import read_service_token
from servicekit.data.events import Origin
from servicekit.logs import log
from servicekit.refusals import Forbidden, SignInRequired
from servicekit.web.kit import kit
from servicekit.words import N_
from servicekit.work.clock import Clock

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
SIGNED_IN = "signed-in"
READING = ("GET", "HEAD", "OPTIONS")
# Also for whoever has been offered access and has not accepted it: to look at it, answer, and leave.
ARRIVED = "arrived"


class NotThisPeer(Forbidden):
    title = N_("This peer may not call this.")


def caller() -> Caller:
    """The verified caller of this request; raises SignInRequired."""
    known = g.get("caller")
    if known is None:
        header = request.headers.get("Authorization", "")
        kind, _, token = header.partition(" ")
        if kind.lower() != "bearer" or not token:
            raise SignInRequired
        try:
            known = g.caller = kit().reader.read(token, writing=request.method not in READING)
        except TokenRefused as error:
            log.info("token_refused", why=str(error))
            raise SignInRequired from error
    return cast(Caller, known)


def access(permission: str) -> Callable[[View], View]:
    """Declares what an operation needs; the record's unit is decided on by the operation itself."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if permission != PUBLIC:
                person = caller()
                if person.waiting and permission != ARRIVED:
                    raise AcceptanceAwaited
                if permission not in (SIGNED_IN, ARRIVED) and not holds(person, permission):
                    raise PermissionMissing(permission=permission)
            return view(*args, **kwargs)

        guarded.access = permission  # type: ignore[attr-defined]
        return cast(View, guarded)

    return decorate


def for_nobody_in_particular(view: View) -> View:
    """Declares that a public operation answers everybody alike: the gateway asks nobody who it is that calls.

    So it is answered also while identity is away.
    """
    view.sessionless = True  # type: ignore[attr-defined]
    return view


def sets_cookie(view: View) -> View:
    """Declares that an operation that is sent changes a cookie: the gateway takes it from our own pages only.

    Without that, another site could put its visitors into a session of its choice.
    """
    view.own_site = True  # type: ignore[attr-defined]
    return view


def tells_nothing_once(view: View) -> View:
    """Declares that what an operation answers to what is sent holds no secret that is told once: a form that is shown
    again, and is read as well. It may travel compressed, like what is read.
    """
    view.tells_nothing_once = True  # type: ignore[attr-defined]
    return view


def peer_only(*peers: str) -> Callable[[View], View]:
    """For /internal/ operations: the named services, by their own signed word."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            token = request.headers.get("Authorization", "").partition(" ")[2]
            try:
                g.peer = read_service_token(kit().keys, token, kit().name, peers)
            except TokenRefused as error:
                raise NotThisPeer from error
            return view(*args, **kwargs)

        return cast(View, guarded)

    return decorate


def origin() -> Origin:
    """On whose behalf this request writes."""
    person: Caller | None = g.get("caller") if has_request_context() else None
    return Origin(
        at=kit().clock.now() if has_request_context() else Clock.from_environment().now(),
        actor=person.account_id if person else "system",
        actor_name=person.name if person else "",
        via=_way(person) if person else "",
        request_id=structlog.contextvars.get_contextvars().get("request_id", ""),
    )


def _way(person: Caller) -> str:
    """By which service, and marked where no eID has seen the person."""
    return f"{person.service} by code" if person.fallback else person.service
