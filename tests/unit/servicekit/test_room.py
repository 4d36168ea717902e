"""Writes stop before the disk of an embedded database is used up."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from servicekit.data.room import LAST_BYTES, LEAST_BYTES, Room, StorageFull


@pytest.mark.parametrize(("free", "refused"), [(LEAST_BYTES - 4096, True), (LEAST_BYTES, False), (0, True)])
def test_writes_are_refused_below_the_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, refused: bool
) -> None:
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_bavail=free // 4096, f_frsize=4096))
    if refused:
        with pytest.raises(StorageFull):
            Room(tmp_path).require()
    else:
        Room(tmp_path).require()


@pytest.mark.parametrize(("free", "used_up"), [(LAST_BYTES - 4096, True), (LAST_BYTES, False), (0, True)])
def test_what_has_begun_goes_on_as_long_as_there_is_any_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, used_up: bool
) -> None:
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_bavail=free // 4096, f_frsize=4096))
    assert Room(tmp_path).is_used_up == used_up


def test_a_database_elsewhere_looks_after_itself(tmp_path: Path) -> None:
    Room(None).require()
    Room(tmp_path / "not made yet").require()
    assert not Room(None).is_used_up
    assert not Room(tmp_path / "not made yet").is_used_up


def test_a_line_that_cannot_be_written_is_dropped() -> None:
    said = (
        "from servicekit.logs import configure, log; configure('x'); [log.info('l' * 9000) for _ in range(9)]"
    )
    with open("/dev/full", "wb", buffering=0) as full:
        done = subprocess.run(
            [sys.executable, "-c", f"{said}; import os; os.write(2, b'went on'); os._exit(0)"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.stderr.endswith(b"went on"), done.stderr
