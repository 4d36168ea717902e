"""E-mail over SMTP: one connection for many messages, and failures told apart.

ServerAway          nothing can be sent now; no message is to blame
MessageRefused      this message will never be taken
  AddressRefused    nor any other to this address
MessageDelayed      this message may be taken later
"""

import smtplib
import ssl
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY

from notifications.settings import MailServer, Tls
from servicekit.out.door.deadlines import Deadline, within
from servicekit.out.door.destinations import of_the_operator
from servicekit.out.door.failures import OutsideFailed
from servicekit.out.door.mail import Smtp

# Of each answer, and of all that belongs to one message.
SECONDS = 10.0
MESSAGE_SECONDS = 25.0
# The server says that it is closing (RFC 5321, 4.2.3).
CLOSING = 421


class ServerAway(Exception):
    """The mail server cannot be reached, or does not accept us; the text names the kind of failure."""


class MessageRefused(Exception):
    """For good; the text is a code for the record, never an address."""


class AddressRefused(MessageRefused):
    """The address is none, or its server will take nothing for it."""


class MessageDelayed(Exception):
    """For now."""


def write_mail(
    sender: Address, notice_id: str, to: str, subject: str, text: str, language: str, now: datetime
) -> EmailMessage:
    """A plain text message whose id follows from the notice, so that a repetition is recognised.

    Raises AddressRefused when the address is none (line breaks would be headers of somebody else's making).
    """
    message = EmailMessage(policy=SMTP_POLICY)
    message.set_content(text, cte="base64")
    try:
        message["From"] = sender
        message["To"] = Address(addr_spec=to)
        message["Subject"] = subject
        message["Date"] = now
        message["Message-ID"] = f"<{notice_id}@{sender.domain}>"
        message["Content-Language"] = language
        message["Auto-Submitted"] = "auto-generated"
    except (MessageError, ValueError, IndexError) as error:
        raise AddressRefused("address") from error
    if not message["To"].addresses[0].domain:
        raise AddressRefused("address")
    return message


class MailChannel:
    """Not for several threads at once. `seconds`: for all that belongs to one message."""

    def __init__(self, server: MailServer, seconds: float = MESSAGE_SECONDS) -> None:
        self._server = server
        self._seconds = seconds
        self._smtp: Smtp | None = None

    def send(self, message: EmailMessage) -> None:
        """Returns when the mail server has taken the message. Raises ServerAway, MessageRefused, MessageDelayed."""
        with within(Deadline(self._seconds)):
            self._send(self._connected(), message)

    def _send(self, smtp: Smtp, message: EmailMessage) -> None:
        try:
            smtp.send_message(message)
        except smtplib.SMTPRecipientsRefused as refusal:
            ((code, _),) = refusal.recipients.values()
            raise self._judged(code, "recipient") from refusal
        except smtplib.SMTPSenderRefused as refusal:
            self.close()
            raise ServerAway(f"sender {refusal.smtp_code}") from refusal
        except smtplib.SMTPDataError as refusal:
            raise self._judged(refusal.smtp_code, "message") from refusal
        except (smtplib.SMTPNotSupportedError, UnicodeError, ValueError) as refusal:
            raise MessageRefused("unsupported") from refusal
        except (smtplib.SMTPException, OSError) as failure:
            self.close()
            raise MessageDelayed(type(failure).__name__) from failure

    def _judged(self, code: int, part: str) -> ServerAway | MessageRefused | MessageDelayed:
        if code == CLOSING:
            self.close()
            return ServerAway(str(code))
        if code < 500:
            return MessageDelayed(f"{part} {code}")
        return AddressRefused(f"{part} {code}") if part == "recipient" else MessageRefused(f"{part} {code}")

    def _connected(self) -> Smtp:
        if self._smtp is not None:
            self._smtp.resume()
        if self._smtp is not None and not self._alive(self._smtp):
            self.close()
        if self._smtp is None:
            try:
                self._smtp = self._connect()
            except (smtplib.SMTPException, OutsideFailed, OSError) as failure:
                raise ServerAway(type(failure).__name__) from failure
        return self._smtp

    def _alive(self, smtp: Smtp) -> bool:
        try:
            return smtp.noop()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def _connect(self) -> Smtp:
        server, context = self._server, ssl.create_default_context()
        to, reach = of_the_operator("smtp", server.host, server.port)
        smtp = Smtp(to, reach, SECONDS, context if server.tls is Tls.TLS else None)
        try:
            if server.tls is Tls.STARTTLS:
                smtp.starttls(context=context)
            if server.user:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def close(self) -> None:
        if self._smtp is None:
            return
        smtp, self._smtp = self._smtp, None
        smtp.close()
