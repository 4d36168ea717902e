"""Why somebody whom the eID has proven does not get in, each by its name."""

from collections.abc import Collection

from identity.domain import grants as rules
from identity.domain.grants import WhyNot
from identity.eid.refused import SignInRefused


class NoGrant(SignInRefused):
    code = "no-grant"
    may_ask = True


class GrantEnded(SignInRefused):
    code = "grant-ended"
    may_ask = True


class AccessSuspended(SignInRefused):
    code = "access-suspended"


class AccessUnconfirmed(SignInRefused):
    code = "access-unconfirmed"


class AccessChainCut(SignInRefused):
    code = "access-chain"
    may_ask = True


class AccessMoved(SignInRefused):
    code = "access-moved"
    may_ask = True


class AccessUnitEnded(SignInRefused):
    code = "access-unit-ended"
    may_ask = True


class GiverSuspended(SignInRefused):
    code = "access-giver-suspended"


class GiverUnconfirmed(SignInRefused):
    code = "access-giver-unconfirmed"


class GiverOver(SignInRefused):
    code = "access-giver-over"
    may_ask = True


class GiverUnitEnded(SignInRefused):
    code = "access-giver-unit-ended"
    may_ask = True


class GiverLeft(SignInRefused):
    code = "access-giver-left"
    may_ask = True


# What the person can do about it differs; of several reasons the one that is mended most easily is said.
_REFUSED_FOR: tuple[tuple[frozenset[WhyNot], type[SignInRefused]], ...] = (
    (frozenset({WhyNot.UNCONFIRMED}), AccessUnconfirmed),
    (frozenset({WhyNot.GIVER_UNCONFIRMED}), GiverUnconfirmed),
    (frozenset({WhyNot.UNIT_MOVED}), AccessMoved),
    (frozenset({WhyNot.GIVER_SUSPENDED}), GiverSuspended),
    (frozenset({WhyNot.GIVER_ENDED}), GiverOver),
    (frozenset({WhyNot.GIVER_LEFT}), GiverLeft),
    (frozenset({WhyNot.GIVER_UNIT_ENDED}), GiverUnitEnded),
    (rules.DERIVED, AccessChainCut),
    (frozenset({WhyNot.SUSPENDED}), AccessSuspended),
    (frozenset({WhyNot.UNIT_ENDED}), AccessUnitEnded),
)


def why_refused(reasons: Collection[WhyNot | None]) -> SignInRefused | None:
    """What somebody is told who holds grants of which none gives anything; None where one does."""
    refused = _refused(reasons)
    if refused is not None and WhyNot.SUSPENDED in reasons:
        # Whatever else they lack: their superior knows why.
        refused.may_ask = False
    return refused


def _refused(reasons: Collection[WhyNot | None]) -> SignInRefused | None:
    if None in reasons:
        return None
    said = ", ".join(sorted(str(one) for one in reasons))
    for whys, refused in _REFUSED_FOR:
        if whys & set(reasons):
            return refused(f"no grant gives anything: {said}")
    if set(reasons) - {WhyNot.NOT_YET}:
        return GrantEnded(f"no grant gives anything: {said}")
    return NoGrant("no grant")


class EidBusy(SignInRefused):
    """More people set out to one provider than it should have to bear, or than can be people."""

    code = "eid-busy"


class AccountClosed(SignInRefused):
    code = "account-closed"
