"""The claims of a logout token, checked one by one (OpenID Connect Back-Channel Logout 1.0, 2.6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from identity.eid.id_token import MAX_SUBJECT, check_parties, number
from identity.eid.profile import Profile
from identity.eid.refused import NotVerified

EVENT = "http://schemas.openid.net/event/backchannel-logout"
# A logout token is sent at once; this and the leeway are all that it may be late: seconds.
MAX_AGE = 120
MAX_JTI = 255


@dataclass(frozen=True)
class LoggedOut:
    """The provider's session, or all sessions of the subject; one of the two may be empty. `jti` works once."""

    subject: str
    eid_session: str
    jti: str


def check_logout_token(
    header: Mapping[str, Any], claims: Mapping[str, Any], profile: Profile, now: float
) -> LoggedOut:
    """Raises NotVerified."""
    # An ID token must not pass for one. The typ is recommended only, so it may be missing.
    if str(header.get("typ", "JWT")).lower().removeprefix("application/") not in ("jwt", "logout+jwt"):
        raise NotVerified("logout token: typ")
    check_parties(claims, profile)
    made = number(claims, "iat")
    if made - profile.leeway > now or made + MAX_AGE + profile.leeway < now:
        raise NotVerified("logout token: iat")
    if "exp" in claims and number(claims, "exp") + profile.leeway <= now:
        raise NotVerified("logout token: exp")
    if "nonce" in claims:
        raise NotVerified("logout token: nonce")
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise NotVerified("logout token: events")
    said = {
        name: _name(claims, name, size)
        for name, size in (("jti", MAX_JTI), ("sub", MAX_SUBJECT), ("sid", 200))
    }
    if not said["jti"] or not (said["sub"] or said["sid"]):
        raise NotVerified("logout token: jti, sub or sid is missing")
    return LoggedOut(said["sub"], said["sid"], said["jti"])


def _name(claims: Mapping[str, Any], name: str, size: int) -> str:
    value = claims.get(name, "")
    if not isinstance(value, str) or len(value) > size or not value.isprintable():
        raise NotVerified(f"logout token: {name}")
    return value
