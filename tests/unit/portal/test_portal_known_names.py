"""Names of units that stand on every page are kept; not all are forgotten at once."""

from datetime import UTC, datetime

import pytest

from portal.shared.clients import known_names
from portal.shared.clients.known_names import LASTS, KnownNames

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_the_name_that_was_kept_longest_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_names, "MOST", 2)
    known = KnownNames()
    for unit in ("a", "b", "a", "c"):
        known.put(unit, {"en": unit}, NOW)
    assert [known.get(unit, NOW) for unit in ("a", "b", "c")] == [{"en": "a"}, None, {"en": "c"}]
    assert known.get("a", NOW + LASTS) is None
