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


# Without signs that are mistaken for each other when they are read out or copied by hand.
SPOKEN_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new_reference() -> str:
    """Eight signs in two groups, to be read out on the telephone: it finds an entry and opens nothing."""
    signs = "".join(secrets.choice(SPOKEN_SIGNS) for _ in range(8))
    return f"{signs[:4]}-{signs[4:]}"


def id_from(*parts: str) -> str:
    """The same id for the same parts, for work that is done again after a crash."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()[:12]
    return base64.b32encode(digest).decode().rstrip("=").lower()
