"""Room for the database alone: made where there is plenty, given where there is none."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from sammelan.reserve import GIVEN_BELOW_BYTES, MADE_ABOVE_BYTES, RESERVED_BYTES, Reserve
from servicekit.data.room import LEAST_BYTES


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "database.reserve"


def look(folder: Path, patch: pytest.MonkeyPatch, free: int) -> None:
    patch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_bavail=free // 4096, f_frsize=4096))
    Reserve(folder).look()


def test_it_is_made_of_real_blocks_once(tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    look(tmp_path, monkeypatch, 2 * MADE_ABOVE_BYTES)
    made = file.stat()
    assert made.st_size == RESERVED_BYTES
    assert made.st_blocks * 512 >= RESERVED_BYTES
    look(tmp_path, monkeypatch, 2 * MADE_ABOVE_BYTES)
    assert file.stat().st_mtime_ns == made.st_mtime_ns


@pytest.mark.parametrize("free", [0, GIVEN_BELOW_BYTES - 4096])
def test_it_is_given_where_there_is_no_room(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch, free: int
) -> None:
    file.write_bytes(b"x")
    look(tmp_path, monkeypatch, free)
    assert not file.exists()
    look(tmp_path, monkeypatch, free)  # nothing is left to give


@pytest.mark.parametrize("free", [GIVEN_BELOW_BYTES, LEAST_BYTES, MADE_ABOVE_BYTES])
def test_between_the_two_it_stays_as_it_is(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch, free: int
) -> None:
    look(tmp_path, monkeypatch, free)
    assert not file.exists()
    file.write_bytes(b"x")
    look(tmp_path, monkeypatch, free)
    assert file.exists()


def test_it_never_makes_the_services_refuse() -> None:
    assert MADE_ABOVE_BYTES - RESERVED_BYTES >= 2 * LEAST_BYTES


def test_half_of_one_that_found_no_room_is_taken_away(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.symlink_to("/dev/full")
    with pytest.raises(OSError, match="space"):
        look(tmp_path, monkeypatch, 2 * MADE_ABOVE_BYTES)
    assert not file.is_symlink()
