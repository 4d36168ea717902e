"""Nothing typed is lost and nothing is done twice, whatever happens between the page and the button."""

import time
from collections.abc import Callable

import requests

from tests.browser.conftest import PHONE, SOON_TOO_OLD, Running, Visitor


def at_the_union(visitor: Visitor, link: str) -> None:
    visitor.open("/")
    visitor.press(visitor.page.locator("section[aria-labelledby=posts] a").first)
    visitor.press(visitor.page.get_by_role("link", name=link))


def day_shown(visitor: Visitor, name: str) -> list[str]:
    return [
        visitor.page.locator(f'[name="{name}-{part}"]').input_value() for part in ("day", "month", "year")
    ]


def new_member(clerk: Visitor, card: str) -> None:
    at_the_union(clerk, "Members of this unit")
    clerk.press(clerk.page.get_by_role("link", name="Register a member"))
    clerk.fill(name="Moyna Pakhi", birth_date="1990-05-04", sex="female", card_number=card)


def test_a_sign_in_that_is_too_old_leads_through_the_eid_and_back_to_the_typed_form(
    visit: Callable[..., Visitor],
) -> None:
    clerk = visit("union-clerk", width=PHONE)
    new_member(clerk, "STEP1")
    time.sleep(SOON_TOO_OLD + 1)  # the sign-in must grow old
    clerk.send()
    assert "Sign in once more" in clerk.told
    clerk.through_the_eid("union-clerk")
    assert "Your eID has seen you again" in clerk.told
    assert clerk.page.locator("#name").input_value() == "Moyna Pakhi"
    assert day_shown(clerk, "birth_date") == ["04", "05", "1990"]
    clerk.send()
    assert "The member is registered." in clerk.told


def test_a_form_of_another_sign_in_is_shown_again_with_all_that_was_typed(
    visit: Callable[..., Visitor],
) -> None:
    clerk = visit("union-clerk")
    new_member(clerk, "OLD1")
    clerk.page.locator('main input[name="csrf"]').first.evaluate("field => field.value = 'from-yesterday'")
    clerk.send()
    assert "This page was open for too long" in clerk.told
    assert clerk.page.locator("#card_number").input_value() == "OLD1"
    assert clerk.page.locator("#sex").input_value() == "female"


def test_a_form_that_is_sent_after_signing_out_is_not_lost(visit: Callable[..., Visitor]) -> None:
    clerk = visit("union-clerk")
    at_the_union(clerk, "Members of this unit")
    clerk.press(clerk.page.get_by_role("link", name="Register a member"))
    clerk.fill(name="Left Behind")
    clerk.context.clear_cookies(name="session")
    clerk.send()
    assert "Sign in" in clerk.told or "You were signed out" in clerk.told


def test_a_faulty_form_says_at_each_field_what_is_wrong(visit: Callable[..., Visitor]) -> None:
    clerk = visit("union-clerk", "en", PHONE)
    new_member(clerk, "F1")
    clerk.fill(name="", birth_date="2999-01-01", national_number="12ab")
    clerk.send()
    assert "Full name: This is needed." in clerk.told
    clerk.fill(name="Moyna Pakhi")
    clerk.send()
    for field in ("birth_date", "national_number"):
        assert clerk.page.locator(f"#{field}").get_attribute("aria-invalid") == "true", clerk.told
    assert clerk.page.locator("#national_number").input_value() == "12ab"


def test_sending_twice_registers_once(visit: Callable[..., Visitor]) -> None:
    clerk = visit("union-clerk")
    new_member(clerk, "TWICE1")
    ends = clerk.page.evaluate(
        """async () => {
            const form = document.querySelector("main form");
            const send = async () => (await fetch(form.action, {
                method: "POST", body: new URLSearchParams(new FormData(form)),
            })).url;
            return [await send(), await send()];
        }"""
    )
    assert ends[0] == ends[1]
    assert "/members/" in ends[0]
    assert "done=registered" in ends[0]


def test_what_was_sent_to_a_service_that_does_not_answer_can_be_sent_again(
    visit: Callable[..., Visitor], running: Running
) -> None:
    clerk = visit("union-clerk")
    new_member(clerk, "AWAY1")
    with running.without("membership"):
        clerk.send()
        assert "Nothing that you typed is lost" in clerk.told
        assert "Moyna Pakhi" in clerk.told
    clerk.send_seen_by_the_eid("union-clerk")
    assert "The member is registered." in clerk.told


def test_who_saved_first_is_shown_to_who_comes_second(visit: Callable[..., Visitor]) -> None:
    clerk = visit("union-clerk")
    new_member(clerk, "FIRST1")
    clerk.send_seen_by_the_eid("union-clerk")
    clerk.press(clerk.page.get_by_role("link", name="Change the record"))
    second = Visitor(clerk.url, clerk.context, clerk.context.new_page(), [])
    second.page.goto(clerk.page.url)
    second.fill(card_number="SECOND1")
    second.send_seen_by_the_eid("union-clerk")
    clerk.fill(name="Moyna Pakhi Begum")
    clerk.send_seen_by_the_eid("union-clerk")
    assert "Changed in the meantime" in clerk.told
    assert "now saved SECOND1" in clerk.told
    assert clerk.page.locator("#name").input_value() == "Moyna Pakhi Begum"
    clerk.fill(card_number="SECOND1")
    clerk.send_seen_by_the_eid("union-clerk")
    assert "The changes are saved." in clerk.told


def test_nobody_is_led_elsewhere_by_a_link_to_us(running: Running) -> None:
    for elsewhere in ("//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"):
        answer = requests.post(
            f"{running.url}/language",
            data={"language": "bn", "return_to": elsewhere},
            headers={"Origin": running.url},
            allow_redirects=False,
            timeout=10,
        )
        assert answer.headers["Location"] == "/"


def test_every_page_carries_the_strict_policy_and_is_not_kept(running: Running) -> None:
    for path in ("/", "/sign-in", "/about", "/cannot-get-in", "/sign-in/refused?why=<script>"):
        answer = requests.get(running.url + path, timeout=10)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self'")
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert "<script>" not in answer.text
        assert " style=" not in answer.text


def test_a_record_of_another_unit_is_as_if_it_were_not_there(visit: Callable[..., Visitor]) -> None:
    organiser, clerk = visit("hq-organiser"), visit("union-clerk")
    organiser.open("/")
    path = organiser.page.locator("section[aria-labelledby=posts] a").first.get_attribute("href")
    assert path is not None
    assert clerk.open(path) == 404
    assert clerk.open("/units/aaaaaaaaaaaaaaaaaaaa") == 404
