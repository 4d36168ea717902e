"""The operator's commands, on a running house."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pymongo import MongoClient

from servicekit.tree.listed import Listed
from tests.integration.sammelan.conftest import UNITS, a_file
from tests.integration.sammelan.running import Machine


def test_a_file_with_errors_is_refused_row_by_row_and_nothing_is_written(
    machine: Machine, tmp_path: Path
) -> None:
    bad = UNITS + "D2,NOWHERE,district,Second,দ্বিতীয়\nD3,V1,district,,\nD3,V1,union,Third,তৃতীয়\n"
    done = machine.run("import", "units", str(a_file(tmp_path, bad)))
    assert done.returncode == 1
    assert "row 5, parent_code: There is no unit NOWHERE." in done.stdout
    assert "row 6, name_en: The name is missing." in done.stdout
    assert "row 7, code: The code D3 is already in row 6." in done.stdout
    assert "Nothing was written." in done.stdout
    assert "3 unchanged" in machine.run("import", "units", str(a_file(tmp_path, UNITS))).stdout


def test_a_dry_run_shows_what_would_change_and_writes_nothing(machine: Machine, tmp_path: Path) -> None:
    more = a_file(tmp_path, UNITS.replace("First district", "Renamed") + "D9,V1,district,Ninth,নবম\n")
    done = machine.run("import", "units", str(more), "--dry-run")
    assert done.returncode == 0
    assert "+ D9 district Ninth / নবম" in done.stdout
    assert "~ D1 district Renamed" in done.stdout
    assert "1 new, 1 changed, 0 ended, 2 unchanged" in done.stdout
    assert "Nothing was written." in done.stdout
    assert "1 new, 1 changed" in machine.run("import", "units", str(more), "--dry-run").stdout


def test_a_code_in_doubt_stops_an_import_until_it_is_named(machine: Machine, tmp_path: Path) -> None:
    file, listed = a_file(tmp_path, UNITS + "D01,V1,district,Another,অন্য\n"), tmp_path / "doubts.csv"
    dry = machine.run("import", "units", str(file), "--dry-run", "--list-doubts", str(listed))
    assert dry.returncode == 0
    assert "row 5, in doubt: D01 is new and hardly differs from D1, which is stored." in dry.stdout
    assert listed.read_text(encoding="utf-8").startswith("D01,alike,D1")
    refused = machine.run("import", "units", str(file), "--skip-bad", "--confirm", "D1")
    assert refused.returncode == 1
    assert "1 in doubt" in refused.stdout
    assert "Nothing was written." in refused.stdout
    done = machine.run("import", "units", str(file), "--confirmed", str(listed))
    assert "1 units written." in done.stdout


def test_a_mass_end_needs_its_number(machine: Machine, tmp_path: Path) -> None:
    machine.run("import", "units", str(a_file(tmp_path, UNITS + "D7,V1,district,Seventh,সপ্তম\n")))
    file = str(a_file(tmp_path, UNITS))
    asked = machine.run("import", "units", file, "--end-missing")
    assert asked.returncode == 2
    number = re.findall(r"(\d+) units would end", asked.stderr)[0]
    wrong = machine.run("import", "units", file, "--end-missing", str(int(number) + 1))
    assert wrong.returncode == 1
    assert f"{number} units would end, and {int(number) + 1} were confirmed." in wrong.stderr
    assert f"{number} ended" in machine.run("import", "units", file, "--end-missing", "--dry-run").stdout
    assert f"{number} units written." in machine.run("import", "units", file, "--end-missing", number).stdout


def test_bad_rows_can_be_left_out(machine: Machine, tmp_path: Path) -> None:
    file = a_file(tmp_path, UNITS + "D4,V1,district,Fourth,চতুর্থ\nD5,NOWHERE,district,Fifth,পঞ্চম\n")
    done = machine.run("import", "units", str(file), "--skip-bad")
    assert done.returncode == 0
    assert "row 6, parent_code" in done.stdout
    assert "1 units written." in done.stdout


def test_the_first_administrator_is_invited_by_the_operator(machine: Machine) -> None:
    given = ("--national-number", "9990000000011", "--label", "Anwara", "--until", "2030-12-31")
    done = machine.run("admin", "invite", "--unit", "BD", *given)
    assert done.returncode == 0, done.stderr
    assert "Anwara is invited as administrator of BD until 2030-12-31." in done.stdout


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"--unit": "NOWHERE"}, "There is no such unit"),
        ({"--national-number": "12"}, "not a national number"),
        ({"--until": "2001-01-01"}, "ended"),
    ],
)
def test_an_invitation_that_cannot_be_is_refused_in_one_line(
    machine: Machine, changed: dict[str, str], said: str
) -> None:
    given = {
        "--unit": "V1",
        "--national-number": "9990000000028",
        "--label": "Badal",
        "--until": "2030-12-31",
        **changed,
    }
    done = machine.run("admin", "invite", *(word for pair in given.items() for word in pair))
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_roll_ups_are_equal_to_a_recount(machine: Machine) -> None:
    done = machine.run("rollup", "verify")
    assert done.returncode == 0
    assert "Equal" in done.stdout


def test_a_copy_of_units_that_drifted_is_named_and_made_right_when_asked(machine: Machine) -> None:
    with MongoClient[dict[str, object]](f"mongodb://127.0.0.1:{machine.port_base + 7}/") as client:
        units = client["sammelan_congress"]["units"]
        unit = units.find_one({"parent_id": {"$ne": None}})
        assert unit is not None
        units.update_one({"_id": unit["_id"]}, {"$set": {"code": "ELSEWHERE"}})
        named = machine.run("rollup", "verify")
        assert (named.returncode, "Nothing was changed." in named.stdout) == (1, True), named.stdout
        mended = machine.run("rollup", "verify", "--mend")
        assert (mended.returncode, "is made right" in mended.stdout) == (0, True), (
            mended.stdout + mended.stderr
        )
        again = units.find_one({"_id": unit["_id"]})
        assert again is not None
        assert again["code"] == unit["code"]


def test_counts_of_members_that_drifted_are_named_and_made_right_when_asked(machine: Machine) -> None:
    with MongoClient[dict[str, object]](f"mongodb://127.0.0.1:{machine.port_base + 7}/") as client:
        sums = client["sammelan_membership"]["member_sums"]
        sums.update_one({"_id": "nowhere"}, {"$set": {"groups": {"all": {"official": 7}}}}, upsert=True)
        named = machine.run("rollup", "verify")
        assert (named.returncode, "nowhere" in named.stdout) == (1, True), named.stdout
        mended = machine.run("rollup", "verify", "--mend")
        assert (mended.returncode, "is made right" in mended.stdout) == (0, True), mended.stdout
        assert machine.run("rollup", "verify").returncode == 0


def test_a_roll_out_that_drifted_is_named_and_made_right_when_asked(machine: Machine) -> None:
    with MongoClient[dict[str, object]](f"mongodb://127.0.0.1:{machine.port_base + 7}/") as client:
        sums = client["sammelan_identity"]["rollout_sums"]
        sums.update_one({"_id": "nowhere"}, {"$set": {"groups": {"union": {"held": 7}}}}, upsert=True)
        named = machine.run("rollup", "verify")
        assert (named.returncode, "nowhere" in named.stdout) == (1, True), named.stdout
        mended = machine.run("rollup", "verify", "--mend")
        assert (mended.returncode, "is made right" in mended.stdout) == (0, True), mended.stdout
        assert machine.run("rollup", "verify").returncode == 0


def test_a_line_of_nothing_in_a_list_is_named_and_made_right_when_asked(machine: Machine) -> None:
    """Its number alone the keeper makes right by itself."""
    with MongoClient[dict[str, object]](f"mongodb://127.0.0.1:{machine.port_base + 7}/") as client:
        lines = client["sammelan_identity"]["listed"]
        (strange,) = Listed("grants", "gone", ("nowhere",), "active", datetime.now(UTC)).lines()
        lines.insert_one(strange)
        named = machine.run("rollup", "verify")
        assert (named.returncode, "nowhere" in named.stdout) == (1, True), named.stdout
        mended = machine.run("rollup", "verify", "--mend")
        assert (mended.returncode, "is made right" in mended.stdout) == (0, True), mended.stdout
        assert lines.find_one({"_id": strange["_id"]}) is None
        assert machine.run("rollup", "verify").returncode == 0


def test_the_doctor_names_sums_that_the_look_in_the_background_found_wrong(machine: Machine) -> None:
    with MongoClient[dict[str, object]](f"mongodb://127.0.0.1:{machine.port_base + 7}/") as client:
        marks = client["sammelan_congress"]["marks"]
        marks.update_one({"_id": "projector drift"}, {"$set": {"named": ["plan root total"]}}, upsert=True)
        told = machine.run("doctor")
        marks.delete_one({"_id": "projector drift"})
    assert told.returncode == 1
    assert "congress plan root total" in told.stdout
    assert "Sums are what their records say" in machine.run("doctor").stdout


def test_an_altered_audit_entry_is_named(machine: Machine) -> None:
    machine.run("admin", "invite", "--unit", "D1", "--national-number", "9990000000035", "--label", "Chhaya",
                "--until", "2030-12-31")  # fmt: skip
    with MongoClient[dict[str, object]](f"mongodb://127.0.0.1:{machine.port_base + 7}/") as client:
        log = client["sammelan_membership_audit"]["entries"]
        entry = log.find_one({"seq": 1})
        assert entry is not None
        assert machine.run("audit", "verify").returncode == 0
        log.update_one({"seq": 1}, {"$set": {"actor": "somebody else"}})
        done = machine.run("audit", "verify")
        log.update_one({"seq": 1}, {"$set": {"actor": entry["actor"]}})
    assert done.returncode == 1
    assert "membership: entry 1 is altered" in done.stderr


def test_the_route_table_names_every_service(machine: Machine) -> None:
    said = machine.run("routes").stdout
    assert {"identity", "membership", "congress", "notifications", "portal"} <= set(said.split())


@pytest.mark.parametrize(
    ("command", "code"), [(["routes"], 0), (["rollup", "verify"], 0), (["person", "sign-out"], 2)]
)
def test_a_command_says_the_same_in_an_interpreter_of_its_own(
    machine: Machine, command: list[str], code: int
) -> None:
    """All others are forked from a process that has imported the commands; an operator's is not."""
    alone, forked = machine.run_by_itself(*command), machine.run(*command)
    assert (alone.returncode, alone.stdout, alone.stderr) == (code, forked.stdout, forked.stderr)
    assert forked.returncode == code


def test_the_doctor_finds_the_running_house_well(machine: Machine) -> None:
    said = machine.run("doctor").stdout
    assert "in use by Sammelan itself" in said
    assert "Database is a replica set" in said


def test_the_eid_is_examined_and_what_to_register_there_is_told(machine: Machine) -> None:
    done = machine.run("eid", "check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "yes: it refuses only a code that it never gave" in done.stdout
    assert f"redirect URI  {machine.address}/sign-in/callback" in done.stdout
    machine.more["EID_CLIENT_SECRET"] = "another"
    try:
        done = machine.run("eid", "check", "practice")
    finally:
        del machine.more["EID_CLIENT_SECRET"]
    assert done.returncode == 1
    assert "FAULT whether it knows us" in " ".join(done.stdout.split())
    done = machine.run("eid", "check", "elsewhere")
    assert (done.returncode, done.stderr) == (1, "Error: Configured in EID_PROVIDERS: practice.\n")


def test_a_backup_is_restored_elsewhere_and_an_altered_one_is_refused(
    machine: Machine, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    done = machine.run("backup", str(folder), "--with-keys")
    assert done.returncode == 0, done.stderr
    elsewhere = Machine(tmp_path / "elsewhere")
    elsewhere.folder.mkdir()
    restored = elsewhere.run("restore", str(folder), "--with-keys")
    assert restored.returncode == 0, restored.stderr
    elsewhere.start()
    try:
        same = elsewhere.run("import", "units", str(a_file(tmp_path, UNITS)), "--dry-run").stdout
        assert "3 unchanged" in same
        assert elsewhere.run("audit", "verify").returncode == 0
    finally:
        elsewhere.stop()
    file = folder / "membership" / "units.bson"
    file.write_bytes(file.read_bytes()[:-1])
    third = Machine(tmp_path / "third")
    third.folder.mkdir()
    assert "The keys are not there" in third.run("restore", str(folder)).stderr
    refused = third.run("restore", str(folder), "--with-keys")
    assert refused.returncode == 1
    assert "is not what the backup wrote" in refused.stderr


def test_a_backup_says_that_the_keys_are_not_in_it(machine: Machine, tmp_path: Path) -> None:
    done = machine.run("backup", str(tmp_path / "without"))
    assert "The keys are not in it" in done.stdout
    assert not (tmp_path / "without" / "keys").exists()
    assert "is not empty" in machine.run("backup", str(tmp_path / "without")).stderr


def test_the_operator_acts_on_people_above_whom_nobody_stands(machine: Machine) -> None:
    unknown = ("--account", "nobody", "--reason", "lost phone")
    for command in (("sign-out",), ("name-official", "--unit", "BD")):
        done = machine.run("person", *command, *unknown)
        assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
        assert "There is nothing here" in done.stderr
    nowhere = machine.run("person", "name-official", "--unit", "NOWHERE", *unknown)
    assert "There is no such unit" in nowhere.stderr
