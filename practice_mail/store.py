"""The caught messages: a Maildir folder that keeps the newest ones. The only module that knows the folder."""

import mailbox
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from threading import Lock

KEPT_MESSAGES = 1000
ENVELOPE_FROM = "X-Envelope-From"
ENVELOPE_TO = "X-Envelope-To"


@dataclass(frozen=True)
class CaughtMessage:
    """`sender` and `recipients` are the envelope's: where the message would really have gone."""

    id: str
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    subject: str
    language: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...]


class Store:
    def __init__(self, folder: Path, kept: int = KEPT_MESSAGES) -> None:
        folder.parent.mkdir(parents=True, exist_ok=True)
        self._mailbox = mailbox.Maildir(folder, create=True)
        self._new = folder / "new"
        self._kept = kept
        self._lock = Lock()

    def keep(self, sender: str, recipients: list[str], content: bytes) -> None:
        envelope = f"{ENVELOPE_FROM}: {sender}\r\n{ENVELOPE_TO}: {', '.join(recipients)}\r\n"
        with self._lock:
            self._mailbox.add(envelope.encode() + content)
            for key, _ in self._newest_first()[self._kept :]:
                self._mailbox.discard(key)

    def messages(self, to: str = "") -> Iterator[CaughtMessage]:
        """Newest first, only those sent to the address when one is given."""
        for key, received in self._newest_first():
            message = self._read(key, received)
            if message and (not to or to.lower() in map(str.lower, message.recipients)):
                yield message

    def message(self, key: str) -> CaughtMessage | None:
        """Looks only among the keys there are: a key from outside is never made into a path."""
        received = dict(self._newest_first()).get(key)
        return self._read(key, received) if received is not None else None

    def _newest_first(self) -> list[tuple[str, int]]:
        """Keys with the nanosecond they were received at."""
        entries = []
        with os.scandir(self._new) as files:
            for file in files:
                try:
                    entries.append((file.stat().st_mtime_ns, file.name))
                except FileNotFoundError:
                    continue
        return [(name, received) for received, name in sorted(entries, reverse=True)]

    def _read(self, key: str, received: int) -> CaughtMessage | None:
        """None when the message has just been dropped to make room."""
        try:
            message = message_from_bytes((self._new / key).read_bytes(), policy=policy.default)
        except FileNotFoundError:
            return None
        return CaughtMessage(
            id=key,
            received_at=datetime.fromtimestamp(received / 1e9, UTC),
            sender=_header(message, ENVELOPE_FROM),
            recipients=tuple(a.strip() for a in _header(message, ENVELOPE_TO).split(",") if a.strip()),
            subject=_header(message, "Subject"),
            language=_header(message, "Content-Language"),
            text=_body(message, "plain"),
            html=_body(message, "html"),
            headers=tuple(_headers(message)),
        )


def _header(message: EmailMessage, name: str) -> str:
    return next((value for key, value in _headers(message) if key.lower() == name.lower()), "")


def _headers(message: EmailMessage) -> list[tuple[str, str]]:
    return [(name, _decoded(name, str(raw))) for name, raw in message.raw_items()]


def _decoded(name: str, raw: str) -> str:
    """As sent when it cannot be parsed: the standard library's parser crashes on some broken headers."""
    try:
        return str(policy.default.header_fetch_parse(name, raw))
    except (AttributeError, IndexError, LookupError, TypeError, ValueError):
        return raw


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, ValueError):
        # An unknown charset or a broken encoding: what can be read is better than nothing.
        return str(part.get_payload())
