"""What fails on the way holds things up, loses nothing, and tells nothing twice."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.integration.notifications.conftest import Post, a_deadline_event, a_grant_event, until


class MailServer:
    """A mail server of the world outside: answers as it is told and keeps what it took."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []  # (recipient, Message-ID)
        self.refusals: dict[str, list[str]] = {}  # answers to RCPT, one after the other; the last stays
        self.hold = threading.Event()
        self.hold.set()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        waiting = self.refusals.get(address, [])
        if waiting:
            return waiting.pop(0) if len(waiting) > 1 else waiting[0]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = (envelope.original_content or b"").decode()
        message_id = next(line for line in content.splitlines() if line.lower().startswith("message-id:"))
        self.taken.append((envelope.rcpt_tos[0], message_id))
        if not self.hold.is_set():
            await server.loop.run_in_executor(None, self.hold.wait, 20)
        return "250 Taken"

    def ids_of(self, address: str) -> list[str]:
        return [message_id for to, message_id in self.taken if to == address]


@contextmanager
def serving(post: Post) -> Iterator[MailServer]:
    server = MailServer()
    controller = Controller(server, hostname="127.0.0.1", port=post.house.ports["smtp"])
    controller.start()
    try:
        yield server
    finally:
        server.hold.set()
        controller.stop()


@pytest.fixture(autouse=True)
def _sender_ended(post: Post) -> Iterator[None]:
    yield
    if "notifications.sender" in post.house.processes:
        post.house.processes["notifications.sender"].kill()


def progress(post: Post) -> int:
    """Steps done so far: any number between none and all, so that a kill falls between two of them."""
    mongo = post.database.mongo
    told, sent = ({"state": "done"}, {"mail_state": "sent"})
    return mongo["matters"].count_documents(told) + mongo["notices"].count_documents(sent)


def one_of(post: Post, collection: str, **wanted: Any) -> dict[str, Any] | None:
    found: dict[str, Any] | None = post.database.mongo[collection].find_one(wanted)
    return found


def test_with_the_mail_server_down_the_inbox_is_told_and_the_mail_follows_later(post: Post) -> None:
    person = post.person()
    post.deliver(a_grant_event("grant.given", person))
    post.start_sender()
    until(lambda: post.kinds(person) == ["grant.given"])
    assert post.inbox(person)["items"][0]["mail"] == "waiting"
    until(lambda: "step_rests" in post.house.processes["notifications.sender"].log.read_text())
    with serving(post) as server:
        until(lambda: post.inbox(person)["items"][0]["mail"] == "sent")
        assert len(server.ids_of(post.address(person))) == 1
    notice = one_of(post, "notices", account_id=person)
    assert notice is not None
    assert notice["mail_attempts"] == 1


def test_an_address_that_is_refused_stops_nobody_and_one_that_is_delayed_gets_it_later(post: Post) -> None:
    bad, slow, good = (post.person() for _ in range(3))
    with serving(post) as server:
        server.refusals = {
            post.address(bad): ["550 no such mailbox"],
            post.address(slow): ["450 busy", "451 greylisted"],
        }
        post.deliver(*(a_grant_event("grant.given", one) for one in (bad, slow, good)))
        post.start_sender()
        until(lambda: post.inbox(good)["items"][:1] != [] and bool(server.ids_of(post.address(good))))
        until(lambda: len(server.refusals[post.address(slow)]) == 1)
        server.refusals.pop(post.address(slow))
        until(lambda: bool(server.ids_of(post.address(slow))))
        post.told()
    states = {who: [one["mail"] for one in post.inbox(who)["items"]] for who in (bad, slow, good)}
    assert states == {bad: ["rests", "refused"], slow: ["sent"], good: ["sent"]}
    refused = one_of(post, "notices", account_id=bad, kind="grant.given")
    assert refused is not None
    assert (refused["mail_error"], refused["mail_attempts"]) == ("recipient 550", 1)


def test_an_address_that_refused_is_left_alone_and_its_owner_told_once(post: Post) -> None:
    bad = post.person()
    with serving(post) as server:
        server.refusals = {post.address(bad): ["550 no such mailbox"] * 9}
        post.start_sender()
        for _ in range(3):
            post.deliver(a_grant_event("grant.given", bad))
            post.told()
        assert len(server.refusals[post.address(bad)]) == 8  # it was tried once
        told = post.inbox(bad)["items"]
        assert [one["kind"] for one in told].count("mail.refused") == 1
        assert {one["link"] for one in told if one["kind"] == "mail.refused"} == {"/account"}
        # A new address is tried at once, and that it works is remembered.
        account = post.people.accounts.get(bad)
        other = f"new-{post.address(bad)}"
        post.people.accounts.save({**account, "email": post.cipher.encrypt(other)}, account["version"])
        post.deliver(a_grant_event("grant.given", bad))
        until(lambda: bool(server.ids_of(other)))
        post.told()
    assert one_of(post, "mailboxes", _id=bad) is None


def test_killed_after_the_mail_server_took_a_mail_the_sender_sends_it_again_under_the_same_id(
    post: Post,
) -> None:
    person = post.person()
    with serving(post) as server:
        server.hold.clear()
        post.deliver(a_grant_event("grant.given", person))
        sender = post.start_sender()
        until(lambda: len(server.ids_of(post.address(person))) == 1)
        sender.kill()
        server.hold.set()
        post.start_sender()
        post.told()
        ids = server.ids_of(post.address(person))
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert post.kinds(person) == ["grant.given"]


def test_with_identity_down_nothing_is_lost(post: Post) -> None:
    person, clerk = post.person(), post.person("en", "", ("clerk", ("hq", "u-down")))
    post.house.processes["identity"].kill()
    assert (
        post.deliver(a_grant_event("grant.given", person), a_deadline_event(["u-down"], "plan-down")) == 200
    )
    with serving(post) as server:
        post.start_sender()
        until(lambda: one_of(post, "notices", account_id=person) is not None)
        until(lambda: "step_rests" in post.house.processes["notifications.sender"].log.read_text())
        post.house.start_service("identity")
        post.told()
        assert [len(server.ids_of(post.address(one))) for one in (person, clerk)] == [1, 1]
    assert (post.kinds(person), post.kinds(clerk)) == (["grant.given"], ["deadline.near"])


def test_killed_again_and_again_the_sender_loses_nothing_and_tells_nothing_twice(post: Post) -> None:
    people = [post.person() for _ in range(30)]
    units = [f"u-kill-{number}" for number in range(60)]
    clerks = [
        post.person("en", "", *(("clerk", ("hq", unit)) for unit in units[start::6])) for start in range(6)
    ]
    events = [a_grant_event(kind, who) for who in people for kind in ("grant.given", "grant.bound")]
    reminders = [a_deadline_event(units[at : at + 20], "plan-kill") for at in range(0, 60, 20)]
    with serving(post) as server:
        assert post.deliver(*events, *reminders, *events) == 200
        for _ in range(6):
            before = progress(post)
            sender = post.start_sender()
            until(lambda before=before: progress(post) > before)  # type: ignore[misc]
            sender.kill()
        assert post.deliver(*events[:20]) == 200
        post.start_sender()
        post.told()
        mails = Counter(to for to, _ in set(server.taken))
    for person in people:
        assert sorted(post.kinds(person)) == ["grant.bound", "grant.given"]
        assert post.inbox(person)["unread"] == 2
        assert mails[post.address(person)] == 2
    for clerk in clerks:
        assert post.kinds(clerk) == ["deadlines.near"]
        assert mails[post.address(clerk)] == 1


def test_of_two_senders_one_works_and_the_other_takes_over(post: Post) -> None:
    people, late = [post.person() for _ in range(10)], post.person()
    first = post.start_sender()
    second = post.start_sender()
    try:
        with serving(post) as server:
            post.deliver(*(a_grant_event("grant.given", one) for one in people))
            post.told()
            first.kill()
            post.deliver(a_grant_event("grant.given", late))
            post.told()
            assert second.popen.poll() is None
            # A mail may leave twice when a lease runs out under way, but under one id.
            assert [len(set(server.ids_of(post.address(one)))) for one in (*people, late)] == [1] * 11
    finally:
        first.kill()
    assert [post.kinds(one) for one in (*people, late)] == [["grant.given"]] * 11
