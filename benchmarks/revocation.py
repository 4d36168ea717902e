"""How long a revoked sign-in still opens a door: until the last worker of the last service refuses it.

The session is ended by its owner; its tokens for every service are then tried straight at the services, without the
gateway, which knows sooner. Each repetition counts the slowest service. Prints median and maximum against the limit.
"""

import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import requests

from servicekit.access.keys import KeyRing
from servicekit.access.tokens import service_token
from servicekit.settings import SERVICES
from tests.people import Person
from tests.processes import DatabaseServer, House, a_house, free_port
from tests.scene import first_people, identity_operations

REPETITIONS = 200
LIMIT_SECONDS = 2.0
WORKERS = 2
PATHS = {
    "identity": "/api/identity/me",
    "membership": "/api/membership/levels",
    "congress": "/api/congress/plans",
    "notifications": "/api/notifications/inbox",
    "portal": "/account",
}


def tokens_of(house: House, session: str) -> dict[str, str]:
    found = {}
    for service in SERVICES:
        word = service_token(KeyRing(house.folder / "keys", "gateway"), "gateway", "identity")
        answer = requests.post(
            house.url("identity") + "/internal/session-token",
            json={"session": session, "audience": service},
            headers={"Authorization": f"Bearer {word}"},
            timeout=5,
        )
        found[service] = answer.json()["access_token"]
    return found


def opens(house: House, service: str, token: str) -> bool:
    # A new connection each time, so that every worker of the service is met.
    headers = {"Authorization": f"Bearer {token}", "Connection": "close"}
    answer = requests.get(house.url(service) + PATHS[service], headers=headers, timeout=10)
    return answer.status_code != 401


def until_refused(house: House, service: str, token: str, since: float, told: dict[str, float]) -> None:
    """The moment after which the service refused twice as often in a row as it has workers."""
    refusals, last_open = 0, since
    while refusals < 2 * WORKERS:
        if opens(house, service, token):
            refusals, last_open = 0, time.perf_counter()
            if last_open - since > 10:
                break
        else:
            refusals += 1
        time.sleep(0.01)
    told[service] = last_open - since


def once(house: House) -> dict[str, float]:
    person = Person(house, "hq-organiser")
    person.sign_in()
    session = next(c.value for c in person.http.cookies if c.name == "session") or ""
    tokens = tokens_of(house, session)
    for service, token in tokens.items():
        if not opens(house, service, token):
            raise RuntimeError(f"{service} refuses a good token")
    told: dict[str, float] = {}
    if person.send("DELETE", "/api/identity/sessions").status_code != 204:
        raise RuntimeError("the session could not be ended")
    since = time.perf_counter()
    threads = [
        threading.Thread(target=until_refused, args=(house, service, token, since, told))
        for service, token in tokens.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def main() -> int:
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else REPETITIONS
    with tempfile.TemporaryDirectory() as name:
        server = DatabaseServer(free_port(), Path(name) / "db")
        server.start()
        try:
            with a_house(server, Path(name) / "house") as house:
                house.extra = dict.fromkeys(
                    ("LIMIT_ADDRESS_PER_MINUTE", "LIMIT_ACCOUNT_PER_MINUTE", "LIMIT_SIGN_IN_PER_MINUTE"),
                    "10000000",
                )
                with identity_operations(house) as context:
                    first_people(context)
                for service in (*SERVICES, "practice_eid", "gateway"):
                    house.start_service(
                        service, workers=1 if service in ("practice_eid", "gateway") else WORKERS
                    )
                seen = [once(house) for _ in range(repetitions)]
        finally:
            if server.process is not None:
                server.process.kill()
    for service in SERVICES:
        times = [one[service] for one in seen]
        print(f"{service:14} median {statistics.median(times):5.2f} s   max {max(times):5.2f} s")
    slowest = max(max(one.values()) for one in seen)
    print(
        f"{repetitions} repetitions, {WORKERS} workers a service: slowest {slowest:.2f} s   (limit {LIMIT_SECONDS} s)"
    )
    return 0 if slowest < LIMIT_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
