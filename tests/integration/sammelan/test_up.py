"""make up without make: what starts, what is said, what stays, what ends."""

import contextlib
import os
import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest
import requests

from tests.integration.sammelan.conftest import LEVELS, UNITS, a_file
from tests.integration.sammelan.running import Machine, memory_mb


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path)
    yield made
    made.stop()


def test_data_is_found_again_after_a_second_start_and_nothing_runs_on_after_ctrl_c(fresh: Machine) -> None:
    fresh.start()
    fresh.run("import", "units", str(a_file(fresh.folder, UNITS)), "--levels", str(LEVELS))
    stopped_within = fresh.stop(signal.SIGINT)
    assert stopped_within < 20
    assert fresh.pids() == {}
    assert "the data stays" in fresh.said

    fresh.start()
    again = fresh.run("import", "units", str(a_file(fresh.folder, UNITS)), "--dry-run")
    assert "3 unchanged" in again.stdout
    fresh.stop(signal.SIGTERM)
    assert fresh.pids() == {}


def test_each_web_program_has_as_many_processes_as_are_wanted(fresh: Machine) -> None:
    fresh.more = {"WEB_WORKERS": "4"}
    fresh.start()
    names = Counter(named.partition(":")[0] for named in fresh.pids().values())
    services = ("identity", "membership", "congress", "notifications", "portal")
    assert {name: names[name] for name in services} == dict.fromkeys(services, 1 + 4)
    assert sum("gateway.wsgi" in named for named in fresh.pids().values()) == 1 + 4
    assert (names["practice_eid"], names["practice_mail"]) == (2, 2), "these keep in memory what they know"
    assert requests.get(fresh.address, timeout=30).status_code == 200
    fresh.stop()
    assert fresh.pids() == {}


def test_one_address_is_printed_and_an_empty_system_says_how_to_make_the_first_administrator(
    machine: Machine,
) -> None:
    assert machine.said.count(f"{machine.address}\n") == 1
    assert "admin invite --unit" in machine.said
    assert "import units" in machine.said
    assert requests.get(machine.address, timeout=30).status_code == 200


def test_a_taken_port_is_named_together_with_the_setting_that_moves_it(fresh: Machine) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", fresh.port_base + 3))
        holder.listen()
        done = fresh.run("up")
    assert done.returncode == 1
    assert f"Port {fresh.port_base + 3} is taken" in done.stderr
    assert "MEMBERSHIP_PORT" in done.stderr
    assert "PORT_BASE" in done.stderr
    assert fresh.pids() == {}


def test_a_second_house_in_the_same_folder_is_refused(machine: Machine) -> None:
    second = Machine(machine.folder)
    done = second.run("up")
    assert done.returncode == 1
    assert "DATA_DIR" in done.stderr
    assert requests.get(f"{machine.address}/readyz", timeout=30).status_code == 200


def test_a_database_that_is_not_there_is_told_and_nothing_is_left_running(fresh: Machine) -> None:
    fresh.more = {"MONGO_URL": "mongodb://127.0.0.1:9/", "READY_SECONDS": "8"}
    done = fresh.run("up")
    assert done.returncode == 1
    assert "Not ready after 8 s" in done.stderr
    assert fresh.pids() == {}


@pytest.mark.parametrize("part", ["identity: ", "gateway.wsgi", "relay: ", "background: "])
def test_a_killed_program_is_started_again(machine: Machine, part: str) -> None:
    before = machine.pid_of(part)
    with contextlib.suppress(ProcessLookupError):
        os.kill(before, signal.SIGKILL)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        running = [pid for pid, command in machine.pids().items() if part in command]
        if running and before not in running and _is_ready(machine):
            return
        time.sleep(0.1)
    raise AssertionError(machine.pids())


def _is_ready(machine: Machine) -> bool:
    try:
        return requests.get(f"{machine.address}/readyz", timeout=5).status_code == 200
    except requests.RequestException:
        return False


def test_secrets_are_files_that_only_their_owner_reads(machine: Machine) -> None:
    data = machine.folder / "data"
    files = [*(data / "secrets").iterdir(), *(data / "keys").glob("*.private.json")]
    assert len(files) > 10
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_only_the_relay_is_told_the_key_of_the_audit(machine: Machine) -> None:
    told = ConfigParser(interpolation=None)
    told.read(machine.folder / "data/run/supervisord.conf")
    knowing = {name for name in told.sections() if "AUDIT_KEY" in told[name].get("environment", "")}
    assert knowing == {"program:relay"}
    assert not any(b"AUDIT_KEY" in Path(f"/proc/{pid}/environ").read_bytes() for pid in machine.pids()), (
        "what all of them are started with"
    )


def test_what_the_programs_import_is_in_memory_once(machine: Machine) -> None:
    """Each would else have 30 to 100 MB of its own, and the house some 800 beside its database."""
    ours = [pid for pid, command in machine.pids().items() if "secantusd" not in command]
    assert sum(memory_mb(pid) for pid in ours) < 600


def test_a_forked_program_counts_where_it_is_told_to(machine: Machine) -> None:
    congress = f"http://127.0.0.1:{machine.port_base + 4}"
    assert requests.get(f"{congress}/api/congress/none", timeout=30).status_code == 404
    assert "http_requests_total{" in requests.get(f"{congress}/metrics", timeout=30).text
    assert list((machine.folder / "data/run/metrics/congress").glob("counter_*.db"))


def test_every_service_answers_inside_only_and_metrics_have_a_port_of_their_own(machine: Machine) -> None:
    assert requests.get(f"{machine.address}/metrics", timeout=30).status_code == 404
    inside = requests.get(f"http://127.0.0.1:{machine.port_base + 10}/metrics", timeout=30)
    assert "http_requests_total" in inside.text


def test_what_a_service_would_refuse_is_told_before_anything_starts(tmp_path: Path) -> None:
    wrong = {"EID_PROVIDERS": "keycloak", "SMTP_TLS": "maybe"}
    done = Machine(tmp_path, more=wrong).run("up")
    assert done.returncode == 1
    assert (
        "identity: provider profile keycloak: issuer (EID_KEYCLOAK_ISSUER) is missing or wrong" in done.stderr
    )
    assert "notifications: " in done.stderr
    assert "Must be one of: off, starttls, tls." in done.stderr
    assert not (tmp_path / "data/run/supervisord.conf").exists()
