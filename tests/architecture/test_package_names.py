"""A package gives nothing the name of one of its modules: its import would put the module in the place of the other."""

import ast
from pathlib import Path

import pytest

from tests.architecture.the_code import sources, syntax
from tests.processes import ROOT

PACKAGES = [path for path in sources() if path.name == "__init__.py"]


def names_given(path: Path) -> set[str]:
    """Those that a package takes from elsewhere, by the names under which it gives them on."""
    return {
        one.asname or one.name
        for node in syntax(path).body
        if isinstance(node, ast.ImportFrom) and node.module != _dotted(path)
        for one in node.names
    }


def _dotted(path: Path) -> str:
    return ".".join(path.parent.relative_to(ROOT).parts)


@pytest.mark.parametrize("path", PACKAGES, ids=_dotted)
def test_no_name_of_a_package_is_taken_by_a_module_of_it(path: Path) -> None:
    modules = {one.stem for one in path.parent.glob("*.py")} | {
        one.parent.name for one in path.parent.glob("*/__init__.py")
    }
    assert names_given(path) & modules == set()


def test_names_of_packages_are_found() -> None:
    assert {"providers", "recipients"} <= names_given(ROOT / "identity/operations/__init__.py")
