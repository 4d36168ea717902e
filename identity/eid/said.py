"""What of a provider's answers goes any further: an access token that may stand in a header, and known error codes."""

from identity.eid.refused import (
    EidUnavailable,
    NotVerified,
)
from identity.eid.strict_json import Json
from identity.eid.wire import Answer

MAX_ACCESS_TOKEN = 16 * 1024


# RFC 6749 5.2, RFC 9126 2.3, RFC 9449: the only words of a provider that reach our audit.
TOKEN_ERRORS = frozenset(
    {
        *(
            "invalid_request",
            "invalid_client",
            "invalid_grant",
            "unauthorized_client",
            "unsupported_grant_type",
        ),
        *("invalid_scope", "invalid_dpop_proof", "use_dpop_nonce", "access_denied", "invalid_request_object"),
    }
)


# RFC 6749 4.1.2.1, OpenID Connect Core 1.0 3.1.2.6.
AUTHORIZATION_ERRORS = frozenset(
    {
        *("invalid_request", "unauthorized_client", "access_denied", "unsupported_response_type"),
        *("invalid_scope", "server_error", "temporarily_unavailable", "login_required"),
        *("interaction_required", "consent_required", "invalid_request_uri", "invalid_request_object"),
        *("request_not_supported", "request_uri_not_supported", "unmet_authentication_requirements"),
    }
)


def access_token_of(tokens: Json) -> str | None:
    """None where there is none; raises NotVerified for one that could not stand in a header."""
    found = tokens.get("access_token")
    if found is None:
        return None
    if not isinstance(found, str) or not 0 < len(found) <= MAX_ACCESS_TOKEN or not is_plain(found):
        raise NotVerified("access_token")
    return found


def is_plain(value: str) -> bool:
    return value.isascii() and value.isprintable() and " " not in value


def error_in(answer: Answer) -> str:
    code = error_code(answer)
    return f" ({code})" if code else ""


def error_code(answer: Answer) -> str:
    """The error code of an answer where it is one of the known words."""
    try:
        code = answer.json().get("error")
    except EidUnavailable:
        return ""
    return code if isinstance(code, str) and code in TOKEN_ERRORS else ""
