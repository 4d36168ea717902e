"""The exporter: a program that makes the files that are too large for a request. Several may work beside each other.

python -m membership.exporter
"""

import sys

from membership.app import make_exporting
from membership.operations.exports import exports_of
from membership.settings import read_exporter_settings
from servicekit.data.database import JOB_TIMEOUT_MS, Database
from servicekit.exporting.running import export_loop
from servicekit.files.sealed import wrap_of_field_key
from servicekit.work.loop import Loop, run_program

NAME = "exporter"


def loops() -> list[Loop]:
    settings = read_exporter_settings()
    common = settings.common
    database = Database(common.mongo_url, common.database("membership"), JOB_TIMEOUT_MS)
    exporting = make_exporting(common, database, settings.field_key)
    exports = exports_of(exporting, wrap_of_field_key(settings.field_key), common.zone)
    return [export_loop(NAME, database, exports, exporting.prepare)]


if __name__ == "__main__":
    sys.exit(run_program(NAME, loops))
