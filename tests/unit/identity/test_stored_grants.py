"""Grants as they are stored: what another version wrote opens, and the version before can read what is written."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from identity.domain.grants import Extension, Grant, Status
from identity.store.documents import grant_document, grant_of

NOW = datetime(2026, 3, 1, tzinfo=UTC)
GRANT = Grant(
    *("g", "u", ("r", "d", "u"), "administrator", date(2026, 1, 1), date(2026, 12, 31), Status.SUSPENDED),
    account_id="anna",
    given_at=NOW,
    accepted_at=NOW,
)
ASKED = Extension(("boris", "boris-too"), "Boris", date(2027, 12, 31), True, "still here", NOW)


def stored(grant: Grant, **changes: Any) -> dict[str, Any]:
    return {**grant_document(grant), **changes}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"suspended_from": ("r", "d"), "barred_from": ("r",)},
        {"suspended_from": ()},  # by the operator
        {"extension": ASKED},
        {"handed_to": "h", "confirmed_by": "c", "unit_ended": date(2026, 2, 1)},
    ],
)
def test_what_is_written_is_read_as_it_was(changes: dict[str, Any]) -> None:
    grant = replace(GRANT, **changes)
    assert grant_of(stored(grant)) == grant


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ({"suspended_from": None, "suspended_from_path": None}, None),
        # Before paths were written down, how many units of the grant's own path.
        ({"suspended_from": 2}, ("r", "d")),
        ({"suspended_from": 0}, ()),
        # A unit that has moved since: what stood above it when it acted, not what does now.
        ({"suspended_from": 2, "suspended_from_path": ["r", "x"]}, ("r", "x")),
        # The version before has suspended it from elsewhere, and left the path as it was.
        ({"suspended_from": 1, "suspended_from_path": ["r", "x"]}, ("r",)),
        ({"suspended_from": None, "suspended_from_path": ["r", "x"]}, None),
    ],
)
def test_from_where_it_was_suspended_is_read_whoever_wrote_it(
    document: dict[str, Any], place: tuple[str, ...] | None
) -> None:
    before = stored(GRANT)
    del before["suspended_from_path"]
    assert grant_of({**before, **document}).suspended_from == place


def test_the_version_before_reads_how_deep_it_lies() -> None:
    document = stored(replace(GRANT, suspended_from=("r", "d")))
    assert (document["suspended_from"], document["suspended_from_path"]) == (2, ["r", "d"])


def test_what_was_stored_before_grants_were_accepted_lengthened_or_handed_over_opens() -> None:
    document = stored(replace(GRANT, status=Status.ACTIVE))
    for name in ("accepted_at", "extension", "extends", "handed_to", "unit_ended", "number_end"):
        del document[name]
    grant = grant_of(document)
    assert (grant.accepted_at, grant.extension, grant.handed_to) == (NOW, None, "")
