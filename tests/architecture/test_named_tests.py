"""What the documents say is held by a test is held by one that is there."""

import ast
import re

import pytest

from tests.processes import ROOT

DOCUMENTS = ("docs/threats.md", "docs/faults-held.md", "docs/shared-parts.md")


def there() -> set[str]:
    return {
        node.name
        for path in (ROOT / "tests").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_test_that_a_document_names_is_there(document: str) -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / document).read_text(encoding="utf-8")))
    assert named
    assert sorted(named - there()) == []
