"""Forms can only be sent from our own pages, of this very sign-in.

The token is an HMAC over the session id, masked anew at each rendering: the pages travel compressed, and a text
that is the same in each of them could otherwise be guessed from their lengths (BREACH).
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

_SIZE = hashlib.sha256().digest_size


def token(secret: bytes, session_id: str, purpose: str = "csrf") -> str:
    mask = secrets.token_bytes(_SIZE)
    return urlsafe_b64encode(mask + _masked(_mac(secret, session_id, purpose), mask)).decode()


def is_genuine(secret: bytes, session_id: str, given: str, purpose: str = "csrf") -> bool:
    try:
        raw = urlsafe_b64decode(given.encode())
    except ValueError:
        return False
    if len(raw) != 2 * _SIZE:
        return False
    return hmac.compare_digest(_masked(raw[_SIZE:], raw[:_SIZE]), _mac(secret, session_id, purpose))


def _mac(secret: bytes, session_id: str, purpose: str) -> bytes:
    return hmac.digest(secret, f"{purpose}\x00{session_id}".encode(), "sha256")


def _masked(value: bytes, mask: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(value, mask, strict=True))
