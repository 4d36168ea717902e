"""A new service is added by the steps of CONTRIBUTING.md, is asked through the gateway, and is thrown away."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture.test_tree import tracked
from tests.architecture.wiring import forgotten
from tests.processes import ROOT, DatabaseServer
from tests.throwaway.adding import NAME, STEPS, copy_of_the_checkout, the_package

AT_MOST = 8
# What holds the places together that name services.
HOLDING = (
    "tests/architecture/test_compose.py",
    "tests/architecture/test_settings_are_told.py",
    "tests/architecture/test_routes_and_events.py",
    "tests/architecture/test_wiring.py",
)


def run(root: Path, program: str, *arguments: str, **env: str) -> str:
    """A program of the environment in the copy, with its own packages; what it said when it failed, else nothing."""
    done = subprocess.run(
        [str(Path(sys.executable).parent / program), *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), **env},
        capture_output=True,
        text=True,
        timeout=300,
    )
    return "" if done.returncode == 0 else done.stdout[-6000:] + done.stderr[-3000:]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_of_the_checkout(tracked(), tmp_path_factory.mktemp("copy") / "checkout")
    for name in (".embedded", ".venv"):
        (root / name).symlink_to((ROOT / name).resolve())
    for step in STEPS:
        step(root)
    return root


def test_the_steps_are_no_more_than_eight_and_forget_nothing(copy: Path) -> None:
    assert len(STEPS) <= AT_MOST
    assert forgotten(copy) == []


@pytest.mark.parametrize("left_out", [one for one in STEPS if one is not the_package])
def test_each_step_that_is_left_out_is_told(tmp_path: Path, left_out: Callable[[Path], None]) -> None:
    root = copy_of_the_checkout([name for name in tracked() if not name.startswith("tests/")], tmp_path)
    for step in STEPS:
        if step is not left_out:
            step(root)
    assert forgotten(root), left_out.__name__


def test_the_borders_and_the_lists_of_settings_hold(copy: Path) -> None:
    assert run(copy, "mypy", "--strict", NAME) == ""
    assert run(copy, "lint-imports") == ""
    assert run(copy, "pytest", "-q", "-p", "no:cacheprovider", *HOLDING) == ""


def test_it_is_asked_through_the_gateway_with_the_rights_that_identity_gives(
    copy: Path, database_server: DatabaseServer
) -> None:
    assert run(copy, "python", "-m", "tests.throwaway.journey", TEST_MONGO_URL=database_server.url) == ""
