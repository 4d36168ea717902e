"""What notifications is told from outside, read once when it starts."""

from dataclasses import dataclass
from datetime import timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr
from enum import StrEnum

from environs import FileAwareEnv

from servicekit.files.sealed import KeyWrap
from servicekit.settings import Common, environment, port, read_common


class MailServerUnsafe(ValueError):
    """A password must not cross the network unencrypted."""


class Tls(StrEnum):
    OFF = "off"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True)
class MailServer:
    host: str
    port: int
    user: str
    password: str
    tls: Tls
    sender: Address


@dataclass(frozen=True)
class Pace:
    """How long one waits: for the rest of a reminder, for a mail in flight, before trying again, for a dead sender."""

    gather: timedelta
    mail_lease: timedelta
    first_pause: timedelta
    sender_lease: float


@dataclass(frozen=True)
class Settings:
    common: Common
    mail_server: MailServer
    pace: Pace
    keys: KeyWrap


def read_settings() -> Settings:
    env = environment()
    common = read_common(env)
    local = not common.production
    host = env.str("SMTP_HOST", "127.0.0.1") if local else env.str("SMTP_HOST")
    number = port(env, "smtp") if local else env.int("SMTP_PORT")
    tls = env.enum("SMTP_TLS", default=Tls.OFF if local else Tls.STARTTLS, enum=Tls, by_value=True)
    user, password = env.str("SMTP_USER", ""), env.str("SMTP_PASSWORD", "")
    sender = env.str("MAIL_FROM", "Sammelan <sammelan@localhost>") if local else env.str("MAIL_FROM")
    pace, file_key = _read_pace(env), (env.str("FILE_KEY") or "").strip()
    env.seal()
    if tls is Tls.OFF and password and not local:
        raise MailServerUnsafe("SMTP_PASSWORD is set, so SMTP_TLS must be starttls or tls")
    server = MailServer(host, number, user, password, tls, read_sender(sender))
    return Settings(common, server, pace, KeyWrap(file_key))


def _read_pace(env: FileAwareEnv) -> Pace:
    gather = env.int("REMINDER_GATHER_SECONDS", 60)
    lease = env.int("MAIL_LEASE_SECONDS", 30)
    retry = env.int("MAIL_RETRY_SECONDS", 60)
    sender_lease = env.int("SENDER_LEASE_SECONDS", 10)
    # A value that cannot be read is nothing until `seal` complains of all of them.
    gather, lease, retry, sender_lease = (value or 0 for value in (gather, lease, retry, sender_lease))
    return Pace(timedelta(seconds=gather), timedelta(seconds=lease), timedelta(seconds=retry), sender_lease)


def read_sender(written: str) -> Address:
    """`Name <user@host>` or `user@host`; raises ValueError."""
    name, spec = parseaddr(written)
    try:
        address = Address(display_name=name, addr_spec=spec)
    except (MessageError, IndexError) as error:
        raise ValueError("MAIL_FROM is not an e-mail address") from error
    if not address.domain:
        raise ValueError("MAIL_FROM is not an e-mail address")
    return address
