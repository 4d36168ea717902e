"""The whole house on this machine: prepared, started, ready, stopped."""

import fcntl
import importlib
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import requests
from environs import EnvError
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from sammelan import counters, leftovers, ports, supervisor
from sammelan.programs import LOCAL, PORT_NAMES, addresses, programs, web_packages
from sammelan.secret_files import FILE_KEY_BEFORE, MAKERS, account_of, make_secrets, told
from sammelan.settings import EMBEDDED_SERVER, OPERATOR, Settings, told_to_all
from sammelan.supervisor import Supervisor
from servicekit.settings import without_account

LOOK_AGAIN_SECONDS = 0.15


class CannotStart(Exception):
    """The house cannot start; the text says why and what to do."""


def prepare(settings: Settings, tell: Callable[[str], None]) -> None:
    """Folders, secrets and keys. Raises CannotStart when something that must be free or there is not."""
    for folder in (settings.data_dir, settings.log_dir, settings.run_dir, settings.run_dir / "pids"):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Nobody else starts anything here: whoever calls holds the data folder.
    supervisor.end_left_over(settings)
    for name in leftovers.end_left_over(settings):
        tell(f"Ended {name}, which was left over from before.")
    if settings.own_database and not EMBEDDED_SERVER.exists():
        raise CannotStart(
            f"The embedded database is not there ({EMBEDDED_SERVER}). Get it with: make .embedded/.stamp\n"
            "Or name a MongoDB replica set by MONGO_URL."
        )
    _refuse_taken_ports(settings)
    if not settings.common.production:
        make_secrets(settings)
    _refuse_faulty_settings(settings)
    counters.make_folders(settings.run_dir, web_packages(settings))


def _refuse_faulty_settings(settings: Settings) -> None:
    """Each service reads its own once here: what it refuses would else show only when it does not become ready."""
    env = told_to_all(settings)
    by_name = {program.name: {**env, **program.env} for program in programs(settings)}
    lines = []
    for package in web_packages(settings):
        with _environment(by_name[package]):
            try:
                importlib.import_module(f"{package}.settings").read_settings()
            except (EnvError, ValueError, OSError) as error:
                lines.append(f"{package}: {error}")
    if lines:
        raise CannotStart("Settings are missing or wrong:\n" + "\n".join(lines))


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """This process with another environment, for a moment."""
    kept = dict(os.environ)
    os.environ.clear()
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


def _refuse_taken_ports(settings: Settings) -> None:
    wanted = addresses(settings)
    lines = [
        f"Port {wanted[name][1]} is taken; {name} needs it. Set {name.upper()}_PORT to a free one."
        for name in ports.taken(wanted)
    ]
    if lines:
        base = settings.port_base
        raise CannotStart("\n".join([*lines, f"PORT_BASE moves all of them at once (it is {base} now)."]))


@contextmanager
def data_folder_to_itself(settings: Settings) -> Iterator[None]:
    """Two houses in one folder would end each other's database."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (settings.data_dir / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotStart(f"Another Sammelan uses {settings.data_dir}: set DATA_DIR.") from error
        yield


def start(settings: Settings) -> Supervisor:
    return Supervisor(settings, programs(settings), told_to_all(settings))


@contextmanager
def database_running(settings: Settings) -> Iterator[None]:
    """The embedded database, started for one command when the house is not up; a named one must run by itself."""
    if not settings.own_database or ports.taken({"db": (LOCAL, settings.ports["db"])}):
        yield
        return
    program = programs(settings)[0]
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (
        data_folder_to_itself(settings),
        subprocess.Popen(program.command, stdout=subprocess.DEVNULL) as server,  # noqa: S603  # Our own command.
    ):
        try:
            while not ports.taken({"db": (LOCAL, settings.ports["db"])}):
                if server.poll() is not None:
                    raise CannotStart(f"The embedded database ended with {server.returncode}.")
                time.sleep(LOOK_AGAIN_SECONDS)
            yield
        finally:
            server.terminate()


def become_operator(settings: Settings) -> None:
    """Lets this process read the house's settings and secrets as its services do, and log only what is wrong."""
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    os.environ.update({**told_to_all(settings), **told(settings, (*MAKERS, FILE_KEY_BEFORE))})
    if "MONGO_USER" not in os.environ:
        os.environ.update(account_of(settings, OPERATOR))


def ready_addresses(settings: Settings) -> dict[str, str]:
    """Where each service says whether it is ready."""
    return {
        package: f"http://{LOCAL}:{settings.ports[PORT_NAMES.get(package, package)]}/readyz"
        for package in web_packages(settings)
    }


def wait_for_database(settings: Settings, house: Supervisor) -> None:
    """Raises CannotStart when it does not answer in time."""
    deadline = time.monotonic() + settings.ready_seconds
    client: MongoClient[dict[str, object]] = MongoClient(
        settings.common.mongo_url, serverSelectionTimeoutMS=1_000
    )
    with client:
        while True:
            try:
                client.admin.command("ping")
                return
            except PyMongoError as error:
                if house.ended() or time.monotonic() > deadline:
                    raise CannotStart(
                        f"Not ready after {settings.ready_seconds} s: the database at "
                        f"{without_account(settings.common.mongo_url)} ({type(error).__name__})."
                    ) from error
                time.sleep(LOOK_AGAIN_SECONDS)


def wait_until_ready(settings: Settings, house: Supervisor, tell: Callable[[str], None]) -> None:
    """Raises CannotStart when the house is not ready in time, naming who is not."""
    waiting = ready_addresses(settings)
    if "gateway" in waiting:
        # The gateway asks everyone; it comes last, when all others have answered for themselves.
        waiting["gateway"] = waiting.pop("gateway")
    deadline = time.monotonic() + settings.ready_seconds
    with requests.Session() as http:
        http.trust_env = False
        while waiting:
            waiting = {name: url for name, url in waiting.items() if not _answers(http, url)}
            tell(", ".join(waiting))
            if house.ended():
                raise CannotStart(f"The supervisor ended. Look at {settings.log_dir / 'supervisor.log'}")
            if time.monotonic() > deadline:
                raise CannotStart(_late(settings, list(waiting)))
            time.sleep(LOOK_AGAIN_SECONDS)


def _answers(http: requests.Session, url: str) -> bool:
    try:
        return http.get(url, timeout=3).status_code == 200
    except requests.RequestException:
        return False


def _late(settings: Settings, names: list[str]) -> str:
    said = [f"Not ready after {settings.ready_seconds} s: {', '.join(names)}. Their logs end like this:"]
    for name in names:
        said += [f"--- {settings.log_dir / (name + '.log')}", _tail(settings.log_dir / f"{name}.log")]
    return "\n".join(said)


def _tail(file: Path, lines: int = 8) -> str:
    try:
        return "\n".join(file.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return "(nothing)"
