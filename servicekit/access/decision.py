"""The access decision: one pure function of rights, permission, place, assurance and time.

Gateway, services, the portal's buttons and the explanation page call it; nothing else decides.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from servicekit.refusals import Check, Forbidden, NotFound, Refusal, why_not
from servicekit.words import N_


class Reach(StrEnum):
    OWN = "own"  # the unit itself
    BELOW = "below"  # the unit and all below it
    UNDER = "under"  # strictly below it


@dataclass(frozen=True, slots=True)
class Right:
    """One permission over one unit. `unit_path` lists the ids from the root to the unit itself."""

    permission: str
    unit_id: str
    unit_path: tuple[str, ...]
    reach: Reach
    grant_id: str = ""
    assurance: int = 2
    max_age: int | None = None  # seconds since the sign-in, where the permission asks for a fresh one
    # The accounts of whoever gave it, and of those on whose grants it hangs: to whom its holder owes it.
    owed_to: tuple[str, ...] = ()
    # When its holder accepted it, in seconds since 1970; 0 where that is longer ago than any question waits.
    since: int = 0


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling; `service` is the peer that calls on the person's behalf (or as itself: no account_id)."""

    account_id: str
    session_id: str = ""
    rights: tuple[Right, ...] = ()
    assurance: int = 0
    auth_time: datetime | None = None
    language: str = "en"
    name: str = ""
    service: str = ""
    token: str = field(default="", repr=False)
    # The same person's other accounts, known by the same national number: nobody decides on what they wrote as another.
    also: tuple[str, ...] = ()
    # The keyed digest of the person's national number, in tokens for membership only.
    number_index: str = field(default="", repr=False)
    # Those of its other forms, and whose number it is; both empty in tokens from before they counted.
    number_forms: tuple[str, ...] = field(default=(), repr=False)
    number_namespace: str = ""
    # When the session ends if nothing more is done.
    session_ends: datetime | None = None
    # Signed in by a sealed code while the eID was down: such a session may only report.
    fallback: bool = False
    # Of a program: the account of whoever keeps its key, whose hand it is.
    kept_by: str = ""
    # Nothing counts yet of what was given to this person: the session may accept it, decline it, and be ended.
    waiting: bool = False
    # A digest of all that the token says, but for when it was made: a later one that says the same has the same.
    said: str = field(default="", repr=False)

    @property
    def accounts(self) -> tuple[str, ...]:
        """The account that acts, and the same person's others."""
        return (self.account_id, *self.also)


class Why(StrEnum):
    ALLOWED = "allowed"
    UNKNOWN = "unknown"  # no right of the caller covers the unit at all
    NO_PERMISSION = "no-permission"
    ASSURANCE_TOO_LOW = "assurance-too-low"
    SIGN_IN_TOO_OLD = "sign-in-too-old"


@dataclass(frozen=True, slots=True)
class Decision:
    allowed: bool
    why: Why
    right: Right | None = None


_NO_PERMISSION = Decision(False, Why.NO_PERMISSION)
_UNKNOWN = Decision(False, Why.UNKNOWN)


class UnknownHere(NotFound):
    title = N_("There is nothing here, or you may not see it.")


class PermissionMissing(Forbidden):
    title = N_("Your grants do not include this: {permission}.")


class AssuranceTooLow(Forbidden):
    title = N_("This needs a sign-in at a higher assurance level.")


class SignInTooOld(Forbidden):
    title = N_("This needs a fresh sign-in. Sign in again with your eID and repeat it.")


class AcceptanceAwaited(Forbidden):
    title = N_("You have been offered access. Accept or decline it first.")


def covers(right: Right, unit_path: tuple[str, ...]) -> bool:
    """Whether the right reaches a unit, given by its path."""
    if not unit_path:
        return False
    if right.reach is Reach.OWN:
        return unit_path[-1] == right.unit_id
    if right.reach is Reach.UNDER:
        return right.unit_id in unit_path[:-1]
    return right.unit_id in unit_path


def visible(caller: Caller, unit_path: tuple[str, ...]) -> bool:
    """Whether the caller may know of records of this unit: it is a unit of theirs or lies below one."""
    return any(right.unit_id in unit_path for right in caller.rights)


# What an answer rested on, while somebody writes that down to give the answer again: permission and unit.
Grounds = list[tuple[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class _Noting:
    """Of this person: what somebody else would be allowed is no ground for an answer to them."""

    account_id: str
    grounds: Grounds


_noted: ContextVar[_Noting | None] = ContextVar("grounds", default=None)


@contextmanager
def noting_grounds(account_id: str) -> Iterator[Grounds]:
    """Collects what was decided inside to be allowed to this person, whichever way it was asked."""
    noting = _Noting(account_id, [])
    before = _noted.set(noting)
    try:
        yield noting.grounds
    finally:
        _noted.reset(before)


def decide(caller: Caller, permission: str, unit_path: tuple[str, ...], now: datetime) -> Decision:
    """The first right that serves; without one, the reason nearest to a yes."""
    decision = _decided(caller, permission, unit_path, now)
    noted = _noted.get()
    if noted is not None and decision.allowed and caller.account_id == noted.account_id:
        noted.grounds.append((permission, unit_path))
    return decision


def _decided(caller: Caller, permission: str, unit_path: tuple[str, ...], now: datetime) -> Decision:
    best: Decision | None = None
    for right in caller.rights:
        if right.permission != permission or not covers(right, unit_path):
            continue
        if caller.assurance < right.assurance:
            best = Decision(False, Why.ASSURANCE_TOO_LOW, right)
        elif right.max_age is not None and not _fresh(caller, right.max_age, now):
            best = Decision(False, Why.SIGN_IN_TOO_OLD, right)
        else:
            return Decision(True, Why.ALLOWED, right)
    if best is not None:
        return best
    return _NO_PERMISSION if visible(caller, unit_path) else _UNKNOWN


def _fresh(caller: Caller, max_age: int, now: datetime) -> bool:
    return caller.auth_time is not None and now - caller.auth_time <= timedelta(seconds=max_age)


def require(caller: Caller, permission: str, unit_path: tuple[str, ...], now: datetime) -> Right:
    """The right that allows it, or the refusal: 404 for what the caller may not know of, else 403."""
    decision = decide(caller, permission, unit_path, now)
    if decision.allowed and decision.right is not None:
        return decision.right
    raise refusal_of(decision.why, permission)


def as_just_seen(caller: Caller) -> Caller:
    """Where no act follows at once: the eID sees them again before they do it."""
    return replace(caller, rights=tuple(replace(right, max_age=None, assurance=0) for right in caller.rights))


def why_not_by(
    caller: Caller, permission: str, unit_path: tuple[str, ...], now: datetime, *checks: Check
) -> Refusal | None:
    """Why somebody may not do what takes a permission, as `why_not`.

    That they lack it is the first reason, and that the eID must see them again the last: that cures no other.
    """
    return why_not(
        lambda: require(as_just_seen(caller), permission, unit_path, now),
        *checks,
        lambda: require(caller, permission, unit_path, now),
    )


def refusal_of(why: Why, permission: str) -> NotFound | Forbidden:
    if why is Why.UNKNOWN:
        return UnknownHere()
    if why is Why.ASSURANCE_TOO_LOW:
        return AssuranceTooLow(permission=permission)
    if why is Why.SIGN_IN_TOO_OLD:
        return SignInTooOld(permission=permission)
    return PermissionMissing(permission=permission)


def holds(caller: Caller, permission: str) -> bool:
    """Whether the permission is held anywhere: the gateway's first sieve, before the record is known."""
    return any(right.permission == permission for right in caller.rights)


def reach_roots(caller: Caller, permission: str) -> tuple[Right, ...]:
    """The rights that bound a list or a search; those inside another's reach are left out."""
    mine = [right for right in caller.rights if right.permission == permission]
    whole = {right.unit_id for right in mine if right.reach is Reach.BELOW}
    far = {right.unit_id for right in mine if right.reach is not Reach.OWN}
    return tuple(right for right in mine if not _inside(right, whole, far))


def _inside(right: Right, whole: set[str], far: set[str]) -> bool:
    """Of a unit that another reaches with all below it (`whole`), or below one that is reached from afar (`far`)."""
    if right.reach is not Reach.BELOW and right.unit_id in whole:
        return True
    return any(unit_id in far for unit_id in right.unit_path if unit_id != right.unit_id)


def distinct(rights: Iterable[Right]) -> tuple[Right, ...]:
    return tuple(dict.fromkeys(rights))
