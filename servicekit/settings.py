"""Settings come from the environment, once; a value may also stand in the file that NAME_FILE names."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_plus

from environs import FileAwareEnv

PORT_BASE = 8800
OFFSETS = {
    "gateway": 0,
    "eid": 1,
    "identity": 2,
    "membership": 3,
    "congress": 4,
    "notifications": 5,
    "portal": 6,
    "db": 7,
    "smtp": 8,
    "mail": 9,
    "gateway_metrics": 10,
}
SERVICES = ("identity", "membership", "congress", "notifications", "portal")


@dataclass(frozen=True)
class Common:
    """What every service needs: where its database, keys and peers are."""

    environment: str
    mongo_url: str
    database_prefix: str
    keys_dir: Path
    public_url: str
    log_level: str
    zone: str
    urls: dict[str, str]
    # Of a database on this machine, where it is full when the disk is.
    database_dir: Path | None = None

    @property
    def production(self) -> bool:
        return self.environment == "production"

    def database(self, service: str) -> str:
        return f"{self.database_prefix}_{service}"


def environment() -> FileAwareEnv:
    """Reads all first and complains once, about everything that is missing (`env.seal()`)."""
    return FileAwareEnv(eager=False)


def port(env: FileAwareEnv, name: str) -> int:
    # What cannot be read is nothing until `seal` complains of all of it.
    base: int = env.int("PORT_BASE", PORT_BASE) or 0
    number: int = env.int(f"{name.upper()}_PORT", base + OFFSETS[name]) or 0
    return number


def read_common(env: FileAwareEnv) -> Common:
    kind = env.str("SAMMELAN_ENV", "practice")
    local = kind != "production"
    mongo = f"mongodb://127.0.0.1:{port(env, 'db')}/"
    urls = {name: env.str(f"{name.upper()}_URL", f"http://127.0.0.1:{port(env, name)}") for name in SERVICES}
    return Common(
        environment=kind,
        mongo_url=with_account(
            env.str("MONGO_URL", mongo) if local else env.str("MONGO_URL"),
            env.str("MONGO_USER", ""),
            env.str("MONGO_PASSWORD", ""),
        ),
        database_prefix=env.str("DATABASE_PREFIX", "sammelan"),
        keys_dir=Path(
            env.str("KEYS_DIR", str(data_dir(env) / "keys")) if local else env.str("KEYS_DIR") or ""
        ),
        public_url=(
            env.str("PUBLIC_URL", f"http://localhost:{port(env, 'gateway')}")
            if local
            else env.str("PUBLIC_URL")
        ),
        log_level=env.str("LOG_LEVEL", "INFO"),
        zone=env.str("SAMMELAN_ZONE", "Asia/Dhaka"),
        urls=urls,
        database_dir=Path(folder) if (folder := env.str("DATABASE_DIR", "")) else None,
    )


def with_account(url: str, user: str, password: str) -> str:
    """The database's address with the program's own account, where it has one."""
    if not user or not url:
        return url
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{quote_plus(user)}:{quote_plus(password.strip())}@{rest.rpartition('@')[2]}"


def without_account(url: str) -> str:
    """For people to read."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def data_dir(env: FileAwareEnv) -> Path:
    return Path(env.str("DATA_DIR", str(Path.cwd() / ".data")))
