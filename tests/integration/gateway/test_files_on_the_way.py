"""Files pass through the gateway, and through nginx, as they arrive: nobody on the way holds one as a whole."""

import base64
import contextlib
import http.client
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from congress.app import file_store
from congress.settings import read_examiner_settings
from identity.domain.grants import Grant, Status
from servicekit.data.database import JOB_TIMEOUT_MS, Database
from servicekit.files.checking.keeping import Keeping
from servicekit.files.checking.scanning import NoScanner
from servicekit.ids import new_id
from servicekit.work.clock import Clock
from tests.integration.congress.scene import PATHS, Json, a_told_unit, an_open_plan, context_of, reported
from tests.integration.congress.scene import tell_units as tell_congress
from tests.nginx import start_nginx
from tests.papers import a_pdf
from tests.people import Person
from tests.processes import DatabaseServer, House, a_house
from tests.scene import first_people, identity_operations

MB = 1024 * 1024
LARGE = 100_000_000
MOST_RAISED = 20 * MB
TUS = {"Tus-Resumable": "1.0.0"}


@dataclass
class Office:
    house: House
    clerk: Person
    report: Json
    ports: dict[str, int]

    @property
    def files(self) -> str:
        return f"/api/congress/congresses/{self.report['id']}/files"

    def send(
        self, way: str, method: str, path: str, data: object = None, **headers: str
    ) -> requests.Response:
        """`way`: by the gateway itself or through nginx."""
        sent = {"Cookie": f"session={self.session}", "Origin": self.clerk.base}
        return requests.request(
            method,
            f"http://127.0.0.1:{self.ports[way]}{path}",
            data=data,  # type: ignore[arg-type]
            headers={**sent, **headers},
            timeout=120,
            allow_redirects=False,
            stream=True,
        )

    @property
    def session(self) -> str:
        return str(next(c.value for c in self.clerk.http.cookies if c.name == "session"))

    def begin(self, way: str, length: int) -> str:
        name = base64.b64encode(b"minutes.pdf").decode()
        headers = {**TUS, "Upload-Length": str(length), "Upload-Metadata": f"filename {name}"}
        begun = self.send(way, "POST", self.files, **headers)
        assert begun.status_code == 201, begun.text
        return begun.headers["Location"]

    def go_on(self, way: str, place: str, offset: int, data: object) -> requests.Response:
        kind = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
        return self.send(way, "PATCH", place, data, **TUS, **kind)

    def check_all(self) -> None:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.house.env().items():
                patch.setenv(name, value)
            settings = read_examiner_settings()
        database = Database(settings.common.mongo_url, settings.common.database("congress"), JOB_TIMEOUT_MS)
        keeping = Keeping(file_store(settings, database), NoScanner(), Clock("UTC").now)
        while keeping.check_next():
            continue
        database.client.close()


@pytest.fixture(scope="module")
def office(database_server: DatabaseServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with a_house(database_server, tmp_path_factory.mktemp("office")) as house:
        with identity_operations(house) as context:
            first_people(context)
        for service in ("identity", "practice_eid", "congress", "gateway"):
            house.start_service(service)
        congress = context_of(house)
        congress.prepare()
        tell_congress(congress, map(a_told_unit, PATHS.values()))
        plan = an_open_plan(house, congress)
        day = congress.clock.today() - timedelta(days=2)
        report = reported(house, plan, "root", "closed", day)
        congress.database.client.close()
        clerk = Person(house, "hq-organiser")
        clerk.sign_in()
        give_a_clerks_role(house, clerk)
        port = start_nginx(house, tmp_path_factory.mktemp("nginx"), "congress")
        yield Office(house, clerk, report, {"gateway": house.ports["gateway"], "nginx": port})


def give_a_clerks_role(house: House, clerk: Person) -> None:
    account = clerk.get("/api/identity/me").json()["account_id"]
    with identity_operations(house) as context:
        today = context.clock.today()
        grant = Grant(
            id=new_id(),
            unit_id="root",
            unit_path=("root",),
            role="clerk",
            valid_from=today,
            valid_to=today + timedelta(days=30),
            status=Status.ACTIVE,
            account_id=account,
        )
        context.store.add_grants([grant])
    clerk.sign_in()


# ---------------------------------------------------------------- memory


def workers(house: House) -> dict[str, int]:
    """The process that serves, of gateway and congress."""
    found = {}
    for name in ("gateway", "congress"):
        master = house.processes[name].popen.pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        found[name] = int(children[0])
    return found


def peak(pid: int) -> int:
    """The most that a process has held, since it was asked to forget it (bytes)."""
    line = next(
        one for one in Path(f"/proc/{pid}/status").read_text().splitlines() if one.startswith("VmHWM")
    )
    return int(line.split()[1]) * 1024


def forget_peak(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")


@pytest.mark.parametrize("way", ["gateway", "nginx"])
def test_a_file_of_100_megabytes_raises_no_worker_by_20(office: Office, way: str) -> None:
    small, large = a_pdf(), a_pdf(padding=LARGE)
    assert office.go_on(way, office.begin(way, len(small)), 0, small).status_code == 204
    office.check_all()
    pids = workers(office.house)
    for pid in pids.values():
        forget_peak(pid)
    before = {name: peak(pid) for name, pid in pids.items()}

    place = office.begin(way, len(large))
    done = office.go_on(way, place, 0, large)
    assert done.status_code == 204, done.text
    raised = {name: peak(pid) - before[name] for name, pid in pids.items()}
    assert {name: more for name, more in raised.items() if more >= MOST_RAISED} == {}

    office.check_all()
    got = 0
    with office.send(way, "GET", place.replace("/arriving", "/content")) as answer:
        assert answer.status_code == 200, answer.text
        assert answer.headers["Content-Length"] == str(len(large))
        for piece in answer.iter_content(MB):
            assert piece == large[got : got + len(piece)]
            got += len(piece)
    assert got == len(large)
    raised = {name: peak(pid) - before[name] for name, pid in pids.items()}
    assert {name: more for name, more in raised.items() if more >= MOST_RAISED} == {}
    remove(office, way, place)


def remove(office: Office, way: str, place: str) -> None:
    one = office.send(way, "GET", office.files.removesuffix("/files")).json()
    version = {"If-Match": f'"{one["version"]}"'}
    gone = office.send(way, "DELETE", place.removesuffix("/arriving"), **version)
    assert gone.status_code == 204, gone.text


# ---------------------------------------------------------------- what passes and what does not


@pytest.mark.parametrize("way", ["gateway", "nginx"])
def test_an_upload_that_breaks_on_the_way_goes_on_there(office: Office, way: str) -> None:
    data = a_pdf(padding=2 * MB)
    place = office.begin(way, len(data))
    connection = http.client.HTTPConnection("127.0.0.1", office.ports[way], timeout=20)
    connection.putrequest("PATCH", place, skip_accept_encoding=True)
    headers = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    headers |= {
        "Content-Length": str(len(data)),
        "Origin": office.clerk.base,
        "Cookie": f"session={office.session}",
    }
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    connection.send(data[:MB])
    time.sleep(1)  # what was sent is on its way; then the line is dead
    connection.close()
    offset = 0
    deadline = time.monotonic() + 20
    while not offset:
        assert time.monotonic() < deadline
        time.sleep(0.2)
        told = office.send(way, "HEAD", place, **TUS)
        assert told.status_code == 204
        offset = int(told.headers["Upload-Offset"])
    assert 512 * 1024 <= offset <= MB
    assert office.go_on(way, place, offset, data[offset:]).status_code == 204
    office.check_all()
    content = place.replace("/arriving", "/content")
    assert office.send(way, "GET", content).content == data
    part = office.send(way, "GET", content, Range="bytes=1000-1999")
    assert (part.status_code, part.content) == (206, data[1000:2000])
    assert part.headers["Cache-Control"] == "private, no-store"
    assert part.headers["Content-Security-Policy"].startswith("sandbox")
    beyond = office.send(way, "GET", content, Range=f"bytes={len(data)}-")
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(data)}")
    remove(office, way, place)


@pytest.mark.parametrize("way", ["gateway", "nginx"])
def test_a_form_passes_and_one_from_another_site_does_not(office: Office, way: str) -> None:
    token = office.send(way, "GET", office.files).json()["form_token"]
    path = office.files.replace("/api/", "/files/", 1) + "/form"

    def form(origin: str) -> requests.Response:
        return requests.post(
            f"http://127.0.0.1:{office.ports[way]}{path}",
            data={"csrf": token},
            files={"file": ("minutes.pdf", a_pdf(), "application/pdf")},
            headers={"Cookie": f"session={office.session}", "Origin": origin},
            allow_redirects=False,
            timeout=30,
        )

    assert form("https://evil.example").status_code == 403
    before = len(office.send(way, "GET", office.files).json()["items"])
    sent = form(office.clerk.base)
    assert (sent.status_code, sent.headers["Location"]) == (
        303,
        f"/congresses/{office.report['id']}?done=file-added#files",
    )
    assert len(office.send(way, "GET", office.files).json()["items"]) == before + 1


@pytest.mark.parametrize("way", ["gateway", "nginx"])
def test_a_body_in_chunks_passes_and_has_the_same_bound(office: Office, way: str) -> None:
    data = a_pdf(padding=700_000)
    place = office.begin(way, len(data))

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(data), 50_000):
            yield data[start : start + 50_000]

    done = office.go_on(way, place, 0, pieces())
    assert (done.status_code, done.headers["Upload-Offset"]) == (204, str(len(data)))
    place = office.begin(way, 1_000)
    assert office.go_on(way, place, 0, pieces()).status_code == 413
    broken = office.send(
        way, "PATCH", place, b"zz\r\nnot a chunk", **TUS,
        **{"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream", "Transfer-Encoding": "chunked"},
    )  # fmt: skip
    assert broken.status_code == 400


@pytest.mark.parametrize("way", ["gateway", "nginx"])
def test_only_what_takes_files_takes_long_bodies(office: Office, way: str) -> None:
    too_long = office.send(way, "POST", office.files, b"x" * (300 * 1024), **TUS)
    assert too_long.status_code == 413
    place = office.begin(way, 1000)
    beyond = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream", **TUS}
    connection = http.client.HTTPConnection("127.0.0.1", office.ports[way], timeout=20)
    headers = {**beyond, "Origin": office.clerk.base, "Cookie": f"session={office.session}"}
    connection.request("PATCH", place, b"x", {**headers, "Content-Length": str(200 * MB)})
    assert connection.getresponse().status == 413
    connection.close()


def test_slow_senders_of_files_keep_nobody_waiting(office: Office) -> None:
    """More of them than there are threads; a report is read as fast as ever meanwhile."""
    stop = threading.Event()

    def drip() -> None:
        place = office.begin("gateway", MB)
        connection = http.client.HTTPConnection("127.0.0.1", office.ports["gateway"], timeout=30)
        connection.putrequest("PATCH", place, skip_accept_encoding=True)
        headers = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        headers |= {
            "Content-Length": str(MB),
            "Origin": office.clerk.base,
            "Cookie": f"session={office.session}",
        }
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders(b"%PDF-1.7")
        # One person has a share of the places: the others of these are refused.
        with contextlib.suppress(OSError):
            while not stop.wait(0.5):
                connection.send(b"x" * 4096)
        connection.close()

    slow = [threading.Thread(target=drip, daemon=True) for _ in range(16)]
    for one in slow:
        one.start()
    time.sleep(2)
    path = office.files.removesuffix("/files")
    for _ in range(20):
        answer = office.send("gateway", "GET", path)
        assert answer.status_code == 200
        assert answer.elapsed.total_seconds() < 1
    # Of this person no more is taken; who has sent it all hears so at once, and loses nothing of it.
    place = office.begin("gateway", 10)
    answer = office.go_on("gateway", place, 0, b"%PDF-1.7 x")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.elapsed.total_seconds() < 4
    stop.set()
    for one in slow:
        one.join(10)
