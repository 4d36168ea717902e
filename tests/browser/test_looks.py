"""Who looked at my record: asked by the member, answered with names."""

from collections.abc import Callable

from tests.browser.conftest import PHONE, Visitor, reload_until
from tests.browser.test_forms import new_member
from tests.browser.test_story import number_of


def test_a_member_sees_who_opened_their_record(visit: Callable[..., Visitor]) -> None:
    member = visit("two-posts", width=PHONE)
    member.open("/account")
    member.press(member.page.get_by_role("link", name="Who looked at my record?"))
    if "No unit keeps a record of you" in member.told:
        clerk = visit("union-clerk")
        new_member(clerk, "LOOKS1")
        clerk.fill(national_number=number_of("two-posts"))
        clerk.send_seen_by_the_eid("union-clerk")
        assert "The member is registered." in clerk.told
        clerk.page.reload()
    reload_until(member, "Sample Golapi Batashi")
    reload_until(member, "Member's record read")
    assert "The record is kept by Kalirbazer." in member.told
    assert "What was done with my account" in member.told
    assert member.complaints == []
