"""Lists that somebody saved: by name, few, and places of these pages only."""

import pytest

from identity.domain.saved_lists import MOST, NotAnAddressHere, TooManySaved, saved


def test_a_name_is_saved_once_and_forgotten_without_an_address() -> None:
    kept = saved({}, "Late here", "/lists/p/u?which=overdue")
    kept = saved(kept, "Other", "/approvals/p/u")
    assert saved(kept, "Late here", "/lists/p/v") == {"Late here": "/lists/p/v", "Other": "/approvals/p/u"}
    assert saved(kept, "Late here", "") == {"Other": "/approvals/p/u"}
    assert saved(kept, "no such", "") == kept


def test_there_are_few_and_one_more_takes_the_place_of_none() -> None:
    kept = {f"List {number}": "/lists" for number in range(MOST)}
    with pytest.raises(TooManySaved):
        saved(kept, "One more", "/lists")
    assert saved(kept, "List 0", "/units")["List 0"] == "/units"


@pytest.mark.parametrize(
    "address", ["//elsewhere.example", "/\\elsewhere.example", "https://elsewhere.example", "lists", "/a b"]
)
def test_it_never_leads_to_another_site(address: str) -> None:
    with pytest.raises(NotAnAddressHere):
        saved({}, "Mine", address)
