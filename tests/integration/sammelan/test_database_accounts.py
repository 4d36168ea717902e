"""The house on a database that asks for accounts: it works, and no program's account can change the audit."""

import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from sammelan.accounts import ACCOUNTS, AUDITS
from sammelan.archive import OWNERS
from sammelan.settings import EMBEDDED_SERVER
from servicekit.settings import with_account
from tests.integration.sammelan.conftest import LEVELS, UNITS, a_file
from tests.integration.sammelan.running import Machine
from tests.processes import Process, free_port, start

Json = dict[str, Any]
UNAUTHORIZED = 13
ADMIN = ("keeper-of-the-server", "a password of its own")
INVITED = ("--national-number", "9990000000011", "--label", "Anwara", "--until", "2030-12-31")


@dataclass
class Guarded:
    """A database server that asks who calls, and a house on it."""

    machine: Machine
    url: str

    def by(self, account: str) -> MongoClient[Json]:
        password = (
            (self.machine.folder / "data" / "secrets" / f"mongo_password_{account}").read_text().strip()
        )
        return MongoClient(with_account(self.url, f"sammelan_{account}", password))

    def by_admin(self) -> MongoClient[Json]:
        return MongoClient(with_account(self.url, *ADMIN))


def _server(folder: Path, port: int, *more: str) -> Process:
    process = start(
        [
            str(EMBEDDED_SERVER), "--port", str(port), "--storage-path", str(folder), "--sync-on-commit",
            "--log-file-max", "128MB", "--cache-size", "512M", "--log-level", "WARNING", *more,
        ],
        folder.with_suffix(".log"),
    )  # fmt: skip
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return process
        time.sleep(0.05)
    raise TimeoutError("the database does not start")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    folder = tmp_path_factory.mktemp("guarded")
    port = free_port()
    url = f"mongodb://127.0.0.1:{port}/?directConnection=true"
    machine = Machine(folder / "machine", more={"MONGO_URL": url, "DATABASE_ACCOUNTS": "yes"})
    machine.folder.mkdir()
    # The first account is made while nobody is asked, as the operator of a new MongoDB does on its own machine.
    server = _server(folder / "db", port)
    with MongoClient[Json](url) as client:
        client.admin.command(
            {"createUser": ADMIN[0], "pwd": ADMIN[1], "roles": [{"role": "root", "db": "admin"}]}
        )
    server.stop()
    server = _server(folder / "db", port, "--auth")
    try:
        password = folder / "admin"
        password.write_text(ADMIN[1])
        assert machine.run("keys", "init").returncode == 0
        for _ in range(2):  # a second time changes nothing
            made = machine.run(
                "database", "accounts", "--admin", ADMIN[0], "--admin-password-file", str(password)
            )
            assert made.returncode == 0, made.stderr
        machine.start()
        done = machine.run("import", "units", str(a_file(folder, UNITS)), "--levels", str(LEVELS))
        assert done.returncode == 0, done.stderr
        yield Guarded(machine, url)
    finally:
        machine.stop()
        server.stop()


def refused(act: Callable[[], object]) -> bool:
    """Whether the database says that the account may not; any other failure is one of the test."""
    try:
        act()
    except OperationFailure as error:
        if error.code != UNAUTHORIZED:
            raise
        return True
    return False


def waited_for(found: Callable[[], Any], seconds: float = 20.0) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if (one := found()) is not None:
            return one
        time.sleep(0.1)
    raise TimeoutError


def an_entry(guarded: Guarded, service: str) -> Json:
    """The first of a service's entries; made by the operator's own commands where nothing happened yet."""
    with guarded.by_admin() as client:
        entry: Json = waited_for(lambda: client[f"sammelan_{service}_audit"]["entries"].find_one({"seq": 1}))
        return entry


def test_the_house_works_and_its_audit_is_collected(guarded: Guarded) -> None:
    assert guarded.machine.run("admin", "invite", "--unit", "BD", *INVITED).returncode == 0
    assert an_entry(guarded, "identity")["action"] == "grant.given"
    assert an_entry(guarded, "membership")["action"].startswith("units")
    verified = guarded.machine.run("audit", "verify")
    assert verified.returncode == 0, verified.stderr
    assert guarded.machine.run("rollup", "verify").returncode == 0
    log = guarded.machine.folder / "data" / "logs"
    assert "OperationFailure" not in "".join(file.read_text() for file in log.glob("*.log"))


@pytest.mark.parametrize("account", [name for name in ACCOUNTS if name != "relay"])
def test_no_programs_account_can_write_into_an_audit(guarded: Guarded, account: str) -> None:
    an_entry(guarded, "membership")
    with guarded.by(account) as client:
        client.admin.command("ping")
        for part in AUDITS:
            log = client[f"sammelan_{part}"]["entries"]
            assert refused(lambda log=log: log.insert_one({"seq": 10**6}))  # type: ignore[misc]
            assert all(refused(act) for act in changes_of(log))


def test_the_relays_account_adds_to_an_audit_and_changes_nothing_in_it(guarded: Guarded) -> None:
    before = an_entry(guarded, "membership")
    with guarded.by("relay") as client:
        for part in AUDITS:
            log = client[f"sammelan_{part}"]["entries"]
            assert all(refused(act) for act in changes_of(log))
            assert refused(lambda log=log: log.create_index("at", expireAfterSeconds=1))  # type: ignore[misc]
        ends = client["sammelan_relay"]["ends"]
        assert ends.update_one({"_id": "membership"}, {"$set": {"seen": True}}).matched_count == 1
    assert an_entry(guarded, "membership") == before


def changes_of(log: Any) -> list[Callable[[], object]]:
    return [
        lambda: log.update_one({"seq": 1}, {"$set": {"actor": "somebody else"}}),
        lambda: log.update_many({}, {"$set": {"actor": "somebody else"}}),
        lambda: log.replace_one({"seq": 1}, {"seq": 1}),
        lambda: log.find_one_and_update({"seq": 1}, {"$set": {"actor": "somebody else"}}),
        lambda: log.delete_one({"seq": 1}),
        lambda: log.delete_many({}),
        lambda: log.find_one_and_delete({"seq": 1}),
        log.drop,
        lambda: log.rename("elsewhere"),
        lambda: log.database.client.drop_database(log.database.name),
        lambda: log.drop_indexes(),
    ]


@pytest.mark.parametrize("service", OWNERS)
def test_a_services_account_reads_its_own_database_and_nobody_elses(guarded: Guarded, service: str) -> None:
    with guarded.by(service) as client:
        client[f"sammelan_{service}"]["leases"].find_one({"_id": "relay"})
        client[f"sammelan_{service}_audit"]["entries"].find_one({"seq": 1})
        others = [name for name in OWNERS if name != service]
        for part in (*others, *(f"{name}_audit" for name in others), "relay", "operator"):
            assert refused(lambda part=part: client[f"sammelan_{part}"]["things"].find_one({"_id": 1}))  # type: ignore[misc]
            assert refused(lambda part=part: client[f"sammelan_{part}"]["things"].insert_one({"_id": 1}))  # type: ignore[misc]
        assert refused(
            lambda: list(
                client[f"sammelan_{service}"]["leases"].aggregate(
                    [{"$out": {"db": f"sammelan_{service}_audit", "coll": "entries"}}]
                )
            )
        )
        assert refused(
            lambda: client.admin.command(
                {"grantRolesToUser": f"sammelan_{service}", "roles": [{"role": "root", "db": "admin"}]}
            )
        )


def test_nobody_without_an_account_reads_anything(guarded: Guarded) -> None:
    with MongoClient[Json](guarded.url) as client:
        assert refused(lambda: client["sammelan_identity"]["accounts"].find_one({"_id": 1}))


def test_a_backup_needs_only_an_account_that_reads(guarded: Guarded, tmp_path: Path) -> None:
    secrets = guarded.machine.folder / "data" / "secrets"
    guarded.machine.more |= {
        "MONGO_USER": "sammelan_backup",
        "MONGO_PASSWORD_FILE": str(secrets / "mongo_password_backup"),
    }
    try:
        done = guarded.machine.run("backup", str(tmp_path / "backup"))
    finally:
        del guarded.machine.more["MONGO_USER"], guarded.machine.more["MONGO_PASSWORD_FILE"]
    assert (tmp_path / "backup" / "membership_audit" / "entries.bson").stat().st_size, done.stderr
    with guarded.by("backup") as client:
        assert refused(lambda: client["sammelan_membership"]["units"].insert_one({"_id": "x"}))


def test_a_wrong_password_is_refused_in_one_line(guarded: Guarded, tmp_path: Path) -> None:
    password = tmp_path / "wrong"
    password.write_text("not it")
    member = guarded.url.removeprefix("mongodb://").partition("/")[0]
    for command in (("accounts",), ("initiate", "--member", member)):
        done = guarded.machine.run(
            "database", *command, "--admin", ADMIN[0], "--admin-password-file", str(password)
        )
        assert done.returncode == 1
        assert "does not know keeper-of-the-server by that password" in done.stderr
        assert "Traceback" not in done.stderr
    done = guarded.machine.run("database", "initiate", "--member", member, "--admin", ADMIN[0])
    assert "--admin and --admin-password-file belong together" in done.stderr


def test_a_replica_set_that_is_there_stays_as_it_is(guarded: Guarded, tmp_path: Path) -> None:
    password = tmp_path / "admin"
    password.write_text(ADMIN[1])
    member = guarded.url.removeprefix("mongodb://").partition("/")[0]
    done = guarded.machine.run(
        *("database", "initiate", "--member", member),
        *("--admin", ADMIN[0], "--admin-password-file", str(password)),
    )
    assert done.returncode == 0, done.stderr
    assert "is the primary of" in done.stdout


def test_the_servers_own_secrets_are_made_once_and_read_by_few(guarded: Guarded, tmp_path: Path) -> None:
    made = [guarded.machine.run("database", "secrets", str(tmp_path)) for _ in range(2)]
    assert [one.stdout.split() for one in made] == [["made", "keyfile", "made", "mongo_password_admin"], []]
    modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    # MongoDB takes no keyfile that others may read, and none of more than 1,024 characters.
    assert modes == {"keyfile": 0o400, "mongo_password_admin": 0o440}
    assert 6 <= len((tmp_path / "keyfile").read_text()) <= 1024
