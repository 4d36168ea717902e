"""What the manifests under deploy/kubernetes promise; no test here shows that a cluster takes them."""

import importlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

import sammelan.settings
from sammelan.accounts import ACCOUNTS
from sammelan.secret_files import PRIVATE_KEYS, deal, make_secrets
from servicekit.data.database import one_client
from tests.architecture.manifests import (
    FOLDER,
    KUSTOMIZATION,
    Workload,
    command_of,
    compose,
    documents,
    of_kind,
    workloads,
)

# Of the compose file, what a cluster is not given, and why.
NOT_HERE = {
    "mongo": "the operator's own",
    "limits": "the operator's own",
    "practice-eid": "refuses to start in production",
    "practice-mail": "refuses to start in production",
    "front": "the Ingress stands there",
}
# Read by gunicorn, by the client of Prometheus, by Python; the last by every background program when it has started.
READ_BY_LIBRARIES: Mapping[str, set[str]] = {
    "web": {"GUNICORN_CMD_ARGS", "PROMETHEUS_MULTIPROC_DIR"},
    "worker": {"TMPDIR", "BEAT_FILE"},
    "background": {"BEAT_FILE"},
    "job": set(),
}
# Which Secret beside a program's own holds what, and who mounts it: made by hand, as docs/operations.md says.
BY_HAND = {"mongo": "url", "mail": "smtp_password", "eid": "client_secret"}
ALSO_MOUNTED = {"identity": {"eid"}, "sender": {"mail"}}
DEPLOYMENTS = [name for name in workloads() if name != "migrate"]


def _is_web(one: Workload) -> bool:
    return command_of(one.container)[0] == "gunicorn"


def _of_provider(name: str) -> str:
    """A real provider's secret is what the practice eID's is in the compose file."""
    return "EID_CLIENT_SECRET_FILE" if re.fullmatch(r"EID_[A-Z]+_CLIENT_SECRET_FILE", name) else name


def test_every_long_running_program_of_the_compose_file_has_its_manifest() -> None:
    running = {name for name, container in compose().items() if container["restart"] != "no"}
    assert set(DEPLOYMENTS) == running - set(NOT_HERE)
    assert set(NOT_HERE) <= running


@pytest.mark.parametrize("name", workloads())
def test_each_runs_what_the_compose_file_runs(name: str) -> None:
    assert command_of(workloads()[name].container) == command_of(compose()[name])


def test_what_is_told_to_gunicorn_is_what_the_compose_file_tells() -> None:
    plain = compose()["identity"]["environment"]["GUNICORN_CMD_ARGS"]
    with_defaults = re.sub(r"\$\{\w+:-(\w+)\}", r"\1", plain)
    assert workloads()["identity"].settings["GUNICORN_CMD_ARGS"] == with_defaults


class Recorded(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__(values)
        self.asked: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.asked.add(key)
        return super().get(key, default)

    def __getitem__(self, key: str) -> str:
        self.asked.add(key)
        return super().__getitem__(key)


@pytest.fixture(scope="module")
def dealt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders of all Secrets: those that deploy/kubernetes/secrets.sh makes, and those made by hand."""
    folder = tmp_path_factory.mktemp("dealt")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "environ", {"DATA_DIR": str(tmp_path_factory.mktemp("house"))})
        settings = sammelan.settings.read_settings()
        make_secrets(settings)
        deal(settings, folder)
    for name, key in BY_HAND.items():
        (folder / name).mkdir()
        (folder / name / key).write_text(
            "mongodb://database.invalid/?replicaSet=rs0" if key == "url" else "secret"
        )
    return folder


@pytest.mark.parametrize("name", workloads())
def test_each_starts_from_what_it_is_told_and_is_told_nothing_else(name: str, dealt: Path) -> None:
    one = workloads()[name]
    files = {key: value.replace("/secrets", str(dealt), 1) for key, value in one.secret_files.items()}
    environ = Recorded({**one.settings, **files})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "environ", environ)
        kind = _read_as_it_does(one)
    assert set(one.settings) - environ.asked - READ_BY_LIBRARIES[kind] == set()


def _read_as_it_does(one: Workload) -> str:
    """Raises where something is missing or wrong; the kind of program it is."""
    command = command_of(one.container)
    if _is_web(one):
        package = command[1].partition(".")[0]
        importlib.import_module(f"{package}.settings").read_settings()
        return "web"
    if one.name == "migrate":
        sammelan.settings.read_settings()
        return "job"
    with one_client():
        importlib.import_module(command[-1]).loops()
    return "worker" if one.name in ("worker", "exporter", "sender", "keeper") else "background"


@pytest.mark.parametrize("name", workloads())
def test_no_secret_is_given_to_whom_the_compose_file_does_not_give_it(name: str) -> None:
    one, told = workloads()[name], compose()[name]["environment"]
    there = {key for key, value in told.items() if str(value).startswith("/secrets/")}
    if "SMTP_PASSWORD" in told:
        there.add("SMTP_PASSWORD_FILE")
    of_account = {"MONGO_URL_FILE"} if name in ACCOUNTS or name == "migrate" else set()
    assert {_of_provider(key) for key in one.secret_files} <= there | of_account
    # Whoever has an account uses it, and nobody else's.
    account = {"migrate": "operator"}.get(name, name)
    assert one.settings.get("MONGO_USER") == (f"sammelan_{account}" if account in ACCOUNTS else None)


@pytest.mark.parametrize("name", workloads())
def test_each_mounts_its_own_secret_and_those_that_are_made_for_it(name: str) -> None:
    one = workloads()[name]
    own = {"migrate": "operator"}.get(name, name)
    mounted = {volume["secret"]["secretName"] for volume in one.pod["volumes"] if "secret" in volume}
    database = {"mongo"} if own in ACCOUNTS else set()
    assert mounted == {own} | database | ALSO_MOUNTED.get(name, set())
    for mount in one.mounts.values():
        if "secret" in mount:
            assert mount["mountPath"] == f"/secrets/{mount['secret']['secretName']}"
            assert mount["readOnly"] is True
            assert mount["secret"]["defaultMode"] == 0o440
    assert all("valueFrom" not in told for told in one.container["env"])
    assert all("secretRef" not in source for source in one.container["envFrom"])


def test_no_secret_stands_in_a_manifest_and_the_script_makes_each_of_ours() -> None:
    assert of_kind("Secret") == {}
    script = (FOLDER / "secrets.sh").read_text(encoding="utf-8")
    listed = re.search(r"^programs=\((.+)\)$", script, re.MULTILINE)
    assert listed is not None
    assert set(listed[1].split()) == set(PRIVATE_KEYS) - {"operator", "practice_eid"}
    # Of the operator's secrets the cluster gets the one that the migration needs.
    assert 'put operator --from-file="$folder/operator/mongo_password"' in script


@pytest.mark.parametrize("name", workloads())
def test_every_container_is_hardened(name: str) -> None:
    one = workloads()[name]
    assert one.pod["securityContext"] == {
        "runAsNonRoot": True,
        "runAsUser": 10001,
        "runAsGroup": 10001,
        "fsGroup": 10001,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert one.container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert one.pod["automountServiceAccountToken"] is False
    assert {key for key in one.pod if key.startswith("host")} == set()
    assert "initContainers" not in one.pod
    # What is not a Secret is empty at the start and bounded.
    for mount in one.mounts.values():
        assert "secret" in mount or "sizeLimit" in mount["emptyDir"]
    assert {"requests", "limits"} <= set(one.container["resources"])
    assert "memory" in one.container["resources"]["limits"]


@pytest.mark.parametrize("name", workloads())
def test_no_name_of_a_setting_is_taken_by_the_addresses_that_kubernetes_tells(name: str) -> None:
    """PORTAL_PORT=tcp://10.0.0.1:8806 would be refused as a port."""
    assert workloads()[name].pod["enableServiceLinks"] is False


def test_the_namespace_refuses_what_is_less_hardened() -> None:
    (namespace,) = of_kind("Namespace").values()
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    others = [one for one in documents() if one["kind"] != "Namespace"]
    assert {one["metadata"]["namespace"] for one in others} == {namespace["metadata"]["name"]}


@pytest.mark.parametrize("name", workloads())
def test_each_is_on_the_networks_of_the_compose_file(name: str) -> None:
    assert workloads()[name].networks == set(compose()[name]["networks"])


def test_nobody_reaches_anybody_but_by_a_network_and_the_door() -> None:
    policies = {name: one["spec"] for name, one in of_kind("NetworkPolicy").items()}
    assert policies.pop("nothing-else") == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    # Names alone are asked by all.
    names = policies.pop("names")
    assert {port["port"] for rule in names["egress"] for port in rule["ports"]} == {53}
    assert "ingress" not in names
    assert set(policies) == {"inside", "data", "limits", "outside", "door"}
    for name in ("inside", "data", "limits", "outside"):
        assert policies[name]["podSelector"] == {"matchLabels": {f"network-{name}": "yes"}}
    assert policies["door"]["podSelector"] == {"matchLabels": {"app": "gateway"}}
    peers = {
        name: {kind for rule in one.get("egress", ()) for to in rule["to"] for kind in to}
        for name, one in policies.items()
    }
    assert peers == {
        "inside": {"podSelector"},
        "data": {"ipBlock"},
        "limits": {"ipBlock"},
        "outside": {"ipBlock"},
        "door": set(),
    }
    for name, port in (("data", 27017), ("limits", 6379)):
        assert [rule["ports"] for rule in policies[name]["egress"]] == [[{"protocol": "TCP", "port": port}]]
    assert [rule["ports"] for rule in policies["door"]["ingress"]] == [[{"protocol": "TCP", "port": 8800}]]
    assert policies["inside"]["ingress"][0]["ports"] == policies["inside"]["egress"][0]["ports"]


def test_every_address_inside_is_a_service_whose_program_listens_there() -> None:
    services = of_kind("Service")
    settings = of_kind("ConfigMap")["settings"]["data"]
    addresses = [
        urlsplit(value) for key, value in settings.items() if key.endswith("_URL") and key != "PUBLIC_URL"
    ]
    assert {(one.hostname, one.port) for one in addresses} | {("gateway", 8800)} == {
        (name, port["port"]) for name, one in services.items() for port in one["spec"]["ports"]
    }
    opened = {(name, port) for name, port in ((one.hostname, one.port) for one in addresses)}
    inside = of_kind("NetworkPolicy")["inside"]["spec"]["ingress"][0]["ports"]
    ranges = [range(one["port"], one.get("endPort", one["port"]) + 1) for one in inside]
    assert all(any(port in one for one in ranges) for _, port in opened)
    for name, service in services.items():
        spec, one = service["spec"], workloads()[name]
        assert spec["selector"] == {"app": one.labels["app"]}
        ports = {port["name"]: port["containerPort"] for port in one.container["ports"]}
        assert all(ports[port["targetPort"]] == port["port"] for port in spec["ports"])
    (way_in,) = of_kind("Ingress").values()
    (rule,) = way_in["spec"]["rules"]
    assert settings["PUBLIC_URL"] == f"https://{rule['host']}"
    assert [path["backend"]["service"] for path in rule["http"]["paths"]] == [
        {"name": "gateway", "port": {"name": "http"}}
    ]


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_health_is_asked_where_the_compose_file_asks_it(name: str) -> None:
    container, asked = workloads()[name].container, compose()[name]["healthcheck"]["test"]
    ready, alive = container["readinessProbe"], container["livenessProbe"]
    if not _is_web(workloads()[name]):
        assert ready["exec"]["command"] == alive["exec"]["command"] == asked[1:]
        return
    address = urlsplit(asked[-1])
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    assert ports["http"] == address.port
    # The gateway's own readiness would close the whole door for one part that is away.
    path = "/healthz" if name == "gateway" else address.path
    assert ready["httpGet"] == {"path": path, "port": "http"}
    assert alive["httpGet"] == container["startupProbe"]["httpGet"] == {"path": "/healthz", "port": "http"}


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_of_those_that_work_by_a_lease_there_is_one_and_of_the_others_one_stays(name: str) -> None:
    one = workloads()[name].document["spec"]
    budget = of_kind("PodDisruptionBudget").get(name)
    if one.get("strategy") == {"type": "Recreate"}:
        # A budget over a single one would hold up whoever empties a node.
        assert (one["replicas"], budget) == (1, None)
        module = importlib.import_module(command_of(workloads()[name].container)[-1])
        assert "Lease(" in Path(str(module.__file__)).read_text(encoding="utf-8")
    else:
        assert one["replicas"] > 1
        assert budget is not None
        assert budget["spec"] == {"maxUnavailable": 1, "selector": one["selector"]}
    assert one["template"]["spec"]["terminationGracePeriodSeconds"] >= 30


def test_the_list_of_files_names_each() -> None:
    listed = yaml.safe_load((FOLDER / KUSTOMIZATION).read_text(encoding="utf-8"))["resources"]
    assert sorted(listed) == sorted({file.name for file in FOLDER.glob("*.yaml")} - {KUSTOMIZATION})


def test_images_come_from_no_registry_of_ours() -> None:
    assert {one.container["image"].partition(":")[0] for one in workloads().values()} == {"sammelan-app"}
