"""What is counted lies where no full disk ends whoever counts it, and nothing of it is left."""

from pathlib import Path

import pytest

from sammelan import counters


def test_it_lies_in_memory_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory, run = tmp_path / "shm", tmp_path / "run"
    memory.mkdir()
    run.mkdir()
    monkeypatch.setattr(counters, "MEMORY", memory)
    for _ in range(2):  # the second finds what the first has left
        counters.make_folders(run, ["identity", "gateway"])
        (made,) = memory.iterdir()
        assert made.stat().st_mode & 0o777 == 0o700
        for package in ("identity", "gateway"):
            assert counters.folder_of(run, package).resolve() == made / package
            assert list(counters.folder_of(run, package).iterdir()) == []
        (counters.folder_of(run, "identity") / "counter_1.db").write_bytes(b"x")
    counters.remove_folders(run)
    assert list(memory.iterdir()) == []
    assert list(run.iterdir()) == []


def test_without_such_a_place_it_lies_with_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counters, "MEMORY", tmp_path / "not here")
    (tmp_path / "metrics/identity").mkdir(parents=True)  # as the version before left it
    (tmp_path / "metrics/identity/counter_1.db").write_bytes(b"x")
    counters.make_folders(tmp_path, ["identity"])
    assert counters.folder_of(tmp_path, "identity").is_dir()
    assert list(counters.folder_of(tmp_path, "identity").iterdir()) == []
    assert not (tmp_path / "metrics").is_symlink()
