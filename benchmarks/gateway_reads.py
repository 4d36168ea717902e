"""One read through the gateway, and through nginx, against the same read straight at the service.

Same machine, keep-alive, 16 connections in a process of their own, the three in turn over several rounds. Prints
requests per second, p50 and p99 of each, and the ratios to the direct read.
"""

import multiprocessing
import socket
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.nginx import PROGRAM, start_nginx
from tests.people import Person
from tests.processes import DatabaseServer, House, a_house, a_right, free_port
from tests.scene import first_people, identity_operations

CONNECTIONS = 16
SECONDS = 3.0
ROUNDS = 3
PYTHON_LIMIT = 0.5
NGINX_LIMIT = 0.8
PATH = "/api/identity/roles"


def load(port: int, lines: str, seconds: float, told: "multiprocessing.Queue[list[float]]") -> None:
    """Asks again and again on each of the connections; tells the seconds that each answer took."""
    request = f"GET {PATH} HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n".encode()
    end = time.perf_counter() + seconds
    took: list[float] = []

    def one() -> None:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            mine = []
            while (now := time.perf_counter()) < end:
                connection.sendall(request)
                data = connection.recv(65536)
                if not data.startswith(b"HTTP/1.1 200"):
                    raise RuntimeError(data[:200])
                head, _, body = data.partition(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                while len(body) < length:
                    body += connection.recv(65536)
                mine.append(time.perf_counter() - now)
            took.extend(mine)

    threads = [threading.Thread(target=one) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.put(took)


def measure(port: int, lines: str, seconds: float) -> list[float]:
    told: multiprocessing.Queue[list[float]] = multiprocessing.Queue()
    child = multiprocessing.Process(target=load, args=(port, lines, seconds, told))
    child.start()
    took = told.get(timeout=seconds + 30)
    child.join()
    return took


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = DatabaseServer(free_port(), folder / "db")
        server.start()
        try:
            with a_house(server, folder / "house") as house:
                house.extra = {"LIMIT_SESSION_PER_MINUTE": "10000000", "LIMIT_ACCOUNT_PER_MINUTE": "10000000"}
                house.extra["LIMIT_ADDRESS_PER_MINUTE"] = "10000000"
                return compare(house, folder)
        finally:
            if server.process is not None:
                server.process.kill()


def compare(house: House, folder: Path) -> int:
    with identity_operations(house) as context:
        first_people(context)
    for service in ("identity", "practice_eid", "gateway"):
        house.start_service(service, threads=CONNECTIONS)
    person = Person(house, "hq-organiser")
    person.sign_in()
    session = next(c.value for c in person.http.cookies if c.name == "session")
    token = house.token("identity", a_right("access:read", ("root",)))
    ways = {
        "direct": (house.ports["identity"], f"Authorization: Bearer {token}\r\n"),
        "gateway": (house.ports["gateway"], f"Cookie: session={session}\r\n"),
    }
    has_nginx = Path(PROGRAM).exists()
    if has_nginx:
        ways["nginx"] = (start_nginx(house, folder, "identity"), f"Cookie: session={session}\r\n")
    rates: dict[str, list[float]] = {way: [] for way in ways}
    took: dict[str, list[float]] = {way: [] for way in ways}
    for port, lines in ways.values():
        measure(port, lines, 1.0)
    for _ in range(ROUNDS):
        for way, (port, lines) in ways.items():
            seen = measure(port, lines, SECONDS)
            rates[way].append(len(seen) / SECONDS)
            took[way] += seen
    print(
        f"GET {PATH}, {CONNECTIONS} connections, {ROUNDS} rounds of {SECONDS:.0f} s each, one worker a process"
    )
    for way, seen in took.items():
        cuts = statistics.quantiles(seen, n=100)
        rate = statistics.median(rates[way])
        print(
            f"{way:8} {rate:8,.0f} a second   p50 {cuts[49] * 1000:6.1f} ms   p99 {cuts[98] * 1000:6.1f} ms"
        )
    ok = True
    for way, limit in (("gateway", PYTHON_LIMIT), ("nginx", NGINX_LIMIT)):
        if way in rates:
            pairs = [mine / direct for mine, direct in zip(rates[way], rates["direct"], strict=True)]
            ratio = statistics.median(pairs)
            ok &= ratio >= limit
            print(f"{way} / direct {ratio:.2f}   (limit {limit})")
    if not has_nginx:
        print("nginx is not installed here: its ratio was not measured")
        ok = False
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
