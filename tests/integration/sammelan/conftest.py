"""One house, started by the command, for all tests of a module."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.sammelan.running import Machine
from tests.processes import ROOT

LEVELS = ROOT / "examples" / "bangladesh" / "levels.toml"
UNITS = """code,parent_code,level,name_en,name_bn
BD,,centre,Bangladesh,বাংলাদেশ
V1,BD,division,First division,প্রথম বিভাগ
D1,V1,district,First district,প্রথম জেলা
"""


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Running, with a tree of three units."""
    made = Machine(tmp_path_factory.mktemp("machine"))
    made.start()
    try:
        done = made.run("import", "units", str(a_file(made.folder, UNITS)), "--levels", str(LEVELS))
        assert done.returncode == 0, done.stderr
        yield made
    finally:
        made.stop()


def a_file(folder: Path, text: str) -> Path:
    file = folder / "units.csv"
    file.write_text(text, encoding="utf-8")
    return file
