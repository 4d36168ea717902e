"""A file holds one idea: it is read as a whole, and most are read in a minute."""

from statistics import median

from tests.architecture.the_code import sources
from tests.processes import ROOT

LONGEST, MEDIAN = 400, 90


def test_no_file_is_long_and_most_are_short() -> None:
    lines = {
        str(one.relative_to(ROOT)): len(one.read_text(encoding="utf-8").splitlines()) for one in sources()
    }
    assert len(lines) > 500
    assert {name: count for name, count in lines.items() if count > LONGEST} == {}
    assert median(lines.values()) <= MEDIAN
