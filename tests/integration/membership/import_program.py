"""Imports a file, saying after each step how far it is: to be killed in the middle by a test."""

import sys
from pathlib import Path

from membership.app import open_context
from membership.domain.units import read_level_scheme
from membership.operations import import_units
from membership.settings import read_settings


def main() -> None:
    units, levels = (Path(name) for name in sys.argv[1:])
    import_units(
        open_context(read_settings()),
        units.read_bytes(),
        scheme=read_level_scheme(levels.read_text(encoding="utf-8")),
        progress=lambda done, total: print(done, total, flush=True),
    )


if __name__ == "__main__":
    main()
