"""Which process is ours, and how a log is turned while its writer keeps it open."""

import os
import subprocess
from pathlib import Path

import pytest

from sammelan.child import started_at
from sammelan.leftovers import alive
from sammelan.watching import turn


def test_a_process_is_known_by_its_number_and_its_beginning(tmp_path: Path) -> None:
    word = tmp_path / "identity"
    word.write_text(f"{os.getpid()} {started_at(os.getpid())}")
    assert alive(word) == os.getpid()
    word.write_text(f"{os.getpid()} 1")
    assert alive(word) is None


@pytest.mark.parametrize("text", ["", "x", "1", "1 2 3", "\0"])
def test_a_word_that_cannot_be_read_is_nobody_s(tmp_path: Path, text: str) -> None:
    word = tmp_path / "identity"
    word.write_text(text)
    assert alive(word) is None


def test_who_has_ended_is_not_alive(tmp_path: Path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    word = tmp_path / "identity"
    word.write_text(f"{ended.pid} ")
    assert alive(word) is None


def test_a_log_is_turned_in_place_and_olds_are_kept(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    with log.open("ab", buffering=0) as writer:
        for number in range(6):
            writer.write(f"{number}".encode() * 100)
            turn(log, most=50, kept=3)
        writer.write(b"last")
    assert log.read_text() == "last"
    assert [(tmp_path / f"a.log.{n}").read_text()[0] for n in (1, 2, 3)] == ["5", "4", "3"]
    assert not (tmp_path / "a.log.4").exists()
