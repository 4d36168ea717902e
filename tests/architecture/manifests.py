"""The manifests for a cluster and the compose file, as what they say of each program."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from tests.processes import ROOT

Document = dict[str, Any]
FOLDER = ROOT / "deploy" / "kubernetes"
# Read by kubectl, never sent to a cluster.
KUSTOMIZATION = "kustomization.yaml"


@dataclass(frozen=True)
class Workload:
    """A Deployment or a Job, which runs one container; `settings`: what this one is told, those of ConfigMaps too."""

    name: str
    document: Document
    pod: Document
    container: Document
    settings: dict[str, str]
    labels: dict[str, str]

    @property
    def networks(self) -> set[str]:
        return {
            name.removeprefix("network-")
            for name, value in self.labels.items()
            if name.startswith("network-") and value == "yes"
        }

    @property
    def secret_files(self) -> dict[str, str]:
        """Settings that name a file of a Secret."""
        return {name: value for name, value in self.settings.items() if value.startswith("/secrets/")}

    @property
    def mounts(self) -> dict[str, Document]:
        """By the name of the volume: its mount and what it is made of."""
        made_of = {volume["name"]: volume for volume in self.pod["volumes"]}
        return {
            mount["name"]: {**made_of.pop(mount["name"]), **mount} for mount in self.container["volumeMounts"]
        }


@cache
def documents() -> tuple[Document, ...]:
    files = sorted(FOLDER.glob("*.yaml"))
    return tuple(
        document
        for file in files
        if file.name != KUSTOMIZATION
        for document in yaml.safe_load_all(file.read_text(encoding="utf-8"))
    )


def of_kind(kind: str) -> dict[str, Document]:
    return {one["metadata"]["name"]: one for one in documents() if one["kind"] == kind}


@cache
def workloads() -> dict[str, Workload]:
    made = {**of_kind("Deployment"), **of_kind("Job")}
    return {name: _workload(name, document) for name, document in made.items()}


def _workload(name: str, document: Document) -> Workload:
    template = document["spec"]["template"]
    (container,) = template["spec"]["containers"]
    return Workload(
        name,
        document,
        template["spec"],
        container,
        dict(_settings(container)),
        template["metadata"]["labels"],
    )


def _settings(container: Document) -> Iterator[tuple[str, str]]:
    maps = of_kind("ConfigMap")
    for source in container["envFrom"]:
        yield from maps[source["configMapRef"]["name"]]["data"].items()
    for one in container["env"]:
        yield one["name"], one["value"]


@cache
def compose() -> dict[str, Document]:
    """The containers of the compose file, with what they inherit there."""
    read = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    found: dict[str, Document] = read["services"]
    return found


def command_of(container: Document) -> list[str]:
    told = container["command"]
    return told.split() if isinstance(told, str) else [str(part) for part in told]
