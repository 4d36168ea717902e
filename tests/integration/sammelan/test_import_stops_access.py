"""An import that moves or ends units says first whose access stops by it, and does it only when that is known."""

from pathlib import Path
from typing import cast

from tests.integration.sammelan.conftest import UNITS, a_file
from tests.integration.sammelan.running import Machine
from tests.people import Person, a_period, citizens
from tests.processes import House

TREE = UNITS + "V2,BD,division,Second division,দ্বিতীয় বিভাগ\n"
MOVED = TREE.replace("D1,V1", "D1,V2")


def given_below(machine: Machine) -> None:
    """The first division's administrator gives a role in its district."""
    number = citizens()["hq-organiser"]["national_number"]
    invited = (
        "--unit",
        "V1",
        "--national-number",
        number,
        "--label",
        "V1",
        "--until",
        a_period()["valid_to"],
    )
    assert machine.run("admin", "invite", *invited).returncode == 0
    giver = Person(cast(House, machine), "hq-organiser")
    assert giver.sign_in().status_code == 200
    district = giver.get("/api/membership/units?code=D1").json()["items"][0]["id"]
    wanted = {"unit_id": district, "role": "clerk", "national_number": "9990000000455", "label": "Karim"}
    given = giver.post("/api/identity/grants", {**wanted, **a_period()})
    assert given.status_code == 201, given.text


def test_a_move_and_an_end_by_a_file_name_whose_access_stops_before_anything_is_written(
    machine: Machine, tmp_path: Path
) -> None:
    assert machine.run("import", "units", str(a_file(tmp_path, TREE))).returncode == 0
    given_below(machine)
    moved = str(a_file(tmp_path, MOVED))
    for refused in (
        machine.run("import", "units", moved),
        machine.run("import", "units", moved, "--access-ends", "7"),
    ):
        assert refused.returncode == 2
        assert "! Karim, clerk, First district: its unit moves away" in refused.stdout
        assert "1 grants stop giving access. Nothing was written." in refused.stderr
    dry = machine.run("import", "units", moved, "--dry-run")
    assert (dry.returncode, "1 grants stop giving access, of 1 people" in dry.stdout) == (0, True)
    # An end says it before its number is asked.
    ending = machine.run("import", "units", str(a_file(tmp_path, TREE.split("D1,")[0])), "--end-missing")
    assert ending.returncode == 2
    assert "units would end" in ending.stderr
    assert "its unit ends" in ending.stdout
    done = machine.run("import", "units", str(a_file(tmp_path, MOVED)), "--access-ends", "1")
    assert (done.returncode, "1 units written." in done.stdout) == (0, True), done.stderr
    again = machine.run("import", "units", str(a_file(tmp_path, MOVED)))
    assert (again.returncode, "stop giving access" in again.stdout) == (0, False)
