"""Reading what a provider signs: exactly the pinned algorithm, the key from its own set, decrypted first if need be."""

import base64
import json
from typing import Any

from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from identity.eid.metadata import Metadata
from identity.eid.profile import Encryption
from identity.eid.refused import NotVerified
from identity.eid.wire import Deadline

Json = dict[str, Any]
MAX_TOKEN = 64 * 1024


def verified(
    token: str,
    *,
    alg: str,
    encryption: Encryption | None,
    metadata: Metadata,
    own_keys: KeySet | None,
    deadline: Deadline,
) -> Json:
    """The claims of a JWS (inside a JWE where `encryption` is given); raises NotVerified."""
    if not isinstance(token, str) or not 0 < len(token) <= MAX_TOKEN:
        raise NotVerified("no token, or one too large")
    if encryption is not None:
        token = _decrypted(token, encryption, own_keys)
    header = _header(token)
    if token.count(".") != 2:
        raise NotVerified("not a signed token")
    if header.get("alg") != alg:
        raise NotVerified(f"signed with {str(header.get('alg'))[:20]!r} instead of {alg}")
    if "crit" in header:
        raise NotVerified("the token demands an extension that is not known")
    # Key hints in the header (jwk, jku, x5u, x5c) are never looked at: the key is chosen here.
    key = metadata.key_for(header, alg, deadline)
    registry = jws.JWSRegistry(algorithms=[alg], strict_check_header=False)
    registry.max_header_length = 4096
    registry.max_payload_length = MAX_TOKEN
    try:
        payload = jws.deserialize_compact(token, key, registry=registry).payload
        claims = json.loads(payload)
    except (JoseError, ValueError, TypeError) as error:
        raise NotVerified(f"the signature does not hold ({type(error).__name__})") from error
    if not isinstance(claims, dict):
        raise NotVerified("the token holds no claims")
    return claims


def _decrypted(token: str, encryption: Encryption, own_keys: KeySet | None) -> str:
    if token.count(".") != 4:
        raise NotVerified("a plain token where an encrypted one is due")
    header = _header(token)
    if header.get("alg") != encryption.alg or header.get("enc") != encryption.enc:
        raise NotVerified("encrypted in another way than agreed")
    if "zip" in header:
        raise NotVerified("compressed before it was encrypted")
    if own_keys is None:
        raise NotVerified("we have no key to decrypt with")
    registry = jwe.JWERegistry(algorithms=[encryption.alg, encryption.enc], strict_check_header=False)
    registry.max_protected_header_length = 4096
    registry.max_ciphertext_length = MAX_TOKEN
    fitting = [
        key
        for key in own_keys.keys
        if key.get("use", "enc") == "enc" and header.get("kid", key.kid) == key.kid
    ]
    for key in fitting:
        try:
            plain = jwe.decrypt_compact(token, key, registry=registry).plaintext
        except (JoseError, ValueError, TypeError):
            continue
        return (plain or b"").decode("ascii", "replace")
    raise NotVerified("cannot be decrypted with our keys")


def _header(token: str) -> Json:
    first = token.split(".", 1)[0]
    try:
        found = json.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except (ValueError, TypeError) as error:
        raise NotVerified("the token's header cannot be read") from error
    if not isinstance(found, dict):
        raise NotVerified("the token's header is no object")
    return found
