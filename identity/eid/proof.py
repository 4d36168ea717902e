"""Reading what a provider signs: exactly the pinned algorithm, the key from its own set, decrypted first if need be."""

import base64
from dataclasses import dataclass

from cryptography.exceptions import InvalidKey, InvalidTag, UnsupportedAlgorithm
from joserfc import jwe, jws
from joserfc.errors import JoseError

from identity.eid.keys import OwnKeys
from identity.eid.metadata import Metadata
from identity.eid.profile import SIGNATURES, Encryption
from identity.eid.refused import NotVerified
from identity.eid.strict_json import Json, strict_object
from identity.eid.wire import Deadline

MAX_TOKEN = 64 * 1024
MAX_HEADER = 4096
# Only to name them to the operator.
REFUSED_ALWAYS = ("none", "HS256", "HS384", "HS512", "EdDSA")
UNREADABLE = (
    JoseError,
    UnsupportedAlgorithm,
    InvalidKey,
    InvalidTag,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)


@dataclass(frozen=True)
class Proof:
    """`token` is the signed token itself, without the encryption around it."""

    header: Json
    claims: Json
    token: str


def verified(
    token: object,
    *,
    alg: str,
    encryption: Encryption | None,
    metadata: Metadata,
    own_keys: OwnKeys,
    deadline: Deadline,
    purpose: str = "sign-in",
) -> Proof:
    """The claims of a JWS (inside a JWE where `encryption` is given); raises NotVerified."""
    if not isinstance(token, str) or not 0 < len(token) <= MAX_TOKEN or not token.isascii():
        raise NotVerified("no token, or one too large")
    if encryption is not None:
        token = _decrypted(token, encryption, own_keys)
    if token.count(".") != 2:
        raise NotVerified("not a signed token")
    header = _header(token)
    if header.get("alg") != alg:
        said = header.get("alg")
        known = isinstance(said, str) and said in (*SIGNATURES, *REFUSED_ALWAYS)
        raise NotVerified(f"signed with {said if known else 'something'} instead of {alg}")
    if "crit" in header or "b64" in header:
        raise NotVerified("the token demands an extension that is not known")
    registry = jws.JWSRegistry(algorithms=[alg], strict_check_header=False)
    registry.max_header_length = MAX_HEADER
    registry.max_payload_length = MAX_TOKEN
    # Key hints in the header (jwk, jku, x5u, x5c) are never looked at: the key is chosen here.
    found = False
    for key in metadata.candidates(header, alg, deadline, purpose):
        found = True
        try:
            payload = jws.deserialize_compact(token, key, registry=registry).payload
        except UNREADABLE:
            continue
        return Proof(header, _claims(payload), token)
    raise NotVerified("the signature does not hold" if found else "no key of the provider fits the token")


def _claims(payload: bytes) -> Json:
    try:
        return strict_object(payload)
    except ValueError as error:
        raise NotVerified("the token holds no claims") from error


def _decrypted(token: str, encryption: Encryption, own_keys: OwnKeys) -> str:
    if token.count(".") != 4:
        raise NotVerified("a plain token where an encrypted one is due")
    header = _header(token)
    if header.get("alg") != encryption.alg or header.get("enc") != encryption.enc:
        raise NotVerified("encrypted in another way than agreed")
    if "zip" in header or "crit" in header:
        raise NotVerified("compressed before it was encrypted, or an extension that is not known")
    registry = jwe.JWERegistry(algorithms=[encryption.alg, encryption.enc], strict_check_header=False)
    registry.max_protected_header_length = MAX_HEADER
    registry.max_ciphertext_length = MAX_TOKEN
    for key in own_keys.decrypting(encryption.alg, header.get("kid")):
        try:
            plain = jwe.decrypt_compact(token, key, registry=registry).plaintext
        except UNREADABLE:
            continue
        return (plain or b"").decode("ascii", "replace")
    raise NotVerified("cannot be decrypted with our keys")


def _header(token: str) -> Json:
    first = token.split(".", 1)[0]
    if len(first) > MAX_HEADER:
        raise NotVerified("the token's header is too long")
    try:
        return strict_object(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except ValueError as error:
        raise NotVerified("the token's header cannot be read") from error
