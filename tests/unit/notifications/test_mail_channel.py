"""A mail server may be slow in any part of its speech: what belongs to one message has one deadline."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage

import pytest

from notifications.channels.smtp import MailChannel, MessageDelayed, ServerAway, write_mail
from notifications.settings import MailServer, Tls

SECONDS = 0.6
# For what shall arrive, on a machine that does much else.
ENOUGH = 3.0
US = Address("Us", "us", "example.org")


def a_message() -> EmailMessage:
    return write_mail(
        US, "n1", "somebody@example.org", "Subject", "Text", "en", datetime(2031, 5, 4, tzinfo=UTC)
    )


def a_channel(
    port: int, host: str = "127.0.0.1", tls: Tls = Tls.OFF, seconds: float = SECONDS
) -> MailChannel:
    return MailChannel(MailServer(host, port, "", "", tls, US), seconds)


@contextlib.contextmanager
def a_server(drips_at: str = "", time_of_it: int = 1) -> Iterator[tuple[int, list[str]]]:
    """Speaks SMTP; from the command `drips_at` on (or `greeting`), the so many-eth time, it says a line without end."""
    heard: list[str] = []
    over = threading.Event()

    def drip(connection: socket.socket) -> None:
        while not over.wait(0.1):
            connection.sendall(b"250-more\r\n")

    def speak(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            if drips_at == "greeting":
                drip(connection)
            connection.sendall(b"220 here\r\n")
            with connection.makefile("rb") as reader:
                while line := reader.readline():
                    command = line[:4].decode("latin-1").upper()
                    heard.append(command)
                    if command == drips_at and heard.count(command) == time_of_it:
                        drip(connection)
                    if command == "DATA":
                        connection.sendall(b"354 go on\r\n")
                        while reader.readline() not in (b".\r\n", b""):
                            pass
                    connection.sendall(b"250 OK\r\n")

    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    threading.Thread(target=speak, args=(server.accept()[0],), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield server.getsockname()[1], heard
        finally:
            over.set()
            server.shutdown(socket.SHUT_RDWR)


def test_many_messages_go_over_one_connection() -> None:
    with a_server() as (port, heard):
        channel = a_channel(port, seconds=ENOUGH)
        for _ in range(3):
            channel.send(a_message())
        channel.close()
    assert heard.count("EHLO") == 1
    assert heard.count("DATA") == 3


@pytest.mark.parametrize("where", ["greeting", "EHLO", "MAIL", "RCPT", "DATA"])
def test_a_server_that_says_a_little_for_ever_is_left_in_time(where: str) -> None:
    with a_server(where) as (port, _):
        channel = a_channel(port)
        began = time.monotonic()
        with pytest.raises((ServerAway, MessageDelayed)):
            channel.send(a_message())
        assert time.monotonic() - began < SECONDS + 1.5
        channel.close()


def test_the_deadline_holds_on_a_connection_that_was_kept_as_well() -> None:
    with a_server("RCPT", 2) as (port, heard):
        channel = a_channel(port, seconds=ENOUGH)
        channel.send(a_message())
        began = time.monotonic()
        with pytest.raises((ServerAway, MessageDelayed)):
            channel.send(a_message())
        assert time.monotonic() - began < ENOUGH + 1.5
        channel.close()
    assert heard.count("EHLO") == 1


def test_the_deadline_of_a_message_does_not_reach_into_the_next_one() -> None:
    with a_server() as (port, heard):
        channel = a_channel(port, seconds=ENOUGH)
        channel.send(a_message())
        time.sleep(ENOUGH + 0.2)
        channel.send(a_message())
        channel.close()
    assert heard.count("EHLO") == 1


@pytest.mark.parametrize("host", ["169.254.169.254", "0.0.0.0", "2130706433", "127.1", "mail.example."])
def test_nothing_is_sent_to_what_is_no_mail_server(host: str) -> None:
    channel = a_channel(25, host)
    with pytest.raises(ServerAway, match="NotAllowed"):
        channel.send(a_message())


def test_a_server_without_the_tls_that_was_asked_for_is_away() -> None:
    with a_server() as (port, heard):
        for tls in (Tls.STARTTLS, Tls.TLS):
            with pytest.raises(ServerAway):
                a_channel(port, tls=tls).send(a_message())
    assert "MAIL" not in heard
