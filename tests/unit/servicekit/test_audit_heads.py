"""Heads that were exported earlier show a chain that was cut and made anew by somebody who holds its key."""

from servicekit.audit.chain import START, Document, Fault, against_head, seal, verify

KEY = b"the relay's"


def a_chain(*actions: str) -> list[Document]:
    entries: list[Document] = []
    mac = START
    for seq, action in enumerate(actions, 1):
        entry: Document = {"seq": seq, "_id": f"e{seq}", "action": action}
        mac = seal(KEY, mac, entry)
        entries.append({**entry, "mac": mac})
    return entries


def head_of(entries: list[Document]) -> Document:
    return {"seq": entries[-1]["seq"], "mac": entries[-1]["mac"]}


def test_a_chain_that_only_grew_fits_its_earlier_head() -> None:
    before = a_chain("a", "b")
    after = a_chain("a", "b", "c")
    assert list(against_head(after, head_of(before))) == []
    assert list(against_head(after, {"seq": 0, "mac": START})) == []


def test_a_chain_rebuilt_without_an_entry_is_whole_in_itself_and_does_not_fit() -> None:
    before = a_chain("a", "theft", "b")
    rebuilt = a_chain("a", "b", "c")
    assert list(verify(KEY, rebuilt, head_of(rebuilt))) == []
    assert list(against_head(rebuilt, head_of(before))) == [Fault(3, "rebuilt")]


def test_a_chain_cut_before_its_earlier_head_does_not_fit() -> None:
    before = a_chain("a", "b", "c")
    assert list(against_head(before[:2], head_of(before))) == [Fault(3, "cut")]
