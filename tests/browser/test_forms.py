"""Nothing typed is lost and nothing is done twice, whatever happens between the page and the button."""

import time
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import requests
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, SOON_TOO_OLD, Running, Visitor

TODAY = datetime.now(ZoneInfo("Asia/Dhaka")).date()
BANGLA = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")


def report_of(clerk: Visitor) -> None:
    """The page of the congress that the clerk's unit reports."""
    clerk.open("/")
    clerk.press(clerk.page.locator('main a[href^="/congresses/"]').first)
    clerk.open("/".join(clerk.path.partition("?")[0].split("/")[:3]))


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


def test_a_day_is_typed_in_the_readers_digits_and_each_part_that_is_wrong_says_so(
    visit: Callable[..., Visitor],
) -> None:
    clerk = visit("union-clerk", "bn", PHONE)
    report_of(clerk)
    clerk.open(clerk.path + "/record")
    day = [one.translate(BANGLA) for one in (str(TODAY.day), str(TODAY.month), str(TODAY.year))]
    assert day_shown(clerk, "date") == day
    clerk.page.locator('[name="date-month"]').fill("১৩")
    clerk.page.locator('[name="date-year"]').fill("২৬")
    clerk.send()
    for part, wrong in (("day", None), ("month", "true"), ("year", "true")):
        assert clerk.page.locator(f'[name="date-{part}"]').get_attribute("aria-invalid") == wrong
    assert day_shown(clerk, "date")[1:] == ["১৩", "২৬"]
    assert clerk.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_audit_is_searched_between_two_days_of_three_fields_each(visit: Callable[..., Visitor]) -> None:
    secretary = visit("district-secretary")
    secretary.open("/audit")
    secretary.page.get_by_text("Search in the audit").click()
    secretary.fill(**{"from": TODAY.isoformat()})
    secretary.send_search()
    assert f"from-year={TODAY.year}" in secretary.path
    assert secretary.page.locator("main tbody tr").count()
    secretary.fill(to="1999-31-12")
    secretary.send_search()
    assert secretary.page.locator('[name="to-month"]').get_attribute("aria-invalid") == "true"


def test_a_report_is_added_up_while_it_is_typed_and_says_its_bounds_beforehand(
    visit: Callable[..., Visitor],
) -> None:
    clerk = visit("union-clerk", "en", PHONE)
    report_of(clerk)
    clerk.open(clerk.path + "/results")
    folded = clerk.page.locator("details.group:not([open])")
    assert folded.count() > 3
    folded.filter(has_text="Who the delegates are").locator("summary").click()
    assert "Not more than “Delegates summoned”." in clerk.told
    clerk.fill(figures__summoned="50", figures__present="৪৭", figures__absent_with_reason="2")
    clerk.fill(figures__women="12")
    clerk.page.get_by_text("Together 49: 1 fewer than “Delegates summoned”.").wait_for()
    clerk.page.get_by_text("24% of “Delegates summoned”").wait_for()
    clerk.fill(figures__absent_with_reason="3")
    clerk.page.get_by_text("Together 50, as many as “Delegates summoned”.").wait_for()
    assert clerk.complaints == []


def test_without_a_script_a_report_is_added_up_when_it_is_sent(visit: Callable[..., Visitor]) -> None:
    clerk = visit("union-clerk", "en", scripts=False)
    report_of(clerk)
    clerk.open(clerk.path + "/results")
    clerk.fill(figures__summoned="50", figures__present="47", figures__absent_with_reason="5")
    clerk.send()
    assert "Together 52: 2 more than “Delegates summoned”." in clerk.told
    assert "94% of “Delegates summoned”" in clerk.told


def clear_drafts(clerk: Visitor) -> None:
    """On the page of the results, as somebody before may have left it."""
    drop = clerk.page.locator('button[name="drop"]')
    if drop.count():
        clerk.press(drop)
        assert "The draft is thrown away." in clerk.told


def test_a_report_saves_itself_as_a_draft_and_a_second_window_overwrites_nothing(
    visit: Callable[..., Visitor],
) -> None:
    clerk = visit("union-clerk")
    report_of(clerk)
    clerk.open(clerk.path + "/results")
    clear_drafts(clerk)
    results = clerk.path.partition("?")[0]
    clerk.open(results)
    second = Visitor(clerk.url, clerk.context, clerk.context.new_page(), [])
    second.open(results)
    clerk.fill(figures__summoned="61")
    clerk.page.get_by_text("Saved as a draft at").wait_for()
    second.fill(figures__summoned="62")
    second.page.get_by_text("You write this in another window too.").wait_for()
    assert second.page.locator('[name="figures/summoned"]').input_value() == "62"
    clerk.fill(figures__present="60")
    expect(clerk.page.locator('[name="draft"]')).to_have_value("2")
    clerk.open(results)
    assert "This is your draft" in clerk.told
    shown = [clerk.page.locator(f'[name="figures/{name}"]').input_value() for name in ("summoned", "present")]
    assert shown == ["61", "60"]
    clear_drafts(clerk)
    assert clerk.page.locator('[name="figures/summoned"]').input_value() != "61"
    assert clerk.complaints == []


def test_without_a_script_a_button_saves_the_draft(visit: Callable[..., Visitor]) -> None:
    clerk = visit("union-clerk", "bn", PHONE, scripts=False)
    report_of(clerk)
    clerk.open(clerk.path + "/results")
    clear = clerk.page.locator('button[name="drop"]')
    if clear.count():
        clerk.press(clear)
    clerk.fill(figures__summoned="৬৩")
    clerk.press(clerk.page.locator('button[name="keep"]'))
    assert "done=draft-saved" in clerk.path
    assert clerk.page.locator('[name="figures/summoned"]').input_value() == "৬৩"
    clerk.press(clerk.page.locator('button[name="drop"]'))
    assert clerk.page.locator('[name="figures/summoned"]').input_value() != "৬৩"
