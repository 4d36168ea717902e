import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import requests

from practice_mail.store import Store
from tests.integration.practice_eid.running import a_free_port, refusal_to_start, running


@dataclass(frozen=True)
class Mail:
    """A running mail catcher."""

    address: str
    smtp_port: int
    folder: Path

    def send(self, message: EmailMessage) -> None:
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=5) as smtp:
            smtp.send_message(message)

    def caught(self, to: str) -> list[dict[str, Any]]:
        answer = requests.get(f"{self.address}/messages", params={"to": to}, timeout=5)
        messages: list[dict[str, Any]] = answer.json()["messages"]
        return messages

    def page(self, path: str) -> requests.Response:
        return requests.get(self.address + path, timeout=5)


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mail]:
    folder = tmp_path_factory.mktemp("practice_mail")
    smtp_port = a_free_port()
    settings = {"SMTP_PORT": str(smtp_port), "SMTP_HOST": "127.0.0.1", "MAIL_DIR": str(folder / "caught")}
    with running("practice_mail.wsgi:app", a_free_port(), settings, folder / "log") as address:
        yield Mail(address, smtp_port, folder / "caught")


def a_message(to: str, subject: str = "Hello", text: str = "Some text.") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "sammelan@example.org"
    message["To"] = to
    message["Subject"] = subject
    message.set_content(text)
    message["Content-Language"] = "bn"
    return message


def test_a_message_is_caught_and_read_as_it_was_written(mail: Mail) -> None:
    mail.send(a_message("reader@example.org", "আপনার প্রতিবেদন", "অনুমোদিত হয়েছে।\nhttp://localhost/x"))
    (caught,) = mail.caught("Reader@example.org")
    assert (caught["from"], caught["to"]) == ("sammelan@example.org", ["reader@example.org"])
    assert (caught["subject"], caught["language"]) == ("আপনার প্রতিবেদন", "bn")
    read = mail.page(f"/messages/{caught['id']}").json()
    assert read["text"].splitlines() == ["অনুমোদিত হয়েছে।", "http://localhost/x"]
    assert "অনুমোদিত হয়েছে।" in mail.page(f"/read/{caught['id']}").text


def test_the_newest_message_stands_first(mail: Mail) -> None:
    for subject in ("first", "second", "third"):
        mail.send(a_message("order@example.org", subject))
    assert [caught["subject"] for caught in mail.caught("order@example.org")] == ["third", "second", "first"]
    assert mail.page("/").text.index("third") < mail.page("/").text.index("first")


def test_a_message_goes_by_its_envelope_and_not_by_its_header(mail: Mail) -> None:
    message = a_message("written@example.org")
    message["X-Envelope-To"] = "forged@example.org"
    with smtplib.SMTP("127.0.0.1", mail.smtp_port, timeout=5) as smtp:
        smtp.send_message(message, to_addrs=["real@example.org", "second@example.org"])
    assert [caught["to"] for caught in mail.caught("second@example.org")] == [
        ["real@example.org", "second@example.org"]
    ]
    assert mail.caught("forged@example.org") == mail.caught("written@example.org") == []


def test_what_a_message_says_is_shown_and_never_run(mail: Mail) -> None:
    mail.send(a_message("escape@example.org", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>"))
    (caught,) = mail.caught("escape@example.org")
    for page in (mail.page("/"), mail.page(f"/read/{caught['id']}")):
        assert "<script>" not in page.text
        assert "<img" not in page.text
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self';")


@pytest.mark.parametrize("key", ["nothing", "%2e%2e%2fcur", "..%2f..%2flog", ""])
def test_a_message_that_is_not_there_is_not_found(mail: Mail, key: str) -> None:
    assert mail.page(f"/read/{key}").status_code == 404
    assert mail.page(f"/messages/{key}").status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        b"Subject: =?utf-8?b?broken\r\nTo: <<<>>>,\r\nFrom: @\r\n\r\nText",
        b"Subject: x\r\nContent-Type: text/plain; charset=nonsense\r\n\r\n\xff\xfe",
        b"Content-Type: multipart/mixed; boundary=\r\n\r\n--\r\n",
        b"\xff\xff\xff: \xff\r\n\r\n\xff",
        b"no header at all",
        b"",
    ],
)
def test_a_broken_message_breaks_no_page(mail: Mail, content: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", mail.smtp_port, timeout=5) as smtp:
        smtp.sendmail("a@example.org", ["broken@example.org"], content)
    newest = mail.caught("broken@example.org")[0]
    assert mail.page("/").status_code == 200
    assert mail.page(f"/read/{newest['id']}").status_code == 200
    assert mail.page(f"/messages/{newest['id']}").status_code == 200


def test_a_message_too_large_is_refused(mail: Mail) -> None:
    with pytest.raises(smtplib.SMTPException):
        mail.send(a_message("large@example.org", text="x" * 80 + "\n" + ("y" * 70 + "\n") * 40_000))
    assert mail.caught("large@example.org") == []


def test_only_the_newest_messages_are_kept(tmp_path: Path) -> None:
    store = Store(tmp_path / "caught", kept=3)
    for number in range(5):
        store.keep("a@example.org", ["b@example.org"], f"Subject: {number}\r\n\r\nText".encode())
    assert [message.subject for message in store.messages()] == ["4", "3", "2"]
    assert [message.subject for message in Store(tmp_path / "caught").messages()] == ["4", "3", "2"]


def test_it_does_not_start_in_production(tmp_path: Path) -> None:
    settings = {"SAMMELAN_ENV": "production", "MAIL_DIR": str(tmp_path), "SMTP_PORT": str(a_free_port())}
    said = refusal_to_start("practice_mail.wsgi:app", settings, tmp_path / "log")
    assert "refuses to start: SAMMELAN_ENV says production" in said


def test_it_does_not_start_without_a_folder(tmp_path: Path) -> None:
    settings = {"SAMMELAN_ENV": "test", "SMTP_PORT": "none"}
    said = refusal_to_start("practice_mail.wsgi:app", settings, tmp_path / "log")
    assert "MAIL_DIR" in said
    assert "SMTP_PORT" in said
