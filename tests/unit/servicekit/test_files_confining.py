"""Whoever took over the process that reads strangers' files would find nothing to reach from it."""

import io
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from servicekit.files.checking.confining import Confined
from servicekit.files.checking.examination import examined
from servicekit.files.kinds import JPEG, PDF, PNG, WEBP, Kind
from servicekit.files.refusals import NotExaminable
from tests.papers import a_pdf, a_picture
from tests.processes import ROOT

TRIED = """
import json, os, socket, sys
from servicekit.files.checking.confining import confine

made = confine()
found = {}

def tried(name, act):
    try:
        act()
        found[name] = "done"
    except OSError as error:
        found[name] = type(error).__name__

def udp():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.sendto(b"x", ("127.0.0.1", int(sys.argv[1])))

tried("read", lambda: open("/etc/hostname").read())
tried("list", lambda: os.listdir("/"))
tried("write", lambda: open(sys.argv[2], "w").write("x"))
tried("tcp", lambda: socket.create_connection(("127.0.0.1", int(sys.argv[1])), 2))
tried("udp", udp)
tried("kill", lambda: os.kill(os.getppid(), 0))
tried("run", lambda: os.execv("/bin/true", ["true"]))
print(json.dumps({"landlock": made.landlock, "network": made.network, "found": found}))
"""


@pytest.fixture(scope="module")
def works_here() -> Confined:
    told = subprocess.run(
        [sys.executable, "-m", "servicekit.files.checking.confining"],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    return Confined(**json.loads(told.stdout))


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


def test_nothing_can_be_reached_from_it(
    works_here: Confined, listener: socket.socket, tmp_path: Path
) -> None:
    target = tmp_path / "written"
    done = subprocess.run(
        [sys.executable, "-c", TRIED, str(listener.getsockname()[1]), str(target)],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert (told["landlock"], told["network"]) == (works_here.landlock, works_here.network)
    closed = {name for name, what in told["found"].items() if what != "done"}
    # What the kernel of this machine can close, it does; decision 47 says what remains elsewhere.
    if works_here.landlock >= 1:
        assert {"read", "list", "write", "run"} <= closed
        assert not target.exists()
    if works_here.landlock >= 4 or works_here.network:
        assert "tcp" in closed
    if works_here.landlock >= 6:
        assert "kill" in closed
    if works_here.network:
        assert {"tcp", "udp"} <= closed


def test_on_this_system_something_is_closed(works_here: Confined) -> None:
    if sys.platform == "linux":
        assert works_here.landlock or works_here.network


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (PDF, a_pdf(3)),
        (JPEG, a_picture(size=(60, 40))),
        (PNG, a_picture("PNG", size=(60, 40))),
        (WEBP, a_picture("WEBP", size=(60, 40))),
    ],
    ids=["pdf", "jpeg", "png", "webp"],
)
def test_each_kind_is_read_without_opening_anything(kind: Kind, data: bytes) -> None:
    with examined(io.BytesIO(data), kind) as found:
        assert found.shape == ({"pages": 3} if kind is PDF else {"width": 60, "height": 40})
        assert all(b"".join(found.read(length)) for length in found.contents)


TAKEN_OVER = """
from servicekit.files.checking import examiner

examiner.documents.examine = lambda source: len(open("/proc/self/status").read())
examiner.main("pdf")
"""


WORKBOOK_TAKEN_OVER = """
from servicekit.files.checking import workbooks

def taken_over(source):
    return {"shape": {"rows": len(open("/proc/self/status").read())}, "contents": []}, []

workbooks.prepare = lambda: None
workbooks.examine = taken_over
workbooks.main()
"""


@pytest.mark.parametrize("program", [TAKEN_OVER, WORKBOOK_TAKEN_OVER], ids=["files", "workbooks"])
def test_a_reader_that_a_file_has_taken_over_opens_nothing(works_here: Confined, program: str) -> None:
    """The examiner as it runs, with a reader in it that does as a stranger wants."""
    if works_here.landlock:
        command = [sys.executable, "-c", program]
        with pytest.raises(NotExaminable), examined(io.BytesIO(a_pdf(1)), PDF, command):
            pass
