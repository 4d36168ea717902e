"""Migrations that take their time, and a program that runs them: for tests that end it in the middle.

python -m tests.integration.servicekit.long_migration URL DATABASE
"""

import sys
import time
from datetime import timedelta

from servicekit.data.database import JOB_TIMEOUT_MS, Database, session
from servicekit.work.migrations import Migration, migrate

LETTERS = 12
EACH = timedelta(seconds=0.25)


def stamp_letters(database: Database) -> None:
    """Every letter that has no stamp gets one, each in a transaction with the counter of its starts."""
    letters, runs = database.mongo["letters"], database.mongo["runs"]
    runs.update_one({"_id": "stamp"}, {"$inc": {"begun": 1}}, upsert=True)
    for letter in list(letters.find({"stamp": None})):

        def stamp(letter_id: object = letter["_id"]) -> None:
            letters.update_one({"_id": letter_id}, {"$set": {"stamp": 1}}, session=session())
            runs.update_one({"_id": "stamp"}, {"$inc": {"stamped": 1}}, session=session())
            time.sleep(EACH.total_seconds())

        database.in_transaction(stamp)


def seal_letters(database: Database) -> None:
    database.mongo["letters"].update_many({"stamp": 1}, {"$set": {"seal": 1}})


MIGRATIONS = (Migration(1, "stamp the letters", stamp_letters), Migration(2, "seal them", seal_letters))


def main() -> None:
    url, name = sys.argv[1:]
    for done in migrate(Database(url, name, JOB_TIMEOUT_MS), MIGRATIONS):
        print(done.number, flush=True)


if __name__ == "__main__":
    main()
