"""What the compose file promises of every container; that it starts is shown by starting it (docs/operations.md)."""

import re

import pytest

from sammelan.accounts import ACCOUNTS
from sammelan.programs import BACKGROUND, WEB
from sammelan.secret_files import PRIVATE_KEYS, SECRETS
from tests.processes import ROOT

TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
IMAGE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
SERVICES = dict(
    re.findall(
        r"^  ([a-z-]+):(?: #.*)?\n((?:    .*\n|\n)+)",
        TEXT.partition("\nservices:\n")[2].partition("\nnetworks:\n")[0] + "\n",
        re.MULTILINE,
    )
)
HARDENED = TEXT.partition("x-hardened:")[2].partition("\nx-program:")[0]


def test_what_every_container_inherits_is_hardened() -> None:
    for line in ("read_only: true", "cap_drop: [ALL]", 'security_opt: ["no-new-privileges:true"]'):
        assert line in HARDENED


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_inherits_it_and_undoes_none_of_it(name: str) -> None:
    block = SERVICES[name]
    assert re.search(r"<<: \*(hardened|program)\b", block)
    for undone in (
        "privileged",
        "cap_add",
        "read_only: false",
        "user: root",
        "user: 0",
        "network_mode: host",
    ):
        assert undone not in block


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_has_a_health_check_or_runs_once(name: str) -> None:
    assert ("healthcheck:" in SERVICES[name]) != ('restart: "no"' in SERVICES[name])


def test_no_image_runs_as_root() -> None:
    users = re.findall(r"^USER (\S+)$", IMAGE, re.MULTILINE)
    # The stage that makes nginx's configuration is never run.
    stages = [name for name in re.findall(r"^FROM \S+ AS (\S+)$", IMAGE, re.MULTILINE) if name != "routes"]
    assert len(users) == len(stages)
    assert all(not user.startswith("0") and user != "root" for user in users)


def test_every_program_of_the_house_is_there() -> None:
    for package in WEB:
        assert f"{package}.wsgi:app" in TEXT
    for module in BACKGROUND:
        assert f"python -m {module}" in TEXT


def test_each_program_is_given_its_own_secrets_and_nobody_else_s() -> None:
    for program in PRIVATE_KEYS:
        if program == "operator":
            continue
        block = SERVICES[program.replace("_", "-")]
        given = set(re.findall(r"([A-Z_]+)_FILE: /secrets/", block))
        password = {"MONGO_PASSWORD"} if program in ACCOUNTS else set()
        assert given == set(SECRETS.get(program, ())) | password
        account = f"MONGO_USER: ${{DATABASE_PREFIX:-sammelan}}_{program}\n"
        assert (account in block) == (program in ACCOUNTS)
        assert re.findall(r"secrets-([a-z-]+):", block) == [program.replace("_", "-")]


def test_the_databases_own_secrets_are_for_it_and_for_whoever_makes_the_accounts() -> None:
    assert {name for name, block in SERVICES.items() if "secrets-database" in block} == {
        "database-keys",
        "mongo",
        "database-init",
    }
    assert "--keyFile=" in SERVICES["mongo"]  # with it the server asks everybody for an account


def test_only_the_door_and_the_practice_programs_publish_a_port_and_only_on_this_machine() -> None:
    published = {name for name, block in SERVICES.items() if "ports:" in block}
    assert published == {"front", "practice-eid", "practice-mail"}
    for name in published:
        assert 'ports: ["${BIND:-127.0.0.1}:' in SERVICES[name]


def test_the_database_is_on_a_network_without_a_way_out() -> None:
    assert "networks: [data]" in SERVICES["mongo"]
    assert re.search(r"^  data: \{internal: true\}$", TEXT, re.MULTILINE)


def test_who_has_no_account_at_the_database_is_not_on_its_network() -> None:
    near = {
        name for name, block in SERVICES.items() if re.search(r"^    networks: \[data\b", block, re.MULTILINE)
    }
    with_account = {name for name, block in SERVICES.items() if "MONGO_USER:" in block}
    assert near == with_account | {"mongo", "database-init"}


def test_what_counts_the_limits_is_reached_by_the_gateway_alone() -> None:
    near = {name for name, block in SERVICES.items() if re.search(r"networks: \[.*\blimits\b", block)}
    assert near == {"limits", "gateway"}
    assert re.search(r"^  limits: \{internal: true\}$", TEXT, re.MULTILINE)
