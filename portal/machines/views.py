"""Service accounts: how one stands, and the keys that are pasted for one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.machines.words import CLOSED, EXPIRED, OPEN
from portal.shared.clients.acts import all_offered
from portal.shared.states import State
from portal.shared.units import Document
from servicekit.words import N_

NOT_A_KEY = N_(
    'Paste a public key as a JWK, such as {"kty": "EC", "crv": "P-256", "kid": …, "x": …, "y": …}, or a list of them.'
)
A_PRIVATE_KEY = N_(
    "This is a private key, so it is no secret any more: make a new pair of keys, and paste the public one only."
)
# What only the private half of a key has, whatever its kind (RFC 7518).
PRIVATE = frozenset(("d", "p", "q", "dp", "dq", "qi", "oth", "k"))


@dataclass(frozen=True, slots=True)
class Machine:
    id: str
    version: int
    unit_id: str
    name: str
    state: State
    closed: bool
    expires: str
    last_used: str
    keys: tuple[str, ...]  # the names of its keys
    may: Mapping[str, bool]  # which of its acts are offered to this reader

    @property
    def link(self) -> str:
        return f"/units/{self.unit_id}/machines/{self.id}"


def machine_of(answer: Document, today: date) -> Machine:
    return Machine(
        id=answer["id"],
        version=answer["version"],
        unit_id=answer["unit_id"],
        name=answer["name"],
        state=_state(answer, today),
        closed=answer["closed"],
        expires=answer["expires"],
        last_used=answer["last_used"] or "",
        keys=tuple(answer["keys"]),
        may=all_offered(answer),
    )


def _state(answer: Document, today: date) -> State:
    if answer["closed"]:
        return CLOSED
    return OPEN if answer["expires"] >= today.isoformat() else EXPIRED


class NotKeys(ValueError):
    """What was pasted is no public key; says what it is instead."""


def keys_in(pasted: str) -> list[dict[str, Any]]:
    """One JWK, a list of them, or a JWK set. Raises NotKeys; whether the keys are good enough, identity says."""
    try:
        read = json.loads(pasted)
    except (ValueError, RecursionError) as error:
        raise NotKeys(NOT_A_KEY) from error
    if isinstance(read, dict):
        read = read.get("keys", [read])
    if not isinstance(read, list) or not read or not all(isinstance(one, dict) for one in read):
        raise NotKeys(NOT_A_KEY)
    if any(PRIVATE & one.keys() for one in read):
        raise NotKeys(A_PRIVATE_KEY)
    if not all(isinstance(one.get("kty"), str) and all(map(_is_plain, one.values())) for one in read):
        raise NotKeys(NOT_A_KEY)
    return read


def _is_plain(value: object) -> bool:
    """As the members of a public key are: texts, numbers, and lists of texts."""
    if isinstance(value, list):
        return all(isinstance(one, str) for one in value)
    return isinstance(value, str | int)
