"""One read through the gateway, and through nginx, against the same read straight at the service.

Same machine, keep-alive, 16 connections in a process of their own, the three in turn over several rounds. Prints
requests per second, p50 and p99 of each, and the ratios to the direct read.
"""

import multiprocessing
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import requests

from gateway.domain import routes_of
from gateway.nginx import headers, render
from servicekit.settings import SERVICES
from tests.people import Person
from tests.processes import DatabaseServer, House, a_house, a_right, free_port, start
from tests.scene import first_people, identity_operations

CONNECTIONS = 16
SECONDS = 3.0
ROUNDS = 3
PYTHON_LIMIT = 0.5
NGINX_LIMIT = 0.8
PATH = "/api/identity/roles"
# The worker runs as we do: the folder is ours alone.
NGINX = """{user}daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{ access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;
fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
include {folder}/site.conf; }}
"""


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


def start_nginx(house: House, folder: Path) -> int:
    port = free_port()
    document = requests.get(house.url("identity") + "/openapi.json", timeout=5).json()
    site = render(
        routes_of("identity", document),
        {name: house.url(name) for name in SERVICES},
        gateway=house.url("gateway"),
        decision=f"http://127.0.0.1:{house.ports['gateway_metrics']}",
        port=port,
        headers_file=str(folder / "headers.conf"),
        cache_folder=str(folder / "decisions"),
    )
    (folder / "headers.conf").write_text(headers())
    (folder / "site.conf").write_text(site)
    (folder / "nginx.conf").write_text(
        NGINX.format(folder=folder, user="user root; " if os.getuid() == 0 else "")
    )
    house.processes["nginx"] = start(
        ["/usr/sbin/nginx", "-c", str(folder / "nginx.conf")], folder / "out.log"
    )
    time.sleep(1)
    return port


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
    with identity_operations(house) as outside:
        first_people(outside)
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
    has_nginx = subprocess.run(["which", "/usr/sbin/nginx"], capture_output=True, check=False).returncode == 0
    if has_nginx:
        ways["nginx"] = (start_nginx(house, folder), f"Cookie: session={session}\r\n")
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
