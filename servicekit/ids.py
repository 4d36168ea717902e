"""Opaque identifiers."""

import base64
import hashlib
import random
import secrets


def new_id() -> str:
    """20 lower-case letters and digits, 96 random bits: not guessable, safe in a path."""
    return base64.b32encode(secrets.token_bytes(12)).decode().rstrip("=").lower()


def request_id() -> str:
    """20 hexadecimal digits that tell requests apart in logs; not a secret, so no system call a request."""
    return f"{random.getrandbits(80):020x}"


def id_from(*parts: str) -> str:
    """The same id for the same parts, for work that is done again after a crash."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()[:12]
    return base64.b32encode(digest).decode().rstrip("=").lower()
