"""The decision: who may pass to which service with which token, or a refusal."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from gateway.clients import Documents, Pass, Passes, StartingUp
from gateway.domain import COSTLY, NoSuchOperation, Route, canonical
from gateway.limits import Allowance, Limits
from servicekit.access.decision import PermissionMissing
from servicekit.refusals import Forbidden, SignInRequired
from servicekit.web.guards import ARRIVED, PUBLIC, SIGNED_IN
from servicekit.words import N_

SAFE = ("GET", "HEAD")


class FromAnotherSite(Forbidden):
    title = N_("This came from another site, or did not say from where. Open the page here and do it again.")


@dataclass(frozen=True)
class Context:
    """Everything that the gateway's operations may touch."""

    documents: Documents
    passes: Passes
    limits: Limits
    public_url: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as far as the decision needs it. `target` is the raw path and query; header names are lower case.

    `bearer`: the session came as a bearer token, which a browser never sends by itself, so nothing can be forged by it.
    """

    method: str
    target: str
    session: str
    bearer: bool
    headers: Mapping[str, str]
    address: str


@dataclass(frozen=True, slots=True)
class Way:
    """Where the request goes, and what it carries."""

    route: Route
    session: Pass | None
    allowance: Allowance


def decide(context: Context, asked: Asked) -> Way:
    """Raises a Refusal for a request that may not pass."""
    allowance = context.limits.address(asked.address)
    route = _route(context, asked)
    if route.template.startswith(COSTLY):
        context.limits.sign_in(asked.address)
    if route.own_site or (asked.session and not asked.bearer and asked.method not in SAFE):
        _check_origin(asked, context.public_url)
    held: Pass | None = None
    if asked.session and not route.sessionless:
        try:
            held = context.passes.get(asked.session, route.service)
        except SignInRequired:
            if route.permission != PUBLIC:
                raise
    if held is not None:
        allowance = context.limits.person(held.session_id, held.account_id)
    if route.permission != PUBLIC:
        if held is None:
            raise SignInRequired
        if route.permission not in (SIGNED_IN, ARRIVED) and route.permission not in held.permissions:
            raise PermissionMissing(permission=route.permission)
    return Way(route, held, allowance)


def form_to_keep(context: Context, asked: Asked) -> bool:
    """Whether this is a form of one of our pages, sent after the sign-in had ended: what was typed is shown again."""
    if asked.bearer or asked.method != "POST" or _route(context, asked).service != "portal":
        return False
    kind = asked.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        return False
    _check_origin(asked, context.public_url)
    return True


def _route(context: Context, asked: Asked) -> Route:
    path = canonical(asked.target)
    table = context.documents.table()
    try:
        return table.match(asked.method, path)
    except NoSuchOperation:
        if not context.documents.complete():
            raise StartingUp from None
        raise


def _check_origin(asked: Asked, public_url: str) -> None:
    """A browser says where a request comes from; a program that holds a session says it too (Origin)."""
    origin = asked.headers.get("origin")
    if origin is None:
        origin = _origin(asked.headers.get("referer", ""))
    if origin != _origin(public_url):
        raise FromAnotherSite


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:  # a host that cannot be one, such as http://[
        return ""
    return f"{parts.scheme}://{parts.netloc}"
