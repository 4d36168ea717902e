"""Accounts: of a person at one eID, and of a program that acts under a name of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from identity.domain.numbers import Digests

MACHINE = "machine"


@dataclass(frozen=True, kw_only=True)
class Account:
    """`login`: the issuer and its name for the person. `generation`: tokens of an earlier one are over.

    `national_index`, `national_core`, `national_namespace`: digests of the person's number; `member_index` and
    `member_forms` are those by which membership knows it. `email`, `released` (by kind) and `saved_lists` are
    sealed.
    `same_person`: other accounts of one number; `joined`: those that lead here; `joined_to`: where this one leads.
    """

    id: str
    login: str
    name: str = ""
    language: str = "en"
    generation: int = 0
    closed: bool = False
    first_seen: datetime | None = None
    # For the first time; it may have been made without a sign-in.
    signed_in_at: datetime | None = None
    national_index: str | None = None
    national_core: str = ""
    national_namespace: str = ""
    member_index: str | None = None
    member_forms: tuple[str, ...] = ()
    email: bytes | None = None
    released: Mapping[str, bytes] = field(default_factory=dict)
    saved_lists: bytes | None = None
    same_person: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    joined_to: str = ""
    version: int = 0

    @property
    def digests(self) -> Digests:
        return Digests(self.national_index or "", self.national_core, self.national_namespace)

    @property
    def every(self) -> tuple[str, ...]:
        """By which its person acts: this one, and those that are known to be theirs."""
        return (self.id, *self.same_person, *self.joined)

    @property
    def others(self) -> frozenset[str]:
        """Of the same person, whichever way they were found to be."""
        return frozenset({*self.same_person, *self.joined, self.joined_to} - {""})


@dataclass(frozen=True, kw_only=True)
class Machine(Account):
    """`unit_path`: where its unit stood when it was registered. `keys`: public ones, a JWK set's list as JSON.

    `kept_by`: whoever registered it or gave it its present keys; empty where that was never written down.
    """

    unit_id: str
    unit_path: tuple[str, ...]
    keys: str
    expires: date
    last_used: datetime | None = None
    kept_by: str = ""
    kind: str = MACHINE
