"""What an idle house costs: commands to the database a second, synced writes among them, and share of a core.

Everything runs and nobody asks anything. Each program's connections pass a counter that reads the names of the
commands. Prints what was counted against the limits.
"""

import os
import socket
import struct
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from servicekit.settings import SERVICES
from tests.processes import DatabaseServer, House, a_house, free_port

SECONDS = 30.0
SETTLE_SECONDS = 10.0
PROGRAMS = ("servicekit.events.relay", "congress.examiner", "sammelan.background")
COMMANDS_LIMIT = 20.0
CORE_LIMIT = 2.0
WRITES = ("insert", "update", "delete", "findAndModify", "commitTransaction", "bulkWrite")
OP_MSG = 2013
HEADER = 16


class Meter:
    """Stands between the programs and the database, and counts the commands that pass, by name."""

    def __init__(self, port: int, database: int) -> None:
        self._database = database
        self.counted: Counter[str] = Counter()
        self._listener = socket.create_server(("127.0.0.1", port), backlog=256)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            caller, _ = self._listener.accept()
            server = socket.create_connection(("127.0.0.1", self._database))
            for work, one, other in ((self._count, caller, server), (self._pass, server, caller)):
                threading.Thread(target=work, args=(one, other), daemon=True).start()

    def _count(self, caller: socket.socket, server: socket.socket) -> None:
        while (head := _exactly(caller, HEADER)) is not None:
            length, _, _, kind = struct.unpack("<iiii", head)
            body = _exactly(caller, length - HEADER)
            if body is None:
                break
            if kind == OP_MSG:
                self.counted[_command(body)] += 1
            server.sendall(head + body)
        server.close()

    @staticmethod
    def _pass(server: socket.socket, caller: socket.socket) -> None:
        try:
            while part := server.recv(65_536):
                caller.sendall(part)
        except OSError:
            return  # one side has hung up, and so does the other
        finally:
            caller.close()


def _exactly(connection: socket.socket, length: int) -> bytes | None:
    found = b""
    while len(found) < length:
        try:
            part = connection.recv(length - len(found))
        except OSError:
            return None
        if not part:
            return None
        found += part
    return found


def _command(body: bytes) -> str:
    """The first key of the document in an OP_MSG: flags (4), kind of section (1), length (4), type (1), name."""
    return body[10 : body.index(b"\0", 10)].decode("ascii", "replace")


def cpu_seconds(house: House) -> Counter[str]:
    """Of each program of the house with its children, by the system's own account."""
    groups = {process.popen.pid: name for name, process in house.processes.items()}
    ticks: Counter[str] = Counter()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has just ended
            if int(fields[2]) in groups:
                ticks[groups[int(fields[2])]] += int(fields[11]) + int(fields[12])
    return ticks


def measure(house: House, meter: Meter, seconds: float) -> tuple[Counter[str], dict[str, float]]:
    """Commands by name; of each program the share of a core, in percent."""
    before, cpu = meter.counted.copy(), cpu_seconds(house)
    time.sleep(seconds)
    used = cpu_seconds(house) - cpu
    return meter.counted - before, {
        name: 100 * ticks / os.sysconf("SC_CLK_TCK") / seconds for name, ticks in used.most_common()
    }


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    with tempfile.TemporaryDirectory() as name:
        server = DatabaseServer(free_port(), Path(name) / "db")
        server.start()
        counted = free_port()
        meter = Meter(counted, server.port)
        try:
            with a_house(server, Path(name) / "house") as house:
                house.extra = {
                    "MONGO_URL": f"mongodb://127.0.0.1:{counted}/?directConnection=true&serverMonitoringMode=poll"
                }
                for service in (*SERVICES, "practice_eid", "practice_mail", "gateway"):
                    house.start_service(service)
                for program in PROGRAMS:
                    house.start_program(program)
                time.sleep(SETTLE_SECONDS)
                commands, shares = measure(house, meter, seconds)
        finally:
            if server.process is not None:
                server.process.kill()
    rate = commands.total() / seconds
    core = sum(shares.values())
    writes = sum(commands[name] for name in WRITES) / seconds
    for command, times in commands.most_common(8):
        print(f"{command:20} {times / seconds:6.1f} a second")
    for name, share in shares.items():
        print(f"{name:28} {share:5.2f} % of a core")
    print(f"commands {rate:.1f} a second   (limit {COMMANDS_LIMIT:.0f}): {rate / COMMANDS_LIMIT:.1f} times")
    print(f"writes   {writes:.1f} a second")
    print(f"CPU      {core:.1f} % of a core   (limit {CORE_LIMIT:.0f} %): {core / CORE_LIMIT:.1f} times")
    return 0 if rate <= COMMANDS_LIMIT and core <= CORE_LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
