"""Settings come from the environment, once; a value may also stand in the file that NAME_FILE names."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
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
    "feed": 11,
}
SERVICES = ("identity", "membership", "congress", "notifications", "portal")
# What the house itself may stand in: the machine alone, and networks that lead nowhere else.
OF_THE_HOUSE = (
    "127.0.0.0/8",
    "::1",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "fc00::/7",
)

Network = IPv4Network | IPv6Network


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
    # Of the networks that are nobody's outside those in which somebody that we speak to may be.
    outside_networks: tuple[Network, ...] = ()

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
    # One server on the same machine: nothing is to be learnt of it by holding a connection open for news.
    mongo = f"mongodb://127.0.0.1:{port(env, 'db')}/?serverMonitoringMode=poll"
    urls = {name: env.str(f"{name.upper()}_URL", f"http://127.0.0.1:{port(env, name)}") for name in SERVICES}
    # Where identity's revocations are heard in one long answer (identity/keeper.py).
    urls["feed"] = env.str("FEED_URL", f"http://127.0.0.1:{port(env, 'feed')}")
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
        outside_networks=read_networks(env.list("OUTSIDE_NETWORKS", []) or (OF_THE_HOUSE if local else ())),
    )


def read_networks(written: Iterable[str]) -> tuple[Network, ...]:
    """Raises ValueError."""
    try:
        return tuple(ip_network(one.strip()) for one in written)
    except ValueError as error:
        raise ValueError(f"OUTSIDE_NETWORKS: {error}") from error


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
