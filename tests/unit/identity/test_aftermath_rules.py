"""What an act on one grant means for those that hang on it."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from identity.domain.aftermath import Aftermath, effect_of
from identity.domain.grants import Grant, Status, WhyNot
from identity.store.documents import aftermath_document, aftermath_of, grant_document, grant_of

NOW = datetime(2026, 3, 1, tzinfo=UTC)
TODAY = NOW.date()
GIVER = Grant(
    "giver", "u", ("r", "u"), "administrator", date(2026, 1, 1), date(2026, 12, 31), Status.ACTIVE, "anna"
)
BELOW = replace(GIVER, id="below", unit_id="v", unit_path=("r", "u", "v"), account_id="b", chain=("giver",))
SUSPENDED = replace(GIVER, status=Status.SUSPENDED)
OVER = replace(BELOW, id="over", status=Status.REVOKED)


@pytest.mark.parametrize(
    ("before", "after", "lost", "revived"),
    [
        (GIVER, SUSPENDED, ["giver", "below"], []),
        (SUSPENDED, GIVER, [], ["below"]),
        (GIVER, replace(GIVER, reason="another"), [], []),
        (SUSPENDED, replace(GIVER, status=Status.REVOKED), [], []),
    ],
)
def test_each_effect_follows_from_before_and_after_whatever_has_become_of_the_grant_since(
    before: Grant, after: Grant, lost: list[str], revived: list[str]
) -> None:
    # What the database says of the changed grant by now does not count: a later act has an aftermath of its own.
    for now in (before, after):
        effect = effect_of(before, after, [BELOW, OVER], {"giver": now}, TODAY)
        assert [one.grant.id for one in effect.lost] == lost
        assert [one.id for one in effect.revived] == revived


def test_the_reason_is_the_one_that_the_page_gives() -> None:
    effect = effect_of(GIVER, SUSPENDED, [BELOW], {}, TODAY)
    assert [one.why for one in effect.lost] == [WhyNot.SUSPENDED, WhyNot.GIVER_SUSPENDED]


def test_of_units_that_end_together_each_loss_below_is_told_once_though_both_stand_in_its_chain() -> None:
    deputy = replace(GIVER, id="deputy", account_id="d", chain=("giver",))
    below = replace(BELOW, chain=("giver", "deputy"))
    ended = {one.id: replace(one, unit_ended=TODAY) for one in (GIVER, deputy)}
    effect = effect_of(GIVER, ended["giver"], [ended["deputy"], below], ended, TODAY, ["deputy"])
    # The deputy's own unit has ended: of that its own act tells.
    assert [(one.grant.id, one.why) for one in effect.lost] == [
        ("giver", WhyNot.UNIT_ENDED),
        ("below", WhyNot.GIVER_UNIT_ENDED),
    ]
    back = effect_of(ended["giver"], GIVER, [below], {"giver": GIVER, "deputy": deputy}, TODAY, ["deputy"])
    assert [one.id for one in back.revived] == ["below"]


def test_what_is_left_to_do_is_kept_field_by_field_with_its_grants_as_they_are_kept() -> None:
    left = Aftermath("a", GIVER, SUSPENDED, "removed", NOW, lost=3, open=False, with_it=("b",))
    document = aftermath_document(left)
    assert document == {
        "_id": "a",
        "before": grant_document(left.before),
        "after": grant_document(left.after),
        "why": "removed",
        "at": NOW,
        "reached": "",
        "lost": 3,
        "revived": 0,
        "open": False,
        "with_it": ["b"],
    }
    # The version before knows of no others.
    del document["with_it"]
    found = aftermath_of({**document, "version": 4})
    assert found == replace(
        left, version=4, with_it=(), after=grant_of(document["after"]), before=grant_of(document["before"])
    )
