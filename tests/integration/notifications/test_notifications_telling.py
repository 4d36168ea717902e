"""What happens reaches whom it concerns, in the inbox and by mail, in their language."""

from datetime import UTC, datetime, timedelta

import pytest
import requests

from servicekit.ids import new_id
from tests.integration.notifications.conftest import (
    DISTRICT,
    HQ,
    UNION,
    Post,
    a_congress_event,
    a_deadline_event,
    a_grant_event,
    a_passed_event,
    some_units,
    until,
)
from tests.processes import a_right


@pytest.fixture(scope="module", autouse=True)
def running(post: Post) -> None:
    post.house.start_service("practice_mail")
    post.start_sender()


def test_a_grant_is_told_in_the_inbox_with_the_unit_and_by_mail_without(post: Post) -> None:
    person = post.person()
    assert post.deliver(a_grant_event("grant.given", person)) == 200
    post.told()
    inbox = post.inbox(person)
    (item,) = inbox["items"]
    assert inbox["unread"] == 1
    assert (item["kind"], item["link"], item["read_at"]) == ("grant.given", "/grants/g1", None)
    assert item["title"] == "You have been given access"
    assert item["text"] == "You have been given access in Atra Gilatala."
    assert item["mail"] == "sent"
    (mail,) = post.caught(person)
    assert mail["subject"] == "You have been given access"
    assert "https://sammelan.example.org/grants/g1" in mail["text"]
    for secret in ("Person With A Name", "Atra", "union", "clerk", person):
        assert secret not in mail["text"] + mail["subject"]
    headers = {name.lower(): value for name, value in mail["headers"]}
    assert headers["message-id"] == f"<{item['id']}@sammelan.example.org>"
    assert headers["from"] == "Sammelan <no-reply@sammelan.example.org>"


@pytest.mark.parametrize("language", ["en", "bn", "vi"])
def test_title_text_and_mail_are_in_the_readers_language(post: Post, language: str) -> None:
    person = post.person(language)
    post.deliver(a_deadline_event(["union"], plan_id=new_id()), a_grant_event("grant.bound", person))
    clerk = post.person(language, "", ("clerk", (*DISTRICT, f"u-{language}")))
    post.deliver(a_deadline_event([f"u-{language}"], plan_id=new_id()))
    post.told()
    day = {"en": "31 Mar 2026", "bn": "৩১ মার্চ, ২০২৬", "vi": "31/03/2026"}[language]
    (item,) = post.inbox(clerk)["items"]
    (mail,) = post.caught(clerk)
    assert day in item["title"]
    assert day in item["text"]
    assert mail["subject"] == item["title"]
    assert mail["language"] == language


@pytest.mark.parametrize(
    ("event_type", "why", "kind"),
    [
        ("grant.given", "resumed", "grant.resumed"),
        ("grant.given", "adopted", "grant.adopted"),
        ("grant.ended", "shortened", "grant.period"),
        ("grant.ended", "suspended", "grant.suspended"),
        ("grant.ended", "revoked", "grant.ended"),
        ("grant.bound", None, "grant.bound"),
    ],
)
def test_every_change_of_a_grant_is_told_as_what_it_is(
    post: Post, event_type: str, why: str | None, kind: str
) -> None:
    person = post.person()
    post.deliver(a_grant_event(event_type, person, why=why))
    post.told()
    assert post.kinds(person) == [kind]
    assert len(post.caught(person)) == 1


def test_an_invitation_tells_nobody_and_holds_nothing_up(post: Post) -> None:
    person = post.person()
    assert post.deliver(a_grant_event("grant.given", None), a_grant_event("grant.bound", person)) == 200
    post.told()
    assert post.kinds(person) == ["grant.bound"]


def test_a_report_sent_up_is_told_to_the_nearest_level_of_approvers(post: Post) -> None:
    path = ("hq", "d1", "up1", "union1")
    near = [post.person("en", "", ("approver", path[:3])) for _ in range(2)]
    far, own = post.person("en", "", ("approver", path[:2])), post.person("en", "", ("approver", path))
    clerk = post.person("en", "", ("clerk", path))
    post.deliver(a_congress_event("congress.submitted", path))
    post.told()
    assert [post.kinds(one) for one in near] == [["congress.submitted"]] * 2
    assert [post.kinds(one) for one in (far, own, clerk)] == [[], [], []]
    lonely = ("hq", "d1", "up2", "union2")
    post.deliver(a_congress_event("congress.submitted", lonely))
    post.told()
    assert post.kinds(far) == ["congress.submitted"]


@pytest.mark.parametrize("event_type", ["congress.returned", "congress.approved"])
def test_a_decision_is_told_to_the_units_own_clerks_and_administrators(post: Post, event_type: str) -> None:
    unit = new_id()
    path = ("hq", "d3", unit)
    told = [post.person("en", "", (role, path)) for role in ("clerk", "administrator")]
    both = post.person("en", "", ("clerk", path), ("administrator", path))
    others = [
        post.person("en", "", ("administrator", path[:2])),
        post.person("en", "", ("reader", path)),
        post.person("en", "", ("clerk", ("hq", "d3", "beside"))),
    ]
    post.deliver(a_congress_event(event_type, path))
    post.told()
    assert [post.kinds(one) for one in (*told, both)] == [[event_type]] * 3
    assert [post.kinds(one) for one in others] == [[]] * 3
    assert post.inbox(both)["items"][0]["link"] == "/congresses/c1"


def test_a_deadline_is_told_to_clerks_or_to_administrators_where_there_is_no_clerk(post: Post) -> None:
    with_clerk, without = new_id(), new_id()
    clerk = post.person("en", "", ("clerk", ("hq", with_clerk)))
    spared = post.person("en", "", ("administrator", ("hq", with_clerk)))
    administrator = post.person("en", "", ("administrator", ("hq", without)))
    post.deliver(a_deadline_event([with_clerk, without], plan_id=new_id()))
    post.told()
    assert [post.kinds(one) for one in (clerk, spared, administrator)] == [
        ["deadline.near"],
        [],
        ["deadline.near"],
    ]


def test_what_has_passed_is_told_to_whose_act_is_due(post: Post) -> None:
    unit, above = new_id(), new_id()
    clerk = post.person("en", "", ("clerk", ("hq", above, unit)))
    approver = post.person("en", "", ("approver", ("hq", above)))
    path = ("hq", above, unit)
    post.deliver(a_passed_event([path], "unit"))
    post.told()
    assert (post.kinds(clerk), post.kinds(approver)) == (["deadline.passed"], [])
    post.deliver(a_passed_event([path], "superior"))
    post.told()
    assert (post.kinds(clerk), post.kinds(approver)) == (["deadline.passed"], ["deadline.passed_above"])


def test_where_nobody_can_report_those_above_who_give_access_are_told_and_counted(post: Post) -> None:
    above = new_id()
    units = [new_id() for _ in range(6)]
    administrator = post.person("en", "", ("administrator", ("hq", above)))
    clerk = post.person("en", "", ("clerk", ("hq", above, units[0])))
    post.deliver(a_passed_event([("hq", above, units[0])], "unit"))
    post.told()
    assert (post.kinds(clerk), post.kinds(administrator)) == (["deadline.passed"], [])
    event = a_passed_event([("hq", above, one) for one in units[1:]], "unit")
    post.deliver(event, event)
    post.told()
    assert post.kinds(administrator) == ["deadlines.nobody_reports"]
    near = a_deadline_event([new_id()], plan_id=new_id())
    near["data"]["units"] = [
        {**one, "unit_path": ["hq", above, one["unit_id"]]} for one in near["data"]["units"]
    ]
    post.deliver(near)
    post.told()
    newest = post.inbox(administrator)["items"][0]
    unit_id = near["data"]["units"][0]["unit_id"]
    assert (newest["kind"], newest["link"]) == ("deadline.nobody_reports", f"/units/{unit_id}/access")


def test_many_units_of_one_person_are_counted_over_all_parts_of_a_reminder(post: Post) -> None:
    units = [new_id() for _ in range(120)]
    secretary = post.person("bn", "", *(("clerk", ("hq", unit)) for unit in units))
    few = post.person("en", "", *(("clerk", ("hq", unit)) for unit in units[:3]))
    plan = new_id()
    parts = [a_deadline_event(units[start : start + 50], plan_id=plan) for start in range(0, 120, 50)]
    post.deliver(*parts, *parts)
    post.told()
    (item,) = post.inbox(secretary)["items"]
    assert (item["kind"], item["link"]) == ("deadlines.near", "/")
    assert "১২০" in item["title"]
    assert len(post.caught(secretary)) == 1
    assert post.kinds(few) == ["deadline.near"] * 3
    assert len(post.caught(few)) == 3
    post.deliver(a_deadline_event(units, plan_id=plan, days=1))
    post.told()
    assert post.kinds(secretary) == ["deadlines.near"] * 2


def test_an_event_that_comes_again_tells_nothing_again(post: Post) -> None:
    person = post.person()
    event = a_grant_event("grant.given", person)
    for _ in range(3):
        assert post.deliver(event, event) == 200
    post.told()
    assert post.kinds(person) == ["grant.given"]
    assert post.inbox(person)["unread"] == 1
    assert len(post.caught(person)) == 1


def test_one_without_a_good_address_has_the_inbox_and_does_not_hold_up_others(post: Post) -> None:
    none, bad = post.person("en", None), post.person("en", "x@example.org\r\nBcc: spy@example.org")
    gone, good = new_id(), post.person()
    post.deliver(*(a_grant_event("grant.given", one) for one in (none, bad, gone, good)))
    post.told()
    states = [post.inbox(one)["items"][-1]["mail"] for one in (none, bad, gone, good)]
    assert states == ["no-address", "refused", "no-account", "sent"]
    assert post.kinds(bad) == ["mail.refused", "grant.given"]
    listed = requests.get(
        f"{post.house.url('mail')}/messages", params={"to": "spy@example.org"}, timeout=5
    ).json()
    assert listed["messages"] == []


def test_a_changed_address_and_language_count_from_the_next_mail_on(post: Post) -> None:
    person, new_address = post.person(), f"{new_id()}@example.org"
    token = post.house.token("identity", account_id=person)
    changed = requests.patch(
        f"{post.identity}/api/identity/me",
        json={"email": new_address, "language": "vi"},
        headers={"Authorization": f"Bearer {token}"},
        timeout=5,
    )
    assert changed.status_code == 200, changed.text
    post.deliver(a_grant_event("grant.given", person))
    post.told()
    assert post.caught(person) == []
    listed = requests.get(f"{post.house.url('mail')}/messages", params={"to": new_address}, timeout=5).json()
    assert [one["language"] for one in listed["messages"]] == ["vi"]


def test_an_unreadable_event_is_kept_and_lets_the_next_ones_through(post: Post) -> None:
    person = post.person()
    broken = a_congress_event("congress.approved")
    broken["data"]["congress_id"] = {"$ne": None}
    assert post.deliver(broken, a_grant_event("grant.given", person)) == 200
    post.told()
    kept = post.database.mongo["matters"].find_one({"_id": broken["id"]})
    assert kept is not None
    assert (kept["state"], kept["error"]) == ("unreadable", "congress_id")
    assert post.kinds(person) == ["grant.given"]


def test_a_grant_given_in_identity_arrives_through_the_relay(post: Post) -> None:
    assert post.deliver(some_units(), service="identity") == 200
    giver = post.person("en", "", ("administrator", HQ))
    holder = post.person("en", "")
    post.house.start_program("servicekit.events.relay")
    token = post.house.token("identity", a_right("access:grant", HQ), account_id=giver)
    given = requests.post(
        f"{post.identity}/api/identity/grants",
        json={
            "unit_id": "union",
            "role": "clerk",
            "account_id": holder,
            "valid_from": datetime.now(UTC).date().isoformat(),
            "valid_to": (datetime.now(UTC) + timedelta(days=90)).date().isoformat(),
            "reason": "elected",
        },
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": new_id()},
        timeout=10,
    )
    assert given.status_code == 201, given.text
    until(lambda: len(post.caught(holder)) == 1)
    (item,) = post.inbox(holder)["items"]
    assert (item["kind"], item["link"]) == ("offer.made", "/offers")
    assert UNION[-1] not in item["title"]
