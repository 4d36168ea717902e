"""What identity's operations may touch, and what they share."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from identity.domain.roles import RoleTable
from identity.domain.sessions import SessionRules
from identity.eid.client import EidClient
from identity.eid.keys import OwnKeys
from identity.store import Store
from servicekit.clock import Clock
from servicekit.crypto import MEMBER_NUMBER, FieldCipher, blind_index, normal_digits
from servicekit.keys import KeyRing
from servicekit.refusals import Invalid, NotFound
from servicekit.words import N_

Document = dict[str, Any]


AUDIENCES = ("identity", "membership", "congress", "notifications", "portal")


class NationalNumberFaulty(Invalid):
    title = N_("This is not a national number: it has 8 to 20 digits.")


class UnitUnknown(NotFound):
    title = N_("There is no such unit, or you may not see it.")


@dataclass(frozen=True)
class Outside:
    """Everything that identity's operations may touch."""

    store: Store
    clock: Clock
    keys: KeyRing
    cipher: FieldCipher
    blind_key: bytes
    roles: RoleTable
    session_rules: SessionRules
    providers: Mapping[str, EidClient]
    own_keys: OwnKeys
    zone: str
    provider_limit: int
    recertify_within: timedelta

    def code_index(self, code: str) -> str:
        """The keyed digest of a one-time code, however it was typed."""
        plain = "".join(c for c in code.upper() if c.isalnum())
        return blind_index(self.blind_key, "invitation_code", plain)

    def fallback_index(self, code: str) -> str:
        """The keyed digest of a sealed code, however it was typed."""
        return blind_index(self.blind_key, "fallback_code", "".join(c for c in code.upper() if c.isalnum()))

    def national_index(self, number: str) -> str:
        """The blind index of a national number in any script's digits; raises NationalNumberFaulty."""
        return blind_index(self.blind_key, "national_number", _plain(number))

    def member_index(self, number: str) -> str:
        """The blind index by which membership knows the same number; raises NationalNumberFaulty."""
        return blind_index(self.blind_key, MEMBER_NUMBER, _plain(number))


def _plain(number: str) -> str:
    digits = normal_digits(number)
    if not digits.isalnum() or not digits.isascii() or not 8 <= len(digits) <= 20:
        raise NationalNumberFaulty(field="national_number")
    return digits


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
