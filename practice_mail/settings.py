"""What the mail catcher is told from outside, read once when it starts."""

import os
from dataclasses import dataclass
from pathlib import Path

from environs import EnvError, FileAwareEnv
from marshmallow.validate import Range

PORT_BASE = 8800
PRODUCTION_NAMES = ("production", "prod")


class NotForProduction(RuntimeError):
    """The mail catcher delivers nothing and shows everything, so it refuses to run in production."""


class SettingsRefused(ValueError):
    """One or more settings are missing or wrong; the message lists all of them."""


@dataclass(frozen=True)
class Settings:
    """`smtp_host` is the address the SMTP side listens on."""

    smtp_host: str
    smtp_port: int
    mail_dir: Path


def refuse_production(environment: str) -> None:
    if environment.strip().lower() in PRODUCTION_NAMES:
        raise NotForProduction(
            "The practice mail catcher refuses to start: SAMMELAN_ENV says production, and here no message "
            "is delivered and anyone can read them. Name a real mail server in the notifications settings."
        )


def read_settings() -> Settings:
    """From the environment; each NAME may also be given as NAME_FILE, a file that holds the value."""
    refuse_production(os.environ.get("SAMMELAN_ENV", ""))
    env = FileAwareEnv(eager=False, strip_whitespace=True)
    smtp_host = env.str("SMTP_HOST", "127.0.0.1")
    port_base = env.int("PORT_BASE", PORT_BASE)
    smtp_port = env.int("SMTP_PORT", (port_base or PORT_BASE) + 8, validate=Range(1, 65535))
    mail_dir = env.path("MAIL_DIR")
    try:
        env.seal()
    except EnvError as error:
        raise SettingsRefused(f"The practice mail catcher cannot start: {error}") from error
    return Settings(smtp_host=smtp_host, smtp_port=smtp_port, mail_dir=mail_dir)
