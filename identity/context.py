"""What identity's operations may touch, and what they share."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from identity.domain.numbers import Digests, KnownNumber
from identity.domain.roles import RoleTable
from identity.domain.sessions import SessionRules
from identity.eid.client import EidClient
from identity.eid.keys import OwnKeys
from identity.store import Store
from servicekit.access.keys import KeyRing
from servicekit.data.crypto import MEMBER_NUMBER, FieldCipher, blind_index
from servicekit.refusals import NotFound
from servicekit.serving.bulkheads import OutsideParties, part_of_threads
from servicekit.words import N_
from servicekit.words.national_numbers import (
    NationalNumberFaulty,
    Scheme,
    SchemeUnknown,
    read_number,
    scheme_of,
)
from servicekit.words.text import letters_and_digits
from servicekit.work.clock import Clock

# Of the threads that answer, this part waits for an eID, and as many a moment for one of these places.
EID_SHARE = 1 / 4
EID_STANDING_SECONDS = 0.5

AUDIENCES = ("identity", "membership", "congress", "notifications", "portal")


class UnitUnknown(NotFound):
    title = N_("There is no such unit, or you may not see it.")


def eid_places(share: float) -> OutsideParties:
    places = part_of_threads(share)
    return OutsideParties(places, places, EID_STANDING_SECONDS)


@dataclass(frozen=True)
class Keeping:
    """Everything that the keeper's operations may touch. `roles_file`: roles before anybody here changed one."""

    store: Store
    clock: Clock
    roles_file: RoleTable

    @property
    def roles(self) -> RoleTable:
        """As they were half a second ago; tokens are made of `roles_now`."""
        return self.store.roles.table(self.roles_file)

    @property
    def roles_now(self) -> RoleTable:
        return self.store.roles.table_now(self.roles_file)


@dataclass(frozen=True)
class Context(Keeping):
    """Everything that identity's operations may touch."""

    keys: KeyRing
    cipher: FieldCipher
    blind_key: bytes
    session_rules: SessionRules
    providers: Mapping[str, EidClient]
    own_keys: OwnKeys
    zone: str
    provider_limit: int
    recertify_within: timedelta
    country: str
    eid_places: OutsideParties = field(default_factory=lambda: eid_places(EID_SHARE))

    def code_index(self, code: str) -> str:
        """The keyed digest of a one-time code, however it was typed."""
        return blind_index(self.blind_key, "invitation_code", letters_and_digits(code))

    def fallback_index(self, code: str) -> str:
        """The keyed digest of a sealed code, however it was typed."""
        return blind_index(self.blind_key, "fallback_code", letters_and_digits(code))

    def address_index(self, address: str) -> str:
        """The keyed digest of the address of a request: it tells addresses apart and names none."""
        return blind_index(self.blind_key, "address", address)

    @property
    def schemes(self) -> tuple[Scheme, ...]:
        """Whose numbers the eIDs here give, in the order of the providers."""
        giving = [
            one.profile for one in self.providers.values() if one.profile.national_number_from != "none"
        ]
        return tuple({profile.scheme: None for profile in giving}) or (scheme_of(""),)

    def invited_number(self, typed: str, scheme: str = "") -> KnownNumber:
        """The number of somebody who is to come; without a scheme by the first one that it fits.

        Raises NationalNumberFaulty, SchemeUnknown.
        """
        wanted = [one for one in self.schemes if not scheme or one.name == scheme]
        if not wanted:
            raise SchemeUnknown(field="national_number_scheme")
        return self.known_number(typed, wanted)

    def known_number(self, typed: str, schemes: Sequence[Scheme]) -> KnownNumber:
        """Raises NationalNumberFaulty."""
        number = read_number(typed, schemes, self.clock.today().year)
        every = {form: blind_index(self.blind_key, "national_number", form) for form in number.forms}
        members = dict.fromkeys((number.text, number.shortest))
        return KnownNumber(
            Digests(every[number.text], every[number.shortest], number.namespace),
            frozenset(every.values()),
            tuple(blind_index(self.blind_key, MEMBER_NUMBER, form) for form in members),
            number.end,
        )

    def national_index(self, number: str) -> str:
        """The blind index of a national number in any script's digits; raises NationalNumberFaulty."""
        return self.invited_number(number).digests.index

    def member_index(self, number: str) -> str:
        """The blind index by which membership knows the same number; raises NationalNumberFaulty."""
        return self.invited_number(number).members[0]


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


__all__ = ["Context", "NationalNumberFaulty", "UnitUnknown", "hashed"]
