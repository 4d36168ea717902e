"""The list of checks to take out (tests/integration/eid/mutations.py) still names what is there."""

from pathlib import Path

import pytest

from tests.integration.eid.mutations import MUTATIONS
from tests.processes import ROOT


@pytest.mark.parametrize(
    ("file", "old", "tests"), sorted({(file, old, tests) for file, old, _, tests, _ in MUTATIONS})
)
def test_every_check_that_is_to_be_taken_out_is_there_and_its_tests_too(
    file: str, old: str, tests: str
) -> None:
    path: Path = ROOT / "identity/eid" / f"{file}.py"
    assert old in path.read_text(encoding="utf-8")
    assert (ROOT / tests.partition("::")[0]).exists()
