"""The names of all settings, found where the programs read them."""

import ast
from collections.abc import Iterator
from pathlib import Path

from servicekit.settings import OFFSETS, SERVICES
from tests.processes import ROOT

PACKAGES = (
    "servicekit", "identity", "membership", "congress", "notifications", "gateway", "portal",
    "practice_eid", "practice_mail", "sammelan",
)  # fmt: skip
READERS = {"str", "int", "bool", "list", "path", "enum"}
# Of a provider, by its name: EID_<NAME>_ISSUER and so on.
PROVIDER = "EID_<NAME>_"


def names_of_settings() -> set[str]:
    found: set[str] = set()
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            found |= set(_names_in(file))
    return found


def _names_in(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Compare) and _is_environ(node.comparators[0]):
            if isinstance(node.left, ast.Constant):
                yield str(node.left.value)
            continue
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func
        if isinstance(called, ast.Name) and called.id == "port" and len(node.args) == 2:
            yield from _named(node.args[1], "{}_PORT")
        elif isinstance(called, ast.Attribute) and _reads(called):
            yield from _named(node.args[0], "{}")


def _reads(called: ast.Attribute) -> bool:
    if called.attr == "get":
        return _is_environ(called.value)
    return called.attr in READERS and isinstance(called.value, ast.Name) and called.value.id == "env"


def _is_environ(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and ast.unparse(node) == "os.environ"


def _named(node: ast.expr, form: str) -> Iterator[str]:
    """A name as it stands, one made for each service or port, or one of a provider's."""
    if isinstance(node, ast.Constant):
        yield form.format(str(node.value).upper() if form != "{}" else node.value)
    elif isinstance(node, ast.JoinedStr):
        end = next(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        yield from (f"{name.upper()}{end}" for name in (OFFSETS if end == "_PORT" else SERVICES))
    elif isinstance(node, ast.BinOp) and isinstance(node.right, ast.Constant):
        yield PROVIDER + str(node.right.value)
