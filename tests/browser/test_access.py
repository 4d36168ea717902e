"""Giving and taking access: codes on paper, second persons, peers, programs."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from joserfc.jwk import ECKey

from tests.browser.conftest import PHONE, Visitor

TODAY = datetime.now(ZoneInfo("Asia/Dhaka")).replace(tzinfo=None)
NEXT_YEAR = (TODAY + timedelta(days=200)).date().isoformat()
DISTRICT, UNION = "BD-D01", "BD-N0129"
CODE = re.compile(r"\b[A-Z2-9]{4}(?:-[A-Z2-9]{4}){3}\b")


def open_access(visitor: Visitor, code: str) -> None:
    visitor.open(f"/units?q={code}")
    visitor.press(visitor.page.locator(f".task:has-text('{code}')").first)
    visitor.press(visitor.page.locator('a.link-act[href$="/access"]'))


def give_by_code(giver: Visitor, role: str, label: str) -> str:
    """The code, as it stands on the sheet."""
    open_access(giver, DISTRICT)
    giver.press(giver.page.locator('a.button[href$="/access/new"]'))
    giver.page.locator('input[name="by"][value="code"]').check()
    giver.fill(role=role, label=label, valid_to=NEXT_YEAR, reason="Decision 7")
    giver.send()
    found = CODE.search(giver.told)
    assert found is not None
    return found.group()


def confirm(second: Visitor, named: str, *words: str) -> None:
    """The second of the two at the top, from the start page."""
    second.open("/")
    second.press(second.page.get_by_role("link", name=re.compile(f"Access waits for your.*{named}", re.S)))
    second.press(second.page.get_by_role("link", name="Confirm this access"))
    for word in words:
        assert word in second.told
    second.send_seen_by_the_eid("hq-second")
    assert "The grant is confirmed." in second.told


def come_with(visitor: Visitor, code: str, who: str) -> None:
    visitor.come_to_sign_in()
    visitor.page.get_by_text("I have a code on paper").click()
    visitor.fill(paper=code.lower().replace("-", " "))
    visitor.send()
    assert code in visitor.told
    visitor.through_the_eid(who)
    visitor.accept_offers()


def test_a_second_person_confirms_and_two_peers_remove(visit: Callable[..., Visitor]) -> None:
    organiser, secretary = visit("hq-organiser"), visit("district-secretary", width=PHONE)
    second = visit("hq-second")
    # Two at the top make an administrator together.
    code = give_by_code(organiser, "administrator", "Second Administrator")
    confirm(second, "Second Administrator")
    peer = visit()
    come_with(peer, code, "hq-approver")
    assert "Administrator\nuntil" in peer.told

    give_by_code(organiser, "reader", "Moyna Pakhi")
    organiser.press(organiser.page.get_by_role("link", name="It is printed: go on"))
    organiser.press(organiser.page.get_by_role("link", name="Moyna Pakhi"))
    assert "You asked for it, so somebody else" in organiser.told
    assert organiser.page.get_by_role("link", name="Confirm this access").count() == 0

    confirm(second, "Moyna Pakhi", "Asked for by", "Decision 7", "To be confirmed until", "See the unit")

    open_access(peer, DISTRICT)
    peer.press(peer.page.get_by_role("link", name="Moyna Pakhi"))
    peer.press(peer.page.get_by_role("link", name="Ask for its removal"))
    peer.fill(reason="Left the district")
    peer.send_seen_by_the_eid("hq-approver")
    assert "A second person must confirm it." in peer.told
    assert peer.page.get_by_role("link", name="Confirm the removal").count() == 0

    secretary.open("/")
    secretary.press(
        secretary.page.get_by_role("link", name=re.compile("A removal waits for.*Moyna Pakhi", re.S))
    )
    assert "Left the district" in secretary.told
    secretary.press(secretary.page.get_by_role("link", name="Confirm the removal"))
    secretary.send_seen_by_the_eid("district-secretary")
    assert "the grant has ended" in secretary.told

    peer.open("/why")
    peer.press(peer.page.get_by_role("link", name="Administrator · Comilla"))
    peer.press(peer.page.get_by_role("link", name="Give up this access"))
    peer.fill(reason="My time is over")
    peer.send()
    assert "You have given up this access." in peer.told, peer.told
    assert organiser.complaints == secretary.complaints == peer.complaints == []


def test_a_program_is_registered_given_a_role_and_closed(visit: Callable[..., Visitor]) -> None:
    secretary = visit("district-secretary")
    open_access(secretary, DISTRICT)
    secretary.press(secretary.page.get_by_role("link", name="Service accounts"))
    secretary.press(secretary.page.get_by_role("link", name="Register a service account"))
    key = ECKey.generate_key("P-256", {"kid": "first"})
    secretary.fill(name="Nightly export", keys=json.dumps(key.as_dict(private=True)))
    secretary.send()
    assert "This is a private key" in secretary.told
    assert secretary.page.locator("#keys").input_value() == ""
    secretary.fill(keys=json.dumps(key.as_dict(private=False)))
    secretary.send()
    assert "It may do nothing until you give it a role." in secretary.told
    secretary.press(secretary.page.get_by_role("link", name="Give it a role"))
    secretary.fill(role="auditor", valid_to=NEXT_YEAR, reason="export")
    secretary.send_seen_by_the_eid("district-secretary")
    assert "Access has been given." in secretary.told
    secretary.press(secretary.page.get_by_role("link", name="Service accounts"))
    secretary.press(secretary.page.get_by_role("link", name="Nightly export"))
    secretary.press(secretary.page.get_by_role("link", name="Close it"))
    secretary.send_seen_by_the_eid("district-secretary")
    assert "It cannot sign in any more." in secretary.told
    assert "Closed for good" in secretary.told


def test_where_access_comes_from_is_told_from_the_first_grant_on(visit: Callable[..., Visitor]) -> None:
    secretary = visit("district-secretary", width=PHONE)
    secretary.open_menu()
    secretary.press(secretary.page.get_by_role("link", name="What may I do?"))
    secretary.fill(permission="access:grant")
    secretary.send()
    chain = secretary.page.locator("main .note ol li").all_inner_texts()
    assert [name for line in chain for name in re.findall(r"Sample \w+ \w+", line)] == [
        "Sample Anwara Nirmal",
        "Sample Elora Shishir",
    ]
    secretary.fill(permission="unit:read")
    secretary.send()
    secretary.press(secretary.page.get_by_role("link", name="Who sees me?"))
    assert "Sample Chhaya Sagorika" in secretary.told  # the auditor of the whole tree
    open_access(secretary, DISTRICT)
    secretary.press(secretary.page.get_by_role("link", name="Who may do what here?"))
    secretary.fill(permission="congress:approve")
    secretary.send()
    names = secretary.page.locator("main table tbody th").all_inner_texts()
    assert "Sample Dipok Akashi" in names  # the supervisor of the division above
    assert "Sample Golapi Batashi" not in names
