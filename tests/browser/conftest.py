"""A whole house with its sample organisation, and people with browsers before it."""

import contextlib
import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, sync_playwright
from pymongo import MongoClient
from pymongo.database import Database

from servicekit.settings import OFFSETS
from tests.processes import ROOT, Process, start

READY_SECONDS, ENDED_SECONDS = 600, 60  # a machine that does much else at the same time
# The same engine; the shell has less around it and is quicker, where it is installed.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
LOCALES = {"bn": "bn-BD", "vi": "vi-VN", "en": "en-GB"}
PHONE, DESK = 360, 1280
# What the step-up test needs: a sign-in that is soon too old for one harmless act.
SOON_TOO_OLD = 15
# Shorter than in real life, longer than anybody here sits still.
IDLE_SECONDS = 480
# How long the pages of a house that has just begun may take, with everything else that runs beside it.
BUSY_SECONDS = 45


@dataclass(frozen=True)
class Running:
    """`data` is the folder of the house; its services can be found, and stopped, by it."""

    url: str
    data: Path

    @contextmanager
    def without(self, service: str) -> Iterator[None]:
        """While this lasts the service does not answer; it has not died, so nothing starts it again."""
        master = int((self.data / "run" / "pids" / service).read_text().split()[0])
        stopped = [master, *_children(master)]
        assert len(stopped) > 1
        for process in stopped:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in stopped:
                os.kill(process, signal.SIGCONT)


def _children(parent: int) -> list[int]:
    """The processes right below one."""
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            status = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(status[1]) == parent:
                found.append(int(folder.name))
    return found


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A house with the sample and nothing else, on ports and in a folder of its own."""
    if there := os.environ.get("TEST_HOUSE_URL"):
        yield Running(there, Path(os.environ["TEST_HOUSE_DATA"]))
        return
    folder = tmp_path_factory.mktemp("browser")
    sample = _sample_of(_run_folder(tmp_path_factory))
    shutil.copytree(sample / DATA, folder / DATA)
    with _up(folder) as house:
        _bring_accounts(house, int((sample / PORT).read_text()))
        yield house


DATA, PORT = "data", "port"
# What a house goes on with; the rest it makes at its start.
STORED = ("database", "keys", "secrets", "mail", "eid-key.json")


def _run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all workers of a test run."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def _sample_of(folder: Path) -> Path:
    """Where the data of a house with its sample lie. It is made once a run, by whoever needs it first."""
    made = folder / "sample"
    with (folder / "sample.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            making = Path(tempfile.mkdtemp(prefix="sample-begun-", dir=folder))
            with _up(making) as house:
                (making / PORT).write_text(house.url.rpartition(":")[2])
            for one in (making / DATA).iterdir():
                if one.name not in STORED:
                    shutil.rmtree(one) if one.is_dir() else one.unlink()
            making.rename(made)
    return made


def _bring_accounts(house: Running, port: int) -> None:
    """An account is found by its eID and the eID's name for the person, and this house's eID has another port."""
    made, here = (
        f"http://localhost:{base + OFFSETS['eid']} " for base in (port, int(house.url.rpartition(":")[2]))
    )
    with database_of(house, "identity") as database:
        accounts = [one for one in database["accounts"].find({}) if one["login"].startswith(made)]
        assert accounts
        for one in accounts:
            login = here + one["login"].removeprefix(made)
            database["accounts"].update_one({"_id": one["_id"]}, {"$set": {"login": login}})


@contextmanager
def _up(folder: Path) -> Iterator[Running]:
    """`sammelan up` as a newcomer starts it; it makes the sample where there is nothing."""
    base = _free_base()
    roles = (ROOT / "identity" / "roles.toml").read_text(encoding="utf-8")
    told, count = re.subn(r'("members:write" = \{ assurance = 2)', rf"\1, max_age = {SOON_TOO_OLD}", roles)
    assert count == 1
    # A role whose grants need a second person, as an organisation may want it.
    told, count = re.subn(r'(key = "reader"\n.*\nstrong = )false', r"\1true", told)
    assert count == 1
    (folder / "roles.toml").write_text(told, encoding="utf-8")
    process = start(
        [sys.executable, "-m", "sammelan", "up"],
        folder / "up.log",
        {
            **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")},
            "PORT_BASE": str(base),
            "DATA_DIR": str(folder / DATA),
            "ROLES_FILE": str(folder / "roles.toml"),
            "SESSION_IDLE_SECONDS": str(IDLE_SECONDS),
        },
    )
    try:
        _wait_until_told(process, folder / "up.log")
        yield Running(f"http://localhost:{base}", folder / DATA)
    finally:
        process.popen.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.popen.wait(ENDED_SECONDS)
        process.stop()


def _free_base() -> int:
    """As many ports in a row as a house listens on, that nobody listens on."""
    # Below the system's own range for outgoing connections.
    for base in range(20_000 + os.getpid() % 110 * 100, 32_000, 50):
        try:
            for offset in OFFSETS.values():
                with socket.socket() as probe:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    probe.bind(("127.0.0.1", base + offset))
        except OSError:
            continue
        return base
    raise RuntimeError("no free ports")


def _wait_until_told(process: Process, log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if "Ctrl-C stops everything" in log.read_text(encoding="utf-8"):
            return
        if process.popen.poll() is not None:
            break
        time.sleep(0.2)
    raise RuntimeError(log.read_text(encoding="utf-8")[-4000:])


def database_url(running: Running) -> str:
    port = int(running.url.rpartition(":")[2]) + OFFSETS["db"]
    return f"mongodb://127.0.0.1:{port}/?directConnection=true"


@contextmanager
def database_of(running: Running, service: str) -> Iterator[Database[dict[str, Any]]]:
    """A service's own database, to let time pass in it that nobody can wait for."""
    client: MongoClient[dict[str, Any]] = MongoClient(database_url(running))
    with client:
        yield client[f"sammelan_{service}"]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """One person before one browser. What the browser complains of is kept in `complaints`."""

    url: str
    context: BrowserContext
    page: Page
    complaints: list[str]

    def open(self, path: str) -> int:
        answer = self.page.goto(self.url + path)
        assert answer is not None
        return answer.status

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.url)

    def sign_in(self, who: str, *, accept: bool = True) -> None:
        """From the sign-in page through the practice eID and back; what is offered is accepted."""
        self.come_to_sign_in()
        self.through_the_eid(who)
        if accept:
            self.accept_offers()

    def come_to_sign_in(self) -> None:
        """Again where the house is so busy that it says so: that is what people are told to do."""
        deadline = time.monotonic() + BUSY_SECONDS
        while self.open("/sign-in") == 503 and time.monotonic() < deadline:
            time.sleep(1)

    def accept_offers(self) -> None:
        """On the first page after signing in, or from the task that leads to them, one click each."""
        button = self.page.locator('form[action^="/offers/"][action$="/accept"] button')
        task = self.page.locator('main a[href="/offers"]')
        row = self.page.locator('main a[href^="/offers/"][data-row]')
        while button.count() or task.count() or row.count():
            if row.count():
                self.open(row.first.get_attribute("href") or "")
            self.press(button.first if button.count() else task.first)
            assert "You have accepted the access." in self.told or button.count() or row.count(), self.told

    def through_the_eid(self, who: str) -> None:
        self.press(self.page.locator(".choices a.button").first)
        self.press(self.page.locator(f'button[value="{who}"]'))
        self.page.wait_for_url(self.url + "/**")

    def open_menu(self) -> None:
        """On a narrow screen most of it stands behind one word; on a wide one all of it is there."""
        more = self.page.locator("nav.main-nav summary")
        if more.is_visible():
            more.click()

    def speak(self, language: str) -> None:
        self.press(self.page.locator(f'.languages button[value="{language}"]'))
        assert self.page.locator("html").get_attribute("lang") == language

    def send(self) -> None:
        """Presses the main button of the form."""
        self.press(self.page.locator("main form button.button").first)

    def send_search(self) -> None:
        self.press(self.page.locator("main form.search button.button").first)

    def send_seen_by_the_eid(self, who: str) -> None:
        """Sends what needs a fresh sign-in, by way of the eID where the last one is too old by now."""
        self.send()
        if "Sign in once more" in self.told:
            self.through_the_eid(who)
            self.send()

    def press(self, what: Locator) -> None:
        """Presses what leads to another page, and waits until that has come."""
        with self.page.expect_navigation():
            what.click()

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            name = name.replace("__", "/")
            if self.page.locator(f'main [name="{name}-day"]').count():
                self.fill_day(name, value)
                continue
            field = self.page.locator(f'main [name="{name}"]')
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def fill_day(self, name: str, value: str) -> None:
        """An ISO date into three fields; nothing into all of them."""
        parts = value.split("-") if value else ["", "", ""]
        for part, typed in zip(("year", "month", "day"), parts, strict=True):
            self.page.locator(f'main [name="{name}-{part}"]').fill(typed)

    @property
    def told(self) -> str:
        return self.page.locator("main").inner_text()


def reload_until(visitor: Visitor, text: str, seconds: float = 15) -> None:
    """The projector and the relay need a moment; the page says as of when it counts."""
    deadline = time.monotonic() + seconds
    while text not in visitor.told and time.monotonic() < deadline:
        time.sleep(0.3)
        visitor.page.reload()
    assert text in visitor.told


def _is_complaint(said: ConsoleMessage) -> bool:
    """A refusal is an answer like any other; what the browser would not run or load is not."""
    return said.type == "error" and not re.search(r"status of 4\d\d", said.text)


@pytest.fixture
def visit(running: Running, chromium: Browser) -> Iterator[Callable[..., Visitor]]:
    """visit("union-clerk", "bn", PHONE): signed in; visit(""): a stranger."""
    contexts: list[BrowserContext] = []

    def come(who: str = "", language: str = "en", width: int = DESK, *, scripts: bool = True) -> Visitor:
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            locale=LOCALES[language],
            java_script_enabled=scripts,
            # One of the languages as people read it at night; the words are the same in both lights.
            color_scheme="dark" if language == "vi" else "light",
            service_workers="block",
        )
        context.set_default_timeout(15_000)
        context.set_default_navigation_timeout(BUSY_SECONDS * 1000)
        contexts.append(context)
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if _is_complaint(said) else None)
        visitor = Visitor(running.url, context, page, complaints)
        if who:
            visitor.sign_in(who)
            if page.locator("html").get_attribute("lang") != language:
                visitor.speak(language)
        return visitor

    yield come
    for context in contexts:
        context.close()
