"""The programs of the house: what runs, on which port, with which secrets."""

import sys
from dataclasses import dataclass, field

from sammelan import counters
from sammelan.secret_files import SECRETS, account_of, told
from sammelan.settings import EMBEDDED_SERVER, Settings

LOCAL = "127.0.0.1"
WEB = (
    "practice_eid",
    "practice_mail",
    "identity",
    "membership",
    "congress",
    "notifications",
    "portal",
    "gateway",
)
RELAY = "servicekit.events.relay"
# Looks at what strangers have sent, and may be killed by it.
EXAMINER = "congress.examiner"
BACKGROUND = (
    RELAY,
    EXAMINER,
    "congress.projector",
    "membership.counter",
    "congress.worker",
    "membership.exporter",
    "notifications.sender",
    "identity.keeper",
)
# These keep what they know in memory, so a second worker would not know it.
ONE_WORKER = ("practice_eid", "practice_mail")
# Who is asked by strangers, or by anybody slow, is the gateway alone (docs/decisions/0023).
WORKERS = {"gateway": "gateway.worker.Greenlets"}
# Its worker changes the standard library, which whatever was imported before does not see (sammelan/warm.py).
APART = ("gateway",)
PORT_NAMES = {"practice_eid": "eid", "practice_mail": "mail"}


@dataclass(frozen=True)
class Program:
    """`env` is only what differs from the house's environment. `first`: starts before and stops after the rest.

    `imports`: it is forked from a process that has imported this; without it, it has an interpreter of its own.
    """

    name: str
    command: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)
    first: bool = False
    imports: str = ""


def programs(settings: Settings) -> list[Program]:
    made = [_database(settings)] if settings.own_database else []
    made += [_web(settings, package) for package in web_packages(settings)]
    # With accounts of their own at the database they are told different passwords, and so run apart.
    together = BACKGROUND if settings.accounts else (RELAY, EXAMINER, "sammelan.background")
    return made + [_background(settings, module) for module in together]


def web_packages(settings: Settings) -> list[str]:
    left_out = set()
    if not settings.practice_eid:
        left_out.add("practice_eid")
    if not settings.practice_mail:
        left_out.add("practice_mail")
    return [package for package in WEB if package not in left_out]


def addresses(settings: Settings) -> dict[str, tuple[str, int]]:
    """The address of every port that will be listened on, by the name of its setting."""
    ports = settings.ports
    names = [PORT_NAMES.get(package, package) for package in web_packages(settings)]
    wanted = {name: (LOCAL, ports[name]) for name in (*names, "feed")}
    if "gateway" in wanted:
        wanted |= {
            "gateway": (settings.gateway_host, ports["gateway"]),
            "gateway_metrics": (LOCAL, ports["gateway_metrics"]),
        }
    if settings.practice_mail:
        wanted["smtp"] = (LOCAL, ports["smtp"])
    if settings.own_database:
        wanted["db"] = (LOCAL, ports["db"])
    return wanted


def _database(settings: Settings) -> Program:
    command = (
        str(EMBEDDED_SERVER),
        "--host", LOCAL,
        "--port", str(settings.ports["db"]),
        "--storage-path", str(settings.data_dir / "database"),
        "--sync-on-commit",
        "--log-file-max", "128MB",
        "--cache-size", "1G",
        "--log-level", "WARNING",
    )  # fmt: skip
    return Program("database", command, first=True)


def _web(settings: Settings, package: str) -> Program:
    host = settings.gateway_host if package == "gateway" else LOCAL
    binds = [f"{host}:{settings.ports[PORT_NAMES.get(package, package)]}"]
    if package == "gateway":
        binds.append(f"{LOCAL}:{settings.ports['gateway_metrics']}")
    command = (
        sys.executable, "-m", "gunicorn", f"{package}.wsgi:app",
        *(part for bind in binds for part in ("--bind", bind)),
        "--worker-class", WORKERS.get(package, "servicekit.serving.worker.Threads"),
        "--workers", str(1 if package in ONE_WORKER else settings.web_workers),
        "--threads", str(settings.web_threads),
        "--keep-alive", "30",
        "--graceful-timeout", "2",
        # A client's SCRIPT_NAME header would otherwise reroute its path.
        "--forwarder-headers", "", "--limit-request-line", "8190", "--limit-request-field_size", "32768",
        # One socket per home folder: a second house of the same user would collide on it.
        "--no-control-socket",
    )  # fmt: skip
    env = {
        **told(settings, SECRETS.get(package, ())),
        **account_of(settings, package),
        "PROMETHEUS_MULTIPROC_DIR": str(counters.folder_of(settings.run_dir, package)),
    }
    if package == "practice_eid":
        env["EID_KEY_FILE"] = str(settings.data_dir / "eid-key.json")
    if package == "practice_mail":
        env["MAIL_DIR"] = str(settings.data_dir / "mail")
    return Program(package, command, env, imports="" if package in APART else f"{package}.app")


def _background(settings: Settings, module: str) -> Program:
    name = module.rpartition(".")[2]
    env = {
        **told(settings, SECRETS.get(name, ())),
        **account_of(settings, name),
        "BEAT_FILE": str(settings.run_dir / f"{name}.beat"),
    }
    return Program(name, (sys.executable, "-m", module), env, imports=module)
