"""The operator's way back to roles that were in force before."""

from tests.integration.sammelan.running import Machine
from tests.integration.sammelan.test_person_command import CHIEF, invited

API = "/api/identity/role-changes"
ROLE = {
    "names": {"en": "Treasurer", "bn": "কোষাধ্যক্ষ", "vi": "Thủ quỹ"},
    "strong": False,
    "deputies": True,
    "permissions": [{"permission": "unit:read", "reach": "own", "use": True}],
}


def test_the_operator_looks_at_the_sets_of_roles_and_goes_back_to_one(machine: Machine) -> None:
    chief, second = invited(machine, CHIEF), invited(machine, "hq-second")
    wanted = {"act": "add", "key": "treasurer", "role": ROLE, "seen": 0, "reason": "elections"}
    asked = chief.post(API, wanted)
    assert asked.status_code == 201, asked.text
    change = asked.json()
    done = second.post(f"{API}/{change['id']}/confirm", If_Match=f'"{change["version"]}"')
    assert done.json()["status"] == "done", done.text
    listed = machine.run("roles", "list")
    first, last = listed.stdout.splitlines()
    assert (first.split()[0], first.split()[-1], last) == ("1", "treasurer", "0  as the file says")

    for arguments, code in (
        (("--version", "9", "--reason", "x"), 1),
        (("--version", "0", "--reason", " "), 1),
        (("--version", "0"), 2),
    ):
        refused = machine.run("roles", "restore", *arguments)
        assert (refused.returncode, "Traceback" in refused.stderr) == (code, False), refused.stderr
    back = machine.run("roles", "restore", "--version", "0", "--reason", "by mistake")
    assert back.stdout.splitlines() == [
        "Set 2 is in force, which says what 0 said.",
        "Withdrawn: treasurer",
    ], back.stderr
    # Withdrawn it keeps its name, and is given to nobody.
    roles = {one["key"]: one for one in chief.get("/api/identity/roles").json()["items"]}
    assert (roles["treasurer"]["withdrawn"], roles["treasurer"]["permissions"]) == (True, [])
    assert "treasurer (withdrawn)" in machine.run("roles", "list").stdout
