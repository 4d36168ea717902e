"""What the operator does to people above whom nobody stands: signing out, naming an official, and the second hand."""

import re
from typing import cast

from tests.integration.sammelan.running import Machine
from tests.journeys.whole_house import eventually
from tests.people import Person, a_period, citizens
from tests.processes import House

CHIEF = "hq-organiser"


def invited(machine: Machine, key: str) -> Person:
    """An administrator of the topmost unit, by the operator, signed in."""
    number = citizens()[key]["national_number"]
    until = a_period()["valid_to"]
    done = machine.run(
        *("admin", "invite", "--unit", "BD", "--national-number", number, "--label", key, "--until", until)
    )
    assert done.returncode == 0, done.stderr
    person = Person(cast(House, machine), key)
    assert person.sign_in().status_code == 200
    return person


def test_the_operator_signs_out_names_an_official_and_is_the_second_hand_where_nobody_is(
    machine: Machine,
) -> None:
    chief, second = invited(machine, CHIEF), invited(machine, "hq-second")
    me = chief.get("/api/identity/me").json()
    (grant,) = me["grants"]
    unit_id = grant["unit_id"]

    named = machine.run(
        "person", "name-official", "--account", me["account_id"], "--unit", "BD", "--reason", "elections"
    )
    assert (named.returncode, "is named for BD" in named.stdout) == (0, True), named.stderr
    offices = chief.get("/api/identity/me").json()["offices"]
    assert [one["unit_id"] for one in offices] == [unit_id]
    ending = ("person", "remove-official", "--account", me["account_id"], "--unit", "BD", "--reason", "over")
    ended = machine.run(*ending)
    assert (ended.returncode, "is no official of BD any more" in ended.stdout) == (0, True), ended.stderr
    assert chief.get("/api/identity/me").json()["offices"] == []
    again = machine.run(*ending)
    assert (again.returncode, "Traceback" in again.stderr) == (1, False), again.stderr

    # Two at the top: what takes both is not the operator's while there is the other one.
    wanted = {"unit_id": unit_id, "role": "administrator", "national_number": "9990000000455", **a_period()}
    asked = chief.post("/api/identity/grants", wanted)
    assert asked.json()["status"] == "proposed", asked.text
    confirm = ("person", "confirm", "--grant", asked.json()["id"], "--reason", "nobody is left")
    refused = machine.run(*confirm)
    assert (refused.returncode, "They decide it" in refused.stderr) == (1, True), refused.stderr
    (theirs,) = second.get("/api/identity/me").json()["grants"]
    left = second.post(
        f"/api/identity/grants/{theirs['id']}/resign",
        {"reason": "retired"},
        If_Match=f'"{theirs["version"]}"',
    )
    assert left.status_code == 200, left.text
    done = machine.run(*confirm)
    assert (done.returncode, "is now invited" in done.stdout) == (0, True), done.stderr

    ended = machine.run("person", "sign-out", "--account", me["account_id"], "--reason", "lost phone")
    assert (ended.returncode, re.match(r"[1-9]\d* sessions are ended", ended.stdout) is not None) == (0, True)
    # Everybody hears of it within ten seconds; see servicekit.access.revocations.
    assert eventually(lambda: chief.get("/api/identity/me").status_code == 401, "they are signed out", 10)


def test_one_thing_is_confirmed_at_a_time_and_only_what_waits(machine: Machine) -> None:
    both = machine.run("person", "confirm", "--grant", "x", "--window-of", "BD", "--reason", "r")
    neither = machine.run("person", "confirm", "--reason", "r")
    assert (both.returncode, neither.returncode) == (2, 2)
    nothing = machine.run("person", "confirm", "--window-of", "BD", "--reason", "r")
    assert (nothing.returncode, "waits for nobody" in nothing.stderr) == (1, True), nothing.stderr
    nowhere = machine.run("person", "confirm", "--window-of", "NOWHERE", "--reason", "r")
    assert "There is no such unit" in nowhere.stderr
