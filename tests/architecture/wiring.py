"""Where a service must be named beside its own package, and which of these places have forgotten one."""

import ast
import configparser
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

# Places that need not name the portal: it has no database, and pages instead of rules.
NOT_THE_PORTAL = {"imports: layers", "imports: rules", "database account"}


def services(root: Path) -> list[str]:
    """Packages that are made by the kit, found by their files."""
    made = (path.parent for path in root.glob("*/app.py") if "create_service(" in path.read_text("utf-8"))
    return sorted(path.name for path in made if (path / "wsgi.py").exists())


def forgotten(root: Path) -> list[str]:
    """`PLACE: SERVICE` of each place that should name a service and does not."""
    named = {place: read(root) for place, read in PLACES.items()}
    return [
        f"{place}: {service}"
        for service in services(root)
        for place, names in named.items()
        if service not in names and not (service == "portal" and place in NOT_THE_PORTAL)
    ]


def _constant(file: str, name: str) -> Callable[[Path], Any]:
    def read(root: Path) -> Any:
        for node in ast.parse((root / file).read_text("utf-8")).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
                return ast.literal_eval(node.value)
        raise LookupError(f"{name} in {file}")

    return read


def _found(file: str, pattern: str) -> Callable[[Path], set[str]]:
    return lambda root: set(re.findall(pattern, (root / file).read_text("utf-8"), re.MULTILINE))


def _contract(name: str, key: str, end: str = "") -> Callable[[Path], set[str]]:
    def read(root: Path) -> set[str]:
        parser = configparser.ConfigParser()
        parser.read(root / ".importlinter", encoding="utf-8")
        listed = parser[f"importlinter:contract:{name}" if name else "importlinter"][key].split()
        return {one.removesuffix(end) for one in listed if one.endswith(end)}

    return read


def _word(file: str, start: str) -> Callable[[Path], set[str]]:
    """The words of the line that begins so."""

    def read(root: Path) -> set[str]:
        lines = (root / file).read_text("utf-8").splitlines()
        return {word for line in lines if line.strip().startswith(start) for word in re.findall(r"\w+", line)}

    return read


def _addresses(file: str) -> Callable[[Path], set[str]]:
    return lambda root: {name.lower() for name in _found(file, r"\b([A-Z]+)_URL[:=]")(root)}


PLACES: Mapping[str, Callable[[Path], Any]] = {
    "services": _constant("servicekit/settings.py", "SERVICES"),
    "port": _constant("servicekit/settings.py", "OFFSETS"),
    "audience of tokens": _constant("identity/context.py", "AUDIENCES"),
    "program": _constant("sammelan/programs.py", "WEB"),
    "container": _found("docker-compose.yml", r"gunicorn (\w+)\.wsgi:app"),
    "address inside": _addresses("docker-compose.yml"),
    "address in the image": _addresses("Dockerfile"),
    "secrets dealt": _found("docker-compose.yml", r"^ +- secrets-(\w+):/secrets/\w+$"),
    "secrets kept": _found("docker-compose.yml", r"^  secrets-(\w+): \{\}"),
    "folder of secrets": _word("Dockerfile", "&& for program in"),
    "imports: analysed": _contract("", "root_packages"),
    "imports: independent": _contract("services", "modules"),
    "imports: unknown to servicekit": _contract("servicekit", "forbidden_modules"),
    "imports: no tool": _contract("tool", "source_modules"),
    "imports: layers": _contract("layers", "containers"),
    "imports: rules": _contract("rules", "source_modules", ".domain"),
    "coverage": lambda root: tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["coverage"][
        "run"
    ]["source"],
    "checked": _word("deploy/check.sh", "code="),
    "operator's list of programs": _word("docs/operations.md", "| identity, membership"),
}
