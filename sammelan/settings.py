"""What the command-line tool is told from outside, and what it tells every program that it starts."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from servicekit.settings import (
    OFFSETS,
    PORT_BASE,
    Common,
    data_dir,
    environment,
    port,
    read_common,
    with_account,
)

ROOT = Path(__file__).resolve().parent.parent
OPERATOR = "operator"
EMBEDDED_SERVER = ROOT / ".embedded" / "secantusdb.scripts" / "secantusd-rs"


@dataclass(frozen=True)
class Settings:
    """`own_database`: MONGO_URL names no other one, so the embedded database is started.

    `accounts`: each program has its own at the database.

    `practice_eid` and `practice_mail`: whether they are started here, because no real one is named.
    """

    common: Common
    data_dir: Path
    log_dir: Path
    port_base: int
    ports: Mapping[str, int]
    own_database: bool
    accounts: bool
    practice_eid: bool
    practice_mail: bool
    gateway_host: str
    web_workers: int
    web_threads: int
    ready_seconds: int
    sample: bool

    @property
    def secrets_dir(self) -> Path:
        return self.data_dir / "secrets"

    @property
    def run_dir(self) -> Path:
        return self.data_dir / "run"


def read_settings() -> Settings:
    env = environment()
    common = read_common(env)
    folder = data_dir(env).absolute()
    providers: list[str] = env.list("EID_PROVIDERS", [] if common.production else ["practice"])
    own_database = not env.str("MONGO_URL", "")
    accounts = env.str("DATABASE_ACCOUNTS", "") == "yes" and not own_database
    if accounts and not env.str("MONGO_USER", ""):
        password = password_file(folder / "secrets", OPERATOR)
        if password.exists():
            account = (f"{common.database_prefix}_{OPERATOR}", password.read_text().strip())
            common = replace(common, mongo_url=with_account(common.mongo_url, *account))
    settings = Settings(
        common=common,
        data_dir=folder,
        log_dir=Path(env.str("LOG_DIR", str(folder / "logs"))).absolute(),
        port_base=env.int("PORT_BASE", PORT_BASE),
        ports={name: port(env, name) for name in OFFSETS},
        own_database=own_database,
        accounts=accounts,
        practice_eid="practice" in providers and not env.str("EID_ISSUER", ""),
        practice_mail=not common.production and not env.str("SMTP_HOST", ""),
        gateway_host=env.str("GATEWAY_HOST", "127.0.0.1"),
        web_workers=env.int("WEB_WORKERS", 1),
        web_threads=env.int("WEB_THREADS", 16),
        ready_seconds=env.int("READY_SECONDS", 120),
        sample=env.bool("SAMPLE", not common.production),
    )
    env.seal()
    return settings


def password_file(folder: Path, account: str) -> Path:
    """Where the password of a database account is kept."""
    return folder / f"mongo_password_{account}"


def told_to_all(settings: Settings) -> dict[str, str]:
    """The environment of every program of the house: what it was started with, and where things are."""
    return {
        **os.environ,
        "DATA_DIR": str(settings.data_dir),
        "KEYS_DIR": str(settings.common.keys_dir.absolute()),
        "LOG_DIR": str(settings.log_dir),
        **({"DATABASE_DIR": str(settings.data_dir)} if settings.own_database else {}),
    }
