"""The claims of an ID token, checked one by one (OpenID Connect Core 3.1.3.7); a pure function of values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from authlib.oidc.core.util import create_half_hash

from identity.eid.profile import Profile
from identity.eid.refused import LevelTooLow, NotVerified

MAX_SUBJECT = 255
# A token that claims to have been made longer ago than this was not made for this sign-in: seconds.
MAX_TOKEN_AGE = 600


@dataclass(frozen=True)
class Asked:
    """What this attempt asked for. `max_age` in seconds, `level` on our ladder 1 to 3."""

    nonce: str
    level: int
    max_age: int | None


@dataclass(frozen=True)
class Person:
    """Who the eID says it is. `national_number` is None where the profile has it elsewhere."""

    issuer: str
    subject: str
    level: int
    auth_time: datetime
    national_number: str | None
    name: str
    email: str


def check_id_token(
    claims: Mapping[str, Any], profile: Profile, asked: Asked, access_token: str | None, now: float
) -> Person:
    """The person that the claims prove; raises NotVerified, or LevelTooLow."""
    _check_parties(claims, profile)
    _check_times(claims, profile, now)
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or nonce != asked.nonce:
        raise NotVerified("nonce")
    if "at_hash" in claims:
        expected = create_half_hash(access_token or "", profile.id_token_alg).decode()
        if not access_token or claims["at_hash"] != expected:
            raise NotVerified("at_hash")
    level = _level(claims, profile, asked)
    return Person(
        issuer=profile.issuer,
        subject=claims["sub"],
        level=level,
        auth_time=datetime.fromtimestamp(_auth_time(claims, profile, asked, now), UTC),
        national_number=(
            national_number(claims, profile) if profile.national_number_from == "id_token" else None
        ),
        name=_text(claims, profile.name_claim),
        email=_text(claims, "email"),
    )


def _check_parties(claims: Mapping[str, Any], profile: Profile) -> None:
    if claims.get("iss") != profile.issuer:
        raise NotVerified("iss")
    if claims.get("aud") not in (profile.client_id, [profile.client_id]):
        raise NotVerified("aud")
    if "azp" in claims and claims["azp"] != profile.client_id:
        raise NotVerified("azp")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT:
        raise NotVerified("sub")


def _check_times(claims: Mapping[str, Any], profile: Profile, now: float) -> None:
    expires, made = _number(claims, "exp"), _number(claims, "iat")
    if expires + profile.leeway <= now:
        raise NotVerified("exp")
    if made - profile.leeway > now or made + MAX_TOKEN_AGE < now:
        raise NotVerified("iat")
    if "nbf" in claims and _number(claims, "nbf") - profile.leeway > now:
        raise NotVerified("nbf")


def _level(claims: Mapping[str, Any], profile: Profile, asked: Asked) -> int:
    said = claims.get(profile.acr_claim)
    if isinstance(said, list):  # amr is a list: its best known member counts
        known = [profile.acr[value] for value in said if isinstance(value, str) and value in profile.acr]
        level = max(known, default=None) if profile.acr_claim == "amr" else None
    else:
        level = profile.acr.get(said) if isinstance(said, str) else None
    if level is None:
        raise LevelTooLow("the assurance level is missing or unknown")
    if level < max(asked.level, profile.minimum_level):
        raise LevelTooLow(f"level {level}")
    return level


def _auth_time(claims: Mapping[str, Any], profile: Profile, asked: Asked, now: float) -> float:
    if "auth_time" not in claims:
        if asked.max_age is not None or profile.auth_time:
            raise NotVerified("auth_time is missing")
        return _number(claims, "iat")
    seen = _number(claims, "auth_time")
    if seen - profile.leeway > now:
        raise NotVerified("auth_time in the future")
    if asked.max_age is not None and seen + asked.max_age + profile.leeway < now:
        raise NotVerified("auth_time is older than max_age")
    return seen


def national_number(claims: Mapping[str, Any], profile: Profile) -> str | None:
    return _text(claims, profile.national_number_claim)[:64] or None


def _number(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**40:
        raise NotVerified(name)
    return float(value)


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value[:200] if isinstance(value, str) else ""
