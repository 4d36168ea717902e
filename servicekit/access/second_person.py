"""Two pairs of eyes: whether somebody is an independent second person for what a first one has asked.

Two persons are one will where the one owes their power to the other, was appointed for the purpose, is the same person
by another account, or has contributed to what is decided.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from servicekit.access.decision import Caller, Right
from servicekit.refusals import Conflict
from servicekit.words import N_


@dataclass(frozen=True, slots=True)
class Power:
    """A grant as it counts here: what it hangs on, who gave it, and since when its holder has had it.

    `owed_to`: the accounts of whoever gave it and of those on whose grants it hangs, where that is all one knows.
    """

    grant_id: str
    unit_path: tuple[str, ...]
    hangs_on: frozenset[str]
    given_by: str
    since: datetime
    owed_to: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hand:
    """One person: every account they are known by, and every grant that these hold or have held."""

    accounts: frozenset[str]
    powers: tuple[Power, ...] = ()

    @property
    def grants(self) -> frozenset[str]:
        return frozenset(power.grant_id for power in self.powers)


@dataclass(frozen=True, slots=True)
class Question:
    """What waits for a second person: what it is, who asked, why, since when and until when.

    `contributed`: the accounts that have had a part in what is decided, besides the one who asked.
    """

    about: str
    asked_by: Hand
    asked_at: datetime
    until: datetime
    why: str = ""
    contributed: frozenset[str] = frozenset()

    def lapsed(self, now: datetime) -> bool:
        return now > self.until


class SecondPersonNeeded(Conflict):
    title = N_("This needs a second person: whoever asked for it cannot confirm it.")


class SecondPersonDependent(Conflict):
    title = N_(
        "This needs a second person who is independent: your access and that of whoever asked hang on each other."
    )


class SecondPersonTooNew(Conflict):
    title = N_("This needs a second person who could decide it before it was asked.")


class SecondPersonThere(Conflict):
    title = N_("There is a second person among the people of the organisation: {name}. They decide it.")


def check_second(question: Question, second: Hand, deciding: Iterable[Power]) -> None:
    """Raises unless the second is independent of whoever asked. `deciding`: the grants that let them decide this."""
    if second.accounts & (question.asked_by.accounts | question.contributed):
        raise SecondPersonNeeded
    if owes(second, question.asked_by) or _is_deputy_of(question.asked_by, second):
        raise SecondPersonDependent
    if not any(power.since <= question.asked_at for power in deciding):
        raise SecondPersonTooNew


def is_second(question: Question, second: Hand, deciding: Iterable[Power]) -> bool:
    try:
        check_second(question, second, deciding)
    except (SecondPersonNeeded, SecondPersonDependent, SecondPersonTooNew):
        return False
    return True


def owes(one: Hand, other: Hand) -> bool:
    """Whether anything that the one holds was given by the other, or hangs on what the other holds."""
    held = other.grants
    return any(
        power.given_by in other.accounts or power.owed_to & other.accounts or power.hangs_on & held
        for power in one.powers
    )


def _is_deputy_of(first: Hand, second: Hand) -> bool:
    """Whether the second made the first their equal: they would have asked themselves by another's mouth.

    A superior is no such second: that those below hang on them is what makes them one.
    """
    seats = {power.grant_id: power.unit_path for power in second.powers}
    return any(
        power.unit_path in {seats.get(grant_id) for grant_id in power.hangs_on}
        or (power.owed_to & second.accounts and power.unit_path in seats.values())
        for power in first.powers
    )


def powers_of(rights: Iterable[Right]) -> tuple[Power, ...]:
    """As a token tells them: what is in force today, each grant once."""
    found = {
        right.grant_id: Power(
            right.grant_id,
            right.unit_path,
            frozenset(),
            "",
            datetime.fromtimestamp(right.since, UTC),
            frozenset(right.owed_to),
        )
        for right in rights
    }
    return tuple(found.values())


def hand_of_caller(caller: Caller) -> Hand:
    """Whoever calls, and whoever's hand a program is."""
    keepers = (caller.kept_by,) if caller.kept_by else ()
    return Hand(frozenset((*caller.accounts, *keepers)), powers_of(caller.rights))
