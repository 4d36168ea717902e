"""Where the programs keep what they count (`PROMETHEUS_MULTIPROC_DIR`): in memory, where there is such a place.

The files are mapped: on a full disk the system ends whoever counts something new (SIGBUS).
"""

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108  # A name of its own is made in it, for its owner alone.


def make_folders(run_dir: Path, packages: Iterable[str]) -> None:
    """Empty ones, whatever was left from before."""
    remove_folders(run_dir)
    folder = _folder(run_dir)
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK | os.X_OK):
        folder.symlink_to(tempfile.mkdtemp(prefix="sammelan-", dir=MEMORY), target_is_directory=True)
    else:
        folder.mkdir(parents=True)
    for package in packages:
        folder_of(run_dir, package).mkdir()


def remove_folders(run_dir: Path) -> None:
    folder = _folder(run_dir)
    if folder.is_symlink():
        shutil.rmtree(folder.resolve(), ignore_errors=True)
        folder.unlink()
    else:
        shutil.rmtree(folder, ignore_errors=True)


def folder_of(run_dir: Path, package: str) -> Path:
    return _folder(run_dir) / package


def _folder(run_dir: Path) -> Path:
    return run_dir / "metrics"
