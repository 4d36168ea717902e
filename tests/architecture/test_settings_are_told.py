"""Who runs the house finds every setting in the compose file and in the operator's handbook, and none that is not."""

import re

from tests.architecture.settings_read import PROVIDER, names_of_settings
from tests.processes import ROOT

COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
HANDBOOK = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
# Read by libraries and by make, not by our code.
NOT_OURS = {"GUNICORN_CMD_ARGS", "HOME", "BIND", "PYTHON", "TEST_WORKERS"}


def test_every_setting_stands_in_the_compose_file() -> None:
    told = set(re.findall(r"\b[A-Z][A-Z0-9_]{2,}\b", COMPOSE))
    told |= {name.removesuffix("_FILE") for name in told}
    told |= {name.replace("EID_N_", PROVIDER).replace("EID_PRACTICE_", PROVIDER) for name in told}
    assert names_of_settings() - told == set()


def test_the_handbook_lists_exactly_the_settings_that_are_read() -> None:
    rows = set(re.findall(r"^\| `([A-Z][A-Z0-9_<>]+)` \|", HANDBOOK, re.MULTILINE))
    assert names_of_settings() - rows == set()
    assert rows - names_of_settings() - NOT_OURS == set()
