"""What is shipped has passed the door: no sign that cannot be seen keeps a name from being found."""

import csv
from pathlib import Path

import pytest

from servicekit.words.text import has_controls, line
from tests.processes import ROOT

FILES = sorted((ROOT / "examples").rglob("*.csv"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_cell_of_a_shipped_file_is_tidy(file: Path) -> None:
    with file.open(encoding="utf-8", newline="") as lines:
        wrong = [
            cell for row in csv.reader(lines) for cell in row if line(cell) != cell or has_controls(cell)
        ]
    assert wrong == []


@pytest.mark.parametrize("name", ["citizens.toml", "plan.toml"])
def test_every_line_of_a_shipped_list_shows_all_it_holds(name: str) -> None:
    text = (ROOT / "examples" / name).read_text(encoding="utf-8")
    assert [one for one in text.splitlines() if line(one) != " ".join(one.split())] == []
