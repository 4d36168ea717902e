"""Whether a provider, by what it publishes, can do what its profile asks of it; nobody is signed in for that.

Sources: OpenID Connect Discovery 1.0, section 3; RFC 8414, 9126, 9207, 9449; OpenID Connect RP-Initiated and
Back-Channel Logout 1.0. What a provider leaves unsaid may still hold, so it is no fault.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from identity.eid.profile import Profile
from identity.eid.strict_json import Json

# What some providers demand and we do not do (RFC 9101 10.5); a person would learn of it at the door.
UNMET_DEMANDS = {"require_signed_request_object": "signed requests demanded"}


@dataclass(frozen=True)
class Finding:
    """`good`: True, False, or None where the provider does not say."""

    what: str
    good: bool | None
    said: str


def examine(profile: Profile, document: Json, has_key: bool) -> Iterator[Finding]:
    """`document` is its discovery; `has_key`: whether its key set holds one that fits the ID token's algorithm."""
    lists = _Lists(document)
    yield lists.has("flow", "response_types_supported", "code")
    yield lists.has("PKCE", "code_challenge_methods_supported", "S256")
    yield lists.has("ID token", "id_token_signing_alg_values_supported", profile.id_token_alg)
    yield Finding("its keys", has_key, f"{'one' if has_key else 'none'} for {profile.id_token_alg}")
    if profile.id_token_encryption is not None:
        jwe = profile.id_token_encryption
        yield lists.has("encrypted ID token", "id_token_encryption_alg_values_supported", jwe.alg)
        yield lists.has("encrypted ID token", "id_token_encryption_enc_values_supported", jwe.enc)
    yield from _authentication(profile, lists)
    yield from _userinfo(profile, document, lists)
    yield from (lists.has("scope", "scopes_supported", scope) for scope in profile.scopes.split())
    yield from _levels(profile, lists)
    if profile.claims_parameter:
        yield _says(document, "claims parameter", "claims_parameter_supported")
    if profile.national_number_from != "none":
        name = profile.national_number_claim.partition(".")[0]
        yield lists.has("national number", "claims_supported", name)
        yield _whose_numbers(profile)
    yield from _protections(profile, document, lists)
    yield from _logout(profile, document)


class _Lists:
    """The lists of a discovery document."""

    def __init__(self, document: Json) -> None:
        self._document = document

    def of(self, name: str) -> list[Any] | None:
        found = self._document.get(name)
        return found if isinstance(found, list) else None

    def has(self, what: str, name: str, wanted: str) -> Finding:
        offered = self.of(name)
        if offered is None:
            return Finding(what, None, f"{wanted}: {name} is not published")
        if wanted in offered:
            return Finding(what, True, wanted)
        return Finding(what, False, f"{wanted} is not in {name} ({_shown(offered)})")


def _shown(values: list[Any]) -> str:
    """What a provider wrote, short and printable."""
    text = ", ".join(value for value in values if isinstance(value, str))
    return "".join(letter for letter in text if letter.isprintable())[:200] or "empty"


def _whose_numbers(profile: Profile) -> Finding:
    if profile.names_its_numbers:
        return Finding("whose numbers", True, profile.scheme.name)
    said = (
        f"not named: they are not checked, and count for this provider alone ({profile.scheme.name}); "
        f"{profile.setting('NATIONAL_NUMBER_SCHEME')} names them"
    )
    return Finding("whose numbers", None, said)


def _offers(document: Json, what: str, endpoint: str) -> Finding:
    offered = isinstance(document.get(endpoint), str)
    return Finding(what, offered, "offered" if offered else f"there is no {endpoint}")


def _says(document: Json, what: str, name: str) -> Finding:
    offered = document.get(name)
    if offered is True:
        return Finding(what, True, "offered")
    return Finding(what, None if offered is None else False, f"{name} is not published as true")


def _authentication(profile: Profile, lists: _Lists) -> Iterator[Finding]:
    method, name = profile.client_authentication, "token_endpoint_auth_methods_supported"
    if lists.of(name) is None:
        # Left out, it means this one (Discovery 1.0, section 3).
        basic = method == "client_secret_basic"
        yield Finding("how we prove ourselves", basic or None, f"{method}: {name} is not published")
    else:
        yield lists.has("how we prove ourselves", name, method)
    if method == "private_key_jwt":
        signed = "token_endpoint_auth_signing_alg_values_supported"
        yield lists.has("our signature", signed, profile.client_assertion_alg)


def _userinfo(profile: Profile, document: Json, lists: _Lists) -> Iterator[Finding]:
    if profile.userinfo == "none":
        return
    yield _offers(document, "userinfo", "userinfo_endpoint")
    if profile.userinfo in ("signed", "encrypted"):
        yield lists.has("signed userinfo", "userinfo_signing_alg_values_supported", profile.userinfo_alg)
    if profile.userinfo_encryption is not None:
        jwe = profile.userinfo_encryption
        yield lists.has("encrypted userinfo", "userinfo_encryption_alg_values_supported", jwe.alg)
        yield lists.has("encrypted userinfo", "userinfo_encryption_enc_values_supported", jwe.enc)


def _levels(profile: Profile, lists: _Lists) -> Iterator[Finding]:
    """One value that is good enough will do; the provider chooses among those that we ask for."""
    if not profile.acr:
        return
    enough = [value for value, level in profile.acr.items() if level >= profile.minimum_level]
    offered = lists.of("acr_values_supported")
    if offered is None:
        yield Finding("level", None, f"{', '.join(enough)}: acr_values_supported is not published")
        return
    met = [value for value in enough if value in offered]
    said = ", ".join(met) or f"none of {', '.join(enough)} is in acr_values_supported ({_shown(offered)})"
    yield Finding("level", bool(met), said)


def _protections(profile: Profile, document: Json, lists: _Lists) -> Iterator[Finding]:
    if profile.par == "required":
        yield _offers(document, "PAR", "pushed_authorization_request_endpoint")
    yield from _demanded(profile, document)
    if profile.dpop:
        yield lists.has("DPoP", "dpop_signing_alg_values_supported", "ES256")
    if profile.iss_parameter == "required":
        yield _says(document, "iss in the callback", "authorization_response_iss_parameter_supported")


def _demanded(profile: Profile, document: Json) -> Iterator[Finding]:
    """What the provider demands of us, by RFC 9126 and 9101."""
    if document.get("require_pushed_authorization_requests") is True:
        pushed = profile.par != "off"
        yield Finding(
            "PAR demanded", pushed, "we push" if pushed else "it takes only pushed requests; par is off"
        )
    for name, what in UNMET_DEMANDS.items():
        if document.get(name) is True:
            yield Finding(what, False, f"{name} is true, and we cannot do that")


def what_we_need(profile: Profile) -> Iterator[tuple[str, str, str]]:
    """The keys of our own without which nobody gets in, as what for, `sig` or `enc`, and algorithm."""
    if profile.client_authentication == "private_key_jwt":
        yield "our key to prove ourselves", "sig", profile.client_assertion_alg
    for jwe in dict.fromkeys((profile.id_token_encryption, profile.userinfo_encryption)):
        if jwe is not None:
            yield "our key to read what is encrypted to us", "enc", jwe.alg


def whether_we_have(what: str, use: str, alg: str, found: bool) -> Finding:
    make = "" if found else "; make one by: sammelan keys relying-party"
    return Finding(what, found, f"{'there is one' if found else 'there is none'} for {use} {alg}{make}")


def how_it_takes_a_request(status: int, error: str) -> Finding:
    """Of the authorization request: a page or a way on is good; who refuses here refuses each person."""
    what = "whether it takes our request"
    if error in ("login_required", "interaction_required", "consent_required", ""):
        if status < 400:
            return Finding(what, True, "yes: it would ask the person now")
        hint = "is the redirect URI below registered there?"
        return Finding(what, False, f"it answers {status}; {hint}")
    return Finding(what, False, f"it sends the person back with {error}")


def _logout(profile: Profile, document: Json) -> Iterator[Finding]:
    if profile.logout == "end_session":
        yield _offers(document, "sign-out there", "end_session_endpoint")
    if profile.backchannel_logout:
        yield _says(document, "back-channel logout", "backchannel_logout_supported")


def whether_it_knows_us(error: str) -> Finding:
    """What the token endpoint's refusal of a code that it never gave says; who asks comes first (RFC 6749, 5.2)."""
    what = "whether it knows us"
    if error == "invalid_grant":
        return Finding(what, True, "yes: it refuses only a code that it never gave")
    if error in ("invalid_client", "unauthorized_client"):
        return Finding(what, False, f"it does not take our name, or our secret or key ({error})")
    return Finding(what, None, f"it answers {error or 'with no error that we know'}")
