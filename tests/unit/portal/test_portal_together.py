"""The queue of what two administrators do together, and what becomes of ticked rows of any queue."""

from datetime import UTC, datetime
from typing import Any

import pytest

from portal.access.views.together import QUEUE, joint_act_of
from portal.frame.forms import Fault
from portal.queues.routes import decided
from portal.queues.two import AskedOfTwo, behind, tabs_of
from portal.queues.views import Outcome, Seen
from portal.queues.words import OUT_OF_SIGHT
from portal.shared.units import GIVEN
from servicekit.out.peers import PeerRefused

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
UNITS = {"u": {"names": {"en": "Unit"}, "path": ["r", "u"]}, "r": {"names": {"en": "Root"}, "path": ["r"]}}


def an_act(joint_id: str, asked_by: str = "other", refusal: dict[str, Any] | None = None) -> AskedOfTwo:
    answer = {
        "id": joint_id, "version": 2, "act": "end-sessions", "name": "Rahima", "unit_id": "u",
        "asked_by": asked_by, "asked_by_name": "Karim", "asked_at": "2026-11-19T10:00:00+00:00",
        "until": "2026-11-26T10:00:00+00:00", "reason": "lost", "refusal": refusal,
    }  # fmt: skip
    return joint_act_of(answer, ("me",), UNITS, NOW)


def test_a_row_names_the_unit_above_and_counts_its_days() -> None:
    one = an_act("a")
    assert (one.unit, one.parent, one.days, one.to_decide) == ({"en": "Unit"}, {"en": "Root"}, 2, True)
    assert not an_act("b", "me").to_decide


def test_who_owes_the_asker_their_power_is_told_so_and_it_is_not_theirs_to_decide() -> None:
    refusal = {"type": "second-person-dependent", "message": "No second will.", "params": {}}
    theirs = an_act("a", refusal=refusal)
    assert (theirs.to_decide, theirs.refusal is not None) == (False, True)
    acts = [an_act("b"), theirs, an_act("c", "me", refusal)]
    assert [tab.count for tab in tabs_of(acts, QUEUE, others=False)] == [1, 2]
    assert behind(acts, "b") == ""
    assert acts[2].refusal is None, "whoever asked is told so and not otherwise"


def test_the_next_is_one_that_the_reader_decides_from_the_last_on_to_the_first() -> None:
    acts = [an_act("a"), an_act("b", "me"), an_act("c")]
    assert [behind(acts, key) for key in "abc"] == ["/together/c", "/together/c", "/together/a"]
    assert behind(acts[:2], "a") == ""
    assert [tab.count for tab in tabs_of(acts, QUEUE, others=False)] == [2, 1]


def refused(kind: str, status: int) -> PeerRefused:
    told = {"type": f"/problems/{kind}", "title": kind, "message": kind, "status": status}
    return PeerRefused(status, told)


def test_what_one_of_the_ticked_refuses_does_not_hold_up_the_others() -> None:
    done = []

    def act(one_id: str, seen: Seen) -> None:
        if one_id == "stale":
            raise refused("stale", 412)
        if one_id == "gone":
            raise refused("not-found", 404)
        done.append((one_id, seen.version))

    found = decided({key: Seen(3, key) for key in ("good", "stale", "gone", "last")}, "/x/{}".format, act)
    assert done == [("good", 3), ("last", 3)]
    assert found[0].fault is not None
    assert found[0].link == "/x/stale"
    assert found[1] == Outcome({GIVEN: "gone"}, "", Fault(OUT_OF_SIGHT))
    assert [one.fault for one in found[2:]] == [None, None]


@pytest.mark.parametrize(("kind", "status"), [("sign-in-too-old", 403), ("unavailable", 503)])
def test_what_each_would_be_refused_for_ends_the_whole(kind: str, status: int) -> None:
    def act(*_one: Any) -> None:
        raise refused(kind, status)

    with pytest.raises(PeerRefused):
        decided({"a": Seen(1)}, "/x/{}".format, act)
