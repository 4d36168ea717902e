"""A sign-in on its way to a provider, and what comes of it."""

from dataclasses import dataclass

from identity.eid.id_token import Person
from identity.eid.strict_json import Json


@dataclass(frozen=True)
class Attempt:
    """One sign-in on its way; it is kept on the server, found by the hash of its state."""

    state: str
    nonce: str
    verifier: str
    level: int
    max_age: int | None
    dpop_key: Json | None = None


@dataclass(frozen=True)
class Tried:
    """How a provider answered our authorization request: its status, and the error that it sent back to us."""

    status: int
    error: str


@dataclass(frozen=True)
class SignedIn:
    """`id_token` is the signed token without encryption around it, for the logout at the provider."""

    person: Person
    id_token: str
