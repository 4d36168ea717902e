"""Real processes for tests: the embedded database and our services, each on a free port, ended by their own id."""

import contextlib
import itertools
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import requests

from sammelan.programs import WORKERS
from servicekit.access.decision import Reach, Right
from servicekit.access.keys import KeyRing, make_keys
from servicekit.access.tokens import ACCESS_TOKEN, rights_claim
from servicekit.data.crypto import new_master_key
from servicekit.ids import new_id
from servicekit.settings import SERVICES
from tests.forks import Forked, Forks, can_fork

ROOT = Path(__file__).parent.parent
SIGNERS = (*SERVICES, "gateway", "relay", "operator", "seals")


# Below the range from which the system takes ports for outgoing connections: one of those could be taken between the
# choice and the start. Each test worker has a stretch of its own.
FIRST_PORT = 11_000
PORTS_EACH = 4_000
_chosen = itertools.count(random.randrange(PORTS_EACH))


def free_port() -> int:
    """A port that nobody listens on, not given out before by this process for a long while."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    for _ in range(PORTS_EACH):
        port = FIRST_PORT + worker % 2 * PORTS_EACH + next(_chosen) % PORTS_EACH
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port")


def wait_for(
    url: str, seconds: float = 20.0, process: subprocess.Popen[bytes] | Forked | None = None
) -> None:
    """Until the address answers 200; fails at once when the process has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process is not None and process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        with contextlib.suppress(requests.RequestException):
            if requests.get(url, timeout=1).status_code == 200:
                return
        time.sleep(0.05)
    raise TimeoutError(url)


@dataclass
class Process:
    """One child process; `stop` asks, `kill` does not."""

    popen: subprocess.Popen[bytes] | Forked
    log: Path

    def stop(self) -> None:
        if self.popen.poll() is None:
            self.popen.terminate()
            try:
                self.popen.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """Ends the process and all of its own group without a goodbye."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait(10)


_known: list[Forks] = []
_begins = threading.Lock()


def _forks() -> Forks:
    """One for each worker of a test run, however many begin something at once."""
    with _begins:
        if not _known:
            _known.append(Forks())
        return _known[0]


def end_forks() -> None:
    for forks in _known:
        forks.close()
    _known.clear()


def start(command: list[str], log: Path, env: Mapping[str, str] | None = None) -> Process:
    if env is not None and can_fork(command, env):
        return Process(_forks().start(command, log, env, ROOT), log)
    with log.open("ab") as out:
        popen = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=dict(env or os.environ),
            start_new_session=True,
        )
    return Process(popen, log)


def run(command: list[str], env: Mapping[str, str], seconds: float) -> subprocess.CompletedProcess[str]:
    """To its end, which comes within so many seconds; with what it said."""
    if not can_fork(command, env):
        return subprocess.run(
            command, cwd=ROOT, env=dict(env), capture_output=True, text=True, timeout=seconds, check=False
        )
    with tempfile.TemporaryDirectory() as folder:
        said, complained = Path(folder) / "out", Path(folder) / "errors"
        forked = _forks().start(command, said, env, ROOT, complained)
        try:
            code = forked.wait(seconds)
        finally:
            forked.send_signal(signal.SIGKILL)
        return subprocess.CompletedProcess(command, code, said.read_text(), complained.read_text())


@dataclass
class DatabaseServer:
    port: int
    folder: Path
    process: Process | None = None

    @property
    def url(self) -> str:
        return os.environ.get("TEST_MONGO_URL", f"mongodb://127.0.0.1:{self.port}/?serverMonitoringMode=poll")

    def start(self) -> None:
        if "TEST_MONGO_URL" in os.environ:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        self.process = start(
            [
                str(ROOT / ".embedded/secantusdb.scripts/secantusd-rs"),
                "--port", str(self.port),
                "--storage-path", str(self.folder),
                "--sync-on-commit",
                "--log-file-max", "128MB",
                "--cache-size", "1G",
                "--log-level", "WARNING",
            ],
            self.folder.with_suffix(".log"),
        )  # fmt: skip
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.05)
        raise TimeoutError("the embedded database does not start")


@dataclass
class House:
    """The settings of one test's services: its own databases, keys and ports; starts what is asked for."""

    database: DatabaseServer
    folder: Path
    prefix: str = field(default_factory=lambda: "t" + secrets.token_hex(5))
    ports: dict[str, int] = field(default_factory=dict)
    processes: dict[str, Process] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in SIGNERS:
            make_keys(self.folder / "keys", name)
        self.master_key = new_master_key()
        self.secrets = {
            "FIELD_KEY": self.master_key,
            "FILE_KEY": secrets.token_hex(32),
            "BLIND_KEY": secrets.token_hex(32),
            "AUDIT_KEY": secrets.token_hex(32),
            "CSRF_KEY": secrets.token_hex(32),
            "SESSION_KEY": secrets.token_hex(32),
            "EID_CLIENT_SECRET": secrets.token_hex(16),
        }
        for name in (*SERVICES, "gateway", "gateway_metrics", "eid", "smtp", "mail", "feed"):
            self.ports[name] = free_port()

    def url(self, service: str) -> str:
        return f"http://127.0.0.1:{self.ports[service]}"

    def env(self) -> dict[str, str]:
        kept = {
            k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG", "COVERAGE_PROCESS_START")
        }
        ports = {f"{name.upper()}_PORT": str(number) for name, number in self.ports.items()}
        return {
            **kept,
            **ports,
            **self.secrets,
            "PYTHONPATH": str(ROOT),
            "DB_PORT": str(self.database.port),
            "MONGO_URL": self.database.url,
            "DATABASE_PREFIX": self.prefix,
            "DATA_DIR": str(self.folder),
            "KEYS_DIR": str(self.folder / "keys"),
            "MAIL_DIR": str(self.folder / "mail"),
            "EID_KEY_FILE": str(self.folder / "eid-key.json"),
            **self.extra,
        }

    def start_service(self, name: str, threads: int = 8, workers: int = 1) -> str:
        """Starts a service under gunicorn and waits until it is ready; its address."""
        port = self.ports["eid" if name == "practice_eid" else "mail" if name == "practice_mail" else name]
        binds = ["--bind", f"127.0.0.1:{port}"]
        if name == "gateway":
            binds += ["--bind", f"127.0.0.1:{self.ports['gateway_metrics']}"]
        process = self.processes[name] = start(
            [
                sys.executable, "-m", "gunicorn", f"{name}.wsgi:app", *binds,
                "--worker-class", WORKERS.get(name, "servicekit.serving.worker.Threads"),
                "--workers", str(workers), "--threads", str(threads),
                "--limit-request-line", "8190", "--limit-request-field_size", "32768",
                "--forwarder-headers", "", "--no-control-socket", "--graceful-timeout", "1", "--keep-alive", "30",
            ],
            self.folder / f"{name}.log",
            self.env(),
        )  # fmt: skip
        address = f"http://127.0.0.1:{port}"
        health = "/.well-known/openid-configuration" if name == "practice_eid" else "/healthz"
        try:
            wait_for(address + health, 60, process.popen)
        except Exception as error:
            raise RuntimeError(process.log.read_text()[-4000:]) from error
        return address

    def start_second_eid(self, key: str) -> None:
        """Another practice eID, as the provider `key`; before identity is started, and started again with it."""
        port = free_port()
        self.extra |= {
            "EID_PROVIDERS": f"practice,{key}",
            f"EID_{key.upper()}_PROFILE": "practice",
            f"EID_{key.upper()}_ISSUER": f"http://localhost:{port}",
            f"EID_{key.upper()}_CLIENT_ID": "sammelan",
            f"EID_{key.upper()}_CLIENT_SECRET": self.secrets["EID_CLIENT_SECRET"],
        }
        env = {**self.env(), "EID_PORT": str(port), "EID_KEY_FILE": str(self.folder / f"eid-key-{key}.json")}
        process = self.processes[f"eid-{key}"] = start(
            [sys.executable, "-m", "gunicorn", "practice_eid.wsgi:app", "--bind", f"127.0.0.1:{port}",
             "--worker-class", "gthread", "--threads", "4", "--no-control-socket"],
            self.folder / f"eid-{key}.log",
            env,
        )  # fmt: skip
        wait_for(f"http://127.0.0.1:{port}/.well-known/openid-configuration", 60, process.popen)

    def start_program(self, module: str) -> Process:
        process = self.processes[module] = start(
            [sys.executable, "-m", module], self.folder / f"{module}.log", self.env()
        )
        return process

    def stop(self) -> None:
        for process in reversed(self.processes.values()):
            process.kill()

    def token(
        self,
        audience: str,
        *rights: Right,
        account_id: str = "",
        language: str = "en",
        acr: int = 2,
        gen: int = 0,
        auth_time: int | None = None,
        **more: str | bool,
    ) -> str:
        """An access token as identity signs it, for tests of one service alone."""
        now = int(time.time())
        return KeyRing(self.folder / "keys", "identity").sign(
            {
                "iss": "identity", "aud": audience, "sub": account_id or new_id(), "sid": new_id(), "gen": gen,
                "iat": now, "exp": now + 300, "acr": acr, "auth_time": auth_time or now,
                "lang": language, "name": "A. Tester", "rights": rights_claim(rights), **more,
            },
            ACCESS_TOKEN,
        )  # fmt: skip


def a_right(permission: str, path: tuple[str, ...], reach: str = "below", grant_id: str = "grant1") -> Right:
    """A right over the unit at the end of `path`."""
    return Right(permission, path[-1], path, Reach(reach), grant_id)


@contextlib.contextmanager
def a_house(database: DatabaseServer, folder: Path) -> Iterator[House]:
    house = House(database, folder)
    try:
        yield house
    finally:
        house.stop()
