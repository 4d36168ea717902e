"""Longer periods of strong roles: what takes a second hand, who it is, and what stays until then."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from identity.domain import bans, extensions, grant_acts
from identity.domain import grants as rules
from identity.domain.extensions import ExtensionWaits
from identity.domain.grant_refusals import NotProposed, ProposalLapsed, ReasonNeeded
from identity.domain.grants import Grant, Status
from identity.domain.questions import about_extension
from servicekit.access.second_person import Hand, SecondPersonNeeded

NOW = datetime(2026, 3, 1, tzinfo=UTC)
END = date(2026, 12, 31)
LATER = END + timedelta(days=1)


def a_grant(**changes: object) -> Grant:
    grant = Grant("g", "u", ("r", "u"), "administrator", date(2026, 1, 1), END, Status.ACTIVE, "anna")
    return replace(grant, accepted_at=NOW, **changes)  # type: ignore[arg-type]


def asked(valid_to: date = LATER, *, take_over: bool = False) -> Grant:
    by = ("boris", "boris-too")
    return extensions.propose(a_grant(), by, "Boris", valid_to, "still here", NOW, take_over=take_over)


@pytest.mark.parametrize(
    ("valid_to", "take_over", "more"),
    [
        (END - timedelta(days=1), False, False),
        (END, False, False),
        (LATER, False, True),
        (END, True, True),
        (END - timedelta(days=1), True, True),
    ],
)
def test_a_later_end_and_another_giver_are_more_and_a_sooner_end_is_not(
    valid_to: date, take_over: bool, more: bool
) -> None:
    assert extensions.is_more(a_grant(), valid_to, take_over=take_over) is more


def test_what_is_asked_for_changes_nothing_yet() -> None:
    grant = asked()
    assert replace(grant, extension=None) == a_grant()
    assert rules.why_not(grant, {}, NOW.date()) is None
    assert grant.extension is not None
    assert grant.extension.until == NOW + rules.PROPOSAL_LIFE


def test_one_waits_at_a_time_and_a_lapsed_one_gives_way() -> None:
    with pytest.raises(ExtensionWaits):
        extensions.propose(asked(), ("clara",), "Clara", LATER, "me too", NOW, take_over=False)
    later = NOW + rules.PROPOSAL_LIFE + timedelta(seconds=1)
    again = extensions.propose(asked(), ("clara",), "Clara", LATER, "me too", later, take_over=False)
    assert again.extension is not None
    assert again.extension.by == ("clara",)


@pytest.mark.parametrize("by", [("boris",), ("boris-too", "x"), ("anna",)])
def test_neither_who_asked_by_any_account_nor_whose_it_is_confirms(by: tuple[str, ...]) -> None:
    with pytest.raises(SecondPersonNeeded):
        extensions.check_confirmed(asked(), by, NOW)


def test_somebody_else_confirms_in_time() -> None:
    assert extensions.check_confirmed(asked(), ("clara",), NOW + rules.PROPOSAL_LIFE).valid_to == LATER
    with pytest.raises(ProposalLapsed):
        extensions.check_confirmed(asked(), ("clara",), NOW + rules.PROPOSAL_LIFE + timedelta(seconds=1))
    with pytest.raises(NotProposed):
        extensions.check_confirmed(a_grant(), ("clara",), NOW)


def test_declined_it_is_as_it_was() -> None:
    assert extensions.decline(asked(), "no longer needed", NOW) == a_grant()
    with pytest.raises(ReasonNeeded):
        extensions.decline(asked(), " ", NOW)
    with pytest.raises(NotProposed):
        extensions.decline(a_grant(), "what?", NOW)


def test_what_ends_or_gives_way_waits_for_nothing_any_more() -> None:
    assert grant_acts.ended(asked(), "left").extension is None
    assert bans.gives_way(asked()).extension is None


def test_the_question_is_as_old_as_the_asking_and_its_holder_has_no_hand_in_it() -> None:
    question = about_extension(asked(), Hand(frozenset({"boris"})))
    assert (question.asked_at, question.contributed) == (NOW, frozenset({"anna"}))
    with pytest.raises(NotProposed):
        about_extension(a_grant(), Hand(frozenset({"boris"})))
