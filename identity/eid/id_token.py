"""The claims of an ID token, checked one by one (OpenID Connect Core 3.1.3.7); a pure function of values."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from identity.eid.profile import Profile
from identity.eid.refused import LevelTooLow, LevelUnsaid, NotVerified
from servicekit.words import contacts
from servicekit.words.national_numbers import Scheme
from servicekit.words.text import shown

MAX_SUBJECT = 255
MAX_CLAIM = 1_000  # of a text claim is looked at
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
    """Who the eID says it is. `national_number` is None where the profile has it elsewhere or nowhere.

    `eid_session` is the provider's `sid`, empty where it names none. `scheme`: by which the number is read.
    `email_said`: the ID token names an address, so that what userinfo says of one does not count.
    """

    issuer: str
    subject: str
    level: int
    auth_time: datetime
    national_number: str | None
    name: str
    email: str
    eid_session: str = ""
    email_said: bool = False
    scheme: Scheme | None = None


def check_id_token(
    claims: Mapping[str, Any], profile: Profile, asked: Asked, access_token: str | None, now: float
) -> Person:
    """The person that the claims prove; raises NotVerified, or LevelTooLow."""
    check_parties(claims, profile)
    subject = subject_of(claims)
    _check_times(claims, profile, now)
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(
        nonce.encode("utf-8", "replace"), asked.nonce.encode()
    ):
        raise NotVerified("nonce")
    if "at_hash" in claims and claims["at_hash"] != half_hash(access_token, profile.id_token_alg):
        raise NotVerified("at_hash")
    return Person(
        issuer=profile.issuer,
        subject=subject,
        level=_level(claims, profile, asked),
        auth_time=datetime.fromtimestamp(_auth_time(claims, profile, asked, now), UTC),
        national_number=(
            national_number(claims, profile) if profile.national_number_from == "id_token" else None
        ),
        name=name_of(claims, profile),
        email=email_of(claims),
        eid_session=opaque(claims, "sid"),
        email_said="email" in claims,
        scheme=profile.scheme,
    )


def check_parties(claims: Mapping[str, Any], profile: Profile) -> None:
    """Made by the provider, for us, and for nobody else."""
    if claims.get("iss") != profile.issuer:
        raise NotVerified("iss")
    if claims.get("aud") not in (profile.client_id, [profile.client_id]):
        raise NotVerified("aud")
    if "azp" in claims and claims["azp"] != profile.client_id:
        raise NotVerified("azp")


def subject_of(claims: Mapping[str, Any]) -> str:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT or not subject.isprintable():
        raise NotVerified("sub")
    return subject


def email_of(claims: Mapping[str, Any]) -> str:
    """The address to write to; empty where there is none that mail servers take, or the eID says it is unproven.

    A letter to an address that is somebody else's would tell them of this person.
    """
    # Some providers say it as a text. What is said otherwise than "yes" is no yes.
    said = claims.get("email_verified", True)
    if said is not True and said != "true":
        return ""
    try:
        return contacts.email(text(claims, "email"))
    except contacts.NotAnAddress:
        return ""


def half_hash(access_token: str | None, alg: str) -> str | None:
    """at_hash (OpenID Connect Core 3.1.3.6) with the hash that the signature uses."""
    if not access_token:
        return None
    digest = hashlib.new(f"sha{alg[-3:]}", access_token.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).decode().rstrip("=")


def _check_times(claims: Mapping[str, Any], profile: Profile, now: float) -> None:
    expires, made = number(claims, "exp"), number(claims, "iat")
    if expires + profile.leeway <= now:
        raise NotVerified("exp")
    if made - profile.leeway > now or made + MAX_TOKEN_AGE < now:
        raise NotVerified("iat")
    if "nbf" in claims and number(claims, "nbf") - profile.leeway > now:
        raise NotVerified("nbf")


def _level(claims: Mapping[str, Any], profile: Profile, asked: Asked) -> int:
    """The lower of what acr and amr prove, where the profile maps both; amr is a list, its best known member counts."""
    levels: list[int | None] = []
    if profile.acr:
        said = claims.get(profile.acr_claim)
        levels.append(profile.acr.get(said) if isinstance(said, str) else None)
    if profile.amr:
        methods = claims.get("amr")
        known = [
            profile.amr[one]
            for one in (methods if isinstance(methods, list) else ())
            if isinstance(one, str) and one in profile.amr
        ]
        levels.append(max(known, default=None))
    proven = [level for level in levels if level is not None]
    if len(proven) != len(levels) or not proven:
        raise LevelUnsaid(_unsaid(claims, profile))
    if min(proven) < max(asked.level, profile.minimum_level):
        had, needed = min(proven), max(asked.level, profile.minimum_level)
        raise LevelTooLow(f"level {had} where {needed} is needed", had=had, needed=needed)
    return min(proven)


def _unsaid(claims: Mapping[str, Any], profile: Profile) -> str:
    """Which of the two faults it is; what the provider wrote is not repeated."""
    names = [profile.acr_claim] if profile.acr else []
    names += ["amr"] if profile.amr else []
    missing = [name for name in names if name not in claims]
    if missing:
        return f"the assurance level is missing or unknown: no {' and no '.join(missing)} in the ID token"
    return f"the assurance level is missing or unknown: {' or '.join(names)} is not in the profile's map"


def _auth_time(claims: Mapping[str, Any], profile: Profile, asked: Asked, now: float) -> float:
    if "auth_time" not in claims and profile.auth_time_from == "iat":
        return number(claims, "iat")
    if "auth_time" not in claims and asked.max_age is None:
        # Providers owe it only when max_age was asked; a sign-in of unknown age is never a fresh one.
        return 0.0
    if "auth_time" not in claims:
        raise NotVerified("auth_time is missing")
    seen = number(claims, "auth_time")
    if seen - profile.leeway > now:
        raise NotVerified("auth_time in the future")
    if asked.max_age is not None and seen + asked.max_age + profile.leeway < now:
        raise NotVerified("auth_time is older than max_age")
    return seen


def national_number(claims: Mapping[str, Any], profile: Profile) -> str | None:
    return along(claims, profile.national_number_claim)[:64] or None


def name_of(claims: Mapping[str, Any], profile: Profile) -> str:
    """From one claim, or from several that the profile names with blanks between them."""
    parts = (along(claims, path) for path in profile.name_claim.split())
    return " ".join(part for part in parts if part)[:200]


def along(claims: Mapping[str, Any], path: str) -> str:
    """The text of the claim of that name or, where there is none, along its dots into nested objects."""
    if path in claims:
        return text(claims, path)
    within: Any = claims
    *outer, last = path.split(".")
    for step in outer:
        within = within.get(step) if isinstance(within, Mapping) else None
    return text(within, last) if isinstance(within, Mapping) else ""


def number(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**37:
        raise NotVerified(name)
    return float(value)


def text(claims: Mapping[str, Any], name: str) -> str:
    """At most 200 signs that can be shown and stored."""
    value = claims.get(name)
    return shown(value[:MAX_CLAIM])[:200] if isinstance(value, str) else ""


def opaque(claims: Mapping[str, Any], name: str) -> str:
    """A value that only the provider understands, as it came; empty where it cannot be kept."""
    value = claims.get(name)
    return value if isinstance(value, str) and len(value) <= 200 and value.isprintable() else ""
