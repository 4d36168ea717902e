"""The audit chain: whatever is done to the log afterwards shows."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicekit.audit.chain import FIELDS, START, Document, Fault, is_odd, seal, told, verify
from servicekit.data.events import AuditEntry, Origin, outgoing

KEY = b"the key that no service holds"


def a_log(length: int) -> tuple[list[Document], Document]:
    """Entries as the relay appends them, and the stored head."""
    entries: list[Document] = []
    mac = START
    for seq in range(1, length + 1):
        entry: Document = {
            "_id": f"e{seq}", "seq": seq, "at": datetime(2026, 3, 1, 12, 0, seq % 60, tzinfo=UTC),
            "actor": "a", "actor_name": "A", "via": "", "request_id": "r", "action": "grant.given",
            "outcome": "done", "unit_id": "u", "unit_path": ["hq", "u"], "record_type": "grant",
            "record_id": f"g{seq}", "subject_id": "", "details": {"n": seq},
        }  # fmt: skip
        mac = entry["mac"] = seal(KEY, mac, entry)
        entries.append(entry)
    return entries, {"seq": length, "mac": mac}


def faults(entries: list[Document], head: Document | None, key: bytes = KEY) -> list[Fault]:
    return list(verify(key, entries, head))


def test_an_untouched_log_is_good() -> None:
    for length in (0, 1, 7):
        entries, head = a_log(length)
        assert faults(entries, head) == []


def test_all_that_a_service_writes_of_an_act_is_sealed() -> None:
    origin = Origin(datetime(2026, 3, 1, tzinfo=UTC), "a")
    (written,) = outgoing(origin, (), (AuditEntry("grant.given"),))
    assert set(FIELDS) == (set(written) - {"id", "kind"}) | {"_id", "seq"}


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_of_an_entry_is_sealed(name: str) -> None:
    entries, head = a_log(3)
    other: Any = {"seq": 2, "at": datetime(2020, 1, 1, tzinfo=UTC), "unit_path": ["hq"], "details": {}}.get(
        name, "forged"
    )
    if name == "seq":
        entries[1] = {**entries[1], "details": {"n": 3}}
    else:
        entries[1] = {**entries[1], name: other}
    assert faults(entries, head) == [Fault(2, "altered")]


def test_a_missing_entry_is_named() -> None:
    entries, head = a_log(5)
    del entries[2]
    assert faults(entries, head)[0] == Fault(3, "missing")


def test_the_first_entry_cannot_be_left_out() -> None:
    entries, head = a_log(3)
    assert faults(entries[1:], head)[0] == Fault(1, "missing")


def test_a_log_cut_at_its_end_shows_by_its_head() -> None:
    entries, head = a_log(5)
    assert faults(entries[:3], head) == [Fault(4, "cut")]
    assert faults([], head) == [Fault(1, "cut")]


def test_two_entries_that_changed_places_are_altered() -> None:
    entries, head = a_log(4)
    one, two = entries[1], entries[2]
    entries[1], entries[2] = {**two, "seq": 2}, {**one, "seq": 3}
    assert {fault.what for fault in faults(entries, head)} == {"altered"}


def test_an_entry_put_in_between_shows() -> None:
    entries, head = a_log(3)
    forged = {**entries[1], "_id": "x", "seq": 4, "mac": entries[1]["mac"]}
    assert faults([*entries, forged], head)[0] == Fault(4, "altered")


def test_without_the_key_no_chain_can_be_made_anew() -> None:
    entries, _ = a_log(3)
    mac = START
    for entry in entries:
        entry["actor"] = "somebody else"
        mac = entry["mac"] = seal(b"a guess", mac, entry)
    assert len(faults(entries, {"seq": 3, "mac": mac})) == 3


@given(st.integers(1, 8), st.data())
def test_any_change_of_a_log_is_found(length: int, data: st.DataObject) -> None:
    entries, head = a_log(length)
    place = data.draw(st.integers(0, length - 1))
    what = data.draw(st.sampled_from(["alter", "remove", "swap", "repeat"]))
    if what == "alter":
        entries[place] = {
            **entries[place],
            "record_id": data.draw(st.text().filter(lambda t: t != f"g{place + 1}")),
        }
    elif what == "remove":
        del entries[place]
    elif what == "swap":
        other = data.draw(st.integers(0, length - 1).filter(lambda n: n != place)) if length > 1 else None
        if other is None:
            return
        entries[place], entries[other] = entries[other], entries[place]
    else:
        entries.insert(place, dict(entries[place]))
    assert faults(entries, head)


def test_an_entry_with_fields_of_another_kind_is_told_as_far_as_it_can_be_and_named() -> None:
    whole = {"seq": 1, "unit_path": ["hq"], "details": {"role": "clerk"}, "actor": "somebody"}
    assert told(whole) == whole
    assert not is_odd(told(whole))
    found = told({**whole, "seq": "one", "unit_path": "hq", "details": [float("nan")], "actor": 7})
    assert (found["seq"], found["unit_path"], found["actor"]) == (0, [], "")
    assert found["details"] == {
        "unreadable seq": "one",
        "unreadable unit_path": "hq",
        "unreadable details": "['nan']",
        "unreadable actor": "7",
    }
    assert is_odd(found)
    assert is_odd(told({**whole, "details": {"$ref": "a", "$id": "b"}}))
    assert told({**whole, "details": None})["details"] == {}
